package dev.camelgenai.emulator.fault;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.camelgenai.emulator.fault.Misbehaviour.BundledFields;
import dev.camelgenai.emulator.fault.Misbehaviour.Close;
import dev.camelgenai.emulator.fault.Misbehaviour.DuplicateTurnComplete;
import dev.camelgenai.emulator.fault.Misbehaviour.FractionalDurations;
import dev.camelgenai.emulator.fault.Misbehaviour.GoAway;
import dev.camelgenai.emulator.fault.Misbehaviour.GoAwayThenSilence;
import dev.camelgenai.emulator.fault.Misbehaviour.Kill;
import dev.camelgenai.emulator.fault.Misbehaviour.LatePong;
import dev.camelgenai.emulator.fault.Misbehaviour.OtherFrames;
import dev.camelgenai.emulator.fault.Misbehaviour.Refuse;
import dev.camelgenai.emulator.fault.Misbehaviour.Silence;
import dev.camelgenai.emulator.fault.Misbehaviour.SlowReading;
import dev.camelgenai.emulator.fault.Misbehaviour.SpuriousInterrupted;
import dev.camelgenai.emulator.fault.Misbehaviour.StopReading;
import dev.camelgenai.emulator.fault.Misbehaviour.TranscriptionFirst;
import dev.camelgenai.emulator.fault.Misbehaviour.TranscriptionLast;
import dev.camelgenai.emulator.fault.Misbehaviour.TruncatedReason;
import dev.camelgenai.emulator.fault.Misbehaviour.UnknownFields;
import dev.camelgenai.emulator.fault.Misbehaviour.UnresumableClose;

/** What there is to know about each record of {@link Misbehaviour}: its name, its value as text, its moments, its effect. */
enum Kind {

    REFUSE(Value.refusal(), Window.CONNECT, new Moment.Connect(), Effect.ENDS),
    CLOSE(
            Value.close(Close.class, Close::new, Close::code, Close::reason), Window.SETUP, new Moment.Setup(),
            Effect.ENDS),
    KILL(Value.none(Kill.class, Kill::new), Window.SETUP, new Moment.MidTurn(),
            Effect.ENDS),
    SILENCE(Value.none(Silence.class, Silence::new)),
    STOP_READING(
            Value.none(StopReading.class, StopReading::new)),
    SLOW_READING(
            Value.duration(SlowReading.class, SlowReading::new, SlowReading::pause)),
    GO_AWAY(
            Value.duration(GoAway.class, GoAway::new, GoAway::timeLeft), Window.SESSION,
            new Moment.Messages(0), Effect.ONCE),
    GO_AWAY_THEN_SILENCE(
            Value.duration(GoAwayThenSilence.class, GoAwayThenSilence::new,
                    GoAwayThenSilence::timeLeft),
            Window.SESSION, new Moment.Messages(0), Effect.ONCE),
    SPURIOUS_INTERRUPTED(
            Value.none(SpuriousInterrupted.class, SpuriousInterrupted::new),
            Window.SESSION, new Moment.MidTurn(),
            Effect.REPEATS),
    UNRESUMABLE_CLOSE(
            Value.close(UnresumableClose.class, UnresumableClose::new,
                    UnresumableClose::code, UnresumableClose::reason),
            Window.SESSION, new Moment.MidTurn(),
            Effect.ENDS),
    DUPLICATE_TURN_COMPLETE(Value.none(
            DuplicateTurnComplete.class,
            DuplicateTurnComplete::new)),
    OTHER_FRAMES(
            Value.none(OtherFrames.class,
                    OtherFrames::new)),
    BUNDLED_FIELDS(
            Value.none(
                    BundledFields.class,
                    BundledFields::new)),
    TRANSCRIPTION_FIRST(
            Value.none(
                    TranscriptionFirst.class,
                    TranscriptionFirst::new)),
    TRANSCRIPTION_LAST(
            Value.none(
                    TranscriptionLast.class,
                    TranscriptionLast::new)),
    FRACTIONAL_DURATIONS(
            Value.none(
                    FractionalDurations.class,
                    FractionalDurations::new)),
    UNKNOWN_FIELDS(
            Value.none(
                    UnknownFields.class,
                    UnknownFields::new)),
    LATE_PONG(
            Value.duration(
                    LatePong.class,
                    LatePong::new,
                    LatePong::delay)),
    TRUNCATED_REASON(
            Value.none(
                    TruncatedReason.class,
                    TruncatedReason::new));

    /** How early something may happen. */
    private enum Window {
        /** Then and never later. */
        CONNECT,
        SETUP,
        /** After {@code setupComplete}. */
        SESSION
    }

    private enum Effect {
        /** Nothing can happen in the session after it. */
        ENDS,
        /** Once per session. */
        ONCE,
        /** Whenever its moment comes. */
        REPEATS
    }

    private final Value value;
    private final Window window;
    private final Moment usual;
    private final Effect effect;

    /** For what holds from now on. */
    Kind(Value value) {
        this(value, Window.SETUP, new Moment.Setup(), Effect.ONCE);
    }

