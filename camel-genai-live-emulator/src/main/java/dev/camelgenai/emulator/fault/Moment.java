package dev.camelgenai.emulator.fault;

import java.time.Duration;

/** When something goes wrong in a session. */
public sealed interface Moment {

    /** At the HTTP upgrade, before there is a session. */
    record Connect() implements Moment {
    }

    /** When a valid setup has arrived, before it is answered. */
    record Setup() implements Moment {
    }

    /**
     * When the session has received that many messages after its setup, once. The last one is recorded; it is answered only if
     * what goes wrong leaves that possible. In a session that is further already: at its next message.
     *
     * @param count 0 for right after {@code setupComplete}
     */
    record Messages(long count) implements Moment {

        public Messages {
            if (count < 0) {
                throw new IllegalArgumentException(
                        "A fault happens after 0 messages, which is right after setupComplete, or more, not " + count);
            }
        }
    }

    /** When the model has begun to answer: after the first content of a turn. Every turn is such a moment. */
    record MidTurn() implements Moment {
    }

    /**
     * That long after {@code setupComplete}, by the clock of the emulator, once; in sessions that are open already when the
     * fault is armed, that long after the arming.
     *
     * @param after from 0, which is at once, to 24 hours
     */
    record Time(Duration after) implements Moment {

        public Time {
            FaultDuration.require("The time of a fault", after, Duration.ZERO);
        }
    }
}
