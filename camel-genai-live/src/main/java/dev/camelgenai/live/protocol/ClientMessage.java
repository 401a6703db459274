package dev.camelgenai.live.protocol;

import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;

/** The messages that a client may send once its session is set up. */
public sealed interface ClientMessage {

    /** Turns of the conversation, in order; interrupts a generation under way. */
    record ClientContent(LiveSendClientContentParameters parameters) implements ClientMessage {
    }

    /** Audio, an image, text or an activity mark, processed as it arrives. */
    record RealtimeInput(LiveSendRealtimeInputParameters parameters) implements ClientMessage {
    }

    /** Answers to function calls. */
    record ToolResponse(LiveSendToolResponseParameters parameters) implements ClientMessage {
    }
}
