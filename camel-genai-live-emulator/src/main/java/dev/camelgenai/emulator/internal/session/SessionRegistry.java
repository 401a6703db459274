package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import dev.camelgenai.emulator.Counters;
import dev.camelgenai.emulator.RecordedSession;

/** All sessions of an emulator: the open ones, the records of the last ones, and the counters. Thread-safe. */
public final class SessionRegistry {

    private final int maxRecords;
    private final long maxRecordedBytes;
    private final AtomicLong recordedBytes = new AtomicLong();
    private final Awaiting state = new Awaiting();
    private final Deque<SessionRecord> records = new ArrayDeque<>();
    private final Set<LiveSession> open = new LinkedHashSet<>();
    private int places;
    private int upgrades;
    private int numbers;
    private final LongAdder refused = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final LongAdder serverMessages = new LongAdder();
    private final LongAdder audioBytes = new LongAdder();
    private final LongAdder videoFrames = new LongAdder();
    private final LongAdder interruptions = new LongAdder();
    private final AtomicInteger sockets = new AtomicInteger();

    /**
     * @param maxRecords       so many sessions are kept, the last ones
     * @param maxRecordedBytes so much their messages may weigh together
     */
    public SessionRegistry(int maxRecords, long maxRecordedBytes) {
        this.maxRecords = maxRecords;
        this.maxRecordedBytes = maxRecordedBytes;
    }

    int nextNumber() {
        return state.read(() -> ++numbers);
    }

    /**
     * Takes a place for a session, before its upgrade: those that are on their way count.
     *
     * @param max so many there are
     * @return whether there was one
     */
    public boolean admit(int max) {
        return state.read(() -> {
            boolean free = places < max;
            if (free) {
                places++;
            }
            return free;
        });
    }

    /** A place is free again. */
    void left() {
        state.read(() -> --places);
    }

    void opened(LiveSession session) {
        state.change(() -> {
            upgrades++;
            open.add(session);
            records.add(session.record());
            if (records.size() > maxRecords) {
                forget(records.remove());
            }
        });
    }

    /**
     * Takes room for a message; if there is none, the oldest sessions that have ended are forgotten for it.
     *
     * @return whether there is room
     */
    boolean reserve(long bytes) {
        if (recordedBytes.addAndGet(bytes) <= maxRecordedBytes || state.read(this::forgetEnded)) {
            return true;
        }
        recordedBytes.addAndGet(-bytes);
        return false;
    }

    private boolean forgetEnded() {
        // those that are open alone may fill the room: then there is nothing to look for, message by message
        Iterator<SessionRecord> oldest = records.size() > open.size()
                ? records.iterator()
                : Collections.emptyIterator();
        while (recordedBytes.get() > maxRecordedBytes && oldest.hasNext()) {
            SessionRecord record = oldest.next();
            if (!record.isOpen()) {
                oldest.remove();
                forget(record);
            }
        }
        return recordedBytes.get() <= maxRecordedBytes;
    }

    private void forget(SessionRecord record) {
        recordedBytes.addAndGet(-record.forget());
    }

    void closed(LiveSession session) {
        state.change(() -> open.remove(session));
    }

    public void refused() {
        refused.increment();
    }

    void received() {
        messages.increment();
    }

    void sent() {
        serverMessages.increment();
    }

    void heard(int bytes) {
        audioBytes.add(bytes);
    }

    void seen() {
        videoFrames.increment();
    }

    void interrupted() {
        interruptions.increment();
    }

    public void socketOpened() {
        sockets.incrementAndGet();
    }

    public void socketClosed() {
        sockets.decrementAndGet();
    }

    public List<RecordedSession> records() {
        return state.read(() -> List.copyOf(records));
    }

    public List<LiveSession> open() {
        return state.read(() -> List.copyOf(open));
    }

    public List<RecordedSession> awaitRecords(int n, Duration timeout) {
        return state.await(() -> upgrades >= n, timeout, () -> List.copyOf(records),
                () -> "There were " + upgrades + " of " + n + " sessions");
    }

    public void awaitAllClosed(Duration timeout) {
        state.await(open::isEmpty, timeout, () -> null, () -> open.size() + " sessions did not end");
    }

    public Counters counters() {
        return state.read(() -> new Counters(upgrades, refused.sum(), sockets.get(), open.size(), messages.sum(),
                serverMessages.sum(), audioBytes.sum(), videoFrames.sum(), interruptions.sum()));
    }

    public void forget() {
        state.change(() -> {
            records.forEach(this::forget);
            records.clear();
            upgrades = 0;
            numbers = 0;
            refused.reset();
            messages.reset();
            serverMessages.reset();
            audioBytes.reset();
            videoFrames.reset();
            interruptions.reset();
        });
    }
}
