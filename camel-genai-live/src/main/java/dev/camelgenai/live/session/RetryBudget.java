package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** How many more attempts a session has. Confined to the session's lock. */
final class RetryBudget {

    private final ReconnectPolicy policy;
    private int failures;
    private boolean secondChanceUsed;

    RetryBudget(ReconnectPolicy policy) {
        this.policy = policy;
    }

    /** A connection was open, and in order, for so long before it ended. */
    void opened(long nanos) {
        if (nanos >= policy.maxDelay().toNanos()) {
            failures = 0;
            secondChanceUsed = false;
        }
    }

    /** @return the pause before the next attempt; empty when there is none */
    Optional<Duration> next(Retry retry) {
        if (!policy.enabled() || retry == Retry.NEVER || (retry == Retry.ONCE && secondChanceUsed)
                || failures >= policy.maxAttempts()) {
            return Optional.empty();
        }
        secondChanceUsed |= retry == Retry.ONCE;
        failures++;
        return Optional.of(policy.delay(failures, ThreadLocalRandom.current().nextDouble()));
    }

    /** The attempt that {@link #next} gave the pause for, from 1. */
    int attempt() {
        return failures;
    }
}
