package dev.camelgenai.quarkus.live.deployment;

import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class LiveServiceSettingsTest {

    private static boolean settled(String name, String value) {
        return LiveServiceSettings.in(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(Map.of(name, value), "test", 100)).build()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({ "GEMINI_API_KEY,k", "GOOGLE_API_KEY,k", "GOOGLE_GEMINI_BASE_URL,https://example.org",
        "GOOGLE_VERTEX_BASE_URL,https://example.org", "GOOGLE_GENAI_USE_VERTEXAI,true", "GOOGLE_GENAI_USE_ENTERPRISE,1",
        "camel.component.genai-live.api-key,k", "camel.component.genai-live.apiKey,k",
        "camel.component.genaiLive.apiKey,k", "CAMEL_COMPONENT_GENAI_LIVE_API_KEY,k",
        "camel.component.genai-live.base-url,ws://127.0.0.1:1", "camel.component.genai-live.vertex-ai,true",
        "camel.component.genai-live.vertexAi,true", "camel.component.genai-live.credentials,#bean:mine",
        "camel.component.genai-live.client,#bean:mine" })
    void whatNamesAServiceSettlesTheMatterInAnySpelling(String name, String value) {
        assertThat(settled(name, value)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ "GEMINI_API_KEY,' '", "GOOGLE_GENAI_USE_VERTEXAI,false", "camel.component.genai-live.vertex-ai,False",
        "camel.component.genai-live.reconnect,true", "camel.component.other.api-key,k", "GOOGLE_CLOUD_PROJECT,p",
        "%prod.camel.component.genai-live.api-key,${NOT_THERE}" })
    void whatNamesNoneDoesNot(String name, String value) {
        assertThat(settled(name, value)).isFalse();
    }

    @Test
    void theSettingIsNamedWithoutItsValue() {
        assertThat(LiveServiceSettings.in(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(Map.of("GEMINI_API_KEY", "secret"), "test", 100)).build()))
                .hasValue("GEMINI_API_KEY");
    }
}
