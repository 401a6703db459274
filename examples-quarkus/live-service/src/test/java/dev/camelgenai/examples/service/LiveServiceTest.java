package dev.camelgenai.examples.service;

import java.util.Map;

import dev.camelgenai.emulator.scenario.ScriptedScenario;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LiveServiceTest {

    @ParameterizedTest
    @ValueSource(strings = { "GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", "live.base-url",
        "LIVE_BASE_URL", "camel.component.genai-live.api-key", "camel.component.genai-live.apiKey",
        "CAMEL_COMPONENT_GENAI_LIVE_BASE_URL" })
    void startsNoEmulatorWhereTheServiceIsNamed(String property) {
        assertThat(LiveService.needsEmulator(config(Map.of(property, "something")))).isFalse();
    }

    @Test
    void startsNoEmulatorForVertexAi() {
        assertThat(LiveService.needsEmulator(config(Map.of("GOOGLE_GENAI_USE_VERTEXAI", "true")))).isFalse();
        assertThat(LiveService.needsEmulator(config(Map.of("GOOGLE_GENAI_USE_VERTEXAI", "false")))).isTrue();
    }

    @Test
    void startsAnEmulatorWithoutAnyOfThem() {
        assertThat(LiveService.needsEmulator(config(Map.of()))).isTrue();
        assertThat(LiveService.needsEmulator(config(Map.of("GEMINI_API_KEY", "", "live.model", "gemini-3.8-live"))))
                .isTrue();
    }

    @Test
    void readsAScenarioFromTheClassPath() {
        assertThat(LiveService.scenario("classpath:scenarios/greeting.yaml")).isInstanceOf(ScriptedScenario.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            classpath:scenarios/nowhere.yaml | There is no scenarios/nowhere.yaml on the class path
            classpath:scenarios/wrong.yaml   | wrong.yaml, line 2: unknown key
            nonsense                         | There is no scenario 'nonsense'
            """)
    void tellsWhichScenarioIsNotRight(String name, String message) {
        assertThatThrownBy(() -> LiveService.scenario(name)).isInstanceOf(RuntimeException.class)
                .hasMessageContaining(message);
    }

    private static SmallRyeConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(properties, "test", 100)).build();
    }
}
