package dev.camelgenai.live.protocol;

import java.util.List;

import com.google.genai.types.Behavior;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GoogleMaps;
import com.google.genai.types.GoogleSearch;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Modality;
import com.google.genai.types.ProactivityConfig;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import com.google.genai.types.ToolCodeExecution;
import com.google.genai.types.UrlContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the table of families says of models and setups. */
class ModelFamilyTest {

    private static final String THINKING = "gemini-3.8-live-extended-thinking";
    private static final String FLASH = "gemini-3.1-flash-live-preview";
    private static final String NATIVE = "gemini-2.5-flash-native-audio-preview-12-2025";

    private static List<String> complaints(String model, LiveConnectConfig.Builder config) {
        return ModelFamily.of(new LiveModelName("models/" + model)).complaints(config.build());
    }

    private static LiveConnectConfig.Builder config() {
        return LiveConnectConfig.builder();
    }

    private static LiveConnectConfig.Builder function(Behavior.Known behavior) {
        return config().tools(List.of(Tool.builder()
                .functionDeclarations(FunctionDeclaration.builder().name("f").behavior(behavior).build()).build()));
    }

    /** Everything that some family does not take. */
    private static LiveConnectConfig.Builder everything() {
        return config().responseModalities(new Modality(Modality.Known.TEXT)).enableAffectiveDialog(true)
                .thinkingConfig(ThinkingConfig.builder().thinkingBudget(0))
                .proactivity(ProactivityConfig.builder().proactiveAudio(false))
                .tools(Tool.builder().googleMaps(GoogleMaps.builder().build())
                        .codeExecution(ToolCodeExecution.builder().build())
                        .urlContext(UrlContext.builder().build())
                        .functionDeclarations(
                                FunctionDeclaration.builder().name("b").behavior(Behavior.Known.BLOCKING).build(),
                                FunctionDeclaration.builder().name("n").behavior(Behavior.Known.NON_BLOCKING).build())
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "models/gemini-3.8-live, GEMINI_3_8_LIVE",
        "publishers/google/models/gemini-3.8-live-preview, GEMINI_3_8_LIVE",
        "projects/p/locations/l/publishers/google/models/gemini-3.8-live-001, GEMINI_3_8_LIVE",
        "models/gemini-3.8-live-extended-thinking, GEMINI_3_8_LIVE_EXTENDED_THINKING",
        "models/gemini-3.8-live-extended-thinking-preview-11-2026, GEMINI_3_8_LIVE_EXTENDED_THINKING",
        "models/gemini-3.1-flash-live-preview, GEMINI_3_1_FLASH_LIVE",
        "models/gemini-2.5-flash-native-audio-preview-12-2025, GEMINI_2_5_NATIVE_AUDIO",
        "publishers/google/models/gemini-live-2.5-flash-native-audio, GEMINI_LIVE_2_5_NATIVE_AUDIO",
        "publishers/google/models/gemini-live-2.5-flash-preview-native-audio-09-2025, GEMINI_LIVE_2_5_NATIVE_AUDIO" })
    void aKnownModelIsToldByItsNameWhateverItsPrefixAndVersion(String model, ModelFamily family) {
        assertThat(ModelFamily.of(new LiveModelName(model))).isEqualTo(family);
    }

