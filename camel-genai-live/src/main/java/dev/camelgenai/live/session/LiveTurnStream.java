package dev.camelgenai.live.session;

import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * The messages of one turn of the model while they arrive, from the first to the one that ends the turn. {@link #next} waits for
 * the next message, so it is for threads that may wait. While more messages wait than the stream may hold, the session does not
 * read.
 * <p>
 * {@link #hasNext} does not wait: a splitter asks it before it hands out the message it has, and that may be the function call
 * without whose answer no other message comes. It is only false after the message that ends the turn.
 * <p>
 * Whoever does not read to the end closes the stream: the rest of the turn is then nobody's. A stream that is neither read nor
 * closed is given up after {@code turnTimeout}. For one reader; may be closed by any thread.
 */
public final class LiveTurnStream implements Iterator<LiveServerMessage>, Closeable {

    /** The session, as far as a stream knows it. */
    interface Source {

        /** No more room. */
        void filled();

        /** Half of the room is free again. */
        void drained();

        /** The reader wants no more. */
        void closed();
    }

    private final Source source;
    private final int maxMessages;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ServerMessage> messages = new ArrayDeque<>();
    private long bytes;
    private boolean full;
    /** Whether something has come. */
    private boolean begun;
    /** Whether nothing comes any more. */
    private boolean ended;
    private boolean closed;
    private GenAiLiveException failure;

    LiveTurnStream(Source source, int maxMessages, long maxBytes) {
        this.source = source;
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    void offer(ServerMessage message) {
        boolean filled;
        boolean drained;
        lock.lock();
        try {
            if (ended || closed) {
                return;
            }
            begun = true;
            messages.addLast(message);
            bytes += message.size();
            // known here already, for the reader who takes it before anybody calls end
            ended = message.endsTurn();
            drained = ended && full;
            filled = !ended && !full && (messages.size() >= maxMessages || bytes >= maxBytes);
            full = !ended && (full || filled);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (filled) {
            source.filled();
        }
        if (drained) {
            source.drained();
        }
    }

    boolean hasBegun() {
        lock.lock();
        try {
            return begun;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The turn is over.
     *
     * @param cause what the reader gets after the messages that have come; {@code null} when they are all
     */
    void end(GenAiLiveException cause) {
        boolean drained;
        lock.lock();
        try {
            if (ended || closed) {
                return;
            }
            ended = true;
            failure = cause;
            // the bound is for what may still come
            drained = full;
            full = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (drained) {
            source.drained();
        }
    }

    /**
     * Whether the turn goes on, as far as it is known now.
     *
     * @throws GenAiLiveException when the turn was lost or took longer than {@code turnTimeout}; after the messages that came
     */
    @Override
    public boolean hasNext() {
        lock.lock();
        try {
            if (messages.isEmpty() && failure != null && !closed) {
                throw failure;
            }
            return !closed && (!ended || !messages.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    private void awaitNews() {
        try {
            lock.lockInterruptibly();
            try {
                while (messages.isEmpty() && !ended && !closed) {
                    changed.await();
                }
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new LiveSessionClosedException("The thread that reads the model's turn was interrupted", false, e);
        }
    }

    /**
     * The next message; waits for it.
     *
     * @throws NoSuchElementException when the turn is over, or the stream is closed
     * @throws GenAiLiveException     as {@link #hasNext()}
     */
    @Override
    public LiveServerMessage next() {
        return nextMessage().message();
    }

    /** As {@link #next()}, without building Google's type. */
    public ServerMessage nextMessage() {
        awaitNews();
        if (!hasNext()) {
            throw new NoSuchElementException("The model's turn is over, or the stream is closed");
        }
        ServerMessage message;
        boolean drained;
        lock.lock();
        try {
            message = messages.pollFirst();
            if (message == null) {
                throw new NoSuchElementException("The stream was closed");
            }
            bytes -= message.size();
            drained = full && messages.size() <= maxMessages / 2 && bytes <= maxBytes / 2;
            full &= !drained;
        } finally {
            lock.unlock();
        }
        if (drained) {
            source.drained();
        }
        return message;
    }

    /** Forgets what was not read. Without effect on a turn that is over. */
    @Override
    public void close() {
        boolean drained;
        boolean early;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            early = !ended;
            drained = full;
            full = false;
            messages.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (drained) {
            source.drained();
        }
        if (early) {
            source.closed();
        }
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            return "LiveTurnStream[" + messages.size() + " messages" + (ended ? ", ended" : "") + (closed ? ", closed" : "")
                    + "]";
        } finally {
            lock.unlock();
        }
    }
}
