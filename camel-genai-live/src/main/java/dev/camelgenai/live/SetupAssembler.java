package dev.camelgenai.live;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import com.google.genai.types.AudioTranscriptionConfig;
import com.google.genai.types.Content;
import com.google.genai.types.ContextWindowCompressionConfig;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Modality;
import com.google.genai.types.Part;
import com.google.genai.types.PrebuiltVoiceConfig;
import com.google.genai.types.SessionResumptionConfig;
import com.google.genai.types.SlidingWindow;
import com.google.genai.types.SpeechConfig;
import com.google.genai.types.VoiceConfig;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.LiveConfigReader;
import dev.camelgenai.live.session.ToolDeclarations;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;

/** Makes the setup out of the option {@code config} and the single options that override its fields. */
final class SetupAssembler {

    private final CamelContext camelContext;

    SetupAssembler(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /**
     * @param  transcribeAnswers           whether somebody needs the model's speech as text, unless the options say otherwise
     * @param  tools                       functions that are declared besides those of the config; not in the setup
     * @throws LiveInputException when an option is not understood, naming it; or two functions have one name
     */
    LiveConnectConfig assemble(GenAiLiveConfiguration options, boolean transcribeAnswers, List<FunctionDeclaration> tools) {
        LiveConnectConfig config = read(options.getConfig());
        LiveConnectConfig.Builder setup = config.toBuilder();
        if (options.getResponseModalities() != null) {
            setup.responseModalities(modalities(options.getResponseModalities()));
        }
        if (options.getSystemInstruction() != null) {
            setup.systemInstruction(
                    Content.builder().role("user").parts(Part.fromText(options.getSystemInstruction())).build());
        }
        if (options.getVoice() != null || options.getLanguage() != null) {
            setup.speechConfig(speech(options, config.speechConfig().orElseGet(() -> SpeechConfig.builder().build())));
        }
        if (options.getTemperature() != null) {
            setup.temperature(options.getTemperature());
        }
        if (options.getMaxOutputTokens() != null) {
            setup.maxOutputTokens(options.getMaxOutputTokens());
        }
        if (Boolean.TRUE.equals(options.getInputTranscription()) && config.inputAudioTranscription().isEmpty()) {
            setup.inputAudioTranscription(AudioTranscriptionConfig.builder().build());
        } else if (Boolean.FALSE.equals(options.getInputTranscription())) {
            setup.clearInputAudioTranscription();
        }
        if (Boolean.TRUE.equals(options.getContextWindowCompression()) && config.contextWindowCompression().isEmpty()) {
            setup.contextWindowCompression(
                    ContextWindowCompressionConfig.builder().slidingWindow(SlidingWindow.builder().build()).build());
        } else if (Boolean.FALSE.equals(options.getContextWindowCompression())) {
            setup.clearContextWindowCompression();
        }
        if (!options.isSessionResumption()) {
            setup.clearSessionResumption();
        } else if (config.sessionResumption().isEmpty()) {
            setup.sessionResumption(SessionResumptionConfig.builder().build());
        }
        transcribe(options, transcribeAnswers, setup);
        refuseClash(tools, config);
        return setup.build();
    }

    private static void transcribe(GenAiLiveConfiguration options, boolean transcribeAnswers, LiveConnectConfig.Builder setup) {
        LiveConnectConfig soFar = setup.build();
        Boolean wanted = options.getOutputTranscription();
        if (wanted == null) {
            boolean writes = soFar.responseModalities().orElse(List.of()).stream()
                    .anyMatch(modality -> modality.knownEnum() == Modality.Known.TEXT);
            wanted = transcribeAnswers && !writes ? Boolean.TRUE : null;
        }
        if (Boolean.TRUE.equals(wanted) && soFar.outputAudioTranscription().isEmpty()) {
            setup.outputAudioTranscription(AudioTranscriptionConfig.builder().build());
        } else if (Boolean.FALSE.equals(wanted)) {
            setup.clearOutputAudioTranscription();
        }
    }

    private static void refuseClash(List<FunctionDeclaration> tools, LiveConnectConfig config) {
        Set<String> names = ToolDeclarations.names(config.tools().orElse(List.of()));
        tools.stream().map(FunctionDeclaration::name).flatMap(Optional::stream).filter(names::contains).findFirst()
                .ifPresent(name -> {
                    throw declaredTwice("The function " + name);
                });
    }

    static LiveInputException declaredTwice(String what) {
        return new LiveInputException(
                what + " is declared in config and by a genai-live-tool route as well"
                        + " (option tags); rename one of them, or remove it from config.",
                false);
    }

    /**
     * The names of the functions that the config of these options declares itself.
     *
     * @throws dev.camelgenai.live.error.GenAiLiveException when the config cannot be read
     */
    Set<String> functions(GenAiLiveConfiguration options) {
        return ToolDeclarations.names(read(options.getConfig()).tools().orElse(List.of()));
    }

    private LiveConnectConfig read(Object config) {
        if (config == null) {
            return LiveConnectConfig.builder().build();
        }
        if (config instanceof String text && (text.startsWith("classpath:") || text.startsWith("file:"))) {
            try (InputStream resource = ResourceHelper.resolveMandatoryResourceAsInputStream(camelContext, text)) {
                return LiveConfigReader.read(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new LiveInputException("The option config names " + text + ", which cannot be read: " + e.getMessage(),
                        false,
                        e);
            }
        }
        return LiveConfigReader.read(config);
    }

    private static Modality[] modalities(String option) {
        return Arrays.stream(option.split(",")).map(String::strip).map(name -> {
            Modality modality = new Modality(name.toUpperCase(Locale.ROOT));
            if (modality.knownEnum() != Modality.Known.TEXT && modality.knownEnum() != Modality.Known.AUDIO
                    && modality.knownEnum() != Modality.Known.VIDEO) {
                throw new LiveInputException("The option responseModalities accepts TEXT or AUDIO, but is " + option, false);
            }
            return modality;
        }).toArray(Modality[]::new);
    }

    private static SpeechConfig speech(GenAiLiveConfiguration options, SpeechConfig base) {
        SpeechConfig.Builder speech = base.toBuilder();
        if (options.getVoice() != null) {
            speech.voiceConfig(VoiceConfig.builder()
                    .prebuiltVoiceConfig(PrebuiltVoiceConfig.builder().voiceName(options.getVoice()).build()).build());
        }
        if (options.getLanguage() != null) {
            speech.languageCode(options.getLanguage());
        }
        return speech.build();
    }
}
