package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.camelgenai.emulator.fault.Misbehaviour;

/** The faults that change, from the moment on at which they happened, how a session speaks. Used on its event loop only. */
final class Manners {

    private final Map<Class<? extends Misbehaviour>, Misbehaviour> bad = new HashMap<>();

    /** From now on. */
    void adopt(Misbehaviour misbehaviour) {
        bad.put(misbehaviour.getClass(), misbehaviour);
    }

    boolean bundled() {
        return has(Misbehaviour.BundledFields.class);
    }

    boolean transcriptionFirst() {
        return has(Misbehaviour.TranscriptionFirst.class);
    }

    boolean transcriptionLast() {
        return has(Misbehaviour.TranscriptionLast.class);
    }

    boolean duplicateTurnComplete() {
        return has(Misbehaviour.DuplicateTurnComplete.class);
    }

    boolean otherFrames() {
        return has(Misbehaviour.OtherFrames.class);
    }

    boolean fractionalDurations() {
        return has(Misbehaviour.FractionalDurations.class);
    }

    boolean unknownFields() {
        return has(Misbehaviour.UnknownFields.class);
    }

    boolean truncatedReason() {
        return has(Misbehaviour.TruncatedReason.class);
    }

    /** How late pongs come. */
    Duration pongDelay() {
        return find(Misbehaviour.LatePong.class).map(Misbehaviour.LatePong::delay).orElse(Duration.ZERO);
    }

    /** How long the session rests after every message that it has read. */
    Duration readingPause() {
        return find(Misbehaviour.SlowReading.class).map(Misbehaviour.SlowReading::pause).orElse(Duration.ZERO);
    }

    private boolean has(Class<? extends Misbehaviour> kind) {
        return bad.containsKey(kind);
    }

    private <T extends Misbehaviour> Optional<T> find(Class<T> kind) {
        return Optional.ofNullable(bad.get(kind)).map(kind::cast);
    }
}
