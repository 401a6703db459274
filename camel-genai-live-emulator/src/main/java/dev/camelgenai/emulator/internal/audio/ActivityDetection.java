package dev.camelgenai.emulator.internal.audio;

import java.util.Objects;

/**
 * How the activities of a user are found in the audio: the {@code automaticActivityDetection} of a setup. The Live API does not
 * say what it uses for a duration that is unset; the defaults here are choices.
 *
 * @param manual               whether the client marks the activities itself; then all else is without effect
 * @param start                how readily speech is detected
 * @param end                  how readily the end of speech is detected
 * @param prefixPaddingMillis  how much speech must be heard before its start is committed, up to {@link #MAX_MILLIS}; shorter
 *                             sounds are ignored. 0 is the unset value of proto-JSON and becomes
 *                             {@link #DEFAULT_PREFIX_PADDING_MILLIS}
 * @param silenceMillis        how much silence must be heard before the end of speech is committed, up to {@link #MAX_MILLIS};
 *                             0 becomes {@link #DEFAULT_SILENCE_MILLIS}
 */
public record ActivityDetection(boolean manual, Sensitivity start, Sensitivity end, int prefixPaddingMillis,
        int silenceMillis) {

    /** Two detection windows: a client is interrupted as fast as can be, and a click alone does not do it. */
    public static final int DEFAULT_PREFIX_PADDING_MILLIS = 20;

    /** Longer than the pauses within a spoken sentence. */
    public static final int DEFAULT_SILENCE_MILLIS = 800;

    /** No duration may be longer. */
    public static final int MAX_MILLIS = 600_000;

    /**
     * @throws IllegalArgumentException if a duration is out of range
     */
    public ActivityDetection {
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(end, "end");
        prefixPaddingMillis = millis("prefixPaddingMs", prefixPaddingMillis, DEFAULT_PREFIX_PADDING_MILLIS);
        silenceMillis = millis("silenceDurationMs", silenceMillis, DEFAULT_SILENCE_MILLIS);
    }

    /** What the Developer API does unless told otherwise: both sensitivities are high. */
    public static ActivityDetection developerApi() {
        return new ActivityDetection(false, Sensitivity.HIGH, Sensitivity.HIGH, 0, 0);
    }

    /** What Vertex AI does unless told otherwise: both sensitivities are low. */
    public static ActivityDetection vertexAi() {
        return new ActivityDetection(false, Sensitivity.LOW, Sensitivity.LOW, 0, 0);
    }

    /** The client marks the activities. */
    public static ActivityDetection byTheClient() {
        return new ActivityDetection(true, Sensitivity.HIGH, Sensitivity.HIGH, 0, 0);
    }

    private static int millis(String name, int millis, int ifUnset) {
        if (millis < 0 || millis > MAX_MILLIS) {
            throw new IllegalArgumentException(name + " must be 0 to " + MAX_MILLIS + " but is " + millis);
        }
        return millis == 0 ? ifUnset : millis;
    }
}
