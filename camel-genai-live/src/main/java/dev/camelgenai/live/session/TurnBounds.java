package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds of one awaited turn.
 *
 * @param timeout    for waiting, sending and the turn together
 * @param maxBytes   of audio and text that the turn may have
 * @param maxWaiting how many callers may wait for the open turn of the session to end
 */
public record TurnBounds(Duration timeout, long maxBytes, int maxWaiting) {

    public TurnBounds {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "turnTimeout must be a duration above 0, but is " + timeout.toMillis() + "ms");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("turnMaxBytes must be at least 1, but is " + maxBytes);
        }
        if (maxWaiting < 0) {
            throw new IllegalArgumentException("maxWaitingTurns must be at least 0, but is " + maxWaiting);
        }
    }
}
