package dev.camelgenai.live.session;

/** How a send that did not fail has ended. */
public enum SendOutcome {

    /** The socket took all its frames. */
    WRITTEN,

    /** It made room for newer input, as the policy {@link OutboxOverflow#dropOldestRealtime} asks. */
    DROPPED
}
