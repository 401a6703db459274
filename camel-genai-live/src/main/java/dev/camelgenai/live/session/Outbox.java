package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.protocol.ClientMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sends of one session that the socket has not taken yet, first in, first out. Thread-safe; callbacks are never
 * called under the lock.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** One send: messages that travel together, in order. */
    static final class Entry {

        private final List<? extends ClientMessage> messages;
        private final long bytes;
        private final boolean realtime;
        private final SendCallback callback;
        private final Runnable onWriting;
        private int next;

        Entry(List<? extends ClientMessage> messages, SendCallback callback) {
            this(messages, callback, () -> {
            });
        }

        /**
         * @param onWriting called on the event loop before the last frame is handed to the socket
         */
        Entry(List<? extends ClientMessage> messages, SendCallback callback, Runnable onWriting) {
            this.messages = messages;
            this.callback = callback;
            this.onWriting = onWriting;
            long size = 0;
            boolean allRealtime = true;
            for (ClientMessage message : messages) {
                size += message.estimatedSize();
                allRealtime &= message.isMedia();
            }
            this.bytes = size;
            this.realtime = allRealtime;
        }

        /** The message to write next; after the last one the send is complete. */
        ClientMessage nextMessage() {
            return messages.get(next++);
        }

        boolean isLast() {
            return next == messages.size();
        }

        private boolean isUntouched() {
            return next == 0;
        }

        SendCallback callback() {
            return callback;
        }

        Runnable onWriting() {
            return onWriting;
        }
    }

    private final OutboxBounds bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> queue = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private boolean closed;

    Outbox(OutboxBounds bounds) {
        this.bounds = bounds;
    }

    /**
     * Takes a send at the end of the queue.
     *
     * @return                        {@code false} when the outbox is closed; the callback will then not be called
     * @throws LiveQueueFullException when there is no room; the callback will then not be called either
     */
    boolean offer(Entry entry) {
        List<Entry> victims = List.of();
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (!fits(entry)) {
                victims = makeRoom(entry);
            }
            queue.addLast(entry);
            bytes += entry.bytes;
        } finally {
            lock.unlock();
        }
        victims.forEach(victim -> victim.callback.onSent(SendOutcome.DROPPED, null));
        return true;
    }

    private boolean fits(Entry entry) {
        return queue.size() < bounds.maxMessages() && bytes + entry.bytes <= bounds.maxBytes();
    }

    private List<Entry> makeRoom(Entry entry) {
        if (entry.bytes > bounds.maxBytes()) {
            throw new LiveQueueFullException(
                    "The input has about " + entry.bytes + " bytes on the wire, more than the outbox of"
                            + " a session ever takes (outboxMaxBytes=" + bounds.maxBytes()
                            + "). Send it in smaller pieces or raise outboxMaxBytes.",
                    false);
        }
        return switch (bounds.overflow()) {
            case block -> {
                if (queue.size() >= bounds.maxMessages() + bounds.maxWaiting() || waitingBeyondBytes() >= bounds.maxWaiting()) {
                    throw full("and outboxMaxWaiting=" + bounds.maxWaiting() + " more wait already");
                }
                yield List.of();
            }
            case fail -> throw full("and outboxOverflow=fail");
            case dropOldestRealtime -> dropRealtimeFor(entry);
        };
    }

    /** How many sends at the end of the queue are beyond the byte bound. */
    private int waitingBeyondBytes() {
        long ahead = 0;
        int within = 0;
        for (Entry queued : queue) {
            ahead += queued.bytes;
            if (ahead > bounds.maxBytes()) {
                break;
            }
            within++;
        }
        return queue.size() - within;
    }

    private List<Entry> dropRealtimeFor(Entry entry) {
        List<Entry> victims = new ArrayList<>();
        long freed = 0;
        Iterator<Entry> oldestFirst = queue.iterator();
        while (oldestFirst.hasNext() && !(queue.size() - victims.size() < bounds.maxMessages()
                && bytes - freed + entry.bytes <= bounds.maxBytes())) {
            Entry candidate = oldestFirst.next();
            // what is on its way already must stay whole
            if (candidate.realtime && candidate.isUntouched()) {
                victims.add(candidate);
                freed += candidate.bytes;
            }
        }
        if (queue.size() - victims.size() >= bounds.maxMessages() || bytes - freed + entry.bytes > bounds.maxBytes()) {
            throw full("and there is no realtime input in it to drop");
        }
        queue.removeAll(victims);
        bytes -= freed;
        dropped += victims.size();
        return victims;
    }

    private LiveQueueFullException full(String why) {
        return new LiveQueueFullException("The outbox of the session is full (" + queue.size() + " messages, " + bytes
                + " bytes; outboxMaxMessages=" + bounds.maxMessages() + ", outboxMaxBytes=" + bounds.maxBytes() + "), " + why
                + ". The service or the network takes input more slowly than the route offers it: slow down, raise the"
                + " bounds, or choose another outboxOverflow.", true);
    }

    /** The send to go on with; stays at the head until {@link #remove} takes it away. {@code null} when there is none. */
    Entry peek() {
        lock.lock();
        try {
            return queue.peekFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Marks the head as being written, so that it is not dropped in between, and gives its next message. */
    ClientMessage nextMessageOf(Entry head) {
        lock.lock();
        try {
            return queue.peekFirst() == head ? head.nextMessage() : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the head away once it was handed to the socket completely, or failed.
     *
     * @return whether it was still in, so that the caller, and nobody else, has to see to its callback
     */
    boolean remove(Entry head) {
        lock.lock();
        try {
            if (queue.peekFirst() != head) {
                return false;
            }
            queue.removeFirst();
            bytes -= head.bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what comes from now on; what is in stays in. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Closes and fails everything that is still in. */
    void closeAndFail(GenAiLiveException failure) {
        List<Entry> left;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(queue);
            queue.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
        left.forEach(entry -> {
            try {
                entry.callback.onSent(null, failure);
            } catch (RuntimeException e) {
                LOG.error("A sender failed to hear that its message was not sent", e);
            }
        });
    }

    int size() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** Sends that were dropped by {@link OutboxOverflow#dropOldestRealtime} so far. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }
}
