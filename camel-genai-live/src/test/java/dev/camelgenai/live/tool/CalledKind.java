package dev.camelgenai.live.tool;

import java.util.Locale;

/** What a call puts the routes to. */
enum CalledKind {

    /** A result at once. */
    QUICK,
    /** Holds its worker until the test lets it go. */
    SLOW,
    /** As slow, without a thread, and the model waits for it wherever it can. */
    HELD,
    /** As held, and is not to be stopped half-way. */
    BOOKING,
    /** Comes back after its time is up. */
    SLEEPY,
    FAILING,
    /** Goes on with another thread. */
    THREADED,
    /** Goes on in another route. */
    QUEUED,
    /** Gives several results. */
    STREAMING,
    /** Gets arguments that do not fit, or that are to do harm. */
    HOSTILE,
    /** There is no such route. */
    UNKNOWN;

    String function() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it waits for the test. */
    boolean isGated() {
        return this == SLOW || this == HELD || this == BOOKING;
    }
}
