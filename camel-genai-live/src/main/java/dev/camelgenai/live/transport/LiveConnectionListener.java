package dev.camelgenai.live.transport;

import io.netty.buffer.ByteBuf;

/**
 * Told about what happens on a connection. All calls come one at a time from the connection's event loop, so they must
 * not block.
 */
public interface LiveConnectionListener {

    /**
     * A whole message, text or binary, fragments joined.
     *
     * @param utf8Json the payload; good for the time of the call only, so that what is to be kept is to be copied
     */
    void onMessage(ByteBuf utf8Json);

    /** The socket takes frames again after {@link LiveConnection#isWritable()} was {@code false}. */
    void onWritable();

    /** The connection has ended, for whatever reason; called exactly once, and last. */
    void onClosed(LiveClose close);
}
