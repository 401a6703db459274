package dev.camelgenai.emulator;

import java.time.Duration;
import java.time.Instant;

/**
 * The time that an emulator lives in: of playback, of goAway deadlines, of the validity of handles and tokens. Thread-safe.
 * {@link ManualClock} moves when a test says so.
 */
public interface EmulatorClock {

    /** Now. Never goes back. */
    Instant now();

    /**
     * Runs something once, later, on any thread.
     *
     * @param action short, does not block
     * @return cancels it, if it has not run yet
     */
    Runnable schedule(Duration delay, Runnable action);
}
