package dev.camelgenai.emulator.fault;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One thing that goes wrong, when, how often, and how likely.
 *
 * <pre>{@code
 * Fault.of(new Misbehaviour.Close(ServiceClose.INTERNAL_ERROR)).afterMessages(5).times(2).probability(0.1)
 * Fault.parse("close=INTERNAL_ERROR@messages:5*2%10")
 * }</pre>
 *
 * <p>As text, on the command line, in files and for the control API, it is {@code KIND[=VALUE][@MOMENT][*TIMES][%PERCENT]}:
 * <ul>
 * <li>KIND is the name of a record of {@link Misbehaviour} in camelCase: {@code kill}, {@code otherFrames};
 * <li>VALUE is {@code CODE[:REASON]} or a {@link ServiceClose} for {@code close} and {@code unresumableClose};
 * {@code STATUS[:MESSAGE]} or a {@link ServiceRefusal} for {@code refuse}, without a message the usual one of that status; a
 * duration for {@code slowReading}, {@code goAway}, {@code goAwayThenSilence} and {@code latePong}; the others have none;
 * <li>MOMENT is {@code connect}, {@code setup}, {@code messages:N}, {@code midTurn} or {@code time:DURATION}; each kind has a
 * default of its own, see {@link Misbehaviour};
 * <li>TIMES is how often it happens, in all sessions together; always without it;
 * <li>PERCENT is how likely it is at its moment, fractions allowed; 100 without it.
 * </ul>
 * The last three may come in any order. A duration is a number, fractions allowed, with its unit {@code ms}, {@code s},
 * {@code m} or {@code h}. A reason or message that has {@code @}, {@code *} or {@code %} in it, or begins with a double quote,
 * or has blanks at its ends, is put in double quotes, where {@code \"} and {@code \\} stand for a quote and a backslash:
 * {@code close=1011:"100% busy"@midTurn}.
 *
 * @param what        what goes wrong
 * @param when        the moment; not all moments suit every misbehaviour
 * @param times       how often in all sessions together, at least 1; {@link #ALWAYS} for no end
 * @param probability how likely it is whenever its moment comes, above 0 and up to 1
 */
public record Fault(Misbehaviour what, Moment when, int times, double probability) {

    /** So many {@link #times} are never counted. */
    public static final int ALWAYS = Integer.MAX_VALUE;

    public Fault {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(when, "when");
        Kind.of(what).requirePossible(when);
        if (times < 1) {
            throw new IllegalArgumentException("A fault happens at least once, not " + times + " times; disarm it instead");
        }
        if (!(probability > 0 && probability <= 1)) {
            throw new IllegalArgumentException("A probability is above 0 and up to 1, not " + probability);
        }
    }

    /** Always, at the default moment of {@code what}. */
    public static Fault of(Misbehaviour what) {
        return new Fault(what, Kind.of(Objects.requireNonNull(what, "what")).usualMoment(), ALWAYS, 1);
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is none, or what it says is impossible; the message names the part and the choices
     */
    public static Fault parse(String spec) {
        return FaultSpec.parse(spec);
    }

    /** How each kind is written: {@code kill}, {@code slowReading=DURATION}. */
    public static List<String> kinds() {
        return Arrays.stream(Kind.values()).map(Kind::form).toList();
    }

    /** How each moment is written: {@code @midTurn}, {@code @messages:N}. */
    public static List<String> moments() {
        return FaultSpec.MOMENTS;
    }

    /** At another moment. */
    public Fault at(Moment moment) {
        return new Fault(what, moment, times, probability);
    }

    /** When a setup has arrived, before it is answered. */
    public Fault atSetup() {
        return at(new Moment.Setup());
    }

    /** When a session has received that many messages after its setup; 0 for right after {@code setupComplete}. */
    public Fault afterMessages(long count) {
        return at(new Moment.Messages(count));
    }

    /** After the first content of a turn. */
    public Fault midTurn() {
        return at(new Moment.MidTurn());
    }

    /** That long after {@code setupComplete}; in sessions that are open already, after the arming. */
    public Fault after(Duration time) {
        return at(new Moment.Time(time));
    }

    /** So often, in all sessions together. */
    public Fault times(int number) {
        return new Fault(what, when, number, probability);
    }

    /** That likely whenever its moment comes. */
    public Fault probability(double likelihood) {
        return new Fault(what, when, times, likelihood);
    }

    /** The text form, as short as possible; {@link #parse} makes an equal fault of it. */
    public String spec() {
        return FaultSpec.text(this);
    }

    /** The same as {@link #spec()}. */
    @Override
    public String toString() {
        return spec();
    }
}
