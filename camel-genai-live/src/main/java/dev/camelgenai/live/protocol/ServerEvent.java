package dev.camelgenai.live.protocol;

import java.time.Duration;
import java.util.Objects;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.GroundingMetadata;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.LiveServerSetupComplete;
import com.google.genai.types.TurnCompleteReason;
import com.google.genai.types.UsageMetadata;
import com.google.genai.types.VoiceActivity;

/** What a message of the service brings; one message may bring several ({@code protocol} 2 and 5). */
public sealed interface ServerEvent {

    /** The kinds of events, in the order in which a message's events are told. */
    enum Kind {
        setupComplete,
        goAway,
        resumptionUpdate,
        toolCallCancellation,
        interrupted,
        voiceActivity,
        inputTranscript,
        thought,
        text,
        audio,
        video,
        outputTranscript,
        grounding,
        toolCall,
        usage,
        generationComplete,
        turnComplete,
        turnTranscript
    }

    Kind kind();

    /** The service has taken the setup. */
    record SetupComplete(LiveServerSetupComplete content) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.setupComplete;
        }
    }

    /** The service will end the connection. */
    record GoAway(Duration timeLeft) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.goAway;
        }
    }

    /** With what the session can be resumed, or that it cannot right now. */
    record ResumptionUpdate(LiveServerSessionResumptionUpdate content) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.resumptionUpdate;
        }
    }

    /** A function call whose result nobody wants any more. */
    record ToolCallCancellation(String id) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.toolCallCancellation;
        }
    }

    /** Other input has cut the model short. */
    record Interrupted() implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.interrupted;
        }
    }

    /** The service hears the user begin or end to speak. */
    record VoiceHeard(VoiceActivity content) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.voiceActivity;
        }
    }

    /** A fragment of what the user said. */
    record InputTranscript(String text, boolean finished) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.inputTranscript;
        }
    }

    /** A fragment of what the model thinks. */
    record Thought(String text) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.thought;
        }
    }

    /** A fragment of what the model writes. */
    record Text(String text) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.text;
        }
    }

    /** A piece of what the model says: PCM, 16 bits, little-endian, mono, at the rate that the type tells. */
    record Audio(String mimeType, MediaData data) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.audio;
        }
    }

    /** A piece of what the model shows, or other media. */
    record Video(String mimeType, MediaData data) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.video;
        }
    }

    /** A fragment of the words of what the model says. */
    record OutputTranscript(String text, boolean finished) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.outputTranscript;
        }
    }

    /** What the answer is based on. */
    record Grounding(GroundingMetadata content) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.grounding;
        }
    }

    /** The model calls a function. */
    record ToolCall(FunctionCall call) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.toolCall;
        }
    }

    /** Tokens of the turn. */
    record Usage(UsageMetadata content) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.usage;
        }
    }

    /** The model has produced all of its turn; playback may go on. */
    record GenerationComplete() implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.generationComplete;
        }
    }

    /**
     * The model's turn is over.
     *
     * @param reason   where the service says why, otherwise {@code null}
     * @param workLeft whether another turn follows unasked, as with models that think while they speak
     */
    record TurnComplete(TurnCompleteReason reason, boolean workLeft) implements ServerEvent {

        @Override
        public Kind kind() {
            return Kind.turnComplete;
        }
    }

    /**
     * All that one side said in a turn; made of the fragments.
     *
     * @param turnId the number of the turn within its session
     * @param role   {@code user} or {@code model}
     */
    record TurnTranscript(long turnId, String role, String text) implements ServerEvent {

        public TurnTranscript {
            Objects.requireNonNull(role, "role");
            Objects.requireNonNull(text, "text");
        }

        @Override
        public Kind kind() {
            return Kind.turnTranscript;
        }
    }
}
