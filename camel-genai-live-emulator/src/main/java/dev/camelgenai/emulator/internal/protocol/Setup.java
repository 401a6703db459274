package dev.camelgenai.emulator.internal.protocol;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.internal.audio.ActivityDetection;

/**
 * A setup that the service accepts.
 *
 * @param model               with its prefix, as sent
 * @param text                whether the answers are text and not audio
 * @param inputTranscription  whether what the user says is transcribed
 * @param outputTranscription whether what the model says is transcribed
 * @param manualActivity      whether the client marks the activities itself
 * @param silenceMillis       how much silence ends an activity
 * @param prefixMillis        how much speech starts an activity
 * @param historyFirst        whether the first client content is history only
 * @param resumption          whether the client wants resumption handles
 * @param handle              what it resumes, if anything
 */
public record Setup(String model, boolean text, boolean inputTranscription, boolean outputTranscription,
        boolean manualActivity, int silenceMillis, int prefixMillis, boolean historyFirst, boolean resumption,
        Optional<String> handle) {

    /** The names of the prebuilt voices; case matters. */
    public static final Set<String> VOICES = Set.of("Zephyr", "Puck", "Charon", "Kore", "Fenrir", "Leda", "Orus", "Aoede",
            "Callirrhoe", "Autonoe", "Enceladus", "Iapetus", "Umbriel", "Algieba", "Despina", "Erinome", "Algenib",
            "Rasalgethi",
            "Laomedeia", "Achernar", "Alnilam", "Schedar", "Gacrux", "Pulcherrima", "Achird", "Zubenelgenubi", "Vindemiatrix",
            "Sadachbia", "Sadaltager", "Sulafat");

    private static final int DEFAULT_SILENCE_MILLIS = ActivityDetection.DEFAULT_SILENCE_MILLIS;
    private static final int DEFAULT_PREFIX_MILLIS = ActivityDetection.DEFAULT_PREFIX_PADDING_MILLIS;
    private static final int MAX_MILLIS = ActivityDetection.MAX_MILLIS;

    /**
     * Checks what the shape of a setup does not tell.
     *
     * @param setup      validated by {@link ClientMessages#validate}
     * @param knownModel tells whether a model of that bare name exists
     */
    public static Setup of(JsonNode setup, UpgradePath path, Predicate<String> knownModel) throws ProtocolViolation {
        JsonNode generation = setup.path("generationConfig");
        JsonNode detection = setup.path("realtimeInputConfig").path("automaticActivityDetection");
        JsonNode resumption = setup.path("sessionResumption");
        checkVoice(generation.path("speechConfig"));
        return new Setup(model(setup, path, knownModel), text(generation), setup.has("inputAudioTranscription"),
                setup.has("outputAudioTranscription"), detection.path("disabled").asBoolean(false),
                millis(detection, "silenceDurationMs", DEFAULT_SILENCE_MILLIS),
                millis(detection, "prefixPaddingMs", DEFAULT_PREFIX_MILLIS),
                setup.path("historyConfig").path("initialHistoryInClientContent").asBoolean(false), resumption.isObject(),
                Optional.of(resumption.path("handle").asText("")).filter(handle -> !handle.isEmpty()));
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
        String name = model.substring(model.lastIndexOf('/') + 1);
        if (!known.test(name)) {
            throw ProtocolViolation.notFound("models/" + name + " is not found for API version " + path.version()
                    + ", or is not supported for bidiGenerateContent. Call ListModels to see the list of available models and "
                    + "their supported methods.", "the emulator was not told of a model " + name);
        }
        return model;
    }

    private static boolean text(JsonNode generation) throws ProtocolViolation {
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

    private static int millis(JsonNode detection, String name, int ifUnset) throws ProtocolViolation {
        int millis = detection.path(name).asInt(ifUnset);
        if (millis < 0 || millis > MAX_MILLIS) {
            throw ProtocolViolation.invalidArgument(
                    "'setup.realtime_input_config.automatic_activity_detection." + Shape.snake(name) + "' must be 0 to "
                            + MAX_MILLIS);
        }
        // 0 is the proto default, that is: unset
        return millis == 0 ? ifUnset : millis;
    }
}
