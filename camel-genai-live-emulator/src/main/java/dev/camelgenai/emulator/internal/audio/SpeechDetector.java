package dev.camelgenai.emulator.internal.audio;

import java.util.Arrays;

/**
 * A voice activity detection by energy. It compares windows of 10 ms with the noise of the room, which it learns: at once from
 * what is quieter, slowly from what is louder, and from a sound without any pause. Speech begins with a level well above the
 * noise and goes on until the level comes closer to the noise than that.
 * <p>
 * Time is counted in the stream and not by the clock, so a test may send as fast as it likes. One per session, not thread-safe.
 */
final class SpeechDetector {

    private static final int SLICE_MILLIS = 2;
    private static final int SLICES_PER_SECOND = 1000 / SLICE_MILLIS;
    private static final int SLICES = 5;
    private static final int WINDOW_MILLIS = SLICES * SLICE_MILLIS;

    /** The energy of 0 dBFS. */
    private static final double FULL_SCALE = 32_768.0 * 32_768;
    /** Digital silence, in dBFS. */
    private static final double NOTHING = -120;
    /** In a studio a breath is loud; it is no speech. */
    private static final double MIN_NOISE = -65;
    /** Before anything is known: a room, and a voice that is not far. */
    private static final double FIRST_NOISE = -46;
    /** What is louder is a voice even without a pause; tones stand for voices in tests. */
    private static final double MAX_NOISE = -30;
    /** Shares of the difference that a window teaches. */
    private static final double LEARN_QUIETER = 0.2;
    private static final double LEARN_LOUDER = 0.05;
    /** A voice pauses within four times half a second, and noise does not. */
    private static final int BLOCK_WINDOWS = 500 / WINDOW_MILLIS;
    private static final int BLOCKS = 4;
    /** A pause that does not disturb the start of speech; longer ones are between two sounds. */
    private static final int MAX_PAUSE_AT_START_MILLIS = 150;

    private final int prefixPaddingMillis;
    private final int pauseAtStartMillis;
    private final int silenceMillis;
    /** How far above the noise speech begins, in dB. */
    private final double startMargin;
    /** ... and goes on. */
    private final double endMargin;

    private int rate;
    /** How much of the slice has been heard, in samples times slices per second. */
    private int phase;
    private long slices;
    private long sum;
    private long squares;
    private int samples;
    private long windowSum;
    private long windowSquares;
    private int windowSamples;
    private final double[] sliceEnergies = new double[SLICES];

    private double noise = FIRST_NOISE;
    private final double[] blockMinima = new double[BLOCKS];
    private int blocks;
    private int blockWindows;
    private double blockMinimum = Double.MAX_VALUE;

    private boolean loud;
    private boolean speaking;
    /** Whether something has begun that may become speech. */
    private boolean candidate;
    private long candidateMillis;
    private long onset;
    private long end;

    SpeechDetector(ActivityDetection detection) {
        prefixPaddingMillis = detection.prefixPaddingMillis();
        pauseAtStartMillis = Math.min(prefixPaddingMillis / 2, MAX_PAUSE_AT_START_MILLIS);
        silenceMillis = detection.silenceMillis();
        startMargin = detection.start() == Sensitivity.HIGH ? 10 : 16;
        endMargin = detection.end() == Sensitivity.HIGH ? 8 : 5;
    }

    /**
     * Listens on until {@link #speaking} changes or the samples end.
     *
     * @param pcm  16-bit little-endian mono
     * @param from the first byte of a sample
     * @param to   behind the last byte of a sample
     * @param rate samples per second
     * @return     behind the last byte that was heard
     */
    int accept(byte[] pcm, int from, int to, int rate) {
        if (rate != this.rate) {
            // the part of a slice that has been heard remains the same part
            phase = this.rate == 0 ? 0 : (int) ((long) phase * rate / this.rate);
            this.rate = rate;
        }
        for (int at = from; at < to; at += Pcm.SAMPLE_BYTES) {
            int sample = Pcm.sample(pcm, at);
            sum += sample;
            squares += sample * sample;
            samples++;
            phase += SLICES_PER_SECOND;
            if (phase >= rate) {
                phase -= rate;
                if (onSlice()) {
                    return at + Pcm.SAMPLE_BYTES;
                }
            }
        }
        return to;
    }

