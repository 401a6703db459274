package dev.camelgenai.emulator.scenario;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Locale;

import dev.camelgenai.emulator.internal.audio.Pcm;

/** Sine tones of a scripted answer. */
final class Tone {

    private static final double MIN_FREQUENCY = 20;
    private static final double MAX_FREQUENCY = Pcm.OUTPUT_RATE / 2.0;
    private static final Duration MAX_DURATION = Duration.ofSeconds(60);
    private static final int AMPLITUDE = 8_000;
    /** 5 ms: in and out, or it would crack. */
    private static final double FADE_SAMPLES = Pcm.OUTPUT_RATE * 0.005;

    private Tone() {
    }

    /** Mono PCM at the rate of the output. */
    static byte[] pcm(double frequency, Duration duration) {
        if (!(frequency >= MIN_FREQUENCY && frequency <= MAX_FREQUENCY)) {
            throw new InvalidScenarioException("The frequency of a tone is 20 to 12000 Hz, not " + frequency);
        }
        if (duration.toMillis() < 1 || duration.compareTo(MAX_DURATION) > 0) {
            throw new InvalidScenarioException("The duration of a tone is 1 ms to 60 s, not " + duration);
        }
        int samples = (int) (duration.toMillis() * Pcm.OUTPUT_RATE / 1000);
        ByteBuffer pcm = ByteBuffer.allocate(samples * Pcm.SAMPLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < samples; i++) {
            double envelope = Math.min(1, Math.min(i, samples - 1 - i) / FADE_SAMPLES);
            pcm.putShort(
                    (short) Math.round(AMPLITUDE * envelope * Math.sin(2 * Math.PI * frequency * i / Pcm.OUTPUT_RATE)));
        }
        return pcm.array();
    }

    static String describe(double frequency, Duration duration) {
        return String.format(Locale.ROOT, "(%s Hz for %.2f s)",
                BigDecimal.valueOf(frequency).stripTrailingZeros().toPlainString(),
                duration.toMillis() / 1000.0);
    }
}
