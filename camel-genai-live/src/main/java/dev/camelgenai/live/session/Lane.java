package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import com.google.genai.types.LiveServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from one session to one consumer: a queue that hands over one message at a time, on a worker thread, and asks
 * the session to stop reading while it is full. A message that is being handled asynchronously holds no thread.
 */
final class Lane {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /** After so many messages in a row the worker is given back, so that a busy lane does not keep it from others. */
    private static final int MESSAGES_PER_RUN = 32;

    /** A message, an event, or, where there is neither, the end of the session. */
    private record Item(LiveServerMessage message, long sequenceNumber, SessionEvent event) {

        private static final Item END = new Item(null, 0, null);
    }

    private final LiveSession session;
    private final SessionConsumer consumer;
    private final LaneBounds bounds;
    private final SessionServices services;
    private final Consumer<Lane> onEnded;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    /** Whether an item is being handled, or a worker is on its way to take the next. */
    private boolean busy;
    private boolean suspended;
    private boolean stopped;
    /** Whether the end of the session is in the queue: nothing comes after it. */
    private boolean ended;
    private boolean full;

    Lane(LiveSession session, SessionConsumer consumer, LaneBounds bounds, SessionServices services, boolean suspended,
            Consumer<Lane> onEnded) {
        this.session = session;
        this.consumer = consumer;
        this.bounds = bounds;
        this.services = services;
        this.suspended = suspended;
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

    void offer(LiveServerMessage message, long sequenceNumber) {
        enqueue(new Item(message, sequenceNumber, null));
    }

    /** The consumer is told in order with the messages. */
    void event(SessionEvent event) {
        enqueue(new Item(null, 0, event));
    }

    /** The session is over; nothing follows what is still queued. */
    void end() {
        enqueue(Item.END);
    }

    private void enqueue(Item item) {
        boolean run;
        boolean becameFull;
        lock.lock();
        try {
            if (stopped || ended) {
                return;
            }
            ended = item == Item.END;
            queue.addLast(item);
            becameFull = !full && queue.size() >= bounds.maxMessages();
            full |= becameFull;
            run = !busy && !suspended;
            busy |= run;
        } finally {
            lock.unlock();
        }
        if (becameFull) {
            session.laneFilled();
        }
        if (run) {
            submit();
        }
    }

    private void submit() {
        try {
            services.workers().execute(this::run);
        } catch (RejectedExecutionException e) {
            // only when the component is being shut down, which stops the lanes as well
            LOG.debug("No worker for a message of session {}: shutting down", session, e);
            lock.lock();
            try {
                busy = false;
            } finally {
                lock.unlock();
            }
        }
    }

    private void run() {
        for (int handled = 0; handled < MESSAGES_PER_RUN; handled++) {
            Item item = take();
            if (item == null) {
                return;
            }
            Handover handover = new Handover();
            deliver(item, handover);
            if (!handover.isDoneOnReturn()) {
                return;
            }
        }
        submit();
    }

    private Item take() {
        Item item;
        boolean drained;
        lock.lock();
        try {
            item = suspended || stopped ? null : queue.pollFirst();
            busy = item != null;
            drained = full && queue.size() <= bounds.maxMessages() / 2;
            full &= !drained;
        } finally {
            lock.unlock();
        }
        if (drained) {
            session.laneDrained();
        }
        return item;
    }

    private void deliver(Item item, Handover handover) {
        try {
            if (item.message != null) {
                consumer.onMessage(session, item.message, item.sequenceNumber, handover);
            } else if (item.event != null) {
                consumer.onEvent(session, item.event, handover);
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

    /** Stops handing over; what comes is kept, and reading stops when the lane is full. */
    void suspend() {
        lock.lock();
        try {
            suspended = true;
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        boolean run;
        lock.lock();
        try {
            suspended = false;
            run = !busy && !queue.isEmpty();
            busy |= run;
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

    /** Goes on with the lane when a message is done: in the same loop if that is before the consumer returns. */
    private final class Handover implements Runnable {

        private boolean returned;
        private boolean done;

        @Override
        public void run() {
            boolean goOn;
            lock.lock();
            try {
                goOn = returned && !done;
                done = true;
            } finally {
                lock.unlock();
            }
            if (goOn) {
                submit();
            }
        }

        private boolean isDoneOnReturn() {
            lock.lock();
            try {
                returned = true;
                return done;
            } finally {
                lock.unlock();
            }
        }
    }
}
