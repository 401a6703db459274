package dev.camelgenai.live.protocol;

import java.util.List;
import java.util.Map;

import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LiveConfigReaderTest {

    @Test
    void takesALiveConnectConfigAsItIs() {
        LiveConnectConfig config = LiveConnectConfig.builder().temperature(0.5f).build();

        assertThat(LiveConfigReader.read(config)).isSameAs(config);
        assertThat(LiveConfigReader.read(null)).isEqualTo(LiveConnectConfig.builder().build());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        """
                {"temperature": 0.5, "systemInstruction": "Be brief.",
                 "realtimeInputConfig": {"automaticActivityDetection": {"silenceDurationMs": 300}},
                 "tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": {"a_b": 1}}]}]}""",
        """
                {"temperature": 0.5, "system_instruction": {"role": "user", "parts": [{"text": "Be brief."}]},
                 "realtime_input_config": {"automatic_activity_detection": {"silence_duration_ms": 300}},
                 "tools": [{"function_declarations": [{"name": "f", "parameters_json_schema": {"a_b": 1}}]}]}""" })
    void readsJsonInBothSpellings(String json) {
        // when
        LiveConnectConfig config = LiveConfigReader.read(json);

        // then
        assertThat(config.temperature()).contains(0.5f);
        assertThat(config.systemInstruction()).contains(Content.fromParts(Part.fromText("Be brief.")));
        assertThat(config.realtimeInputConfig().get().automaticActivityDetection().get().silenceDurationMs()).contains(300);
        assertThat(config.tools().get().get(0).functionDeclarations().get().get(0).parametersJsonSchema().get())
                .isEqualTo(Map.of("a_b", 1));
    }

    @Test
    void readsAMap() {
        LiveConnectConfig config = LiveConfigReader.read(Map.of("responseModalities", List.of("AUDIO"), "seed", 7));

        assertThat(config.seed()).contains(7);
        assertThat(config.responseModalities().get()).hasToString("[AUDIO]");
    }

    @Test
    void mapsWhatALiveSessionHasOfAGenerateContentConfig() throws Exception {
        // given
        Tool tool = Tool.builder().functions(getClass().getDeclaredMethod("weather", String.class)).build();
        GenerateContentConfig config = GenerateContentConfig.builder().temperature(0.5f).topP(0.9f).seed(1)
                .responseModalities("AUDIO").systemInstruction(Content.fromParts(Part.fromText("s"))).tools(tool).build();

        // when
        LiveConnectConfig live = LiveConfigReader.read(config);

        // then
        assertThat(live.temperature()).contains(0.5f);
        assertThat(live.responseModalities().get()).hasToString("[AUDIO]");
        assertThat(live.systemInstruction()).isPresent();
        assertThat(live.tools().get()).containsExactly(tool);
    }

    @Test
    void namesEveryFieldOfAGenerateContentConfigThatALiveSessionDoesNotHave() {
        GenerateContentConfig config = GenerateContentConfig.builder().temperature(0.5f).stopSequences("x").candidateCount(2)
                .build();

        assertThatThrownBy(() -> LiveConfigReader.read(config)).isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageContaining("candidateCount").hasMessageContaining("stopSequences")
                .hasMessageContaining("accepted here").hasMessageContaining("temperature");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"responseMimeType\": \"s3cret\"}", "{\"nonsense\": \"s3cret\"}",
        "{\"non_sense\": \"s3cret\"}" })
    void refusesUnknownTopLevelFieldsByNameWithTheAcceptedOnes(String json) {
        assertThatThrownBy(() -> LiveConfigReader.read(json)).isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageContaining(json.split("\"")[1]).hasMessageContaining("speechConfig")
                .hasMessageNotContaining("httpOptions").hasMessageNotContaining("s3cret");
    }

    @Test
    void refusesUnknownFieldsFurtherDownByPath() {
        assertThatThrownBy(() -> LiveConfigReader.read("{\"tools\": [{\"googleSearch\": {\"exclude\": [\"s3cret\"]}}]}"))
                .isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageContaining("tools[0].googleSearch.exclude").hasMessageContaining("excludeDomains")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void saysWhereJsonIsMalformedWithoutQuotingIt() {
        assertThatThrownBy(() -> LiveConfigReader.read("{\n  \"temperature\": s3cret\n}"))
                .isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageContaining("line 2, column").hasMessageNotContaining("s3cret").hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "[]", "\"s3cret\"", "s3cret", "{} {}", "{\"seed\": 1, \"seed\": 2}",
        "{\"seed\": \"s3cret\"}" })
    void refusesWhatIsNoConfig(String text) {
        assertThatThrownBy(() -> LiveConfigReader.read(text)).isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageStartingWith("The option config cannot be read").hasMessageNotContaining("s3cret");
    }

    @Test
    void namesTheAcceptedTypesForAnyOtherValue() {
        assertThatThrownBy(() -> LiveConfigReader.read(42)).isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageContaining("LiveConnectConfig").hasMessageContaining("Map").hasMessageContaining("Integer");
    }

    /** A tool. */
    public static String weather(String city) {
        return city;
    }
}
