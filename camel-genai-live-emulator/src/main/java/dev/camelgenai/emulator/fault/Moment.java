package dev.camelgenai.emulator.fault;

import java.time.Duration;

/** When something goes wrong in a session. */
public sealed interface Moment {

    /** At the HTTP upgrade. */
    record Connect() implements Moment {
    }

    /** When the setup has arrived, before it is answered. */
    record Setup() implements Moment {
    }

    /**
     * When the session has received that many messages after its setup; the last one is recorded and not answered.
     *
     * @param count 0 for right after {@code setupComplete}
     */
    record Messages(long count) implements Moment {
    }

    /** When the model has begun to answer: after the first content of a turn. */
    record MidTurn() implements Moment {
    }

    /** That long after {@code setupComplete}, by the clock of the emulator. */
    record Time(Duration after) implements Moment {
    }
}
