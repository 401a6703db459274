package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.protocol.ClientMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sends of one session that the socket has not taken yet, first in, first out. What was handed to a socket stays known
 * until the socket has taken it, so that it can be handed to the next one should the connection break. Thread-safe;
 * callbacks are never called under the lock.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** One send: messages that travel together, in order. */
    static final class Entry {

        private final List<? extends ClientMessage> messages;
        private final long bytes;
        private final boolean media;
        private final boolean answersTools;
        private final boolean goesOn;
        private final SendCallback callback;
        private final long since;
        private final boolean repeated;
        /** How many of the messages were handed to the socket, and how many of these it has taken. */
        private int handed;
        private int taken;

        /**
         * @param since when it was offered, by the session's clock
         */
        Entry(List<? extends ClientMessage> messages, SendCallback callback, long since) {
            this(messages, callback, since, false);
        }

        private Entry(List<? extends ClientMessage> messages, SendCallback callback, long since, boolean repeated) {
            this.messages = messages;
            this.callback = callback;
            this.since = since;
            this.repeated = repeated;
            long size = 0;
            boolean onlyMedia = true;
            boolean onlyToolResponses = true;
            for (ClientMessage message : messages) {
                size += message.estimatedSize();
                onlyMedia &= message.isMedia();
                onlyToolResponses &= message instanceof ClientMessage.ToolResponse;
            }
            this.bytes = size;
            this.media = onlyMedia;
            this.answersTools = onlyToolResponses;
            this.goesOn = onlyMedia || onlyToolResponses || endsSpeech(messages);
        }

        private static boolean endsSpeech(List<? extends ClientMessage> messages) {
            boolean endsActivity = false;
            for (ClientMessage message : messages) {
                if (!(message instanceof ClientMessage.RealtimeInput input) || input.parameters().text().isPresent()
                        || input.parameters().activityStart().isPresent()) {
                    return false;
                }
                endsActivity |= input.parameters().activityEnd().isPresent();
            }
            return endsActivity || messages.get(0) instanceof ClientMessage.RealtimeInput first
                    && first.parameters().audioStreamEnd().orElse(false);
        }

        /** A message that is part of the conversation already, and told to the service again. */
        static Entry repeated(ClientMessage message, SendCallback callback, long since) {
            return new Entry(List.of(message), callback, since, true);
        }

        SendCallback callback() {
            return callback;
        }

        /** Nothing but pieces of audio or images. */
        boolean isMedia() {
            return media;
        }

        /** Nothing but more of what is under way, or its end: media, the end of what the user says, answers to function calls. */
        boolean goesOn() {
            return goesOn;
        }

        boolean isRepeated() {
            return repeated;
        }

        boolean isUntouched() {
            return handed == 0;
        }
    }

    /**
     * One message of a send, on its way to the socket.
     *
     * @param last whether the send is complete with it
     */
    record Frame(Entry entry, ClientMessage message, boolean last) {
    }

    /**
     * What was on its way when the connection ended.
     *
     * @param waiting sends that will be written again
     * @param broken  sends that were written in part and are out now
     */
    record Recalled(List<Entry> waiting, List<Entry> broken) {
    }

    private final OutboxBounds bounds;
    private final BriefLock lock = new BriefLock();
    private final ArrayDeque<Entry> queue = new ArrayDeque<>();
    /** All messages handed to the socket, not all taken yet. */
    private final ArrayDeque<Entry> inFlight = new ArrayDeque<>();
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
        return offer(entry, false);
    }

    /**
     * As {@link #offer}; there is room for it, unless it alone is larger than the outbox.
     *
     * @param entry what the service waits for: its sender bounds how much of that there is
     */
    boolean offerOwed(Entry entry) {
        return offer(entry, true);
    }

    private boolean offer(Entry entry, boolean owed) {
        List<Entry> victims = List.of();
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            refuseTooLarge(entry);
            if (!owed && !fits(entry)) {
                victims = makeRoom(entry);
            }
            queue.addLast(entry);
            bytes += entry.bytes;
        } finally {
            lock.unlock();
        }
        tell(victims, SendOutcome.DROPPED, null);
        return true;
    }

    private boolean fits(Entry entry) {
        return queue.size() < bounds.maxMessages() && bytes + entry.bytes <= bounds.maxBytes();
    }

    private void refuseTooLarge(Entry entry) {
        if (entry.bytes > bounds.maxBytes()) {
            throw new LiveQueueFullException(
                    "The input has about " + entry.bytes + " bytes on the wire, more than the outbox of"
                            + " a session ever takes (outboxMaxBytes=" + bounds.maxBytes()
                            + "). Send it in smaller pieces or raise outboxMaxBytes.",
                    false);
        }
    }

    private List<Entry> makeRoom(Entry entry) {
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
            if (candidate.media && candidate.isUntouched()) {
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
                + ". The service or the network takes input more slowly than the route offers it, or the connection is being"
                + " opened again: slow down, raise the bounds, or choose another outboxOverflow.", true);
    }

    /** Whether a send is on its way to the socket and not complete. */
    boolean isUnderWay() {
        lock.lock();
        try {
            return !inFlight.isEmpty() || (!queue.isEmpty() && !queue.peekFirst().isUntouched());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Hands out the next message of the send at the head.
     *
     * @param  mayGo whether that send may go now; asked under the lock
     * @return       {@code null} when there is none, or it may not
     */
    Frame take(Predicate<Entry> mayGo) {
        lock.lock();
        try {
            Entry head = queue.peekFirst();
            if (head == null || !mayGo.test(head)) {
                return null;
            }
            ClientMessage message = head.messages.get(head.handed++);
            boolean last = head.handed == head.messages.size();
            if (last) {
                queue.removeFirst();
                bytes -= head.bytes;
                inFlight.addLast(head);
            }
            return new Frame(head, message, last);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The socket has taken these messages.
     *
     * @return the sends that are complete with that, so that the caller, and nobody else, has to see to their callbacks
     */
    List<Entry> taken(List<Frame> frames) {
        List<Entry> complete = new ArrayList<>(frames.size());
        lock.lock();
        try {
            for (Frame frame : frames) {
                Entry entry = frame.entry;
                entry.taken++;
                if (entry.taken == entry.messages.size() && inFlight.remove(entry)) {
                    complete.add(entry);
                }
            }
        } finally {
            lock.unlock();
        }
        return complete;
    }

    /**
     * Takes a send out, wherever it is.
     *
     * @return whether it was still in, so that the caller, and nobody else, has to see to its callback
     */
    boolean remove(Entry entry) {
        lock.lock();
        try {
            if (queue.remove(entry)) {
                bytes -= entry.bytes;
                return true;
            }
            return inFlight.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a send out unless a part of it is on its way. */
    boolean withdraw(Entry entry) {
        lock.lock();
        try {
            return entry.isUntouched() && remove(entry);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection has ended: what its socket did not take waits again, ahead of all the rest.
     *
     * @param goOnAfterPart whether a send that was written in part goes on where it stopped; otherwise it is out
     */
    Recalled recall(boolean goOnAfterPart) {
        List<Entry> waiting = new ArrayList<>();
        List<Entry> broken = new ArrayList<>();
        lock.lock();
        try {
            Entry head = queue.peekFirst();
            if (head != null && !head.isUntouched()) {
                queue.removeFirst();
                bytes -= head.bytes;
                inFlight.addLast(head);
            }
            for (Entry entry = inFlight.pollLast(); entry != null; entry = inFlight.pollLast()) {
                if (entry.taken > 0 && !goOnAfterPart) {
                    broken.add(0, entry);
                } else {
                    entry.handed = entry.taken;
                    queue.addFirst(entry);
                    bytes += entry.bytes;
                    waiting.add(entry);
                }
            }
        } finally {
            lock.unlock();
        }
        return new Recalled(waiting, broken);
    }

    /** Puts sends ahead of all the rest, in their order; the bounds do not apply. */
    void prepend(List<Entry> entries) {
        lock.lock();
        try {
            for (int i = entries.size() - 1; i >= 0; i--) {
                queue.addFirst(entries.get(i));
                bytes += entries.get(i).bytes;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A connection is open after a gap: media that is too old by now is dropped, and what the service waits for, answers to
     * its function calls, goes first, but not before what is repeated.
     *
     * @param now by the clock of {@link Entry#since}
     */
    void afterGap(long now) {
        long maxAge = bounds.realtimeMaxAge().toNanos();
        List<Entry> late = maxAge == 0
                ? List.of()
                : extract(entry -> entry.media && entry.isUntouched() && now - entry.since > maxAge);
        lock.lock();
        try {
            dropped += late.size();
        } finally {
            lock.unlock();
        }
        // in their order, and before everything else: the service has had them once
        List<Entry> replays = extract(entry -> entry.repeated);
        prepend(extract(entry -> entry.answersTools));
        prepend(replays);
        tell(late, SendOutcome.DROPPED, null);
    }

    /** Takes out the sends of which nothing is on its way, as far as they match. */
    List<Entry> extract(Predicate<Entry> matching) {
        List<Entry> out = new ArrayList<>();
        lock.lock();
        try {
            for (Iterator<Entry> entries = queue.iterator(); entries.hasNext();) {
                Entry entry = entries.next();
                if (entry.isUntouched() && matching.test(entry)) {
                    entries.remove();
                    bytes -= entry.bytes;
                    out.add(entry);
                }
            }
        } finally {
            lock.unlock();
        }
        return out;
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
        List<Entry> left = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            left.addAll(inFlight);
            left.addAll(queue);
            inFlight.clear();
            queue.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
        tell(left, null, failure);
    }

    /** One sender that fails must not keep the others from being told. */
    static void tell(List<Entry> entries, SendOutcome outcome, GenAiLiveException failure) {
        for (Entry entry : entries) {
            try {
                entry.callback.onSent(outcome, failure);
            } catch (RuntimeException e) {
                LOG.error("A sender failed to hear what became of its message", e);
            }
        }
    }

    /** How many sends that the socket has not taken match. */
    long count(Predicate<Entry> matching) {
        lock.lock();
        try {
            return Stream.concat(inFlight.stream(), queue.stream()).filter(matching).count();
        } finally {
            lock.unlock();
        }
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

    /** Sends that were dropped by a policy so far. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }
}
