package dev.camelgenai.emulator.internal.audio;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Collects what a user says until the turn ends: by silence after speech, by the end of the stream, or by the client's own
 * mark. Bounded to ten minutes. One per session, not thread-safe.
 */
public final class AudioInput {

    /** A spoken turn may be this long. */
    public static final int MAX_TURN_MILLIS = 600_000;

    /** ... in chunks of 10 ms; whoever sends smaller ones may not speak that long. */
    private static final int MAX_CHUNKS = 60_000;
    /** A microphone that is just on must not fill the memory. */
    private static final int MAX_LEADING_MILLIS = 10_000;

    private record Chunk(byte[] pcm, int rate) {

        double millis() {
            return 1000.0 * pcm.length / Pcm.SAMPLE_BYTES / rate;
        }
    }

    private final boolean manual;
    private final int prefixMillis;
    private final SpeechDetector detector;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private double millis;
    /** How much of it was there before speech was detected. */
    private double leadingMillis;
    /** In manual mode: between the marks. In automatic mode: whether silence alone is worth an answer at the stream's end. */
    private boolean open;

    /**
     * @param manual        whether the client marks the activities
     * @param silenceMillis how much silence ends a turn
     * @param prefixMillis  how much audio before the speech belongs to a turn that silence ends
     */
    public AudioInput(boolean manual, int silenceMillis, int prefixMillis) {
        this.manual = manual;
        this.prefixMillis = prefixMillis;
        this.detector = new SpeechDetector(silenceMillis);
        this.open = !manual;
    }

    /**
     * Takes a chunk.
     *
     * @return the whole turn at {@link Pcm#OUTPUT_RATE}, if this chunk ends one
     */
    public Optional<byte[]> accept(byte[] pcm, int rate) {
        if (pcm.length == 0 || manual && !open) {
            return Optional.empty();
        }
        Chunk chunk = new Chunk(pcm, rate);
        if (manual) {
            add(chunk);
            return Optional.empty();
        }
        boolean silentSoFar = detector.state() == SpeechDetector.State.SILENT;
        double before = millis;
        add(chunk);
        SpeechDetector.State state = detector.accept(pcm, rate);
        if (state == SpeechDetector.State.SILENT) {
            trim(MAX_LEADING_MILLIS);
            return Optional.empty();
        }
        if (silentSoFar) {
            leadingMillis = before;
        }
        if (state == SpeechDetector.State.SPEAKING) {
            return Optional.empty();
        }
        trim(millis - leadingMillis + prefixMillis);
        Optional<byte[]> turn = take();
        open = false;
        return turn;
    }

    /** The microphone is off: what was said so far is a turn. */
    public Optional<byte[]> streamEnd() {
        if (manual) {
            return Optional.empty();
        }
        // the silence that follows a turn is not another turn
        boolean worth = open || detector.state() != SpeechDetector.State.SILENT;
        Optional<byte[]> turn = take();
        open = true;
        return worth ? turn : Optional.empty();
    }

    /** The user starts to speak, says the client. */
    public void activityStart() {
        open = true;
    }

    /** Whether the client has said that the user speaks. */
    public boolean inActivity() {
        return manual && open;
    }

    /** The user has spoken, says the client. */
    public Optional<byte[]> activityEnd() {
        open = false;
        return take();
    }

    /** Whether the turn has become longer than anyone talks. */
    public boolean isFull() {
        return millis > MAX_TURN_MILLIS || chunks.size() > MAX_CHUNKS;
    }

    private void add(Chunk chunk) {
        chunks.add(chunk);
        millis += chunk.millis();
    }

    /** Drops whole chunks from the front as long as {@code keep} milliseconds remain. */
    private void trim(double keep) {
        while (!chunks.isEmpty() && millis - chunks.peek().millis() >= keep) {
            millis -= chunks.remove().millis();
        }
    }

    private Optional<byte[]> take() {
        ByteArrayOutputStream turn = new ByteArrayOutputStream();
        while (!chunks.isEmpty()) {
            // a client may change its rate; what has the same rate is resampled in one piece
            int rate = chunks.peek().rate();
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            while (!chunks.isEmpty() && chunks.peek().rate() == rate) {
                piece.writeBytes(chunks.remove().pcm());
            }
            turn.writeBytes(Pcm.toOutputRate(piece.toByteArray(), rate));
        }
        millis = 0;
        leadingMillis = 0;
        detector.reset();
        return turn.size() == 0 ? Optional.empty() : Optional.of(turn.toByteArray());
    }
}
