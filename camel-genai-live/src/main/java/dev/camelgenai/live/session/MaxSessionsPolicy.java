package dev.camelgenai.live.session;

/** What happens to a session that would be one too many. */
public enum MaxSessionsPolicy {

    /** Its first use fails. */
    reject,

    /** The session that has been idle for longest is closed for it; where none is idle, its first use fails. */
    evictIdle
}
