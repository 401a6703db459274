package dev.camelgenai.emulator.internal.audio;

import java.util.Arrays;

/** Sound as the Live API speaks it: 16-bit little-endian mono samples, 24 kHz on the way out. */
public final class Pcm {

    /** The rate of everything that a model says, in samples per second. */
    public static final int OUTPUT_RATE = 24_000;

    /** Bytes per sample. */
    public static final int SAMPLE_BYTES = 2;

    /** 40 ms at {@link #OUTPUT_RATE}, in bytes. */
    public static final int CHUNK_BYTES = OUTPUT_RATE / 1000 * 40 * SAMPLE_BYTES;

    private static final int AMPLITUDE = 6_000;

    private Pcm() {
    }

    /** The sample that starts at byte {@code offset}. */
    public static short sample(byte[] pcm, int offset) {
        return (short) (pcm[offset] & 0xff | pcm[offset + 1] << 8);
    }

    /** Resamples linearly to {@link #OUTPUT_RATE}; a trailing half sample is dropped. */
    public static byte[] toOutputRate(byte[] pcm, int rate) {
        int in = pcm.length / SAMPLE_BYTES;
        if (rate == OUTPUT_RATE) {
            return in * SAMPLE_BYTES == pcm.length ? pcm : Arrays.copyOf(pcm, in * SAMPLE_BYTES);
        }
        int out = (int) Math.round((double) in * OUTPUT_RATE / rate);
        byte[] resampled = new byte[out * SAMPLE_BYTES];
        for (int i = 0; i < out; i++) {
            double position = (double) i * rate / OUTPUT_RATE;
            int left = Math.min((int) position, in - 1);
            int right = Math.min(left + 1, in - 1);
            double share = position - left;
            put(resampled, i * SAMPLE_BYTES,
                    (int) Math
                            .round(sample(pcm, left * SAMPLE_BYTES) * (1 - share) + sample(pcm, right * SAMPLE_BYTES) * share));
        }
        return resampled;
    }

    /**
     * Fills a chunk of the tone that stands for a voice: deterministic, and audible, so that a person who plays it hears that
     * something was said. The pitch follows the text.
     *
     * @param text  what is said
     * @param chunk which 40 ms chunk, from 0
     */
    public static byte[] tone(String text, int chunk) {
        byte[] pcm = new byte[CHUNK_BYTES];
        int samples = CHUNK_BYTES / SAMPLE_BYTES;
        int at = text.isEmpty() ? 0 : Math.min(text.length() - 1, chunk * 40 / 60);
        // an octave and a half of half tones from 220 Hz
        double frequency = 220 * Math.pow(2, (text.isEmpty() ? 0 : text.charAt(at) % 18) / 12.0);
        for (int i = 0; i < samples; i++) {
            // in and out within 2.5 ms, or the seams would crackle
            double envelope = Math.min(1, Math.min(i, samples - 1 - i) / 60.0);
            put(pcm, i * SAMPLE_BYTES,
                    (int) Math.round(AMPLITUDE * envelope * Math.sin(2 * Math.PI * frequency * i / OUTPUT_RATE)));
        }
        return pcm;
    }

    private static void put(byte[] pcm, int offset, int sample) {
        int clipped = Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sample));
        pcm[offset] = (byte) clipped;
        pcm[offset + 1] = (byte) (clipped >> 8);
    }
}
