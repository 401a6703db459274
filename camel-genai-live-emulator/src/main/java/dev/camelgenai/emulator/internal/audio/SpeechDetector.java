package dev.camelgenai.emulator.internal.audio;

/**
 * A simple voice activity detection: energy starts an activity, silence of a given length ends it. Time is counted in the
 * stream and not by the clock, so a test may send as fast as it likes. One per session, not thread-safe.
 */
public final class SpeechDetector {

    /** What the audio so far amounts to. */
    public enum State {
        /** No speech yet. */
        SILENT,
        /** Speech has started. */
        SPEAKING,
        /** Speech has started and then the silence has been long enough. */
        ENDED
    }

    private static final int WINDOW_MILLIS = 20;
    /** Two windows: one alone may be a click. */
    private static final int WINDOWS_TO_START = 2;
    /** About -36 dBFS: above the noise of a room, below a quiet voice. */
    private static final double SPEECH_RMS = 500;

    private final int silenceMillis;
    private State state = State.SILENT;
    private double squares;
    private int samples;
    private int loudWindows;
    private int quietMillis;
    private int pendingByte = -1;

    /**
     * @param silenceMillis how much silence ends an activity
     */
    public SpeechDetector(int silenceMillis) {
        this.silenceMillis = silenceMillis;
    }

    /**
     * Listens on. The whole chunk belongs to the activity even if the silence is long enough before its end.
     *
     * @param pcm  16-bit little-endian mono; samples may be cut in two by the chunks
     * @param rate samples per second
     */
    public State accept(byte[] pcm, int rate) {
        int window = rate * WINDOW_MILLIS / 1000;
        int offset = 0;
        if (pendingByte >= 0 && pcm.length > 0) {
            accept((short) (pendingByte | pcm[0] << 8), window);
            pendingByte = -1;
            offset = 1;
        }
        for (; offset + 1 < pcm.length; offset += Pcm.SAMPLE_BYTES) {
            accept(Pcm.sample(pcm, offset), window);
        }
        if (offset < pcm.length) {
            pendingByte = pcm[offset] & 0xff;
        }
        return state;
    }

    public State state() {
        return state;
    }

    /** Forgets everything; the next sample starts anew. */
    public void reset() {
        state = State.SILENT;
        squares = 0;
        samples = 0;
        loudWindows = 0;
        quietMillis = 0;
        pendingByte = -1;
    }

    private void accept(short sample, int window) {
        squares += (double) sample * sample;
        if (++samples < window) {
            return;
        }
        boolean loud = Math.sqrt(squares / samples) >= SPEECH_RMS;
        squares = 0;
        samples = 0;
        if (state == State.SILENT) {
            loudWindows = loud ? loudWindows + 1 : 0;
            if (loudWindows >= WINDOWS_TO_START) {
                state = State.SPEAKING;
            }
        } else if (state == State.SPEAKING) {
            quietMillis = loud ? 0 : quietMillis + WINDOW_MILLIS;
            if (quietMillis >= silenceMillis) {
                state = State.ENDED;
            }
        }
    }
}
