package dev.camelgenai.live.session;

/** Whether a connection that has ended in some way is worth another attempt. */
enum Retry {

    /** The same would happen again. */
    NEVER,
    /** It may have been an accident, but if it happens again it was none: a single attempt, without repeating audio. */
    ONCE,
    /** With growing pauses, as often as the policy allows. */
    BACKOFF
}
