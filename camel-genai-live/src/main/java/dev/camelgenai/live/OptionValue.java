package dev.camelgenai.live;

import java.time.Duration;
import java.util.function.Supplier;

import dev.camelgenai.live.error.LiveInputException;

/** Refuses values of options that cannot work, in words that name the option. */
final class OptionValue {

    private OptionValue() {
    }

    /**
     * @throws LiveInputException when the value is not above 0
     */
    static Duration positive(String option, long millis) {
        if (millis <= 0) {
            throw new LiveInputException("The option " + option + " must be a duration above 0, but is " + millis + "ms",
                    false);
        }
        return Duration.ofMillis(millis);
    }

    /**
     * @throws LiveInputException when the value is not from least to most
     */
    static int within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new LiveInputException("The option " + option + " must be " + least + " to " + most + ", but is " + value,
                    false);
        }
        return value;
    }

    /**
     * @throws LiveInputException when the value is below 1
     */
    static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new LiveInputException("The option " + option + " must be at least 1, but is " + value, false);
        }
        return value;
    }

    /**
     * Makes bounds out of options.
     *
     * @throws LiveInputException when they refuse a value; their message begins with the name of the option
     */
    static <T> T checked(Supplier<T> bounds) {
        try {
            return bounds.get();
        } catch (IllegalArgumentException e) {
            throw new LiveInputException("The option " + e.getMessage(), false, e);
        }
    }
}
