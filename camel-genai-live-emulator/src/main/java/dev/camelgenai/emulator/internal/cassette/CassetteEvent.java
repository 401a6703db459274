package dev.camelgenai.emulator.internal.cassette;

import dev.camelgenai.emulator.EmulatedService;
import io.vertx.core.buffer.Buffer;

/** One line of a cassette, the header excepted. */
sealed interface CassetteEvent {

    /** Whose connection ended. */
    enum Side {
        SERVER,
        CLIENT
    }

    /** The number of the session in the cassette. */
    int session();

    /** When it happened, in milliseconds since the session's start. */
    long millis();

    /**
     * @param path without the query
     */
    record Opened(int session, long millis, String path, EmulatedService service) implements CassetteEvent {
    }

    /**
     * @param payload as on the wire
     */
    record Message(int session, long millis, Side from, Buffer payload) implements CassetteEvent {
    }

    record Closed(int session, long millis, Side by, int code, String reason) implements CassetteEvent {
    }

    record Lost(int session, long millis, Side by) implements CassetteEvent {
    }
}