    @ParameterizedTest
    @ValueSource(strings = { "models/gemini-4-live", "models/gemini-3.8-live-translate", "models/gemini-3.8-pro",
        "tunedModels/mine", "models/my-gemini-3.8-live", "models/gemini-live-2.5-flash", "models/" })
    void ofAModelThatIsNotKnownNothingIsClaimed(String model) {
        ModelFamily family = ModelFamily.of(new LiveModelName(model));

        assertThat(family).isEqualTo(ModelFamily.UNKNOWN);
        assertThat(family.complaints(everything().build())).isEmpty();
        assertThat(family.updatesContext()).isTrue();
        assertThat(family.needsRealtimeText(LiveService.DEVELOPER_API)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void noFamilyComplainsOfAnEmptySetupNorOfOneThatAllTake(ModelFamily family) {
        assertThat(family.complaints(config().build())).isEmpty();
        assertThat(family.complaints(config().responseModalities(new Modality(Modality.Known.AUDIO)).temperature(0.5f)
                .enableAffectiveDialog(false).tools(Tool.builder().googleSearch(GoogleSearch.builder().build()).build())
                .build())).isEmpty();
    }

    @Test
    void gemini38OnlySpeaksHasNoThinkingConfigNoAffectiveDialogAndIsAlwaysProactive() {
        assertThat(complaints("gemini-3.8-live", everything())).satisfiesExactlyInAnyOrder(
                text -> assertThat(text).contains("responseModalities=TEXT").contains("outputTranscription=true"),
                text -> assertThat(text).contains("thinkingConfig").contains(THINKING),
                text -> assertThat(text).contains("enableAffectiveDialog").contains("remove it"),
                text -> assertThat(text).contains("proactiveAudio=false").contains("remove it"));
        assertThat(complaints("gemini-3.8-live", config().proactivity(ProactivityConfig.builder().proactiveAudio(true))))
                .isEmpty();
    }

    @Test
    void extendedThinkingTakesAThinkingConfigAndNoBlockingFunctions() {
        assertThat(complaints(THINKING, config().thinkingConfig(ThinkingConfig.builder().thinkingBudget(1)))).isEmpty();
        assertThat(complaints(THINKING, function(Behavior.Known.BLOCKING))).singleElement().asString()
                .contains("behavior=BLOCKING").contains("remove the behavior");
        assertThat(complaints("gemini-3.8-live", function(Behavior.Known.BLOCKING))).isEmpty();
    }

    @Test
    void gemini31IsSilencedByProactivityAndAffectiveDialogAndWaitsForItsFunctions() {
        assertThat(complaints(FLASH, config().proactivity(ProactivityConfig.builder().proactiveAudio(true))))
                .singleElement().asString().contains("proactivity").contains("setupTimeout");
        assertThat(complaints(FLASH, config().enableAffectiveDialog(true))).singleElement().asString()
                .contains("enableAffectiveDialog").contains("setupTimeout");
        assertThat(complaints(FLASH, function(Behavior.Known.NON_BLOCKING))).singleElement().asString()
                .contains("behavior=NON_BLOCKING");
        assertThat(complaints(FLASH, function(Behavior.Known.BLOCKING))).isEmpty();
        assertThat(complaints(FLASH, config().responseModalities(new Modality(Modality.Known.TEXT)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { FLASH, NATIVE })
    void olderModelsOfTheDeveloperApiHaveNeitherMapsNorCodeNorUrls(String model) {
        assertThat(complaints(model, config().tools(everything().build().tools().orElseThrow().get(0).toBuilder()
                .clearFunctionDeclarations().build()))).satisfiesExactlyInAnyOrder(
                        text -> assertThat(text).contains("googleMaps"), text -> assertThat(text).contains("codeExecution"),
                        text -> assertThat(text).contains("urlContext"));
    }

    @Test
    void onlyGemini31NeedsRealtimeTextAndNeverOnVertexAi() {
        for (ModelFamily family : ModelFamily.values()) {
            assertThat(family.needsRealtimeText(LiveService.DEVELOPER_API)).as(family.name())
                    .isEqualTo(family == ModelFamily.GEMINI_3_1_FLASH_LIVE);
            assertThat(family.needsRealtimeText(LiveService.VERTEX_AI)).as(family.name()).isFalse();
        }
    }

    @Test
    void ofTheKnownFamiliesOnlyThoseOf38TakeContextUpdates() {
        assertThat(ModelFamily.values()).filteredOn(ModelFamily::updatesContext).containsExactlyInAnyOrder(
                ModelFamily.GEMINI_3_8_LIVE, ModelFamily.GEMINI_3_8_LIVE_EXTENDED_THINKING, ModelFamily.UNKNOWN);
    }
}