    boolean speaking() {
        return speaking;
    }

    /** Where the activity began, in milliseconds; of the last one if nobody speaks. */
    long onsetMillis() {
        return onset;
    }

    /** Where the speech ended, or the end of what has been speech so far. */
    long endMillis() {
        return end;
    }

    /** How much audio is needed to have all from the beginning of an activity that may yet begin or has. */
    double backlogMillis() {
        double now = SLICE_MILLIS * (slices + (rate == 0 ? 0 : (double) phase / rate));
        return now - (candidate ? onset : SLICE_MILLIS * (slices - slices % SLICES));
    }

    /** No more is to come of this activity. What is known of the room remains. */
    void endActivity() {
        speaking = false;
        candidate = false;
        loud = false;
        sum = 0;
        squares = 0;
        samples = 0;
        startWindow();
    }

    private boolean onSlice() {
        sliceEnergies[(int) (slices % SLICES)] = energy(sum, squares, samples);
        windowSum += sum;
        windowSquares += squares;
        windowSamples += samples;
        sum = 0;
        squares = 0;
        samples = 0;
        slices++;
        if (slices % SLICES != 0) {
            return false;
        }
        boolean changed = onWindow(decibels(energy(windowSum, windowSquares, windowSamples)));
        startWindow();
        return changed;
    }

    private void startWindow() {
        windowSum = 0;
        windowSquares = 0;
        windowSamples = 0;
        Arrays.fill(sliceEnergies, 0);
    }

    private boolean onWindow(double level) {
        boolean wasLoud = loud;
        loud = level >= noise + (wasLoud ? endMargin : startMargin);
        boolean changed = loud ? onLoudWindow(wasLoud) : onQuietWindow();
        learn(level);
        return changed;
    }

    private boolean onLoudWindow(boolean wasLoud) {
        long window = (slices - SLICES) * SLICE_MILLIS;
        double enough = FULL_SCALE * Math.pow(10, (noise + endMargin) / 10);
        int first = 0;
        while (first < SLICES && sliceEnergies[first] < enough) {
            first++;
        }
        int last = SLICES - 1;
        while (last >= 0 && sliceEnergies[last] < enough) {
            last--;
        }
        // a deep sound may have its energy in none of the slices
        boolean even = first > last;
        long begin = wasLoud ? end : window + (even ? 0 : first * SLICE_MILLIS);
        end = window + (even ? WINDOW_MILLIS : (last + 1) * SLICE_MILLIS);
        if (speaking) {
            return false;
        }
        if (!candidate) {
            candidate = true;
            candidateMillis = 0;
            onset = begin;
        }
        candidateMillis += end - begin;
        speaking = candidateMillis >= prefixPaddingMillis;
        return speaking;
    }

    private boolean onQuietWindow() {
        long quiet = slices * SLICE_MILLIS - end;
        if (speaking && quiet >= silenceMillis) {
            speaking = false;
            candidate = false;
            return true;
        }
        if (!speaking && quiet > pauseAtStartMillis) {
            candidate = false;
        }
        return false;
    }

    private void learn(double level) {
        if (!loud) {
            noise += (level - noise) * (level < noise ? LEARN_QUIETER : LEARN_LOUDER);
        }
        blockMinimum = Math.min(blockMinimum, level);
        if (++blockWindows == BLOCK_WINDOWS) {
            blockMinima[blocks++ % BLOCKS] = blockMinimum;
            blockWindows = 0;
            blockMinimum = Double.MAX_VALUE;
            if (blocks >= BLOCKS) {
                double minimum = blockMinima[0];
                for (double other : blockMinima) {
                    minimum = Math.min(minimum, other);
                }
                noise = Math.max(noise, minimum);
                // or it would overflow in a year
                blocks = BLOCKS + blocks % BLOCKS;
            }
        }
        noise = Math.max(MIN_NOISE, Math.min(MAX_NOISE, noise));
    }

    /** The mean energy without the direct current, which some microphones add. */
    private static double energy(long sum, long squares, int samples) {
        double mean = (double) sum / samples;
        return (double) squares / samples - mean * mean;
    }

    private static double decibels(double energy) {
        return energy <= 0 ? NOTHING : Math.max(NOTHING, 10 * Math.log10(energy / FULL_SCALE));
    }
}
