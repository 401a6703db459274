package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one session has to do later. Nothing of it is left when the session has ended. Thread-safe. */
final class SessionTimers {

    private static final Logger LOG = LoggerFactory.getLogger(SessionTimers.class);

    /** A task, and the future that cancels it as soon as there is one. */
    private final class Task implements Runnable {

        private final Runnable action;
        private volatile Future<?> future;

        private Task(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (pending.remove(this)) {
                action.run();
            }
        }

        private void cancel() {
            Future<?> scheduled = future;
            if (pending.remove(this) && scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }

    private final ScheduledExecutorService timer;
    private final Set<Task> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    SessionTimers(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /** @return {@code false} when it will never be done, because the session has ended or the component is being shut down */
    boolean after(Duration delay, Runnable action) {
        Task task = new Task(action);
        pending.add(task);
        try {
            task.future = timer.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nothing is scheduled any more: shutting down", e);
            pending.remove(task);
            return false;
        }
        if (ended) {
            task.future.cancel(false);
            return !pending.remove(task);
        }
        return true;
    }

    /** Cancels everything; nothing is scheduled from now on. */
    void end() {
        ended = true;
        pending.forEach(Task::cancel);
    }
}
