package dev.camelgenai.live.protocol;

import java.time.Instant;
import java.util.Date;
import java.util.Map;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveInputException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LiveTargetTest {

    private static final GoogleCredentials CREDENTIALS = GoogleCredentials
            .create(new AccessToken("t", Date.from(Instant.now().plusSeconds(3600))));

    @Test
    void prefersTheGoogleKeyToTheGeminiKey() {
        assertThat(keyOf(Map.of("GOOGLE_API_KEY", "google", "GEMINI_API_KEY", "gemini"))).isEqualTo("google");
        assertThat(keyOf(Map.of("GOOGLE_API_KEY", "", "GEMINI_API_KEY", "gemini"))).isEqualTo("gemini");
    }

    @Test
    void prefersOptionsToTheEnvironment() {
        // given
        Map<String, String> environment = Map.of("GOOGLE_API_KEY", "env", "GOOGLE_GENAI_USE_VERTEXAI", "true",
                "GOOGLE_GEMINI_BASE_URL", "https://env.test");

        // when
        LiveTarget target = LiveTarget.builder().vertexAi(false).apiKey("option").baseUrl("https://option.test")
                .build(environment::get);

        // then
        assertThat(target.service()).isEqualTo(LiveService.DEVELOPER_API);
        assertThat(target.uri()).hasHost("option.test");
        assertThat(header(target)).isEqualTo("option");
    }

    @Test
    void readsTheBaseUrlOfTheServiceInUse() {
        Map<String, String> environment = Map.of("GOOGLE_API_KEY", "k", "GOOGLE_GEMINI_BASE_URL", "https://gemini.test",
                "GOOGLE_VERTEX_BASE_URL", "https://vertex.test");

        assertThat(LiveTarget.builder().build(environment::get).uri()).hasHost("gemini.test");
        assertThat(LiveTarget.builder().vertexAi(true).build(environment::get).uri()).hasHost("vertex.test");
    }

    @Test
    void choosesTheServiceByTheEnvironmentTheNewerNameFirst() {
        Map<String, String> old = Map.of("GOOGLE_GENAI_USE_VERTEXAI", "TRUE", "GOOGLE_API_KEY", "k");
        Map<String, String> both = Map.of("GOOGLE_GENAI_USE_VERTEXAI", "true", "GOOGLE_GENAI_USE_ENTERPRISE", "false",
                "GOOGLE_API_KEY", "k");

        assertThat(LiveTarget.builder().build(old::get).service()).isEqualTo(LiveService.VERTEX_AI);
        assertThat(LiveTarget.builder().build(both::get).service()).isEqualTo(LiveService.DEVELOPER_API);
    }

    @Test
    void prefersAProjectToAKeyWhenOnlyTheEnvironmentSpeaks() {
        // given
        Map<String, String> environment = Map.of("GOOGLE_GENAI_USE_VERTEXAI", "true", "GOOGLE_API_KEY", "k",
                "GOOGLE_CLOUD_PROJECT", "p", "GOOGLE_CLOUD_LOCATION", "europe-west4");

        // when
        LiveTarget target = LiveTarget.builder().build(environment::get);

        // then
        assertThat(target.uri()).hasHost("europe-west4-aiplatform.googleapis.com");
        assertThat(target.credentials()).isInstanceOf(LiveCredentials.GoogleOAuth.class);
    }

    @Test
    void prefersAnExplicitKeyToTheProjectOfTheEnvironment() {
        // given
        Map<String, String> environment = Map.of("GOOGLE_CLOUD_PROJECT", "p", "GOOGLE_CLOUD_LOCATION", "europe-west4");

        // when
        LiveTarget target = LiveTarget.builder().vertexAi(true).apiKey("k").build(environment::get);

        // then
        assertThat(target.uri()).hasHost("aiplatform.googleapis.com");
        assertThat(LiveModelName.of("m", target.endpoint())).hasToString("publishers/google/models/m");
    }

    @Test
    void takesTheGlobalLocationWhenThereIsAProjectOnly() {
        LiveTarget target = LiveTarget.builder().vertexAi(true).project("p").credentials(CREDENTIALS).build(name -> null);

        assertThat(target.uri()).hasHost("aiplatform.googleapis.com");
        assertThat(LiveModelName.of("m", target.endpoint()))
                .hasToString("projects/p/locations/global/publishers/google/models/m");
    }

    @Test
    void leavesProjectAndCredentialToTheProxyAtACustomBaseUrl() {
        // given
        Map<String, String> environment = Map.of("GOOGLE_CLOUD_PROJECT", "p", "GOOGLE_API_KEY", "k");

        // when
        LiveTarget target = LiveTarget.builder().vertexAi(true).baseUrl("https://proxy.test/live").build(environment::get);

        // then
        assertThat(target.uri()).hasToString("wss://proxy.test/live");
        assertThat(target.credentials()).isInstanceOf(LiveCredentials.None.class);
    }

    @Test
    void usesTheKeyOfTheEnvironmentAtACustomBaseUrlWhenThereIsNothingElse() {
        Map<String, String> environment = Map.of("GOOGLE_API_KEY", "k");

        LiveTarget target = LiveTarget.builder().vertexAi(true).baseUrl("https://proxy.test").build(environment::get);

        assertThat(target.uri()).hasPath("/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent");
        assertThat(header(target)).isEqualTo("k");
    }

    @Test
    void refusesWhatContradictsItself() {
        assertThatThrownBy(() -> LiveTarget.builder().vertexAi(true).apiKey("k").credentials(CREDENTIALS).build(name -> null))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("apiKey").hasMessageContaining("credentials");
        assertThatThrownBy(() -> LiveTarget.builder().apiKey("k").project("p").build(name -> null))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("vertexAi=true");
        assertThatThrownBy(() -> LiveTarget.builder().credentials(CREDENTIALS).build(name -> null))
                .isInstanceOf(LiveAuthenticationException.class).hasMessageContaining("vertexAi=true");
        assertThatThrownBy(() -> LiveTarget.builder().build(name -> null))
                .isInstanceOf(LiveAuthenticationException.class).hasMessageContaining("apiKey");
        assertThatThrownBy(() -> LiveTarget.builder().vertexAi(true).build(name -> null))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("project");
    }

    private static String keyOf(Map<String, String> environment) {
        return header(LiveTarget.builder().build(environment::get));
    }

    private static String header(LiveTarget target) {
        return target.credentials().headers(Runnable::run).toCompletableFuture().join().get("x-goog-api-key");
    }
}
