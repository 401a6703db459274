package dev.camelgenai.emulator.internal.cassette;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import dev.camelgenai.emulator.ReplayReport;
import dev.camelgenai.emulator.ReplayReport.Difference;
import dev.camelgenai.emulator.ReplayReport.Kind;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;

/** Gives each client a session of a cassette, and keeps account of it. Thread-safe. */
public final class Replay {

    private static final Logger LOG = System.getLogger(Replay.class.getName());

    static final int POLICY_VIOLATION = 1008;

    private final Cassette cassette;
    private final double speed;
    private final boolean byPath;
    private final MessageComparison comparison;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Playback> playbacks = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private int superfluous;

    /**
     * @param speed   1 as recorded, 2 twice as fast, infinity at once
     * @param byPath  whether a client gets the next session of its path, and not just the next one
     * @param ignored paths whose values may differ, besides those that the cassette names
     */
    public Replay(Cassette cassette, double speed, boolean byPath, List<String> ignored) {
        this.cassette = cassette;
        this.speed = speed;
        this.byPath = byPath;
        this.comparison = new MessageComparison(Stream.concat(cassette.ignored().stream(), ignored.stream()).toList());
    }

    /**
     * A client has come.
     *
     * @param path without the query
     * @return what answers it; empty if the client was refused, by closing the stage
     */
    public Optional<Playback> begin(String path, Playback.Stage stage) {
        Optional<Playback> playback = take(path, stage);
        if (playback.isEmpty()) {
            refuse(path, stage);
            return Optional.empty();
        }
        playback.get().checkPath(path);
        return playback;
    }

    /** How it has gone so far. */
    public ReplayReport report() {
        lock.lock();
        try {
            return new ReplayReport(cassette.sessions().stream()
                    .map(session -> new ReplayReport.Session(session.number(),
                            Optional.ofNullable(playbacks.get(session.number())).map(Playback::state)
                                    .orElse(ReplayReport.State.NOT_PLAYED)))
                    .toList(), differences);
        } finally {
            lock.unlock();
        }
    }

    /** Begins anew. */
    public void rewind() {
        lock.lock();
        try {
            playbacks.clear();
            differences.clear();
            superfluous = 0;
        } finally {
            lock.unlock();
        }
    }

    MessageComparison comparison() {
        return comparison;
    }

    /** How long that much of the recording takes. */
    Duration timeFor(long recordedMillis) {
        return Duration.ofNanos((long) (TimeUnit.MILLISECONDS.toNanos(recordedMillis) / speed));
    }

    void differs(Difference difference) {
        LOG.log(Level.WARNING, "Replay: {0}", difference);
        lock.lock();
        try {
            differences.add(difference);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Playback> take(String path, Playback.Stage stage) {
        lock.lock();
        try {
            Optional<Playback> playback = cassette.sessions().stream()
                    .filter(session -> !playbacks.containsKey(session.number()))
                    .filter(session -> !byPath || method(session.path()).equals(method(path))).findFirst()
                    .map(session -> new Playback(this, session, stage));
            playback.ifPresent(taken -> playbacks.put(taken.number(), taken));
            return playback;
        } finally {
            lock.unlock();
        }
    }

    private void refuse(String path, Playback.Stage stage) {
        String has = "the cassette has " + cassette.sessions().size() + " sessions" + (byPath ? ", no more of this path" : "");
        int number;
        lock.lock();
        try {
            number = cassette.sessions().size() + ++superfluous;
        } finally {
            lock.unlock();
        }
        Difference difference = new Difference(number, Kind.SUPERFLUOUS_SESSION, 0, "", has, path);
        if (number - cassette.sessions().size() <= ReplayReport.MAX_SUPERFLUOUS) {
            differs(difference);
        }
        stage.close(POLICY_VIOLATION, "Replay: " + has, difference + "; record it again with this client");
    }

    /** What the client wants; its path may have a prefix, and a slash more or less. */
    static Optional<UpgradePath> method(String path) {
        return UpgradePath.parse(path);
    }
}
