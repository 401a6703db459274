package dev.camelgenai.emulator.internal.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.internal.audio.ActivityDetection;
import dev.camelgenai.emulator.internal.audio.Sensitivity;

/**
 * A setup that the service accepts.
 *
 * @param model               with its prefix, as sent
 * @param traits              what is special about the model
 * @param text                whether the answers are text and not audio
 * @param thoughts            whether the model tells what it thinks
 * @param inputTranscription  whether what the user says is transcribed
 * @param outputTranscription whether what the model says is transcribed
 * @param detection           how the user's activity is detected
 * @param interruptible       whether the user's activity interrupts the model
 * @param allVideo            whether frames belong to a turn although the user was not active when they came
 * @param explicitVad         whether the activities are told to the client
 * @param historyFirst        whether the first client content is history only
 * @param resumption          whether the client wants resumption handles
 * @param transparent         whether the handles come with the number of the last message they stand for
 * @param handle              what it resumes, if anything
 * @param compression         how the context is kept small, if at all
 * @param systemInstruction   its text
 * @param functions           the declarations of all functions
 * @param language            of the speech
 * @param unanswered          whether this model, given this setup, is never heard of again
 */
public record Setup(String model, ModelTraits traits, boolean text, boolean thoughts, boolean inputTranscription,
        boolean outputTranscription, ActivityDetection detection, boolean interruptible, boolean allVideo, boolean explicitVad,
        boolean historyFirst, boolean resumption, boolean transparent, Optional<String> handle,
        Optional<Compression> compression, String systemInstruction, List<JsonNode> functions, Optional<String> language,
        boolean unanswered) {

    /**
     * A sliding window over the context.
     *
     * @param trigger more tokens than these are cut ...
     * @param target  ... to these
     */
    public record Compression(long trigger, long target) {

        /** The same for a model that holds no more than {@code window} tokens. */
        public Compression within(long window) {
            return trigger <= window ? this : new Compression(window, Math.min(target, window / 2));
        }
    }

    /** The tokens that a model can hold. */
    public static final int CONTEXT_WINDOW = 131_072;

    /** The names of the prebuilt voices; case matters. */
    public static final Set<String> VOICES = Set.of("Zephyr", "Puck", "Charon", "Kore", "Fenrir", "Leda", "Orus", "Aoede",
            "Callirrhoe", "Autonoe", "Enceladus", "Iapetus", "Umbriel", "Algieba", "Despina", "Erinome", "Algenib",
            "Rasalgethi",
            "Laomedeia", "Achernar", "Alnilam", "Schedar", "Gacrux", "Pulcherrima", "Achird", "Zubenelgenubi", "Vindemiatrix",
            "Sadachbia", "Sadaltager", "Sulafat");

    private static final int TRIGGER_PERCENT = 80;

    /**
     * Checks what the shape of a setup does not tell.
     *
     * @param setup      validated by {@link ClientMessages#validate}
     * @param knownModel tells whether a model of that bare name exists
     */
    public static Setup of(JsonNode setup, UpgradePath path, Predicate<String> knownModel) throws ProtocolViolation {
        JsonNode generation = setup.path("generationConfig");
        JsonNode realtime = setup.path("realtimeInputConfig");
        JsonNode resumption = setup.path("sessionResumption");
        String model = model(setup, path, knownModel);
        ModelTraits traits = ModelTraits.of(bare(model));
        checkTraits(setup, traits);
        checkVoice(generation.path("speechConfig"));
        boolean transparent = resumption.path("transparent").asBoolean(false);
        if (transparent && path.service() == EmulatedService.DEVELOPER_API) {
            // Google's SDKs refuse it themselves; what the service would say is not known
            throw ProtocolViolation.invalidArgument("'setup.session_resumption.transparent' is for Vertex AI only");
        }
        return new Setup(model, traits, text(generation, traits),
                generation.path("thinkingConfig").path("includeThoughts").asBoolean(false),
                setup.has("inputAudioTranscription"), setup.has("outputAudioTranscription"),
                detection(realtime.path("automaticActivityDetection"), path.service()),
                !"NO_INTERRUPTION".equals(realtime.path("activityHandling").asText()),
                allVideo(realtime.path("turnCoverage").asText(), path.service(), bare(model)),
                setup.path("explicitVadSignal").asBoolean(false),
                setup.path("historyConfig").path("initialHistoryInClientContent").asBoolean(false), resumption.isObject(),
                transparent, filled(resumption.path("handle")), compression(setup),
                textOf(setup.path("systemInstruction")), functions(setup.path("tools")),
                filled(generation.path("speechConfig").path("languageCode")),
                traits.silentOnProactivity()
                        && (setup.has("proactivity") || generation.path("enableAffectiveDialog").asBoolean(false)));
    }

    /** The model without its prefix. */
    public String modelName() {
        return bare(model);
    }

    /** The text parts of a content, put together. */
    public static String textOf(JsonNode content) {
        StringBuilder text = new StringBuilder();
        content.path("parts").forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    /** The function declarations of a list of tools. */
    public static List<JsonNode> functions(JsonNode tools) {
        List<JsonNode> functions = new ArrayList<>();
        tools.forEach(tool -> tool.path("functionDeclarations").forEach(functions::add));
        return List.copyOf(functions);
    }

    private static String bare(String model) {
        return model.substring(model.lastIndexOf('/') + 1);
    }

    private static Optional<String> filled(JsonNode text) {
        return Optional.of(text.asText("")).filter(value -> !value.isEmpty());
    }

    private static void checkTraits(JsonNode setup, ModelTraits traits) throws ProtocolViolation {
        if (!traits.proactiveAlways()) {
            return;
        }
        JsonNode generation = setup.path("generationConfig");
        if (generation.path("enableAffectiveDialog").asBoolean(false)) {
            throw ProtocolViolation.invalidArgument("this model has no 'setup.generation_config.enable_affective_dialog'");
        }
        if (generation.has("thinkingConfig") && !traits.interactionStatus()) {
            throw ProtocolViolation.invalidArgument("this model has no 'setup.generation_config.thinking_config'");
        }
        JsonNode proactive = setup.path("proactivity").path("proactiveAudio");
        if (proactive.isBoolean() && !proactive.booleanValue()) {
            throw ProtocolViolation.invalidArgument("this model is always proactive: 'setup.proactivity.proactive_audio'");
        }
    }

    private static boolean allVideo(String coverage, EmulatedService service, String model) {
        return switch (coverage) {
            case "TURN_INCLUDES_ALL_INPUT", "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO" -> true;
            case "TURN_INCLUDES_ONLY_ACTIVITY" -> false;
            // the defaults of services and models differ
            default -> service == EmulatedService.VERTEX_AI || model.startsWith("gemini-3");
        };
    }

    private static ActivityDetection detection(JsonNode detection, EmulatedService service) throws ProtocolViolation {
        ActivityDetection defaults = service == EmulatedService.DEVELOPER_API
                ? ActivityDetection.developerApi()
                : ActivityDetection.vertexAi();
        return new ActivityDetection(detection.path("disabled").asBoolean(false),
                sensitivity(detection, "startOfSpeechSensitivity", defaults.start()),
                sensitivity(detection, "endOfSpeechSensitivity", defaults.end()), millis(detection, "prefixPaddingMs"),
                millis(detection, "silenceDurationMs"));
    }

    private static Sensitivity sensitivity(JsonNode detection, String name, Sensitivity ifUnset) {
        String sensitivity = detection.path(name).asText("");
        if (sensitivity.endsWith("_HIGH")) {
            return Sensitivity.HIGH;
        }
        return sensitivity.endsWith("_LOW") ? Sensitivity.LOW : ifUnset;
    }

    private static Optional<Compression> compression(JsonNode setup) throws ProtocolViolation {
        JsonNode compression = setup.path("contextWindowCompression");
        if (!compression.isObject()) {
            return Optional.empty();
        }
        long trigger = tokens(compression, "triggerTokens", CONTEXT_WINDOW * TRIGGER_PERCENT / 100);
        long target = tokens(compression.path("slidingWindow"), "targetTokens", trigger / 2);
        if (target > trigger) {
            throw ProtocolViolation.invalidArgument("'setup.context_window_compression' has a target of " + target
                    + " tokens, more than its trigger of " + trigger);
        }
        return Optional.of(new Compression(trigger, target));
    }

    private static long tokens(JsonNode parent, String name, long ifUnset) throws ProtocolViolation {
        long tokens = parent.path(name).asLong(0);
        if (tokens < 0) {
            throw ProtocolViolation.invalidArgument("'" + Shape.snake(name) + "' must not be negative");
        }
        return tokens == 0 ? ifUnset : tokens;
    }

    private static String model(JsonNode setup, UpgradePath path, Predicate<String> known) throws ProtocolViolation {
        String model = setup.path("model").asText("");
        if (model.isBlank()) {
            throw ProtocolViolation.invalidArgument("'setup.model' is missing");
        }
        boolean developer = path.service() == EmulatedService.DEVELOPER_API;
        boolean prefixed = developer
                ? model.startsWith("models/") || model.startsWith("tunedModels/")
                : model.startsWith("projects/") || model.startsWith("publishers/");
        if (!prefixed) {
            throw ProtocolViolation.invalidArgument("'setup.model' must start with "
                    + (developer ? "models/ or tunedModels/" : "projects/ or publishers/") + " but is " + model);
        }
        String name = bare(model);
        if (!known.test(name)) {
            throw ProtocolViolation.notFound("models/" + name + " is not found for API version " + path.version()
                    + ", or is not supported for bidiGenerateContent. Call ListModels to see the list of available models and "
                    + "their supported methods.", "the emulator was not told of a model " + name);
        }
        return model;
    }

    private static boolean text(JsonNode generation, ModelTraits traits) throws ProtocolViolation {
        JsonNode modalities = generation.path("responseModalities");
        if (modalities.isEmpty()) {
            return false;
        }
        if (modalities.size() > 1) {
            throw ProtocolViolation.invalidArgument("'setup.generation_config.response_modalities' takes exactly one");
        }
        String modality = modalities.get(0).textValue();
        if ("VIDEO".equals(modality)) {
            throw ProtocolViolation.invalidArgument("the emulator does not answer in VIDEO");
        }
        if ("TEXT".equals(modality) && traits.audioOnly()) {
            throw ProtocolViolation.invalidArgument("this model answers in AUDIO only; ask for output_audio_transcription");
        }
        return "TEXT".equals(modality);
    }

    private static void checkVoice(JsonNode speech) throws ProtocolViolation {
        if (speech.has("multiSpeakerVoiceConfig")) {
            throw ProtocolViolation.invalidArgument("multi_speaker_voice_config is not supported in a live session");
        }
        JsonNode voice = speech.path("voiceConfig").path("prebuiltVoiceConfig").path("voiceName");
        if (voice.isTextual() && !VOICES.contains(voice.textValue())) {
            throw ProtocolViolation.invalidArgument("there is no prebuilt voice " + voice.textValue());
        }
    }

    /** 0, as proto-JSON has it, for unset. */
    private static int millis(JsonNode detection, String name) throws ProtocolViolation {
        int millis = detection.path(name).asInt(0);
        if (millis < 0 || millis > ActivityDetection.MAX_MILLIS) {
            throw ProtocolViolation.invalidArgument(
                    "'setup.realtime_input_config.automatic_activity_detection." + Shape.snake(name) + "' must be 0 to "
                            + ActivityDetection.MAX_MILLIS);
        }
        return millis;
    }
}
