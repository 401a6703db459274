package dev.camelgenai.live.session;

import java.util.List;
import java.util.Optional;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.GroundingMetadata;
import com.google.genai.types.TurnCompleteReason;
import com.google.genai.types.UsageMetadata;

/**
 * One whole turn of the model, from its first content to {@code turnComplete}. Immutable.
 */
public final class LiveTurn {

    private final long id;
    private final String text;
    private final byte[] audio;
    private final String audioMimeType;
    private final String inputTranscript;
    private final String outputTranscript;
    private final List<FunctionCall> functionCalls;
    private final UsageMetadata usage;
    private final GroundingMetadata grounding;
    private final TurnCompleteReason completeReason;
    private final boolean interrupted;

    LiveTurn(LiveTurnBuilder builder) {
        this.id = builder.id;
        this.text = builder.text.toString();
        this.audio = builder.audio.toByteArray();
        this.audioMimeType = builder.audioMimeType;
        this.inputTranscript = builder.inputTranscript.toString();
        this.outputTranscript = builder.outputTranscript.toString();
        this.functionCalls = List.copyOf(builder.functionCalls);
        this.usage = builder.usage;
        this.grounding = builder.grounding;
        this.completeReason = builder.completeReason;
        this.interrupted = builder.interrupted;
    }

    /** Number of this turn within its session, counted from 1. */
    public long id() {
        return id;
    }

    /** The text parts in order, without thoughts; empty when the model spoke instead. */
    public String text() {
        return text;
    }

    /** The spoken answer: 16-bit signed little-endian PCM, mono; empty when the model wrote instead. */
    public byte[] audio() {
        return audio.clone();
    }

    /** Format of {@link #audio()} with its sample rate, usually {@code audio/pcm;rate=24000}. */
    public Optional<String> audioMimeType() {
        return Optional.ofNullable(audioMimeType);
    }

    /** What the service understood of the user's speech; empty unless input transcription is on. */
    public String inputTranscript() {
        return inputTranscript;
    }

    /** What the model said, as text; empty unless output transcription is on. */
    public String outputTranscript() {
        return outputTranscript;
    }

    /** Functions that the model called in this turn. */
    public List<FunctionCall> functionCalls() {
        return functionCalls;
    }

    /** Tokens of this turn; the prompt count includes the conversation so far (protocol.md 5.1). */
    public Optional<UsageMetadata> usage() {
        return Optional.ofNullable(usage);
    }

    /** What the answer is based on, where the model searched. */
    public Optional<GroundingMetadata> grounding() {
        return Optional.ofNullable(grounding);
    }

    /** Why the turn ended, where the service says so. */
    public Optional<TurnCompleteReason> completeReason() {
        return Optional.ofNullable(completeReason);
    }

    /** Whether the user, or other input, cut the model short. */
    public boolean interrupted() {
        return interrupted;
    }

    /** The written answer, or else the transcript of the spoken one; empty when there is neither. */
    public Optional<String> answer() {
        if (!text.isEmpty()) {
            return Optional.of(text);
        }
        return outputTranscript.isEmpty() ? Optional.empty() : Optional.of(outputTranscript);
    }

    @Override
    public String toString() {
        return "LiveTurn[id=" + id + ", text=" + text.length() + " characters, audio=" + audio.length + " bytes, functionCalls="
                + functionCalls.size() + (interrupted ? ", interrupted" : "") + "]";
    }
}
