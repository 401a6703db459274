package dev.camelgenai.emulator.fault;

import java.time.Duration;

/** What goes wrong. */
public sealed interface Misbehaviour {

    /** The upgrade is answered with an HTTP error and Google's JSON error body. */
    record Refuse(int status, String message) implements Misbehaviour {
    }

    /** The server closes; at {@link Moment.Setup} instead of {@code setupComplete}. */
    record Close(int code, String reason) implements Misbehaviour {
    }

    /** The TCP connection ends, without a Close frame and without TLS's own farewell. */
    record Kill() implements Misbehaviour {
    }

    /** From now on nothing is answered, though all is read; at {@link Moment.Setup} not even the setup. */
    record Silence() implements Misbehaviour {
    }

    /** From now on nothing is read: a hung server, half-open. */
    record StopReading() implements Misbehaviour {
    }

    /** From now on a pause after every message that is read. */
    record SlowReading(Duration pause) implements Misbehaviour {
    }

    /** {@code goAway}, and when the time is over the close that follows it. */
    record GoAway(Duration timeLeft) implements Misbehaviour {
    }

    /** {@code goAway}, and from then on silence; no close ever. */
    record GoAwayThenSilence(Duration timeLeft) implements Misbehaviour {
    }

    /** {@code interrupted} and {@code turnComplete} that nobody has asked for. */
    record SpuriousInterrupted() implements Misbehaviour {
    }

    /** {@code resumable:false}, and then a close. */
    record UnresumableClose(int code, String reason) implements Misbehaviour {
    }

    /** From now on every {@code turnComplete} is sent twice. */
    record DuplicateTurnComplete() implements Misbehaviour {
    }

    /** From now on the other type of frame than the one the emulator is set to. */
    record OtherFrames() implements Misbehaviour {
    }

    /** From now on all of one turn's end, and words with their sound, in one {@code serverContent}. */
    record BundledFields() implements Misbehaviour {
    }

    /** From now on the output transcription comes before the sound, all of it. */
    record TranscriptionFirst() implements Misbehaviour {
    }

    /** From now on the output transcription comes after the sound, all of it. */
    record TranscriptionLast() implements Misbehaviour {
    }

    /** From now on durations have fractions: {@code "9.500s"}. */
    record FractionalDurations() implements Misbehaviour {
    }

    /** From now on every message has a field that nobody knows, at its top and in {@code serverContent}. */
    record UnknownFields() implements Misbehaviour {
    }

    /** From now on pongs come that late. */
    record LatePong(Duration delay) implements Misbehaviour {
    }

    /** From now on close reasons are cut in the middle, as the service's long ones are. */
    record TruncatedReason() implements Misbehaviour {
    }
}
