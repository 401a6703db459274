package dev.camelgenai.live.session;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import dev.camelgenai.live.error.LiveQueueFullException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from one session to one consumer: a queue that hands over one message at a time, on a worker thread, and asks
 * the session to stop reading while it is full. A message that is being handled asynchronously holds no thread. An
 * interruption by the user comes before what waits, see {@link LaneQueue}, and makes the audio that waits stale.
 * <p>
 * A lane that has been full for its stall time, and whose consumer took nothing meanwhile, is stalled: then its
 * {@link LaneOverflow} applies, until the consumer takes something again. That time stands still while the lane is suspended.
 */
final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /** After so many messages in a row the worker is given back, so that a busy lane does not keep it from others. */
    private static final int MESSAGES_PER_RUN = 32;

    /** When a worker is asked for again after the pool has refused: no message to come need remind of those that wait. */
    private static final long RETRY_MILLIS = 100;

    private final LiveSession session;
    private final SessionConsumer consumer;
    private final LaneBounds bounds;
    private final long stallNanos;
    private final SessionServices services;
    private final Consumer<Lane> onEnded;
    private final ReentrantLock lock = new ReentrantLock();
    private final LaneQueue queue = new LaneQueue();
    /** Whether an item is being handled, or a worker is on its way to take the next. */
    private boolean busy;
    private boolean suspended;
    private boolean stopped;
    /** Whether the end of the session is in the queue: nothing comes after it. */
    private boolean ended;
    private boolean full;
    /** Since when the consumer of a full lane has taken nothing, by the clock. */
    private long idleSince;
    private long suspendedSince;
    private boolean stalled;
    /** Whether the log has told of the stall; so that a slow route is told of once and not with every message. */
    private boolean stallTold;
    private StallCheck stallCheck;
    private ScheduledFuture<?> retry;
    private long staleAudio;
    private long overflowAudio;

    Lane(LiveSession session, SessionConsumer consumer, LaneBounds bounds, SessionServices services, boolean suspended,
            Consumer<Lane> onEnded) {
        this.session = session;
        this.consumer = consumer;
        this.bounds = bounds;
        this.stallNanos = TimeUnit.NANOSECONDS.convert(bounds.stallTimeout());
        this.services = services;
        this.suspended = suspended;
        this.suspendedSince = services.clock().getAsLong();
        this.onEnded = onEnded;
    }

    SessionConsumer consumer() {
        return consumer;
    }

    int size() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Messages whose audio was dropped, all or with the rest delivered, because the user had interrupted the model. */
    long staleAudio() {
        lock.lock();
        try {
            return staleAudio;
        } finally {
            lock.unlock();
        }
    }

    /** Messages that were dropped by {@link LaneOverflow#dropOldestAudio}. */
    long overflowAudio() {
        lock.lock();
        try {
            return overflowAudio;
        } finally {
            lock.unlock();
        }
    }

    void offer(ReceivedMessage received) {
        enqueue(new LaneQueue.Item(received, null));
    }

    /** The consumer is told in order with the messages. */
    void event(SessionEvent event) {
        enqueue(new LaneQueue.Item(null, event));
    }

    /** The session is over; nothing follows what is still queued. */
    void end() {
        enqueue(LaneQueue.Item.END);
    }

    private void enqueue(LaneQueue.Item item) {
        boolean run;
        boolean drained;
        boolean becameFull;
        lock.lock();
        try {
            if (stopped || ended) {
                return;
            }
            ended = item == LaneQueue.Item.END;
            if (item.isInterruption() && bounds.dropAudioOnInterrupt()) {
                staleAudio += queue.dropAudio();
            }
            queue.add(item);
            if (stalled && bounds.overflow() == LaneOverflow.dropOldestAudio && queue.messages() >= bounds.maxMessages()) {
                overflowAudio += queue.dropOldestAudio(bounds.maxMessages() / 2);
            }
            drained = drained();
            becameFull = becameFull();
            watchForStall();
            run = !busy && !suspended;
            busy |= run;
        } finally {
            lock.unlock();
        }
        if (drained) {
            session.laneDrained();
        }
        if (becameFull) {
            session.laneFilled();
        }
        if (run) {
            submit();
        }
    }

    /** Whether the lane was full up to now; under the lock, and the session is to be told outside. */
    private boolean drained() {
        boolean drained = full && queue.messages() <= bounds.maxMessages() / 2;
        full &= !drained;
        return drained;
    }

    /** As {@link #drained()}, the other way round. */
    private boolean becameFull() {
        boolean becameFull = !full && queue.messages() >= bounds.maxMessages();
        if (becameFull) {
            full = true;
            idleSince = services.clock().getAsLong();
        }
        return becameFull;
    }

    private void submit() {
        try {
            services.workers().execute(this::run);
        } catch (RejectedExecutionException e) {
            LOG.debug("No worker for a message of session {} now", session, e);
            lock.lock();
            try {
                busy = false;
                retryLater();
            } finally {
                lock.unlock();
            }
        }
    }

    private void retryLater() {
        if (stopped || retry != null) {
            return;
        }
        try {
            retry = services.timer().schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the component is being shut down, which stops the lanes as well
            LOG.debug("No worker for the messages of session {}: shutting down", session, e);
        }
    }

    private void retry() {
        boolean run;
        lock.lock();
        try {
            retry = null;
            run = startRun();
        } finally {
            lock.unlock();
        }
        if (run) {
            submit();
        }
    }

    private boolean startRun() {
        boolean run = !busy && !suspended && !stopped && !queue.isEmpty();
        busy |= run;
        return run;
    }

    private void run() {
        for (int handled = 0; handled < MESSAGES_PER_RUN; handled++) {
            LaneQueue.Item item = take();
            if (item == null) {
                return;
            }
            Continuation handover = new Continuation(this::submit);
            deliver(item, handover);
            if (!handover.isDoneOnReturn()) {
                return;
            }
        }
        submit();
    }

    private LaneQueue.Item take() {
        LaneQueue.Item item;
        boolean drained;
        lock.lock();
        try {
            item = suspended || stopped ? null : queue.poll();
            busy = item != null;
            drained = drained();
            if (busy) {
                stalled = false;
                stallTold &= queue.messages() > bounds.maxMessages() / 2;
                if (full) {
                    idleSince = services.clock().getAsLong();
                }
            }
            watchForStall();
        } finally {
            lock.unlock();
        }
        if (drained) {
            session.laneDrained();
        }
        return item;
    }

    private void deliver(LaneQueue.Item item, Continuation handover) {
        try {
            if (item.isMessage()) {
                consumer.onMessage(session, item.received(), handover);
            } else if (item.event() != null) {
                consumer.onEvent(session, item.event(), handover);
            } else {
                onEnded.accept(this);
                handover.run();
            }
        } catch (RuntimeException | Error e) {
            // a consumer reports its own errors; one that throws must not end the lane
            LOG.error("The consumer of session {} failed on a message", session, e);
            handover.run();
        }
    }

    /**
     * Has a check scheduled where there is something to watch, and only there. One check is enough for as long as the lane is
     * full: it looks how long the consumer has taken nothing, and if that is not long enough it comes again.
     */
    private void watchForStall() {
        if (!full || suspended || stopped || ended || stalled) {
            if (stallCheck != null) {
                stallCheck.future.cancel(false);
                stallCheck = null;
            }
        } else if (stallCheck == null) {
            long idle = services.clock().getAsLong() - idleSince;
            StallCheck check = new StallCheck();
            try {
                check.future = services.timer().schedule(check, stallNanos - idle, TimeUnit.NANOSECONDS);
                stallCheck = check;
            } catch (RejectedExecutionException e) {
                LOG.debug("A full lane of session {} is not watched: shutting down", session, e);
            }
        }
    }

    private void check(StallCheck check) {
        boolean drained = false;
        boolean tell;
        long dropped = 0;
        lock.lock();
        try {
            if (stallCheck != check) {
                return;
            }
            stallCheck = null;
            if (services.clock().getAsLong() - idleSince < stallNanos) {
                watchForStall();
                return;
            }
            stalled = true;
            tell = !stallTold;
            stallTold = true;
            if (bounds.overflow() == LaneOverflow.dropOldestAudio) {
                dropped = queue.dropOldestAudio(bounds.maxMessages() / 2);
                overflowAudio += dropped;
                drained = drained();
            }
        } finally {
            lock.unlock();
        }
        if (drained) {
            session.laneDrained();
        }
        if (bounds.overflow() == LaneOverflow.closeSession) {
            session.laneStalled(tooSlow());
        } else if (tell) {
            LOG.warn("The route that consumes session {} took no message for laneStallTimeout={}ms while its queue was full"
                    + " (laneMaxMessages={}, laneOverflow={}, {} audio messages dropped). Until it goes on, the session {}.",
                    session, bounds.stallTimeout().toMillis(), bounds.maxMessages(), bounds.overflow(), dropped,
                    drained ? "drops its oldest audio" : "is not read");
        }
    }

    private LiveQueueFullException tooSlow() {
        return new LiveQueueFullException("The session was closed because the route that consumes it took no message for"
                + " laneStallTimeout=" + bounds.stallTimeout().toMillis() + "ms while laneMaxMessages=" + bounds.maxMessages()
                + " waited (laneOverflow=" + LaneOverflow.closeSession + "). Make the route quicker or have it hand over to"
                + " seda:, raise laneMaxMessages or laneStallTimeout, or set laneOverflow to " + LaneOverflow.pause + " or "
                + LaneOverflow.dropOldestAudio + ".", true);
    }

    /** Stops handing over; what comes is kept, and reading stops when the lane is full. */
    void suspend() {
        lock.lock();
        try {
            if (suspended) {
                return;
            }
            suspended = true;
            suspendedSince = services.clock().getAsLong();
            if (stalled) {
                // it gets all its time again
                stalled = false;
                idleSince = suspendedSince;
            }
            watchForStall();
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        boolean run;
        lock.lock();
        try {
            if (suspended) {
                suspended = false;
                long now = services.clock().getAsLong();
                idleSince += Math.min(now - suspendedSince, now - idleSince);
                watchForStall();
            }
            run = startRun();
        } finally {
            lock.unlock();
        }
        if (run) {
            submit();
        }
    }

    /** Ends the lane; messages still queued are for nobody. */
    void stop() {
        boolean wasFull;
        int left;
        lock.lock();
        try {
            stopped = true;
            wasFull = full;
            full = false;
            left = queue.size();
            queue.clear();
            watchForStall();
            if (retry != null) {
                retry.cancel(false);
                retry = null;
            }
        } finally {
            lock.unlock();
        }
        if (left > 0) {
            LOG.warn("The consumer of session {} stopped with {} messages not delivered", session, left);
        }
        if (wasFull) {
            session.laneDrained();
        }
    }

    /** Comes when the consumer may have taken nothing for the stall time; without effect when the lane has another. */
    private final class StallCheck implements Runnable {

        private ScheduledFuture<?> future;

        @Override
        public void run() {
            check(this);
        }
    }
}
