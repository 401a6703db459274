package dev.camelgenai.live.protocol;

import java.util.List;
import java.util.function.Predicate;

import com.google.genai.types.Behavior;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Modality;
import com.google.genai.types.ProactivityConfig;
import com.google.genai.types.Tool;

/** What a family of models may not take in a setup, and what to do about it. */
enum SetupLimit {

    ANSWERS_IN_AUDIO(
            config -> config.responseModalities().orElse(List.of()).stream()
                    .anyMatch(modality -> modality.knownEnum() == Modality.Known.TEXT),
            "responseModalities=TEXT is refused, because the model only speaks: remove it, and read its words with"
                    + " outputTranscription=true"),

    NO_THINKING_CONFIG(config -> config.thinkingConfig().isPresent(),
            "thinkingConfig (in config) is refused: remove it, or use gemini-3.8-live-extended-thinking"),

    AFFECTIVE_DIALOG_IS_REFUSED(config -> config.enableAffectiveDialog().orElse(false),
            "enableAffectiveDialog (in config) is refused: remove it"),

    ALWAYS_PROACTIVE(config -> !config.proactivity().flatMap(ProactivityConfig::proactiveAudio).orElse(true),
            "proactivity.proactiveAudio=false (in config) is refused, because the model is always proactive: remove it"),

    AFFECTIVE_DIALOG_SILENCES(config -> config.enableAffectiveDialog().orElse(false),
            "enableAffectiveDialog (in config) is never answered, so that opening a session ends with setupTimeout: remove it"),

    PROACTIVITY_SILENCES(config -> config.proactivity().isPresent(),
            "proactivity (in config) is never answered, so that opening a session ends with setupTimeout: remove it"),

    WAITS_FOR_TOOLS(config -> declares(config, Behavior.Known.NON_BLOCKING),
            "functions with behavior=NON_BLOCKING block all the same, the model waits for their answers: remove the behavior,"
                    + " and answer fast"),

    NEVER_BLOCKS(config -> declares(config, Behavior.Known.BLOCKING),
            "functions with behavior=BLOCKING do not block, the model talks on: remove the behavior"),

    NO_GOOGLE_MAPS(config -> uses(config, tool -> tool.googleMaps().isPresent()),
            "the tool googleMaps is not there: remove it, or use gemini-3.8-live"),

    NO_CODE_EXECUTION(config -> uses(config, tool -> tool.codeExecution().isPresent()),
            "the tool codeExecution is not there: remove it, or use gemini-3.8-live"),

    NO_URL_CONTEXT(config -> uses(config, tool -> tool.urlContext().isPresent()),
            "the tool urlContext is not there: remove it, or use gemini-3.8-live");

    private final Predicate<LiveConnectConfig> exceeded;
    private final String advice;

    SetupLimit(Predicate<LiveConnectConfig> exceeded, String advice) {
        this.exceeded = exceeded;
        this.advice = advice;
    }

    boolean isExceededBy(LiveConnectConfig config) {
        return exceeded.test(config);
    }

    /** What happens, and the fix. */
    String advice() {
        return advice;
    }

    private static boolean declares(LiveConnectConfig config, Behavior.Known behavior) {
        return uses(config, tool -> tool.functionDeclarations().orElse(List.of()).stream()
                .map(FunctionDeclaration::behavior).flatMap(declared -> declared.stream())
                .anyMatch(declared -> declared.knownEnum() == behavior));
    }

    private static boolean uses(LiveConnectConfig config, Predicate<Tool> what) {
        return config.tools().orElse(List.of()).stream().anyMatch(what);
    }
}
