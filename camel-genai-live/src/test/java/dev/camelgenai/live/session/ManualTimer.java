package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A timer whose time passes only when a test says so. Tasks run in the thread that calls {@link #advance}, in the order of
 * their times and, for the same time, in the order in which they were scheduled; what they schedule runs as well if it is due
 * by then. Its clock shows a running task the time for which the task was scheduled. A task without a delay waits for the next
 * {@code advance}, be it by nothing. A task that throws does so out of {@code advance}, so that no test misses it.
 */
public final class ManualTimer extends AbstractExecutorService implements ScheduledExecutorService {

    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
    /** Overflows after a minute, so that what compares times instead of their difference is found out. */
    private volatile long now = Long.MAX_VALUE - TimeUnit.MINUTES.toNanos(1);
    private long scheduled;
    private boolean shutdown;

    /** Nanoseconds, as {@link System#nanoTime()}. */
    public LongSupplier clock() {
        return () -> now;
    }

    /** Lets time pass and runs what becomes due. Not to be called from a task. */
    public void advance(Duration time) {
        long target;
        lock.lock();
        try {
            target = now + time.toNanos();
        } finally {
            lock.unlock();
        }
        for (Task<?> due = nextUntil(target); due != null; due = nextUntil(target)) {
            due.runOnTime();
        }
        lock.lock();
        try {
            now = target;
        } finally {
            lock.unlock();
        }
    }

    /** Tasks that wait for their time; what was cancelled is none. */
    public int pending() {
        lock.lock();
        try {
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    private Task<?> nextUntil(long target) {
        lock.lock();
        try {
            Task<?> first = tasks.peek();
            if (first == null || first.time - target > 0) {
                return null;
            }
            tasks.remove();
            if (first.time - now > 0) {
                now = first.time;
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    private <V> Task<V> add(Callable<V> callable, long delay, long period, TimeUnit unit) {
        Objects.requireNonNull(callable, "task");
        lock.lock();
        try {
            if (shutdown) {
                throw new RejectedExecutionException("The timer is shut down");
            }
            // half of all time at most, so that differences do not overflow
            long wait = Math.min(Math.max(0, unit.toNanos(delay)), Long.MAX_VALUE / 2);
            Task<V> task = new Task<>(callable, now + wait, unit.toNanos(period), scheduled++);
            tasks.add(task);
            return task;
        } finally {
            lock.unlock();
        }
    }

    private static long positive(long period) {
        if (period <= 0) {
            throw new IllegalArgumentException("The period must be above 0, but is " + period);
        }
        return period;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(Executors.callable(command), delay, 0, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(callable, delay, 0, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return add(Executors.callable(command), initialDelay, positive(period), unit);
    }

    /** As no time passes while a task runs, the same as at a fixed rate. */
    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return add(Executors.callable(command), initialDelay, positive(delay), unit);
    }

    @Override
    public void execute(Runnable command) {
        add(Executors.callable(command), 0, 0, TimeUnit.NANOSECONDS);
    }

    /** Takes nothing more and, other than the timers of the JDK, forgets what waits. */
    @Override
    public void shutdown() {
        shutdownNow();
    }

    @Override
    public List<Runnable> shutdownNow() {
        lock.lock();
        try {
            shutdown = true;
            List<Task<?>> left = new ArrayList<>(tasks);
            left.sort(Comparator.naturalOrder());
            tasks.clear();
            return List.copyOf(left);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isShutdown() {
        lock.lock();
        try {
            return shutdown;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isTerminated() {
        return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isShutdown();
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

        private final long period;
        private final long order;
        private volatile long time;
        private volatile Throwable failure;

        private Task(Callable<V> callable, long time, long period, long order) {
            super(callable);
            this.time = time;
            this.period = period;
            this.order = order;
        }

        private void runOnTime() {
            if (period == 0) {
                run();
            } else if (runAndReset()) {
                again();
            }
            Throwable thrown = failure;
            if (thrown != null) {
                throw new AssertionError("A task of the timer failed", thrown);
            }
        }

        private void again() {
            lock.lock();
            try {
                if (!shutdown && !isCancelled()) {
                    time += period;
                    tasks.add(this);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        protected void setException(Throwable thrown) {
            failure = thrown;
            super.setException(thrown);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            lock.lock();
            try {
                tasks.remove(this);
            } finally {
                lock.unlock();
            }
            return cancelled;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(time - now, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            if (!(other instanceof Task<?> task)) {
                return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
            }
            long difference = time - task.time;
            return difference != 0 ? Long.signum(difference) : Long.compare(order, task.order);
        }
    }
}
