package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds of what waits in one session for one consumer.
 *
 * @param maxMessages          messages that may wait before the session stops reading
 * @param stallTimeout         how long a full lane may wait for its route to take a message before {@code overflow}
 *                             applies; stands still while the route is suspended
 * @param overflow             what happens then
 * @param dropAudioOnInterrupt whether audio that waits is dropped when the user interrupts the model
 */
public record LaneBounds(int maxMessages, Duration stallTimeout, LaneOverflow overflow, boolean dropAudioOnInterrupt) {

    public LaneBounds {
        Objects.requireNonNull(stallTimeout, "stallTimeout");
        Objects.requireNonNull(overflow, "overflow");
        if (maxMessages < 1) {
            throw new IllegalArgumentException("laneMaxMessages must be at least 1, but is " + maxMessages);
        }
        if (stallTimeout.isNegative() || stallTimeout.isZero()) {
            throw new IllegalArgumentException("laneStallTimeout must be above 0, but is " + stallTimeout.toMillis() + "ms");
        }
    }
}
