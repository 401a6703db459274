package dev.camelgenai.emulator.fault;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of a fault, see {@link Fault}: reads one from left to right. */
final class FaultSpec {

    private static final String MARKERS = "@*%";
    private static final char QUOTE = '"';
    private static final char ESCAPE = '\\';
    private static final Pattern MESSAGES = Pattern.compile("messages:([0-9]{1,18})");
    private static final Pattern TIMES = Pattern.compile("[0-9]{1,10}");
    private static final Pattern PERCENT = Pattern.compile("[0-9]+(\\.[0-9]+)?");
    private static final String TIME = "time:";

    /** How moments are written. */
    static final List<String> MOMENTS = List.of("@connect", "@setup", "@messages:N", "@midTurn", "@time:DURATION");

    private final String spec;
    private int position;

    private FaultSpec(String spec) {
        this.spec = spec;
    }

    static Fault parse(String text) {
        String spec = Objects.requireNonNull(text, "spec").strip();
        try {
            return new FaultSpec(spec).read();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The fault '" + spec + "' is not possible: " + e.getMessage(), e);
        }
    }

    static String text(Fault fault) {
        Kind kind = Kind.of(fault.what());
        return kind.write(fault.what()) + (fault.when().equals(kind.usualMoment()) ? "" : '@' + text(fault.when()))
                + (fault.times() == Fault.ALWAYS ? "" : "*" + fault.times())
                + (fault.probability() == 1 ? "" : '%' + percent(fault.probability()));
    }

    static String text(Moment when) {
        if (when instanceof Moment.Messages messages) {
            return "messages:" + messages.count();
        }
        if (when instanceof Moment.Time time) {
            return TIME + FaultDuration.text(time.after());
        }
        return when instanceof Moment.Connect ? "connect" : when instanceof Moment.Setup ? "setup" : "midTurn";
    }

    /** Puts quotes around a text that would not be read back as it is without them. */
    static String quote(String text) {
        boolean plain = text.equals(text.strip()) && text.indexOf(QUOTE) != 0
                && text.chars().noneMatch(c -> MARKERS.indexOf(c) >= 0);
        return plain ? text : QUOTE + text.replace("\\", "\\\\").replace("\"", "\\\"") + QUOTE;
    }

    /** Takes away the quotes of {@link #quote}, which {@link #endOfQuoted} has seen to be closed. */
    static String unquote(String text) {
        return text.indexOf(QUOTE) == 0 ? text.substring(1, text.length() - 1).replaceAll("(?s)\\\\(.)", "$1") : text;
    }

    private Fault read() {
        Kind kind = Kind.named(upTo("=" + MARKERS));
        Optional<String> value = Optional.empty();
        if (position < spec.length() && spec.charAt(position) == '=') {
            position++;
            value = Optional.of(value());
        }
        Fault fault = Fault.of(kind.read(value));
        String seen = "";
        while (position < spec.length()) {
            char marker = spec.charAt(position++);
            String part = upTo(MARKERS);
            if (seen.indexOf(marker) >= 0) {
                throw new IllegalArgumentException("there is a second '" + marker + part + "'" + quotesHelp());
            }
            seen += marker;
            fault = switch (marker) {
                case '@' -> fault.at(moment(part));
                case '*' -> fault.times(times(part));
                default -> fault.probability(probability(part));
            };
        }
        return fault;
    }

    private String upTo(String ends) {
        int start = position;
        while (position < spec.length() && ends.indexOf(spec.charAt(position)) < 0) {
            position++;
        }
        return spec.substring(start, position);
    }

    private String value() {
        int start = position;
        String number = upTo(":" + MARKERS);
        if (position == spec.length() || spec.charAt(position) != ':') {
            return number;
        }
        position++;
        if (position < spec.length() && spec.charAt(position) == QUOTE) {
            position = endOfQuoted(position);
        } else {
            upTo(MARKERS);
        }
        return spec.substring(start, position);
    }

    private int endOfQuoted(int opening) {
        for (int i = opening + 1; i < spec.length(); i++) {
            if (spec.charAt(i) == ESCAPE) {
                i++;
            } else if (spec.charAt(i) == QUOTE) {
                if (i + 1 < spec.length() && MARKERS.indexOf(spec.charAt(i + 1)) < 0) {
                    throw new IllegalArgumentException("after the closing quote there is '" + spec.substring(i + 1)
                            + "'; only @MOMENT, *TIMES and %PERCENT may follow, and a quote within the text is written \\\"");
                }
                return i + 1;
            }
        }
        throw new IllegalArgumentException("the quote before '" + spec.substring(opening + 1) + "' is not closed");
    }

    private static Moment moment(String text) {
        switch (text) {
            case "connect" :
                return new Moment.Connect();
            case "setup" :
                return new Moment.Setup();
            case "midTurn" :
                return new Moment.MidTurn();
            default :
                Matcher messages = MESSAGES.matcher(text);
                if (messages.matches()) {
                    return new Moment.Messages(Long.parseLong(messages.group(1)));
                }
                if (text.startsWith(TIME)) {
                    return new Moment.Time(FaultDuration.parse(text.substring(TIME.length())));
                }
                throw new IllegalArgumentException("'@" + text + "' is no moment; the moments are "
                        + String.join(", ", MOMENTS) + quotesHelp());
        }
    }

    private static int times(String text) {
        long times = TIMES.matcher(text).matches() ? Long.parseLong(text) : 0;
        if (times < 1 || times > Fault.ALWAYS) {
            throw new IllegalArgumentException("'*" + text + "' is no number of times; it is a whole number from 1 to "
                    + Fault.ALWAYS + ", and nothing for always" + quotesHelp());
        }
        return (int) times;
    }

    private static double probability(String text) {
        double probability = PERCENT.matcher(text).matches() ? new BigDecimal(text).movePointLeft(2).doubleValue() : 0;
        if (!(probability > 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "'%" + text + "' is no percentage; it is a number above 0 and up to 100" + quotesHelp());
        }
        return probability;
    }

    private static String percent(double probability) {
        return BigDecimal.valueOf(probability).movePointRight(2).stripTrailingZeros().toPlainString();
    }

    private static String quotesHelp() {
        return "; a text with @, * or % in it needs double quotes, like close=1011:\"50% of all\"";
    }
}
