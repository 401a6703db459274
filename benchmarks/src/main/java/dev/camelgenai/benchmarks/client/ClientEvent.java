package dev.camelgenai.benchmarks.client;

/**
 * What a client tells the harness, one JSON object a line.
 *
 * @param result  with {@link Kind#RESULT}
 * @param failure with {@link Kind#FAILED}: why the run cannot go on
 */
public record ClientEvent(Kind kind, ClientResult result, String failure) {

    /** Kinds of events, in the order in which they come. */
    public enum Kind {
        /** A measured window begins. */
        MEASURING,
        /** It has ended. */
        MEASURED,
        /** The load is over; the client waits for a {@link Drain}. */
        STOPPED,
        /** All that can be said; the sessions are still open, and the client waits for a line to close them. */
        RESULT,
        /** The run has failed. */
        FAILED
    }

    /**
     * The answer to {@link Kind#STOPPED}.
     *
     * @param sourceSent messages that the server has sent by itself, all of which are to arrive
     */
    public record Drain(long sourceSent) {
    }

    static ClientEvent of(Kind kind) {
        return new ClientEvent(kind, null, null);
    }
}
