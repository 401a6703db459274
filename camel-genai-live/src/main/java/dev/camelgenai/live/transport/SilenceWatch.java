package dev.camelgenai.live.transport;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.EventExecutor;

/**
 * Notices that nothing was read from a socket for too long. Time that this side has not read stands still, and after it the
 * limit starts again in full. Event loop only.
 */
final class SilenceWatch {

    /**
     * Silence is counted in such parts of the limit, of which the one with the last sign of life does not count: it is never
     * taken for too long before the limit, and always within another part. Looking at a clock on every read would cost more, and
     * a machine that was asleep would wake up to a silence that was its own.
     */
    private static final int PARTS = 4;

    private final SocketGate socket;
    private final Duration limit;
    private final Runnable tooLong;
    private int silentParts;
    private Future<?> ticks;

    /**
     * @param tooLong called once
     */
    SilenceWatch(SocketGate socket, Duration limit, Runnable tooLong) {
        this.socket = socket;
        this.limit = limit;
        this.tooLong = tooLong;
    }

    void start(EventExecutor loop) {
        long part = limit.toNanos() / PARTS;
        // with a fixed delay, so that a loop that was held up reads before it looks again
        ticks = loop.scheduleWithFixedDelay(this::tick, part, part, TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (ticks != null) {
            ticks.cancel(false);
        }
    }

    private void tick() {
        silentParts = socket.wasSilent() ? silentParts + 1 : 0;
        if (silentParts == PARTS) {
            stop();
            tooLong.run();
        }
    }
}
