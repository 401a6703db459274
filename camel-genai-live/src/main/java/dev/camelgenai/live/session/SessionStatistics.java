package dev.camelgenai.live.session;

/**
 * What has happened in sessions so far. All numbers only grow.
 *
 * @param reconnects    connections that were opened again
 * @param inDoubt       messages that were written to connections which were lost before the service is known to have taken
 *                      them in
 * @param dropped       sends that a policy dropped: {@code outboxOverflow=dropOldestRealtime}, {@code realtimeMaxAge}
 * @param cancelled     sends that were not written because they answered nothing but cancelled function calls
 * @param unheard       messages of the service that came when there was no consumer; awaited turns have them all the same
 * @param staleAudio    messages that lost their audio because the user had interrupted the model ({@code dropAudioOnInterrupt})
 * @param overflowAudio messages of audio that were dropped because the route had stalled ({@code laneOverflow=dropOldestAudio})
 */
public record SessionStatistics(long reconnects, long inDoubt, long dropped, long cancelled, long unheard, long staleAudio,
        long overflowAudio) {

    static final SessionStatistics NONE = new SessionStatistics(0, 0, 0, 0, 0, 0, 0);

    SessionStatistics plus(SessionStatistics other) {
        return new SessionStatistics(reconnects + other.reconnects, inDoubt + other.inDoubt, dropped + other.dropped,
                cancelled + other.cancelled, unheard + other.unheard, staleAudio + other.staleAudio,
                overflowAudio + other.overflowAudio);
    }

    /** The larger one of each two numbers. */
    SessionStatistics max(SessionStatistics other) {
        return new SessionStatistics(Math.max(reconnects, other.reconnects), Math.max(inDoubt, other.inDoubt),
                Math.max(dropped, other.dropped), Math.max(cancelled, other.cancelled), Math.max(unheard, other.unheard),
                Math.max(staleAudio, other.staleAudio), Math.max(overflowAudio, other.overflowAudio));
    }
}
