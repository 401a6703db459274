package dev.camelgenai.live.session;

/** What happens to a message that finds the outbox of its session full. */
public enum OutboxOverflow {

    /** It waits its turn, up to {@code outboxMaxWaiting} of them; then it is refused. No thread waits. */
    block,

    /** It is refused at once. */
    fail,

    /** The oldest realtime input still in the outbox makes room and is counted; without any, it is refused. */
    dropOldestRealtime
}
