package dev.camelgenai.live.session;

/** What happens when the route has not taken a message of a full lane for the lane's stall time. */
public enum LaneOverflow {

    /** The session goes on waiting and does not read. */
    pause,

    /** The oldest audio makes room, and is counted; what is not audio waits as before. */
    dropOldestAudio,

    /** The session ends with an exception. */
    closeSession
}
