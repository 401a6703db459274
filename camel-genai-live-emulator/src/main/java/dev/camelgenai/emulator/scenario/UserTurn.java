package dev.camelgenai.emulator.scenario;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** A complete turn of the user, handed to the {@link Scenario}. */
public sealed interface UserTurn {

    /**
     * The turn was written.
     *
     * @param text the text parts of all contents since the last answer, put together
     */
    record Text(String text) implements UserTurn {

        public Text {
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * The turn was spoken.
     *
     * @param pcm what was received, as 16-bit little-endian mono PCM at 24 kHz (resampled if it came at another rate). Do not
     *            modify
     */
    record Audio(byte[] pcm) implements UserTurn {

        private static final int BYTES_PER_SECOND = 48_000;

        public Audio {
            Objects.requireNonNull(pcm, "pcm");
        }

        /** How long the user spoke, silence at the end included. */
        public Duration duration() {
            return Duration.ofNanos(pcm.length * 1_000_000_000L / BYTES_PER_SECOND);
        }

        /** What stands for words here, as nothing is recognised: {@code (1.84 s of speech)}. */
        public String transcript() {
            return String.format(Locale.ROOT, "(%.2f s of speech)", duration().toMillis() / 1000.0);
        }
    }
}
