package dev.camelgenai.live.session;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a session has put off: one task of each kind at a time, and none once the session has ended, because a task that waits
 * keeps the whole session in memory. Thread-safe.
 */
final class SessionTimers {

    enum Kind {
        CHECK_IDLENESS,
        CHECK_SILENCE,
        SETTLE_TRANSCRIPTS,
        END_CANCELLED_TURN,
        LEAVE_CONNECTION,
        FIRST_CONNECTION,
        NEXT_CONNECTION,
        ABORT_CLOSING
    }

    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Kind, ScheduledFuture<?>> pending = new EnumMap<>(Kind.class);
    private boolean stopped;

    SessionTimers(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /**
     * Puts a task off, in place of the one of its kind. Does nothing after {@link #stop()}.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the timer is shut down
     */
    void schedule(Kind kind, Runnable task, long delay, TimeUnit unit) {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            cancel(kind);
            pending.put(kind, timer.schedule(task, delay, unit));
        } finally {
            lock.unlock();
        }
    }

    void cancel(Kind kind) {
        lock.lock();
        try {
            ScheduledFuture<?> waiting = pending.remove(kind);
            if (waiting != null) {
                waiting.cancel(false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Cancels everything, for good. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            pending.values().forEach(waiting -> waiting.cancel(false));
            pending.clear();
        } finally {
            lock.unlock();
        }
    }
}
