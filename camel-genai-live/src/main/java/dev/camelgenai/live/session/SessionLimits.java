package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Objects;

/**
 * Bounds of the life of sessions.
 *
 * @param idleTimeout       without a message in either direction, after which a session is closed; zero means never. Handles,
 *                          goAway and moves to another connection are no messages
 * @param maxSessions       sessions of the group that may be alive at a time
 * @param maxSessionsPolicy what happens to one more
 * @param stallTimeout      how long the service may be silent while it owes an answer; zero means for ever
 */
public record SessionLimits(Duration idleTimeout, int maxSessions, MaxSessionsPolicy maxSessionsPolicy,
        Duration stallTimeout) {

    public SessionLimits {
        Objects.requireNonNull(idleTimeout, "idleTimeout");
        Objects.requireNonNull(maxSessionsPolicy, "maxSessionsPolicy");
        Objects.requireNonNull(stallTimeout, "stallTimeout");
        if (idleTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "sessionIdleTimeout must not be negative, but is " + idleTimeout.toMillis() + "ms");
        }
        if (maxSessions < 1) {
            throw new IllegalArgumentException("maxSessions must be at least 1, but is " + maxSessions);
        }
        if (stallTimeout.isNegative()) {
            throw new IllegalArgumentException("stallTimeout must not be negative, but is " + stallTimeout.toMillis() + "ms");
        }
    }
}
