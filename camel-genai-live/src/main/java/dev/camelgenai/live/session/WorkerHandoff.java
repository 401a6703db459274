package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.camelgenai.live.transport.LiveConnector;
import io.netty.util.concurrent.FastThreadLocal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands tasks to a pool of workers: what an event loop has for them in one round goes together, because to wake a worker takes longer
 * than what most tasks do. From other threads tasks go at once, one by one.
 * <p>
 * Tasks may block, or take a while. What still waits {@link #PATIENCE_MILLIS} after the first began is taken over by another worker as
 * well, what waits as long again by two more, and so on, as far as the pool has them. Tasks that came together may run at the same time
 * then. Thread-safe.
 */
public final class WorkerHandoff implements Executor {

    /** How long a task may hold up those that came with it. */
    static final long PATIENCE_MILLIS = 2;
    /** How many tasks go together at most. */
    static final int MOST = 64;

    private static final Logger LOG = LoggerFactory.getLogger(WorkerHandoff.class);
    private static final long RETRY_MILLIS = 50;

    private final ExecutorService pool;
    private final ScheduledExecutorService timer;
    private final LiveConnector connector;
    /** What the event loop has collected in this round. */
    private final FastThreadLocal<Lump> open = new FastThreadLocal<>();
    private final Set<Lump> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watching = new AtomicBoolean();

    /**
     * @param connector whose event loops these are
     */
    public WorkerHandoff(ExecutorService pool, ScheduledExecutorService timer, LiveConnector connector) {
        this.pool = pool;
        this.timer = timer;
        this.connector = connector;
    }

    /**
     * @throws RejectedExecutionException when the pool takes nothing; the task is not run then. Where that shows only later, the task is
     *                                    offered again after a while, and runs on the event loop when the pool has been shut down
     */
    @Override
    public void execute(Runnable task) {
        Lump lump = open.get();
        if (lump == null) {
            lump = new Lump();
            if (!connector.afterwards(this::handOver)) {
                pool.execute(task);
                return;
            }
            open.set(lump);
        }
        if (lump.add(task)) {
            submit(lump);
            open.set(new Lump());
        }
    }

    /** The event loop's round is over. */
    private void handOver() {
        Lump lump = open.get();
        open.remove();
        submit(lump);
    }

    private void submit(Lump lump) {
        if (lump.tasks.isEmpty()) {
            return;
        }
        if (lump.tasks.size() > 1) {
            running.add(lump);
            watch();
        }
        offer(lump);
    }

    private void offer(Lump lump) {
        try {
            pool.execute(lump);
        } catch (RejectedExecutionException e) {
            LOG.debug("No worker for {} tasks now", lump.tasks.size(), e);
            if (pool.isShutdown() || !retryLater(lump)) {
                // an exchange must end even then
                lump.run();
            }
        }
    }

    private boolean retryLater(Lump lump) {
        try {
            timer.schedule(() -> offer(lump), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("No worker will come: shutting down", e);
            return false;
        }
    }

    private void watch() {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            try {
                timer.schedule(this::look, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("Nobody looks after tasks that wait: shutting down", e);
                watching.set(false);
            }
        }
    }

    private void look() {
        running.forEach(this::help);
        watching.set(false);
        if (!running.isEmpty()) {
            watch();
        }
    }

    private void help(Lump lump) {
        int more = lump.helpersNeeded();
        try {
            for (int i = 0; i < more; i++) {
                pool.execute(lump);
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("No further worker for tasks that wait", e);
        }
    }

    /** Tasks that came together. */
    private final class Lump implements Runnable {

        private final List<Runnable> tasks = new ArrayList<>();
        /** The next task to be run; beyond the size when there is none. */
        private final AtomicInteger next = new AtomicInteger();
        // of those who look after it
        private boolean begunBefore;
        private int workers = 1;

        /** @return whether there is no room for another one */
        private boolean add(Runnable task) {
            tasks.add(task);
            return tasks.size() == MOST;
        }

        @Override
        public void run() {
            for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
                try {
                    tasks.get(i).run();
                } catch (RuntimeException | Error e) {
                    // the others are not to suffer
                    LOG.error("A task of a live session failed", e);
                }
            }
            running.remove(this);
        }

        /** How many more are to run it: none while it has not begun, because no worker is free, or not long ago. */
        private int helpersNeeded() {
            int now = next.get();
            boolean late = begunBefore && now < tasks.size();
            begunBefore = now > 0;
            if (!late) {
                return 0;
            }
            int more = Math.min(workers, tasks.size() - now);
            workers += more;
            return more;
        }
    }
}
