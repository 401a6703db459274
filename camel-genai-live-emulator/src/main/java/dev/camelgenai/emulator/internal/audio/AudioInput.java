package dev.camelgenai.emulator.internal.audio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what a user's microphone delivers into turns: by silence after speech, by the end of the stream, or by the client's own
 * marks. One per session, not thread-safe.
 * <p>
 * All positions count the audio received and not the time that passed. Samples may be cut in two by the chunks; half a sample
 * is dropped when the stream ends or the rate changes. A turn is bounded to {@link #MAX_TURN_MILLIS}, what comes before it to
 * {@link #MAX_SILENT_TURN_MILLIS} until the first turn of a stream, and from then on to {@link #LEAD_IN_MILLIS}.
 */
public final class AudioInput {

    /** A spoken turn may be this long. */
    public static final int MAX_TURN_MILLIS = 600_000;

    /** How much of the audio before the speech belongs to a turn, so that no word is clipped. */
    public static final int LEAD_IN_MILLIS = 300;

    /** A stream that ends without speech is worth an answer to as much of its end. */
    public static final int MAX_SILENT_TURN_MILLIS = 2_000;

    private static final int NONE = -1;

    private final boolean manual;
    private final SpeechDetector detector;
    private final PcmBuffer pending = new PcmBuffer(MAX_TURN_MILLIS);
    private double heardMillis;
    private int rate;
    private int halfSample = NONE;
    /** Between the marks of the client. */
    private boolean marked;
    /** Nothing has been answered since the stream opened: then its end is worth an answer even without speech. */
    private boolean fresh = true;

    public AudioInput(ActivityDetection detection) {
        manual = detection.manual();
        detector = new SpeechDetector(detection);
    }

    /**
     * Takes a chunk of any length.
     *
     * @param  pcm                      16-bit little-endian mono; not kept
     * @param  sampleRate               samples per second, {@link Pcm#MIN_RATE} to {@link Pcm#MAX_RATE}
     * @return                          what the chunk made certain, in the order of the stream; mostly nothing
     * @throws IllegalArgumentException if the rate is out of range
     */
    public List<AudioEvent> accept(byte[] pcm, int sampleRate) {
        Pcm.requireRate(sampleRate);
        if (pcm.length == 0) {
            return List.of();
        }
        if (sampleRate != rate) {
            rate = sampleRate;
            halfSample = NONE;
        }
        List<AudioEvent> events = new ArrayList<>(2);
        int at = 0;
        if (halfSample != NONE) {
            hear(new byte[]{ (byte) halfSample, pcm[0] }, 0, Pcm.SAMPLE_BYTES, events);
            halfSample = NONE;
            at = 1;
        }
        // in steps, or an hour of silence in one message would be in memory twice
        int step = rate / 10 * Pcm.SAMPLE_BYTES;
        int end = pcm.length - (pcm.length - at) % Pcm.SAMPLE_BYTES;
        for (; at < end; at += step) {
            hear(pcm, at, Math.min(at + step, end), events);
        }
        if (end < pcm.length) {
            halfSample = pcm[end] & 0xff;
        }
        return events;
    }

    /** The microphone is off: what was said so far is a turn. Without effect if the client marks the activities. */
    public List<AudioEvent> streamEnd() {
        if (manual) {
            return List.of();
        }
        List<AudioEvent> events = new ArrayList<>(2);
        if (detector.speaking()) {
            events.add(ended(detector.endMillis()));
        } else if (fresh && !pending.isEmpty()) {
            events.add(new AudioEvent.ActivityStarted(Duration.ofMillis(Math.round(heardMillis - pending.millis()))));
            events.add(ended(heardMillis()));
        }
        // the silence that follows a turn is not another turn
        pending.clear();
        detector.endActivity();
        halfSample = NONE;
        fresh = true;
        return events;
    }

    /**
     * The user starts to speak, says the client. Nothing if she does already.
     *
     * @throws IllegalStateException if the activities are detected
     */
    public List<AudioEvent> activityStart() {
        requireManual();
        if (marked) {
            return List.of();
        }
        marked = true;
        return List.of(new AudioEvent.ActivityStarted(Duration.ofMillis(heardMillis())));
    }

    /**
     * The user has spoken, says the client. Nothing if she did not start.
     *
     * @throws IllegalStateException if the activities are detected
     */
    public List<AudioEvent> activityEnd() {
        requireManual();
        if (!marked) {
            return List.of();
        }
        marked = false;
        return List.of(ended(heardMillis()));
    }

    /** Whether an activity has started and not ended. */
    public boolean speaking() {
        return manual ? marked : detector.speaking();
    }

    /**
     * Whether the turn has become longer than {@link #MAX_TURN_MILLIS}, or changed its rate more often than any microphone. What
     * came since is not in it.
     */
    public boolean isFull() {
        return pending.isFull();
    }

    /** All audio received, in milliseconds, whether it was part of a turn or not. */
    public long heardMillis() {
        return Math.round(heardMillis);
    }

    /** How much of the end of the audio received may still become part of a turn, in milliseconds. */
    public long keptMillis() {
        return (long) Math.ceil(pending.millis());
    }

    private void hear(byte[] pcm, int from, int to, List<AudioEvent> events) {
        heardMillis += 1000.0 * (to - from) / Pcm.SAMPLE_BYTES / rate;
        if (manual) {
            if (marked) {
                pending.add(pcm, from, to - from, rate);
            }
            return;
        }
        int at = from;
        while (at < to) {
            boolean spoke = detector.speaking();
            int next = detector.accept(pcm, at, to, rate);
            pending.add(pcm, at, next - at, rate);
            at = next;
            if (detector.speaking() == spoke) {
                continue;
            }
            if (spoke) {
                events.add(ended(detector.endMillis()));
                fresh = false;
            } else {
                pending.keep(LEAD_IN_MILLIS + detector.backlogMillis());
                events.add(new AudioEvent.ActivityStarted(Duration.ofMillis(detector.onsetMillis())));
            }
        }
        if (!detector.speaking()) {
            double needed = LEAD_IN_MILLIS + detector.backlogMillis();
            pending.keep(fresh ? Math.max(MAX_SILENT_TURN_MILLIS, needed) : needed);
        }
    }

    private AudioEvent ended(long offsetMillis) {
        return new AudioEvent.ActivityEnded(Duration.ofMillis(offsetMillis), pending.take());
    }

    private void requireManual() {
        if (!manual) {
            throw new IllegalStateException("The activities are detected; a client that marks them sets"
                    + " automaticActivityDetection.disabled");
        }
    }
}
