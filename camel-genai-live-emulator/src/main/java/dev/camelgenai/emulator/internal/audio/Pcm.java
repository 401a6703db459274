package dev.camelgenai.emulator.internal.audio;

import java.math.BigInteger;
import java.util.Arrays;

/** Sound as the Live API speaks it: 16-bit little-endian mono samples, 24 kHz on the way out. */
public final class Pcm {

    /** The rate of everything that a model says, in samples per second. */
    public static final int OUTPUT_RATE = 24_000;

    /** Bytes per sample. */
    public static final int SAMPLE_BYTES = 2;

    /** 40 ms at {@link #OUTPUT_RATE}, in bytes. */
    public static final int CHUNK_BYTES = OUTPUT_RATE / 1000 * 40 * SAMPLE_BYTES;

    /** The lowest sample rate that is taken. */
    public static final int MIN_RATE = 4_000;

    /** The highest sample rate that is taken. */
    public static final int MAX_RATE = 192_000;

    /** Of the sinc, on either side; more are steeper and slower. */
    private static final int ZERO_CROSSINGS = 8;
    /** The rest of the band is where the filter falls. */
    private static final double PASS_BAND = 0.92;
    /** Rates without a common divisor would need a large table; nobody hears the difference to the nearest phase. */
    private static final int MAX_PHASES = 512;

    private static final int AMPLITUDE = 6_000;

    private Pcm() {
    }

    /** The sample that starts at byte {@code offset}. */
    public static short sample(byte[] pcm, int offset) {
        return (short) (pcm[offset] & 0xff | pcm[offset + 1] << 8);
    }

    /**
     * Resamples to {@link #OUTPUT_RATE} with a windowed sinc, so that nothing above the lower of the two Nyquist frequencies folds
     * back. What has that rate already is returned as it is. A trailing half sample is dropped.
     *
     * @param  rate                     samples per second, {@link #MIN_RATE} to {@link #MAX_RATE}
     * @return                          as long in time, to half a sample
     * @throws IllegalArgumentException if the rate is out of range
     */
    public static byte[] toOutputRate(byte[] pcm, int rate) {
        requireRate(rate);
        int in = pcm.length / SAMPLE_BYTES;
        if (rate == OUTPUT_RATE) {
            return in * SAMPLE_BYTES == pcm.length ? pcm : Arrays.copyOf(pcm, in * SAMPLE_BYTES);
        }
        int divisor = BigInteger.valueOf(rate).gcd(BigInteger.valueOf(OUTPUT_RATE)).intValue();
        int up = OUTPUT_RATE / divisor;
        int down = rate / divisor;
        int phases = Math.min(up, MAX_PHASES);
        double[][] kernels = kernels(phases, Math.min(1, (double) OUTPUT_RATE / rate));
        int taps = kernels[0].length;
        byte[] resampled = new byte[Math.toIntExact(Math.round((double) in * up / down)) * SAMPLE_BYTES];
        long position = 0;
        for (int out = 0; out < resampled.length; out += SAMPLE_BYTES, position += down) {
            int left = (int) (position / up);
            int phase = (int) ((position % up * phases + up / 2) / up);
            double[] kernel = kernels[phase];
            int first = left - taps / 2 + 1;
            double sum = 0;
            if (first >= 0 && first + taps <= in) {
                for (int tap = 0; tap < taps; tap++) {
                    sum += kernel[tap] * sample(pcm, (first + tap) * SAMPLE_BYTES);
                }
            } else {
                for (int tap = 0; tap < taps; tap++) {
                    int clamped = Math.max(0, Math.min(in - 1, first + tap));
                    sum += kernel[tap] * sample(pcm, clamped * SAMPLE_BYTES);
                }
            }
            put(resampled, out, (int) Math.round(sum));
        }
        return resampled;
    }

    static void requireRate(int rate) {
        if (rate < MIN_RATE || rate > MAX_RATE) {
            throw new IllegalArgumentException("A sample rate is " + MIN_RATE + " to " + MAX_RATE + " per second, not " + rate);
        }
    }

    /**
     * The weights of the samples around a position, for each of {@code phases + 1} positions from one sample to the next.
     *
     * @param bandwidth how much of the input's band remains, 0 to 1
     */
    private static double[][] kernels(int phases, double bandwidth) {
        int half = (int) Math.ceil(ZERO_CROSSINGS / bandwidth);
        double cutoff = bandwidth * PASS_BAND;
        double[][] kernels = new double[phases + 1][2 * half];
        for (int phase = 0; phase <= phases; phase++) {
            double total = 0;
            for (int tap = 0; tap < 2 * half; tap++) {
                double x = tap - half + 1 - (double) phase / phases;
                double hann = Math.abs(x) >= half ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x / half);
                double angle = Math.PI * cutoff * x;
                kernels[phase][tap] = hann * (angle == 0 ? 1 : Math.sin(angle) / angle);
                total += kernels[phase][tap];
            }
            for (int tap = 0; tap < 2 * half; tap++) {
                kernels[phase][tap] /= total;
            }
        }
        return kernels;
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

    static void put(byte[] pcm, int offset, int sample) {
        int clipped = Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sample));
        pcm[offset] = (byte) clipped;
        pcm[offset + 1] = (byte) (clipped >> 8);
    }
}
