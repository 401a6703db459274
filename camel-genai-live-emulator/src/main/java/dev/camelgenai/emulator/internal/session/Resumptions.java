package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

import dev.camelgenai.emulator.EmulatorClock;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;

/**
 * The resumption handles that this emulator has given out, and what each stands for. Bounded: a session's last few, and the
 * oldest sessions' are forgotten. Thread-safe.
 */
public final class Resumptions {

    /** A handle is good for so long after its session has ended. */
    static final Duration VALIDITY = Duration.ofHours(2);

    private static final int MAX = 100_000;
    private static final int MAX_PER_SESSION = 8;

    /** The session that handles are given to. */
    static final class Owner {

        private final Deque<String> handles = new ArrayDeque<>();
        private Instant ended;
    }

    private record Resumption(Owner owner, String model, ConversationMemory.Saved conversation) {
    }

    private final EmulatorClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Resumption> byHandle = new LinkedHashMap<>();

    public Resumptions(EmulatorClock clock) {
        this.clock = clock;
    }

    /** Gives out a new handle. */
    String issue(Owner owner, String model, ConversationMemory.Saved conversation) {
        String handle = UUID.randomUUID().toString();
        lock.lock();
        try {
            byHandle.put(handle, new Resumption(owner, model, conversation));
            owner.handles.add(handle);
            if (owner.handles.size() > MAX_PER_SESSION) {
                byHandle.remove(owner.handles.remove());
            }
            if (byHandle.size() > MAX) {
                byHandle.remove(byHandle.keySet().iterator().next());
            }
            return handle;
        } finally {
            lock.unlock();
        }
    }

    /** The session has ended: its handles can be used now, for a while. */
    void ended(Owner owner) {
        lock.lock();
        try {
            owner.ended = clock.now();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a handle stands for.
     *
     * @param model of the session that wants to resume, with its prefix
     * @throws ProtocolViolation if there is no such handle, or none any more; if its session is still open; or if that had
     *                           another model
     */
    ConversationMemory.Saved resume(String handle, String model) throws ProtocolViolation {
        lock.lock();
        try {
            Resumption resumption = byHandle.get(handle);
            if (resumption == null) {
                throw ProtocolViolation.notFound(ServiceClose.ENTITY_NOT_FOUND.reason(),
                        "this emulator did not issue that handle, or has forgotten it");
            }
            Instant ended = resumption.owner().ended;
            if (ended == null) {
                throw ProtocolViolation.unavailable(ServiceClose.SESSION_ALREADY_OPEN.reason(),
                        "the session of that handle has an open socket; close it first");
            }
            if (!clock.now().isBefore(ended.plus(VALIDITY))) {
                throw ProtocolViolation.notFound(ServiceClose.ENTITY_NOT_FOUND.reason(),
                        "that handle's session ended more than " + VALIDITY.toHours()
                                + " hours ago");
            }
            if (!resumption.model().equals(model)) {
                throw ProtocolViolation.invalidArgument("a session is resumed with the model it had: " + resumption.model());
            }
            return resumption.conversation();
        } finally {
            lock.unlock();
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
