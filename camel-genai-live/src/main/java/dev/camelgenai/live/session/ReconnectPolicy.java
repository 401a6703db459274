package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Objects;

/**
 * How often and how fast a connection that could not be opened, or broke, is tried again.
 *
 * @param enabled      whether it is tried again at all
 * @param initialDelay before the second attempt; doubled each time
 * @param maxDelay     bound of the delays; a session that stays open for so long has its whole budget again
 * @param maxAttempts  attempts after the first that may fail in a row before the session ends
 */
public record ReconnectPolicy(boolean enabled, Duration initialDelay, Duration maxDelay, int maxAttempts) {

    public ReconnectPolicy {
        Objects.requireNonNull(initialDelay, "initialDelay");
        Objects.requireNonNull(maxDelay, "maxDelay");
        if (initialDelay.isNegative() || initialDelay.isZero()) {
            throw new IllegalArgumentException(
                    "reconnectInitialDelay must be above 0, but is " + initialDelay.toMillis() + "ms");
        }
        if (maxDelay.compareTo(initialDelay) < 0) {
            throw new IllegalArgumentException("reconnectMaxDelay must not be below reconnectInitialDelay ("
                    + initialDelay.toMillis() + "ms), but is " + maxDelay.toMillis() + "ms");
        }
        if (maxAttempts < 0) {
            throw new IllegalArgumentException("reconnectMaxAttempts must not be negative, but is " + maxAttempts);
        }
    }

    /**
     * The pause before an attempt: exponential, at most {@link #maxDelay()}, and between half and all of that, so that many
     * sessions that were lost together do not come back together.
     *
     * @param attempt counts from 1
     * @param random  from 0 (inclusive) to 1
     */
    Duration delay(int attempt, double random) {
        long initial = initialDelay.toMillis();
        long full = attempt > Long.numberOfLeadingZeros(initial) - 1
                ? Long.MAX_VALUE
                : initial << (attempt - 1);
        full = Math.min(full, maxDelay.toMillis());
        return Duration.ofMillis(full - (long) (full / 2 * random));
    }
}
