package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.genai.Client;
import com.google.genai.types.Content;
import com.google.genai.types.CreateAuthTokenConfig;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveConnectConstraints;
import com.google.genai.types.Modality;
import com.google.genai.types.Part;
import com.google.genai.types.SessionResumptionConfig;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveInputException;
import okhttp3.mockwebserver.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The request for an ephemeral token, compared with that of Google's Java SDK for the same input. */
class AuthTokenParityTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final LiveConnectConfig SETUP = LiveConnectConfig.builder().temperature(0.5f)
            .responseModalities(new Modality(Modality.Known.AUDIO)).sessionResumption(SessionResumptionConfig.builder().build())
            .systemInstruction(Content.builder().role("user").parts(Part.fromText("Be brief")).build()).build();
    private static final LiveModelName MODEL = LiveModelName.of("gemini-3.8-live", LiveEndpoint.developerApi());

    private static GoogleSdk sdk;

    @BeforeAll
    static void start() throws IOException {
        sdk = new GoogleSdk();
    }

    @AfterAll
    static void stop() throws IOException {
        sdk.close();
    }

    static Stream<CreateAuthTokenConfig> configs() {
        LiveConnectConstraints bound = LiveConnectConstraints.builder().model("gemini-3.8-live").config(SETUP).build();
        return Stream.of(CreateAuthTokenConfig.builder().liveConnectConstraints(bound).build(),
                CreateAuthTokenConfig.builder().uses(3).expireTime(Instant.parse("2030-01-02T03:04:05Z"))
                        .newSessionExpireTime(Instant.parse("2030-01-02T03:00:00.5Z")).liveConnectConstraints(bound).build(),
                CreateAuthTokenConfig.builder().liveConnectConstraints(bound).lockAdditionalFields(List.of()).build(),
                CreateAuthTokenConfig.builder().liveConnectConstraints(bound)
                        .lockAdditionalFields(List.of("topK", "response_modalities", "proactivity")).build(),
                CreateAuthTokenConfig.builder()
                        .liveConnectConstraints(LiveConnectConstraints.builder().model("models/m").build())
                        .lockAdditionalFields(List.of("seed")).build(),
                CreateAuthTokenConfig.builder().liveConnectConstraints(LiveConnectConstraints.builder().config(SETUP).build())
                        .build(),
                CreateAuthTokenConfig.builder().uses(1)
                        .liveConnectConstraints(LiveConnectConstraints.builder().build()).build(),
                CreateAuthTokenConfig.builder().lockAdditionalFields(List.of("topK"))
                        .liveConnectConstraints(LiveConnectConstraints.builder().build()).build());
    }

    private static JsonNode ours(CreateAuthTokenConfig config) throws IOException {
        return MAPPER.readTree(new AuthTokenCodec(LiveEndpoint.developerApi()).encode(config, MODEL, SETUP));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void theSameIsAskedForAtTheSamePlace(CreateAuthTokenConfig config) throws Exception {
        try (Client client = sdk.developerApi(GoogleSdk.KEY)) {
            // when
            RecordedRequest request = sdk.tokenRequest(client, config);

            // then
            assertThat(ours(config)).isEqualTo(MAPPER.readTree(request.getBody().readUtf8()));
            assertThat(request.getMethod()).isEqualTo("POST");
            assertThat(request.getHeader("x-goog-api-key")).isEqualTo(GoogleSdk.KEY);
            // the SDK wants to be told the version, its documentation says which
            assertThat(LiveEndpoint.developerApi().withBaseUrl(sdk.baseUrl())
                    .tokenUri(LiveCredentials.apiKey(GoogleSdk.KEY)).getPath().replace("v1alpha", "v1beta"))
                    .isEqualTo(request.getPath());
        }
    }

    @Test
    void aTokenWithoutConstraintsIsBoundToModelAndSetupAsIfTheyHadBeenNamed() throws Exception {
        CreateAuthTokenConfig named = CreateAuthTokenConfig.builder().uses(2)
                .liveConnectConstraints(LiveConnectConstraints.builder().model("gemini-3.8-live").config(SETUP).build())
                .build();

        assertThat(ours(CreateAuthTokenConfig.builder().uses(2).build())).isEqualTo(ours(named));
    }

    @Test
    void tokensAreMintedAtGoogleOverTlsAndNeverOnVertexAiOrWithATokenOrAtTheRequestsOwnAddress() {
        assertThat(LiveEndpoint.developerApi().tokenUri(LiveCredentials.apiKey("key")))
                .hasToString("https://generativelanguage.googleapis.com/v1alpha/auth_tokens");
        assertThat(LiveEndpoint.developerApi().withBaseUrl("ws://localhost:1/prefix/").withApiVersion("v1beta")
                .tokenUri(LiveCredentials.none())).hasToString("http://localhost:1/prefix/v1beta/auth_tokens");
        assertThatThrownBy(() -> LiveEndpoint.vertexAi("p", "l").tokenUri(LiveCredentials.apiKey("key")))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("vertexAi=false");
        assertThatThrownBy(() -> LiveEndpoint.developerApi().tokenUri(LiveCredentials.apiKey("auth_tokens/x")))
                .isInstanceOf(LiveAuthenticationException.class);
        assertThatThrownBy(() -> ours(CreateAuthTokenConfig.builder().httpOptions(HttpOptions.builder().build()).build()))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("httpOptions");
    }

    @Test
    void theAnswerIsReadAndAnythingElseIsRefusedWithoutBeingQuoted() {
        AuthTokenCodec codec = new AuthTokenCodec(LiveEndpoint.developerApi());

        assertThat(codec.decode("{\"name\":\"auth_tokens/x\",\"other\":1}".getBytes(StandardCharsets.UTF_8)).name())
                .contains("auth_tokens/x");
        for (String answer : List.of("{}", "{\"name\":\"\"}", "null", "auth_tokens/quoted", "[\"quoted\"]", "")) {
            assertThatThrownBy(() -> codec.decode(answer.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(GenAiLiveException.class).hasMessageNotContaining("quoted").hasNoCause();
        }
    }
}
