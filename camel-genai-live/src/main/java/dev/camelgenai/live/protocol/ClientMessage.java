package dev.camelgenai.live.protocol;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import com.google.genai.types.Content;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.Tool;

/** The messages that a client may send once its session is set up. */
public sealed interface ClientMessage {

    /** Turns of the conversation, in order; interrupts a generation under way. */
    record ClientContent(LiveSendClientContentParameters parameters) implements ClientMessage {

        public ClientContent {
            Objects.requireNonNull(parameters, "parameters");
        }
    }

    /** Audio, an image, text or an activity mark, processed as it arrives. */
    record RealtimeInput(LiveSendRealtimeInputParameters parameters) implements ClientMessage {

        public RealtimeInput {
            Objects.requireNonNull(parameters, "parameters");
        }
    }

    /** Answers to function calls. */
    record ToolResponse(LiveSendToolResponseParameters parameters) implements ClientMessage {

        public ToolResponse {
            Objects.requireNonNull(parameters, "parameters");
        }
    }

    /**
     * Takes the place of the session's system instruction, of its tools, or of both, from here on ({@code protocol} 4.5).
     *
     * @param systemInstruction empty leaves it as it is
     * @param tools             all that the model has from now on; empty leaves them as they are
     */
    record ContextUpdate(Optional<Content> systemInstruction, Optional<List<Tool>> tools) implements ClientMessage {

        public ContextUpdate {
            tools = tools.map(List::copyOf);
            if (systemInstruction.isEmpty() && tools.isEmpty()) {
                throw new IllegalArgumentException("A context update needs a system instruction or tools");
            }
        }

        /** What a setup has to say for a session that has had this update. */
        public LiveConnectConfig applyTo(LiveConnectConfig config) {
            LiveConnectConfig.Builder updated = config.toBuilder();
            systemInstruction.ifPresent(updated::systemInstruction);
            tools.ifPresent(updated::tools);
            return updated.build();
        }
    }

    /** Whether the message is worthless when it is late, and does not wait for the turn under way. */
    default boolean isRealtime() {
        return this instanceof RealtimeInput;
    }

    /** Whether the message is nothing but a piece of audio or an image, so that the conversation goes on without it. */
    default boolean isMedia() {
        return this instanceof RealtimeInput input
                && (input.parameters().audio().isPresent() || input.parameters().video().isPresent()
                        || input.parameters().media().isPresent())
                && input.parameters().text().isEmpty() && input.parameters().activityStart().isEmpty()
                && input.parameters().activityEnd().isEmpty() && input.parameters().audioStreamEnd().isEmpty();
    }

    /**
     * About how many bytes the message takes on the wire: exact to a few hundred for media and plain text, more than the
     * truth for the rest. Cheap, nothing is encoded.
     */
    default int estimatedSize() {
        return MessageSize.of(this);
    }
}
