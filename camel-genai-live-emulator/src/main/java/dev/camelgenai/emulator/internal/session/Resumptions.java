package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import dev.camelgenai.emulator.EmulatorClock;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;

/**
 * The resumption handles that this emulator has given out, and what each stands for. Bounded: a conversation keeps
 * its last few, and the oldest conversations' are forgotten. Thread-safe.
 */
public final class Resumptions {

    /** A handle is good for so long after its session has ended. */
    static final Duration VALIDITY = Duration.ofHours(2);

    private static final int MAX = 100_000;
    private static final int MAX_PER_CONVERSATION = 8;

    /** A conversation that handles are given out for, and the session that has it now: one at a time. */
    static final class Line {

        private final Deque<String> handles = new ArrayDeque<>();
        private LiveSession holder;
        private Instant ended;
        private long calls;

        /**
         * @param holder has the conversation from its begin
         */
        Line(LiveSession holder) {
            this.holder = holder;
        }

        private boolean isExpired(Instant now) {
            return holder == null && !now.isBefore(ended.plus(VALIDITY));
        }

        /**
         * The number of the next function call. Never the same again, from whichever handle the conversation goes on: a late
         * answer to a call that is not part of it any more must not be taken for another's. For the holder only.
         */
        long nextCall() {
            return ++calls;
        }
    }

    /**
     * What a session has to know to go on with a conversation.
     *
     * @param frames      of video that wait for the user's next turn
     * @param historyOpen whether the client has not told the history that it wanted to begin with
     */
    record State(ConversationMemory.Saved conversation, int frames, boolean historyOpen) {
    }

    record Resumption(Line line, String model, State state) {
    }

    private final EmulatorClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Resumption> byHandle = new LinkedHashMap<>();

    public Resumptions(EmulatorClock clock) {
        this.clock = clock;
    }

    /** Gives out a new handle. */
    String issue(Line line, String model, State state) {
        String handle = UUID.randomUUID().toString();
        lock.lock();
        try {
            forgetExpired();
            byHandle.put(handle, new Resumption(line, model, state));
            line.handles.add(handle);
            if (line.handles.size() > MAX_PER_CONVERSATION) {
                byHandle.remove(line.handles.remove());
            }
            if (byHandle.size() > MAX) {
                byHandle.remove(byHandle.keySet().iterator().next());
            }
            return handle;
        } finally {
            lock.unlock();
        }
    }

    /** The session that has the conversation of a handle now; empty if it can be resumed, or if there is no such handle. */
    Optional<LiveSession> holder(String handle) {
        lock.lock();
        try {
            return Optional.ofNullable(byHandle.get(handle)).map(resumption -> resumption.line().holder);
        } finally {
            lock.unlock();
        }
    }

    /** The session has ended: its conversation can be resumed now, for a while. Without effect if another has it already. */
    void release(Line line, LiveSession session) {
        lock.lock();
        try {
            if (line.holder == session) {
                line.holder = null;
                line.ended = clock.now();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a conversation to a session.
     *
     * @param model of that session, with its prefix
     * @throws ProtocolViolation if there is no such handle, or none any more; if another session has the conversation; or if
     *                           that was with another model
     */
    Resumption resume(String handle, String model, LiveSession session) throws ProtocolViolation {
        lock.lock();
        try {
            Resumption resumption = byHandle.get(handle);
            if (resumption == null) {
                throw ProtocolViolation.notFound(ServiceClose.ENTITY_NOT_FOUND.reason(),
                        "this emulator did not issue that handle, or has forgotten it");
            }
            if (!resumption.model().equals(model)) {
                throw ProtocolViolation.invalidArgument("a session is resumed with the model it had: " + resumption.model());
            }
            Line line = resumption.line();
            if (line.holder != null) {
                throw ProtocolViolation.unavailable(ServiceClose.SESSION_ALREADY_OPEN.reason(),
                        "the conversation of that handle has an open socket; close it first");
            }
            if (line.isExpired(clock.now())) {
                throw ProtocolViolation.notFound(ServiceClose.ENTITY_NOT_FOUND.reason(),
                        "that handle's session ended more than " + VALIDITY.toHours() + " hours ago");
            }
            line.holder = session;
            return resumption;
        } finally {
            lock.unlock();
        }
    }

    /** Those at the front: what is behind an open conversation waits for its end, or for the bound. */
    private void forgetExpired() {
        Iterator<Resumption> oldest = byHandle.values().iterator();
        while (oldest.hasNext() && oldest.next().line().isExpired(clock.now())) {
            oldest.remove();
        }
    }

    /** Forgets all handles. */
    public void clear() {
        lock.lock();
        try {
            byHandle.clear();
        } finally {
            lock.unlock();
        }
    }
}
