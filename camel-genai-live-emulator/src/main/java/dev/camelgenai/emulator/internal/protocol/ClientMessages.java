package dev.camelgenai.emulator.internal.protocol;

import java.io.IOException;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static dev.camelgenai.emulator.internal.protocol.Shape.any;
import static dev.camelgenai.emulator.internal.protocol.Shape.bool;
import static dev.camelgenai.emulator.internal.protocol.Shape.integer;
import static dev.camelgenai.emulator.internal.protocol.Shape.list;
import static dev.camelgenai.emulator.internal.protocol.Shape.number;
import static dev.camelgenai.emulator.internal.protocol.Shape.object;
import static dev.camelgenai.emulator.internal.protocol.Shape.objectRefusing;
import static dev.camelgenai.emulator.internal.protocol.Shape.oneOf;
import static dev.camelgenai.emulator.internal.protocol.Shape.string;

/** Reads what clients send, as strictly as the service does. Immutable. */
public final class ClientMessages {

    /** The name of the first message. */
    public static final String SETUP = "setup";

    /** The others; exactly one of them per message. */
    public static final Set<String> KINDS = Set.of("clientContent", "realtimeInput", "toolResponse", "contextUpdate");

    private static final int MAX_STRING = 64 * 1024 * 1024;
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_STRING).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Shape BLOB = object("mimeType", string(), "data", string(), "displayName", string());
    private static final Shape PART = object("text", string(), "inlineData", BLOB, "fileData", any(), "functionCall", any(),
            "functionResponse", any(), "executableCode", any(), "codeExecutionResult", any(), "thought", bool(),
            "thoughtSignature",
            string(), "videoMetadata", any(), "mediaResolution", any(), "toolCall", any(), "toolResponse", any(),
            "partMetadata",
            any(), "audioTranscription", any(), "mediaProcessing", any(), "speechMetadata", any());
    private static final Shape CONTENT = object("parts", list(PART), "role", string());

    private static final Shape FUNCTION = object("name", string(), "description", string(), "parameters", any(),
            "parametersJsonSchema", any(), "response", any(), "responseJsonSchema", any(), "behavior",
            oneOf("UNSPECIFIED", "BLOCKING", "NON_BLOCKING"));
    private static final Shape TOOL = object("functionDeclarations", list(FUNCTION), "googleSearch", any(),
            "googleSearchRetrieval", any(), "googleMaps", any(), "codeExecution", any(), "urlContext", any(), "computerUse",
            any(),
            "fileSearch", any(), "retrieval", any(), "enterpriseWebSearch", any(), "parallelAiSearch", any(), "exaAiSearch",
            any(),
            "mcpServers", any());

    private static final Shape SPEECH = object("voiceConfig",
            object("prebuiltVoiceConfig", object("voiceName", string()), "replicatedVoiceConfig", any(), "voice", string()),
            "languageCode",
            string(),
            "multiSpeakerVoiceConfig", any());
    private static final Shape GENERATION = objectRefusing(
            List.of("responseLogprobs", "responseMimeType", "logprobs", "responseSchema", "responseJsonSchema", "stopSequences",
                    "routingConfig", "audioTimestamp"),
            "candidateCount", integer(), "maxOutputTokens", integer(), "temperature", number(), "topP", number(), "topK",
            number(),
            "presencePenalty", number(), "frequencyPenalty", number(), "responseModalities",
            list(oneOf("TEXT", "AUDIO", "VIDEO")),
            "speechConfig", SPEECH, "mediaResolution", string(), "seed", integer(), "thinkingConfig",
            object("includeThoughts", bool(), "thinkingBudget", integer(), "thinkingLevel", string()), "enableAffectiveDialog",
            bool(), "translationConfig", object("targetLanguageCode", string(), "echoTargetLanguage", bool()),
            "enableEnhancedCivicAnswers", bool());

    private static final Shape REALTIME_CONFIG = object("automaticActivityDetection",
            object("disabled", bool(), "startOfSpeechSensitivity",
                    oneOf("START_SENSITIVITY_UNSPECIFIED", "START_SENSITIVITY_HIGH", "START_SENSITIVITY_LOW"),
                    "endOfSpeechSensitivity",
                    oneOf("END_SENSITIVITY_UNSPECIFIED", "END_SENSITIVITY_HIGH", "END_SENSITIVITY_LOW"), "prefixPaddingMs",
                    integer(),
                    "silenceDurationMs", integer()),
            "activityHandling", oneOf("ACTIVITY_HANDLING_UNSPECIFIED", "START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION"),
            "turnCoverage",
            oneOf("TURN_COVERAGE_UNSPECIFIED", "TURN_INCLUDES_ONLY_ACTIVITY", "TURN_INCLUDES_ALL_INPUT",
                    "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"),
            "interimTranscriptTimestampEnabled", bool());
    private static final Shape TRANSCRIPTION = object("languageCodes", list(string()), "languageAuto", any(), "languageHints",
            object("languageCodes", list(string())), "customVocabulary", list(string()), "adaptationPhrases", list(string()),
            "diarization", bool(), "wordTimestamp", bool(), "mode", string());

    private static final Shape SETUP_SHAPE = object("model", string(), "generationConfig", GENERATION, "systemInstruction",
            CONTENT, "tools", list(TOOL), "realtimeInputConfig", REALTIME_CONFIG, "sessionResumption",
            object("handle", string(), "transparent", bool()), "contextWindowCompression",
            object("triggerTokens", integer(), "slidingWindow", object("targetTokens", integer())), "inputAudioTranscription",
            TRANSCRIPTION, "outputAudioTranscription", TRANSCRIPTION, "proactivity", object("proactiveAudio", bool()),
            "explicitVadSignal", bool(), "avatarConfig", any(), "safetySettings",
            list(object("category", string(), "threshold", string(), "method", string())), "historyConfig",
            object("initialHistoryInClientContent", bool()), "labels", any());

    private static final Shape ACTIVITY = object();
    private static final Shape MESSAGE = object(SETUP, SETUP_SHAPE, "clientContent",
            object("turns", list(CONTENT), "turnComplete", bool()), "realtimeInput",
            object("audio", BLOB, "video", BLOB, "text", string(), "mediaChunks", list(BLOB), "activityStart", ACTIVITY,
                    "activityEnd", ACTIVITY, "audioStreamEnd", bool()),
            "toolResponse",
            object("functionResponses",
                    list(object("id", string(), "name", string(), "response", any(), "scheduling",
                            oneOf("SCHEDULING_UNSPECIFIED", "INTERRUPT", "WHEN_IDLE", "SILENT"), "willContinue", bool(),
                            "parts", any()))),
            "contextUpdate", object("systemInstruction", CONTENT, "tools", object("tools", list(TOOL))));

    private static final Shape TOKEN = object("uses", integer(), "expireTime", string(), "newSessionExpireTime", string(),
            "bidiGenerateContentSetup", SETUP_SHAPE, "fieldMask", string());

    private ClientMessages() {
    }

    /** Parses a frame; the tree is as the client spelled it. */
    public static JsonNode parse(byte[] utf8) throws ProtocolViolation {
        JsonNode message;
        try {
            message = MAPPER.readTree(utf8);
        } catch (IOException e) {
            // Jackson's message quotes the input, the service's does not
            throw ProtocolViolation.invalidPayload("Invalid JSON payload received. Unexpected token.");
        }
        if (!message.isObject()) {
            throw ProtocolViolation.invalidPayload("Invalid JSON payload received. Unexpected token.");
        }
        return message;
    }

    /** UTF-8 JSON. */
    public static byte[] write(JsonNode message) {
        try {
            return MAPPER.writeValueAsBytes(message);
        } catch (IOException e) {
            throw new IllegalStateException("A tree in memory cannot fail to be written", e);
        }
    }

    /** The one field that a well-formed message has, in camelCase; {@code invalid} for anything else. */
    public static String kind(JsonNode message) {
        if (message.size() != 1) {
            return "invalid";
        }
        String kind = Shape.camel(message.fieldNames().next());
        return KINDS.contains(kind) || SETUP.equals(kind) ? kind : "invalid";
    }

    /** The message with all names in camelCase, known and of the right type, and with exactly one field. */
    public static JsonNode validate(JsonNode message) throws ProtocolViolation {
        JsonNode valid = MESSAGE.read(message, "");
        if (valid.size() != 1) {
            throw ProtocolViolation.invalidArgument("A message has exactly one of setup, clientContent, realtimeInput, "
                    + "toolResponse and contextUpdate, this one has " + valid.size());
        }
        return valid;
    }

    /** The request for an ephemeral token with all names in camelCase, known and of the right type. */
    public static JsonNode validateToken(JsonNode token) throws ProtocolViolation {
        return TOKEN.read(token, "auth_token");
    }

    /** A path of names in either spelling, in camelCase. */
    public static String camelPath(String path) {
        return Shape.camel(path);
    }
}
