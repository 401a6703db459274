package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** All sessions of an emulator: the open ones, the records of the last ones, and the counters. Thread-safe. */
final class SessionRegistry {

    private final int maxRecords;
    private final Awaiting state = new Awaiting();
    private final Deque<RecordedSession> records = new ArrayDeque<>();
    private final Set<LiveSession> open = new LinkedHashSet<>();
    private int upgrades;
    private int numbers;
    private final LongAdder refused = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final AtomicInteger sockets = new AtomicInteger();

    SessionRegistry(int maxRecords) {
        this.maxRecords = maxRecords;
    }

    int nextNumber() {
        return state.read(() -> ++numbers);
    }

    void opened(LiveSession session) {
        state.change(() -> {
            upgrades++;
            open.add(session);
            records.add(session.record());
            if (records.size() > maxRecords) {
                records.remove();
            }
        });
    }

    void closed(LiveSession session) {
        state.change(() -> open.remove(session));
    }

    void refused() {
        refused.increment();
    }

    void received() {
        messages.increment();
    }

    void socketOpened() {
        sockets.incrementAndGet();
    }

    void socketClosed() {
        sockets.decrementAndGet();
    }

    List<RecordedSession> records() {
        return state.read(() -> List.copyOf(records));
    }

    List<LiveSession> open() {
        return state.read(() -> List.copyOf(open));
    }

    List<RecordedSession> awaitRecords(int n, Duration timeout) {
        return state.await(() -> records.size() >= n, timeout, () -> List.copyOf(records),
                () -> "There were " + records.size() + " of " + n + " sessions");
    }

    void awaitAllClosed(Duration timeout) {
        state.await(open::isEmpty, timeout, () -> null, () -> open.size() + " sessions did not end");
    }

    Counters counters() {
        return state.read(() -> new Counters(upgrades, refused.sum(), sockets.get(), open.size(), messages.sum()));
    }

    void forget() {
        state.change(() -> {
            records.clear();
            upgrades = 0;
            numbers = 0;
            refused.reset();
            messages.reset();
        });
    }
}
