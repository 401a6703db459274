package dev.camelgenai.emulator;

/**
 * How fast the model speaks. Text is always generated as fast as the client takes it.
 *
 * @param generationSpeed how many times faster than it is played audio is generated; above 0, may be infinite
 * @param awaitPlayback   whether {@code turnComplete} waits until what was generated has been played, as the service does; an
 *                        interruption is possible until then
 */
public record Pacing(double generationSpeed, boolean awaitPlayback) {

    /** Four times as fast as it is played, and {@code turnComplete} after the playback. */
    public static final Pacing REALISTIC = new Pacing(4, true);

    /** Everything as fast as the client takes it. */
    public static final Pacing IMMEDIATE = new Pacing(Double.POSITIVE_INFINITY, false);

    public Pacing {
        if (!(generationSpeed > 0)) {
            throw new IllegalArgumentException("generationSpeed must be above 0, not " + generationSpeed);
        }
    }
}
