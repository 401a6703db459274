package dev.camelgenai.emulator.internal.cassette;

import io.vertx.core.buffer.Buffer;

/** Is told what happens on the wire of one session, on its event loop. Does not block, does not throw, modifies nothing. */
public interface TrafficObserver {

    /** Nobody looks. */
    TrafficObserver NONE = new TrafficObserver() {
    };

    /** A message has arrived. */
    default void clientMessage(byte[] payload) {
    }

    /** A message was handed over to the socket. */
    default void serverMessage(Buffer payload) {
    }

    /** The emulator begins the closing handshake. */
    default void serverClosed(int code, String reason) {
    }

    /** A Close frame has arrived, perhaps as the answer to the emulator's. */
    default void clientClosed(int code, String reason) {
    }

    /** The emulator ends the connection without a Close frame. */
    default void dropped() {
    }

    /** The emulator ends the session for reasons that have nothing to do with the conversation. */
    default void abandoned() {
    }

    /** The connection is gone; told last, and always. */
    default void ended() {
    }
}
