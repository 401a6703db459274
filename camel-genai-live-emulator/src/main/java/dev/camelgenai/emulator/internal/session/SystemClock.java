package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.time.Instant;

import dev.camelgenai.emulator.EmulatorClock;
import io.vertx.core.Vertx;

/** The time of the system, with the timers of Vert.x. */
public final class SystemClock implements EmulatorClock {

    private final Vertx vertx;

    public SystemClock(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable action) {
        long timer = vertx.setTimer(Math.max(1, delay.toMillis()), id -> action.run());
        return () -> vertx.cancelTimer(timer);
    }
}
