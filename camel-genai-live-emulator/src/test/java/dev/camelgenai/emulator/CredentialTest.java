package dev.camelgenai.emulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletionException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;

class CredentialTest {

    private static final String CONSTRAINED = "/ws/google.ai.generativelanguage.v1alpha.GenerativeService"
            + ".BidiGenerateContentConstrained";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("secret").accessToken("ya29.x")
                    .ephemeralToken("auth_tokens/1"));

    private static int refusal(String path, String... headers) {
        try {
            TestClient.connect(EMULATOR.get().wsUrl() + path, headers);
        } catch (CompletionException e) {
            return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
        }
        return Assertions.fail("the upgrade was accepted");
    }

    @ParameterizedTest
    @CsvSource({ DEVELOPER + ",x-goog-api-key,secret,API_KEY_HEADER,secret", DEVELOPER + "?key=secret,,,API_KEY_QUERY,secret",
        CONSTRAINED + ",Authorization,Token auth_tokens/1,TOKEN_HEADER,auth_tokens/1",
        CONSTRAINED + "?access_token=auth_tokens/1,,,ACCESS_TOKEN_QUERY,auth_tokens/1",
        DEVELOPER + ",Authorization,Bearer ya29.x,BEARER_HEADER,ya29.x" })
    void givenACredentialInAnyForm_whenConnecting_thenAcceptedAndRecorded(String path, String header, String value,
            CredentialForm form, String credential) {
        String[] headers = header == null ? new String[0] : new String[]{ header, value };

        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + path, headers);

        assertThat(client.send(setup("")).next().json().has("setupComplete")).isTrue();
        RecordedSession session = EMULATOR.get().sessions().get(0);
        assertThat(session.credentialForm()).isEqualTo(form);
        assertThat(session.credential()).isEqualTo(credential);
        if (header != null) {
            assertThat(session.header(header)).contains(value);
        }
        assertThat(session.toString()).doesNotContain(credential);
    }

    @ParameterizedTest
    @CsvSource({ ",", "x-goog-api-key,wrong", "Authorization,Bearer wrong", "Authorization,Token auth_tokens/2" })
    void givenAWrongCredential_whenConnectingToTheDeveloperApi_thenUpgradedAndClosedWith1007(String header, String value) {
        String[] headers = header == null ? new String[0] : new String[]{ header, value };

        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER, headers);

        assertThat(client.awaitClose())
                .isEqualTo(new RecordedClose(1007, "API key not valid. Please pass a valid API key."));
        assertThat(EMULATOR.get().counters().refused()).isEqualTo(1);
    }

    @Test
    void givenAWrongOrNoCredential_whenConnectingToVertex_thenRefusedByHttp() {
        assertThat(refusal(VERTEX)).isEqualTo(401);
        assertThat(refusal(VERTEX, "Authorization", "Bearer wrong")).isEqualTo(403);
        assertThat(refusal(VERTEX, "x-goog-api-key", "wrong")).isEqualTo(403);

        assertThat(EMULATOR.get().counters()).extracting(Counters::upgrades, Counters::refused).containsExactly(0L, 3L);
    }

    @Test
    void givenAnUnknownPath_whenConnecting_then404WithGooglesErrorBody() throws IOException, InterruptedException {
        assertThat(refusal("/ws/google.ai.generativelanguage.v1beta.GenerativeService/BidiGenerateContent")).isEqualTo(404);

        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest
                        .newBuilder(URI.create("http://127.0.0.1:" + EMULATOR.get().port() + "/elsewhere")).build(),
                        HttpResponse.BodyHandlers.ofString());
        JsonNode error = TestClient.JSON.readTree(response.body()).get("error");
        assertThat(error.toString())
                .isEqualTo("{\"code\":404,\"message\":\"Requested entity was not found.\",\"status\":\"NOT_FOUND\"}");
    }

    @Test
    void givenNothingConfigured_whenConnectingWithAnyOrNoCredential_thenAccepted() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).start()) {
            assertThat(TestClient.open(emulator, "")).isNotNull();
            TestClient any = TestClient.connect(emulator.wsUrl() + DEVELOPER, "x-goog-api-key", "whatever");
            assertThat(any.send(setup("")).next().json().has("setupComplete")).isTrue();
        }
    }
}