    Kind(Value value, Window window, Moment usual, Effect effect) {
        this.value = value;
        this.window = window;
        this.usual = usual;
        this.effect = effect;
    }

    static Kind of(Misbehaviour what) {
        return Arrays.stream(values()).filter(kind -> kind.value.type().isInstance(what)).findFirst().orElseThrow();
    }

    static Kind named(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no kind of fault; the kinds are "
                        + Arrays.stream(values()).map(Kind::form).collect(Collectors.joining(", "))));
    }

    /** The name of the record, in camelCase. */
    String text() {
        String name = value.type().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** When it happens if nothing else is said. */
    Moment usualMoment() {
        return usual;
    }

    boolean endsSession() {
        return effect == Effect.ENDS;
    }

    boolean repeats() {
        return effect == Effect.REPEATS;
    }

    /**
     * @throws IllegalArgumentException if it cannot happen then
     */
    void requirePossible(Moment when) {
        boolean connect = when instanceof Moment.Connect;
        if (window == Window.CONNECT && !connect) {
            throw impossible(when, "an upgrade is refused @connect and never later; leave the moment away, or use close here");
        }
        if (window != Window.CONNECT && connect) {
            throw impossible(when, "there is no session yet; use refuse there, or another moment, like @"
                    + FaultSpec.text(usual) + ", here");
        }
        if (window == Window.SESSION && when instanceof Moment.Setup) {
            throw impossible(when, "nothing may be sent before setupComplete; use @messages:0, which is right after it");
        }
    }

    Misbehaviour read(Optional<String> text) {
        if (text.isPresent() == value.form().isEmpty()) {
            throw new IllegalArgumentException(text.isPresent()
                    ? text() + " takes no value, but has '=" + text.get() + "'"
                    : text() + " needs a value: " + form());
        }
        return value.read().apply(text.orElse(""));
    }

    String write(Misbehaviour what) {
        return text() + (value.form().isEmpty() ? "" : '=' + value.write().apply(what));
    }

    /** How it is written: the name, and what stands for the value if it has one. */
    String form() {
        return text() + (value.form().isEmpty() ? "" : '=' + value.form());
    }

    private IllegalArgumentException impossible(Moment when, String why) {
        return new IllegalArgumentException(text() + " cannot happen @" + FaultSpec.text(when) + ": " + why);
    }

    /**
     * How the components of a record are written.
     *
     * @param form for messages; empty if there are no components
     */
    private record Value(Class<? extends Misbehaviour> type, String form, Function<String, Misbehaviour> read,
            Function<Misbehaviour, String> write) {

        static <T extends Misbehaviour> Value none(Class<T> type, Supplier<T> create) {
            return new Value(type, "", text -> create.get(), what -> "");
        }

        static <T extends Misbehaviour> Value duration(Class<T> type, Function<Duration, T> create,
                Function<T, Duration> component) {
            return new Value(type, "DURATION", text -> create.apply(FaultDuration.parse(text)),
                    what -> FaultDuration.text(component.apply(type.cast(what))));
        }

        static <T extends Misbehaviour> Value close(Class<T> type, BiFunction<Integer, String, T> create,
                Function<T, Integer> code, Function<T, String> reason) {
            return new Value(type, "CODE[:REASON]|NAME", text -> Coded.read(text, ServiceClose.values(),
                    close -> create.apply(close.code(), close.reason()), number -> create.apply(number, ""), create),
                    what -> {
                        T close = type.cast(what);
                        return code.apply(close)
                                + (reason.apply(close).isEmpty() ? "" : ':' + FaultSpec.quote(reason.apply(close)));
                    });
        }

        static Value refusal() {
            return new Value(Refuse.class, "STATUS[:MESSAGE]|NAME", text -> Coded.read(text, ServiceRefusal.values(),
                    Refuse::new,
                    status -> ServiceRefusal.of(status).map(Refuse::new).orElseGet(() -> new Refuse(status, "")), Refuse::new),
                    what -> {
                        Refuse refuse = (Refuse) what;
                        return refuse.status() + ":" + FaultSpec.quote(refuse.message());
                    });
        }
    }

    /** A number, perhaps with a text, or the name of a constant that stands for both. */
    private static final class Coded {

        private static final int MAX_DIGITS = 5;

        static <E extends Enum<E>, T> T read(String value, E[] names, Function<E, T> named, Function<Integer, T> alone,
                BiFunction<Integer, String, T> both) {
            int colon = value.indexOf(':');
            String head = colon < 0 ? value : value.substring(0, colon);
            if (head.matches("[0-9]{1," + MAX_DIGITS + "}")) {
                int number = Integer.parseInt(head);
                return colon < 0 ? alone.apply(number) : both.apply(number, FaultSpec.unquote(value.substring(colon + 1)));
            }
            E name = Arrays.stream(names).filter(candidate -> candidate.name().equals(head)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + head + "' is neither a number nor one of "
                            + Arrays.stream(names).map(Enum::name).collect(Collectors.joining(", "))));
            if (colon >= 0) {
                throw new IllegalArgumentException("the name " + head + " brings its own text; use a number with the text '"
                        + value.substring(colon + 1) + "'");
            }
            return named.apply(name);
        }
    }
}
