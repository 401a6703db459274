package dev.camelgenai.emulator;

/**
 * The model's answer to one turn, as a {@link Scenario} gives it. The methods may be called from any thread, in the scenario
 * or later; none of them blocks. Calls on a session that has ended do nothing.
 */
public interface Reply {

    /**
     * Answers with words: one text part per word if the session asked for TEXT, otherwise 40 ms chunks of a tone (about 60 ms
     * per character, at most two minutes) with the words as output transcription, if the setup asked for that.
     *
     * @param text the answer
     */
    Reply say(String text);

    /**
     * Answers with sound, in 40 ms chunks; a session that asked for TEXT gets the transcript instead.
     *
     * @param pcm        16-bit little-endian mono PCM at 24 kHz
     * @param transcript the output transcription
     */
    Reply play(byte[] pcm, String transcript);

    /** Ends the turn: {@code generationComplete}, then {@code turnComplete} with the usage. Further calls do nothing. */
    void complete();
}
