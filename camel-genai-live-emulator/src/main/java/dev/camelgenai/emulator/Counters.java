package dev.camelgenai.emulator;

/**
 * What the emulator has seen so far.
 *
 * @param upgrades       WebSocket upgrades answered with 101
 * @param refused        clients turned away: upgrades answered with an HTTP error, and sessions closed for their credential
 * @param openSockets    TCP connections that are open now
 * @param openSessions   WebSocket sessions that are open now
 * @param clientMessages client messages received over all sessions, the setups not counted
 * @param serverMessages messages sent over all sessions, those of tests not counted
 * @param audioBytes     PCM received, as it was sent
 * @param videoFrames    images received
 * @param interruptions  answers that the user has cut short
 */
public record Counters(long upgrades, long refused, int openSockets, int openSessions, long clientMessages,
        long serverMessages, long audioBytes, long videoFrames, long interruptions) {
}
