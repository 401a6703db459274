package dev.camelgenai.emulator.fault;

import java.time.Duration;
import java.util.Objects;

/**
 * What goes wrong. {@link Fault} adds when and how often.
 *
 * <p>What is said to hold <em>from now on</em> begins at most once in a session, and so do its ends ({@link Close},
 * {@link Kill}, {@link UnresumableClose}), {@link GoAway} and {@link GoAwayThenSilence}. {@link SpuriousInterrupted} may happen
 * in one session as often as its moment does.
 */
public sealed interface Misbehaviour {

    /**
     * The upgrade is answered with an HTTP error and Google's JSON error body. Only at {@link Moment.Connect}, which is its
     * default.
     *
     * @param status  from 400 to 599
     * @param message of the JSON body
     */
    record Refuse(int status, String message) implements Misbehaviour {

        public Refuse {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("An upgrade is refused with a status from 400 to 599, not " + status);
            }
            Objects.requireNonNull(message, "message");
        }

        public Refuse(ServiceRefusal refusal) {
            this(refusal.status(), refusal.message());
        }
    }

    /**
     * The server closes. By default at {@link Moment.Setup}: instead of {@code setupComplete}.
     *
     * @param code   what a Close frame may carry: 1000 to 1003, 1007 to 1014, 3000 to 4999
     * @param reason may be empty; is cut at 123 bytes of UTF-8 when it is sent
     */
    record Close(int code, String reason) implements Misbehaviour {

        public Close {
            requireSendable(code);
            Objects.requireNonNull(reason, "reason");
        }

        public Close(ServiceClose close) {
            this(close.code(), close.reason());
        }
    }

    /**
     * The TCP connection ends, without a Close frame and without TLS's own farewell. By default at {@link Moment.MidTurn}.
     */
    record Kill() implements Misbehaviour {
    }

    /**
     * From now on nothing is answered, though all is read. By default at {@link Moment.Setup}: not even the setup is answered.
     */
    record Silence() implements Misbehaviour {
    }

    /**
     * From now on nothing is read: a hung server, half-open. By default at {@link Moment.Setup}; the setup itself has been read
     * and is answered.
     */
    record StopReading() implements Misbehaviour {
    }

    /**
     * From now on a pause after every message that is read. By default at {@link Moment.Setup}.
     *
     * @param pause more than 0, up to 24 hours
     */
    record SlowReading(Duration pause) implements Misbehaviour {

        public SlowReading {
            FaultDuration.require("The pause of slowReading", pause, Duration.ofNanos(1));
        }
    }

    /**
     * {@code goAway}, and when the time is over the close that follows it. By default at {@link Moment.Messages} 0: right after
     * {@code setupComplete}. Not at {@link Moment.Setup}.
     *
     * @param timeLeft from 0 to 24 hours
     */
    record GoAway(Duration timeLeft) implements Misbehaviour {

        public GoAway {
            FaultDuration.require("The time left of goAway", timeLeft, Duration.ZERO);
        }
    }

    /**
     * {@code goAway}, and from then on silence; no close ever. Moments as {@link GoAway}.
     *
     * @param timeLeft from 0 to 24 hours
     */
    record GoAwayThenSilence(Duration timeLeft) implements Misbehaviour {

        public GoAwayThenSilence {
            FaultDuration.require("The time left of goAwayThenSilence", timeLeft, Duration.ZERO);
        }
    }

    /**
     * {@code interrupted} and {@code turnComplete} that nobody has asked for. By default at {@link Moment.MidTurn}, in every
     * turn. Not at {@link Moment.Setup}.
     */
    record SpuriousInterrupted() implements Misbehaviour {
    }

    /**
     * {@code resumable:false}, and then a close. By default at {@link Moment.MidTurn}. Not at {@link Moment.Setup}.
     *
     * @param code   as of {@link Close}
     * @param reason as of {@link Close}
     */
    record UnresumableClose(int code, String reason) implements Misbehaviour {

        public UnresumableClose {
            requireSendable(code);
            Objects.requireNonNull(reason, "reason");
        }

        public UnresumableClose(ServiceClose close) {
            this(close.code(), close.reason());
        }
    }

    /** From now on every {@code turnComplete} is sent twice. By default at {@link Moment.Setup}. */
    record DuplicateTurnComplete() implements Misbehaviour {
    }

    /** From now on the other type of frame than the one the emulator is set to. By default at {@link Moment.Setup}. */
    record OtherFrames() implements Misbehaviour {
    }

    /**
     * From now on all of one turn's end, and words with their sound, in one {@code serverContent}. By default at
     * {@link Moment.Setup}.
     */
    record BundledFields() implements Misbehaviour {
    }

    /** From now on the output transcription comes before the sound, all of it. By default at {@link Moment.Setup}. */
    record TranscriptionFirst() implements Misbehaviour {
    }

    /** From now on the output transcription comes after the sound, all of it. By default at {@link Moment.Setup}. */
    record TranscriptionLast() implements Misbehaviour {
    }

    /** From now on durations have fractions: {@code "9.500s"}. By default at {@link Moment.Setup}. */
    record FractionalDurations() implements Misbehaviour {
    }

    /**
     * From now on every message has a field that nobody knows, at its top and in {@code serverContent}. By default at
     * {@link Moment.Setup}.
     */
    record UnknownFields() implements Misbehaviour {
    }

    /**
     * From now on pongs come that late. By default at {@link Moment.Setup}.
     *
     * @param delay more than 0, up to 24 hours
     */
    record LatePong(Duration delay) implements Misbehaviour {

        public LatePong {
            FaultDuration.require("The delay of latePong", delay, Duration.ofNanos(1));
        }
    }

    /**
     * From now on close reasons are cut in the middle, as the service's long ones are. By default at {@link Moment.Setup}.
     */
    record TruncatedReason() implements Misbehaviour {
    }

    private static void requireSendable(int code) {
        if (!(code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999)) {
            throw new IllegalArgumentException("A Close frame cannot carry the code " + code
                    + "; use 1000 to 1003, 1007 to 1014 or 3000 to 4999, or kill for a connection that is lost without one");
        }
    }
}
