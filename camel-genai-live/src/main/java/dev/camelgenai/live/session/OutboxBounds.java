package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds of the messages that wait in one session for the socket.
 *
 * @param maxMessages sends that may wait
 * @param maxBytes    bytes, as they will be on the wire, that may wait
 * @param maxWaiting  sends that may wait beyond these bounds with {@link OutboxOverflow#block}
 * @param overflow    what happens to a send that finds the outbox full
 * @param realtimeMaxAge media that has waited for longer when a connection is open again is dropped and counted; zero keeps it
 */
public record OutboxBounds(int maxMessages, long maxBytes, int maxWaiting, OutboxOverflow overflow,
        Duration realtimeMaxAge) {

    public OutboxBounds {
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(realtimeMaxAge, "realtimeMaxAge");
        if (maxMessages < 1) {
            throw new IllegalArgumentException("outboxMaxMessages must be at least 1, but is " + maxMessages);
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("outboxMaxBytes must be at least 1, but is " + maxBytes);
        }
        if (realtimeMaxAge.isNegative()) {
            throw new IllegalArgumentException(
                    "realtimeMaxAge must not be negative, but is " + realtimeMaxAge.toMillis() + "ms");
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("outboxMaxWaiting must not be negative, but is " + maxWaiting);
        }
    }
}
