package dev.camelgenai.live.session;

/** How a send that did not fail has ended. */
public enum SendOutcome {

    /** The socket took all its frames. */
    WRITTEN,

    /** A policy that the route asked for dropped it: {@link OutboxOverflow#dropOldestRealtime} or {@code realtimeMaxAge}. */
    DROPPED,

    /** It answers function calls that the service has cancelled, or does not know any more: nobody waits for it. */
    CANCELLED
}
