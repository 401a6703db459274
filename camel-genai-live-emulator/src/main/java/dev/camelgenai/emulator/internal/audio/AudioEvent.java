package dev.camelgenai.emulator.internal.audio;

import java.time.Duration;

/** What {@link AudioInput} has found. Starts and ends alternate, a start comes first. */
public sealed interface AudioEvent {

    /** The position in the audio of the session, in whole milliseconds since its first sample. */
    Duration offset();

    /**
     * The user speaks.
     *
     * @param offset where the speech began, which is a little before it was certain
     */
    record ActivityStarted(Duration offset) implements AudioEvent {
    }

    /**
     * The user has spoken.
     *
     * @param offset where the speech ended; the silence that made it certain comes after it
     * @param turn   what belongs to the turn, 16-bit little-endian mono at {@link Pcm#OUTPUT_RATE}: a lead-in of up to
     *               {@link AudioInput#LEAD_IN_MILLIS}, the speech and the silence after it. Empty if the client marked an activity
     *               without audio. Do not modify
     */
    record ActivityEnded(Duration offset, byte[] turn) implements AudioEvent {
    }
}
