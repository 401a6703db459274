package dev.camelgenai.live;

import org.apache.camel.spi.Metadata;

/** Names of the headers. */
public final class GenAiLiveConstants {

    @Metadata(description = "Producer: the conversation that the exchange belongs to; overrides the option sessionKey. A header"
            + " that is present but null or blank fails the exchange. Out: the conversation of the message.", javaType = "String")
    public static final String SESSION_KEY = "CamelGenAiLiveSessionKey";

    @Metadata(description = "The id that the service gave to the session, where it gives one.", javaType = "String")
    public static final String SESSION_ID = "CamelGenAiLiveSessionId";

    @Metadata(label = "producer", description = "What to do with the exchange; overrides the option operation.", javaType = "dev.camelgenai.live.GenAiLiveOperation")
    public static final String OPERATION = "CamelGenAiLiveOperation";

    @Metadata(description = "Producer, for text and Content: whether the model is to answer now (default) or more is to come."
            + " Out: whether the message ends the model's turn.", javaType = "Boolean")
    public static final String TURN_COMPLETE = "CamelGenAiLiveTurnComplete";

    @Metadata(description = "Producer: the role of a String body, user (default) or model. With the event turnTranscript: who"
            + " said it, user or model.", javaType = "String")
    public static final String ROLE = "CamelGenAiLiveRole";

    @Metadata(description = "Producer: what the bytes, the stream or the file in the body are (audio/pcm;rate=N,"
            + " audio/wav, audio/PCMU, audio/PCMA, image/*); overrides the option audioMimeType. Out: the format of the turn's"
            + " audio.", javaType = "String")
    public static final String MIME_TYPE = "CamelGenAiLiveMimeType";

    @Metadata(description = "Number of the turn within its session, from 1.", javaType = "Long")
    public static final String TURN_ID = "CamelGenAiLiveTurnId";

    @Metadata(label = "consumer", description = "Number of the message within its session, from 1.", javaType = "Long")
    public static final String SEQUENCE_NUMBER = "CamelGenAiLiveSequenceNumber";

    @Metadata(description = "Whether other input cut the model short.", javaType = "Boolean")
    public static final String INTERRUPTED = "CamelGenAiLiveInterrupted";

    @Metadata(label = "consumer", description = "Whether the model has produced all of its turn; playback may go on.", javaType = "Boolean")
    public static final String GENERATION_COMPLETE = "CamelGenAiLiveGenerationComplete";

    @Metadata(description = "What the service understood of the user's speech, cut to 8 KB.", javaType = "String")
    public static final String INPUT_TRANSCRIPT = "CamelGenAiLiveInputTranscript";

    @Metadata(description = "What the model said, cut to 8 KB.", javaType = "String")
    public static final String OUTPUT_TRANSCRIPT = "CamelGenAiLiveOutputTranscript";

    @Metadata(description = "Tokens of the turn.", javaType = "Integer")
    public static final String TOTAL_TOKENS = "CamelGenAiLiveTotalTokens";

    @Metadata(description = "Tokens of the turn's prompt, the conversation so far included.", javaType = "Integer")
    public static final String INPUT_TOKENS = "CamelGenAiLiveInputTokens";

    @Metadata(description = "Tokens that the model produced in the turn.", javaType = "Integer")
    public static final String OUTPUT_TOKENS = "CamelGenAiLiveOutputTokens";

    @Metadata(label = "consumer", description = "With deliver=event, the kind of the event: setupComplete, text, thought, audio, video,"
            + " inputTranscript, outputTranscript, turnTranscript, toolCall, toolCallCancellation, interrupted, generationComplete,"
            + " turnComplete, usage, grounding, voiceActivity, goAway or resumptionUpdate. In an exchange asked for with"
            + " sessionEvents, what happened to the session: opened, resumed, reconnecting, goAway or closed.", javaType = "String")
    public static final String EVENT = "CamelGenAiLiveEvent";

    @Metadata(label = "consumer", description = "With the event goAway: milliseconds until the service ends the connection.", javaType = "Long")
    public static final String TIME_LEFT = "CamelGenAiLiveTimeLeft";

    @Metadata(label = "consumer", description = "With the events reconnecting and closed: the WebSocket close code, or the HTTP status of a"
            + " refused upgrade, where there was one.", javaType = "Integer")
    public static final String CLOSE_CODE = "CamelGenAiLiveCloseCode";

    @Metadata(label = "consumer", description = "With the events reconnecting and closed: the reason that the service gave, cut to 123 bytes.", javaType = "String")
    public static final String CLOSE_REASON = "CamelGenAiLiveCloseReason";

    @Metadata(label = "consumer", description = "With the event reconnecting: the attempt to come, from 1.", javaType = "Integer")
    public static final String RECONNECT_ATTEMPT = "CamelGenAiLiveReconnectAttempt";

    @Metadata(label = "consumer", description = "With the event resumed: whether the service knows the conversation so far.", javaType = "Boolean")
    public static final String STATE_RESTORED = "CamelGenAiLiveStateRestored";

    @Metadata(label = "consumer", description = "With the events resumed and closed: messages that were written to the lost connection and that the"
            + " service may not know of.", javaType = "Long")
    public static final String IN_DOUBT = "CamelGenAiLiveInDoubt";

    @Metadata(description = "The id of a function call. With the events toolCall and toolCallCancellation; and for a producer with"
            + " sendToolResponse, where the body has none.", javaType = "String")
    public static final String TOOL_CALL_ID = "CamelGenAiLiveToolCallId";

    @Metadata(description = "The function that is called. With the event toolCall; and for a producer with sendToolResponse, where"
            + " the body has none.", javaType = "String")
    public static final String TOOL_NAME = "CamelGenAiLiveToolName";

    private GenAiLiveConstants() {
    }
}
