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
    }
}
