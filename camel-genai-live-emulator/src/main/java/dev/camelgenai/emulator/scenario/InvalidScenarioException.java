package dev.camelgenai.emulator.scenario;

/** A scenario that cannot be played as it is written; the message names the place and the fix. */
public final class InvalidScenarioException extends IllegalArgumentException {

    private final boolean located;

    InvalidScenarioException(String message) {
        this(message, null, false);
    }

    InvalidScenarioException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private InvalidScenarioException(String message, Throwable cause, boolean located) {
        super(message, cause);
        this.located = located;
    }

    /** One whose message tells file and line. */
    static InvalidScenarioException at(String message, Throwable cause) {
        return new InvalidScenarioException(message, cause, true);
    }

    /** Whether the message tells file and line. */
    boolean located() {
        return located;
    }
}
