package dev.camelgenai.emulator.internal.audio;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.stream.IntStream;

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

    /** How many samples are made at a time. */
    private static final int BLOCK = 1_024;

    private static final int AMPLITUDE = 6_000;

    /** An octave and a half of half tones from 220 Hz. */
    private static final int PITCHES = 18;
    /** A sine for every sample that is said would be most of what thousands of sessions cost. */
    private static final byte[][] TONES = IntStream.range(0, PITCHES).mapToObj(Pcm::halfTone).toArray(byte[][]::new);

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
        float[][] kernels = kernels(phases, Math.min(1, (double) OUTPUT_RATE / rate));
        int taps = kernels[0].length;
        int before = taps / 2 - 1;
        int step = down / up;
        int rest = down % up;
        byte[] resampled = new byte[Math.toIntExact(Math.round((double) in * up / down)) * SAMPLE_BYTES];
        // in blocks: the samples are decoded once and not once for each tap
        float[] block = new float[(int) ((long) BLOCK * down / up) + taps + 1];
        for (int out = 0; out < resampled.length / SAMPLE_BYTES; out += BLOCK) {
            int outEnd = Math.min(out + BLOCK, resampled.length / SAMPLE_BYTES);
            int start = (int) ((long) out * down / up) - before;
            for (int i = 0; i < block.length; i++) {
                // the first and the last sample go on, or the ends would click
                block[i] = sample(pcm, Math.max(0, Math.min(in - 1, start + i)) * SAMPLE_BYTES);
            }
            int left = 0;
            int remainder = (int) ((long) out * down % up);
            for (int i = out; i < outEnd; i++) {
                int phase = (remainder * phases + up / 2) / up;
                put(resampled, i * SAMPLE_BYTES, Math.round(dot(kernels[phase], block, left)));
                left += step;
                remainder += rest;
                if (remainder >= up) {
                    remainder -= up;
                    left++;
                }
            }
        }
        return resampled;
    }

    /** In four sums, which a processor adds up side by side. */
    private static float dot(float[] kernel, float[] samples, int at) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int tap = 0; tap < kernel.length; tap += 4) {
            a += kernel[tap] * samples[at + tap];
            b += kernel[tap + 1] * samples[at + tap + 1];
            c += kernel[tap + 2] * samples[at + tap + 2];
            d += kernel[tap + 3] * samples[at + tap + 3];
        }
        return a + b + c + d;
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
    private static float[][] kernels(int phases, double bandwidth) {
        // even, for the number of taps is a multiple of four
        int half = 2 * (int) Math.ceil(ZERO_CROSSINGS / bandwidth / 2);
        double cutoff = bandwidth * PASS_BAND;
        float[][] kernels = new float[phases + 1][2 * half];
        double[] kernel = new double[2 * half];
        for (int phase = 0; phase <= phases; phase++) {
            double total = 0;
            for (int tap = 0; tap < kernel.length; tap++) {
                double x = tap - half + 1 - (double) phase / phases;
                double hann = Math.abs(x) >= half ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x / half);
                double angle = Math.PI * cutoff * x;
                kernel[tap] = hann * (angle == 0 ? 1 : Math.sin(angle) / angle);
                total += kernel[tap];
            }
            for (int tap = 0; tap < kernel.length; tap++) {
                kernels[phase][tap] = (float) (kernel[tap] / total);
            }
        }
        return kernels;
    }

    /**
     * A chunk of the tone that stands for a voice: deterministic, and audible, so that a person who plays it hears that
     * something was said. The pitch follows the text.
     *
     * @param  text  what is said
     * @param  chunk which 40 ms chunk, from 0
     * @return       shared; do not modify
     */
    public static byte[] tone(String text, int chunk) {
        int at = text.isEmpty() ? 0 : Math.min(text.length() - 1, chunk * 40 / 60);
        return TONES[text.isEmpty() ? 0 : text.charAt(at) % PITCHES];
    }

    private static byte[] halfTone(int pitch) {
        byte[] pcm = new byte[CHUNK_BYTES];
        int samples = CHUNK_BYTES / SAMPLE_BYTES;
        double frequency = 220 * Math.pow(2, pitch / 12.0);
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
