package dev.camelgenai.emulator.fault;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The durations of faults: which are possible, and how they are written: {@code 500ms}, {@code 1.5s}, {@code 2m}, {@code 1h}. */
final class FaultDuration {

    /** No session lives that long; keeps timers and clocks from overflowing. */
    private static final Duration MAX = Duration.ofHours(24);
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?)(ms|s|m|h)");
    private static final int NANO_DIGITS = 9;

    private FaultDuration() {
    }

    /**
     * @param name what the duration is, for the message
     */
    static void require(String name, Duration duration, Duration min) {
        if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(name + " is " + (min.isZero() ? "0s" : "more than 0s") + " and up to 24h, not "
                    + (duration == null || duration.isNegative() ? duration : text(duration)));
        }
    }

    static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no duration; write a number and its unit, like 500ms, 1.5s, 2m or 1h");
        }
        BigDecimal seconds = new BigDecimal(matcher.group(1)).multiply(switch (matcher.group(2)) {
            case "ms" -> new BigDecimal("0.001");
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3600);
            default -> BigDecimal.ONE;
        });
        if (seconds.compareTo(BigDecimal.valueOf(MAX.toSeconds())) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than 24h");
        }
        return Duration.ofNanos(seconds.movePointRight(NANO_DIGITS).setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    static String text(Duration duration) {
        if (duration.getNano() != 0 && duration.getNano() % 1_000_000 == 0 && duration.getSeconds() == 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.getNano() == 0) {
            long seconds = duration.getSeconds();
            return seconds > 0 && seconds % 3600 == 0
                    ? seconds / 3600 + "h"
                    : seconds > 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
        }
        return BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), NANO_DIGITS))
                .stripTrailingZeros().toPlainString() + 's';
    }
}
