package dev.camelgenai.examples.voiceassistant;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How many messages somebody may send: a rate, with a reserve of some seconds' worth. Not thread-safe. */
final class MessageBudget {

    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final double perSecond;
    private final double most;
    private final LongSupplier nanoTime;
    private double left;
    private long filled;

    /**
     * @param perSecond messages that come back every second
     * @param reserve   as many as come back in this time may be sent at once
     * @param nanoTime  as {@link System#nanoTime()}
     */
    MessageBudget(int perSecond, Duration reserve, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.most = perSecond * (reserve.toNanos() / NANOS_PER_SECOND);
        this.nanoTime = nanoTime;
        this.left = most;
        this.filled = nanoTime.getAsLong();
    }

    /** Takes one message out of it; {@code false} if there is none left. */
    boolean spend() {
        long now = nanoTime.getAsLong();
        left = Math.min(most, left + perSecond * ((now - filled) / NANOS_PER_SECOND));
        filled = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
