package dev.camelgenai.live.transport;

import java.util.List;

import io.netty.buffer.ByteBuf;

/**
 * One open WebSocket connection. All methods may be called from any thread and none of them blocks.
 * <p>
 * Frames that are sent on the connection's event loop, see {@link #execute}, are written in the order of the {@code send}
 * calls. A frame that is sent from another thread has to wait for its turn on the loop and may be overtaken there.
 */
public interface LiveConnection {

    /** What a frame has at most beside its message of up to 64 KB: a byte, the length in three, and the mask in four. */
    int FRAME_HEADER_BYTES = 8;

    /**
     * Runs a task on the connection's event loop: at once when called there, otherwise soon. The task must not block. It is
     * not run when the connection has ended together with its event loop.
     */
    void execute(Runnable task);

    /**
     * Sends text frames, one after the other. If all of them together, with {@link #FRAME_HEADER_BYTES} each, have no more than
     * {@link #batchBytes()}, the peer gets all or none of them, whenever the connection breaks.
     *
     * @param messages a whole message in UTF-8 each; what is in them is copied before this call returns, and they stay the caller's
     * @param callback told once, on the event loop, when the socket took all frames or why it did not
     */
    void send(List<ByteBuf> messages, SendCallback callback);

    /** How many bytes of frames may go together so that the peer gets all or none; 0 where that is so of single frames only. */
    int batchBytes();

    /**
     * Whether the socket takes more without buffering beyond its high-water mark. When it turns {@code false},
     * {@link LiveConnectionListener#onWritable()} tells when to go on.
     */
    boolean isWritable();

    /** Stops reading from the socket; frames that were read already may still be delivered. */
    void pauseReading();

    /** Goes on reading after {@link #pauseReading()}. */
    void resumeReading();

    /**
     * Starts the closing handshake; the socket is closed when the peer answers, or after a short time if it does not.
     * Frames sent later fail. Messages may still arrive meanwhile; while reading is paused they are dropped, because the
     * peer's answer comes behind them.
     *
     * @param code   the WebSocket close code, 1000 for a normal end
     * @param reason at most 123 bytes of UTF-8; longer ones are cut
     */
    void close(int code, String reason);

    /** Closes the socket at once, without a handshake. */
    void abort();

    /** Told about the fate of frames that were sent together. */
    @FunctionalInterface
    interface SendCallback {

        /**
         * @param failure {@code null} when the socket took them, otherwise why it did not
         */
        void onSent(Throwable failure);
    }
}
