package dev.camelgenai.emulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.fault.ServiceClose;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.outputTranscriptOf;
import static dev.camelgenai.emulator.TestClient.setup;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EphemeralTokenTest {

    private static final String CONSTRAINED = "/ws/google.ai.generativelanguage.v1alpha.GenerativeService"
            + ".BidiGenerateContentConstrained";
    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";
    private static final String HI = json("{'realtimeInput':{'text':'hi'}}");
    private static final RecordedClose NOT_VALID = new RecordedClose(1007, ServiceClose.API_KEY_NOT_VALID.reason());
    private static final RecordedClose EXPIRED = new RecordedClose(1007, ServiceClose.API_KEY_EXPIRED.reason());
    private static final RecordedClose USED = new RecordedClose(1007,
            "Token has been used too many times or is expired for new sessions.");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ManualClock clock = new ManualClock();
    private GenAiLiveEmulator emulator;

    @BeforeEach
    void start() {
        start(builder());
    }

    private GenAiLiveEmulator.Builder builder() {
        return GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).clock(clock).tlsPort(-1).apiKey("secret")
                .setupTimeout(Duration.ofSeconds(5));
    }

    private void start(GenAiLiveEmulator.Builder builder) {
        emulator = builder.start();
    }

    private void restart(GenAiLiveEmulator.Builder builder) {
        emulator.close();
        start(builder);
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    private HttpResponse<String> post(String pathAndQuery, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + emulator.port() + pathAndQuery))
                .POST(HttpRequest.BodyPublishers.ofString(json(body)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String mint(String body) throws IOException, InterruptedException {
        HttpResponse<String> response = post("/v1alpha/auth_tokens", body, "x-goog-api-key", "secret");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestClient.JSON.readTree(response.body()).get("name").asText();
    }

    private TestClient connect(String token) {
        return TestClient.connect(emulator.wsUrl() + CONSTRAINED, "Authorization", "Token " + token);
    }

    private TestClient open(String token, String setupFields) {
        TestClient client = connect(token).send(setup(setupFields));
        assertThat(client.next().json().has("setupComplete")).isTrue();
        return client;
    }

    private String inMinutes(int minutes) {
        return clock.now().plus(Duration.ofMinutes(minutes)).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/v1alpha/auth_tokens", "/v1beta/auth_tokens", "/my/proxy/v1alpha/auth_tokens",
        "//v1alpha/auth_tokens", "/v1alpha/auth_tokens?key=secret" })
    void givenAKey_whenATokenIsAskedFor_thenItsNameBeginsSessions(String path) throws Exception {
        String[] headers = path.contains("?") ? new String[0] : new String[]{ "x-goog-api-key", "secret" };

        HttpResponse<String> response = post(path, "{}", headers);

        assertThat(response.statusCode()).isEqualTo(200);
        String name = TestClient.JSON.readTree(response.body()).get("name").asText();
        assertThat(name).startsWith("auth_tokens/");
        assertThat(open(name, "")).isNotNull();
    }

    @Test
    void givenAToken_whenItComesInTheQuery_thenAcceptedAsWell() throws Exception {
        TestClient client = TestClient.connect(emulator.wsUrl() + CONSTRAINED + "?access_token=" + mint(""));

        assertThat(client.send(setup("")).answeredWith("setupComplete")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "{'uses':-1} | uses must not be negative.",
        "{'uses':'many'} | 'auth_token.uses' must be a 32-bit integer",
        "{'foo':1} | Unknown name \"foo\" at 'auth_token'", "{'expireTime':'tomorrow'} | Illegal timestamp format",
        "{'expireTime':'2020-01-01T00:00:00Z'} | expireTime must be in the future",
        "{'newSessionExpireTime':'2999-01-01T00:00:00Z'} | newSessionExpireTime must be in the future, and less than 20 hours",
        "{'bidiGenerateContentSetup':{'foo':1}} | Unknown name \"foo\"", "{'fieldMask':'model'} | fieldMask needs",
        "{'uses':1 | Unexpected token", "[] | Unexpected token" })
    void givenAnInvalidRequest_whenSent_then400WithGooglesErrorBody(String body, String message) throws Exception {
        HttpResponse<String> response = post("/v1alpha/auth_tokens", body, "x-goog-api-key", "secret");

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = TestClient.JSON.readTree(response.body()).get("error");
        assertThat(error.get("status").asText()).isEqualTo("INVALID_ARGUMENT");
        assertThat(error.get("code").asInt()).isEqualTo(400);
        assertThat(error.get("message").asText()).contains(message);
    }

    @Test
    void givenNoOrAWrongKey_whenATokenIsAskedFor_thenRefused() throws Exception {
        assertThat(post("/v1alpha/auth_tokens", "{}").statusCode()).isEqualTo(403);
        assertThat(post("/v1alpha/auth_tokens", "{}", "Authorization", "Bearer x").statusCode()).isEqualTo(403);
        assertThat(post("/v1alpha/auth_tokens", "{}", "x-goog-api-key", "wrong").body()).contains("API key not valid");
    }

    @Test
    void givenAHugeBody_whenSent_thenRefusedBeforeItsEnd() throws IOException {
        try (RawConnection connection = new RawConnection(emulator.port())) {
            connection.send("POST /v1alpha/auth_tokens?key=secret HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            for (int i = 0; i < 17; i++) {
                connection.trySend(piece);
            }

            assertThat(connection.head()).startsWith("HTTP/1.1 400 ");
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void givenABodyThatDoesNotCome_whenTheTimeIsOver_then408() throws IOException {
        restart(builder().setupTimeout(Duration.ofMillis(300)));
        try (RawConnection connection = new RawConnection(emulator.port())) {
            connection.send("POST /v1alpha/auth_tokens?key=secret HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");

            assertThat(connection.head()).startsWith("HTTP/1.1 408 ");
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void givenTheDefaults_whenUsedTwice_thenTheSecondSessionIsRefused() throws Exception {
        String token = mint("{}");
        open(token, "");

        assertThat(connect(token).send(setup("")).awaitClose()).isEqualTo(USED);
    }

    @Test
    void givenUses_whenTheyAreUsedUp_thenRefusedAndZeroIsForAnyNumber() throws Exception {
        String three = mint("{'uses':3}");
        String any = mint("{'uses':0}");
        for (int i = 0; i < 3; i++) {
            open(three, "");
        }

        assertThat(connect(three).send(setup("")).awaitClose()).isEqualTo(USED);
        for (int i = 0; i < 20; i++) {
            open(any, "");
        }
    }

    @Test
    void givenAnInvalidSetup_whenRefused_thenTheTokenIsNotUsed() throws Exception {
        String token = mint("{}");

        assertThat(connect(token).send(setup("'foo':1")).awaitClose().code()).isEqualTo(1007);
        assertThat(connect(token).send(json("{'setup':{'model':'gemini-x'}}")).awaitClose().code()).isEqualTo(1007);

        assertThat(open(token, "")).isNotNull();
    }

    @Test
    void givenTheDefaults_whenAMinuteHasPassed_thenNoNewSession() throws Exception {
        String token = mint("{'uses':2}");
        clock.advance(Duration.ofSeconds(59));
        open(token, "");
        clock.advance(Duration.ofSeconds(1));

        assertThat(connect(token).send(setup("")).awaitClose()).isEqualTo(USED);
    }

    @Test
    void givenNewSessionExpireTime_whenItIsLater_thenAcceptedUntilThen() throws Exception {
        String token = mint("{'new_session_expire_time':'" + inMinutes(10) + "'}");
        clock.advance(Duration.ofMinutes(9));

        assertThat(open(token, "")).isNotNull();
    }

    @Test
    void givenAnOpenSession_whenItsTokenExpires_thenClosed() throws Exception {
        TestClient byDefault = open(mint("{}"), TEXT);
        TestClient earlier = open(mint("{'expireTime':'" + inMinutes(5) + "'}"), TEXT);

        clock.advance(Duration.ofMinutes(5));
        assertThat(earlier.awaitClose()).isEqualTo(EXPIRED);
        assertThat(textOf(byDefault.send(HI).turn())).isEqualTo("hi");
        clock.advance(Duration.ofMinutes(25));
        assertThat(byDefault.awaitClose()).isEqualTo(EXPIRED);
    }

    @Test
    void givenAnExpiredToken_whenUsed_thenRefused() throws Exception {
        String token = mint("{}");
        clock.advance(Duration.ofMinutes(30));

        assertThat(connect(token).send(setup("")).awaitClose()).isEqualTo(EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void givenAResumption_whenTheTokenIsUsedUp_thenItDependsOnTheSetting(boolean counts) throws Exception {
        restart(builder().resumptionUsesTokens(counts));
        String token = mint("{}");
        TestClient client = open(token, "'sessionResumption':{}");
        String handle = client.next().json().at("/sessionResumptionUpdate/newHandle").asText();
        client.socket().sendClose(1000, "").join();
        client.awaitClose();

        TestClient resumed = connect(token).send(setup("'sessionResumption':{'handle':'" + handle + "'}"));

        if (counts) {
            assertThat(resumed.awaitClose()).isEqualTo(USED);
        } else {
            assertThat(resumed.answeredWith("setupComplete")).isTrue();
        }
    }

    @Test
    void givenASetupWithoutAFieldMask_whenASessionBegins_thenTheClientsOwnIsIgnored() throws Exception {
        TestClient client = open(mint("{'bidiGenerateContentSetup':{'model':'models/gemini-mine'," + TEXT + "}}"),
                "'outputAudioTranscription':{},'generationConfig':{'responseModalities':['AUDIO']}");

        assertThat(textOf(client.send(HI).turn())).isEqualTo("hi");
    }

    @ParameterizedTest
    @ValueSource(strings = { "generationConfig.responseModalities", "generation_config.response_modalities",
        "bidiGenerateContentSetup.generationConfig.responseModalities, model" })
    void givenAFieldMask_whenASessionBegins_thenOnlyThoseFieldsAreTheTokens(String mask) throws Exception {
        TestClient client = open(mint("{'bidiGenerateContentSetup':{'model':'models/gemini-mine','generation_config':"
                + "{'response_modalities':['AUDIO'],'temperature':0.1}},'fieldMask':'" + mask + "'}"),
                "'outputAudioTranscription':{},'generationConfig':{'responseModalities':['TEXT']}");

        assertThat(outputTranscriptOf(client.send(HI).turn())).isEqualTo("hi");
    }

    @Test
    void givenATokenOfAnotherEmulator_whenKeysAreChecked_thenRefusedAndOtherwiseAccepted() {
        assertThat(connect("auth_tokens/elsewhere").awaitClose()).isEqualTo(NOT_VALID);

        restart(GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1));
        assertThat(open("auth_tokens/elsewhere", "")).isNotNull();
    }

    @Test
    void givenAToken_whenUsedForAnotherMethod_thenRefused() throws Exception {
        String token = mint("{}");

        assertThat(TestClient.connect(emulator.wsUrl() + DEVELOPER, "Authorization", "Token " + token).awaitClose())
                .isEqualTo(NOT_VALID);
        assertThatThrownBy(() -> TestClient.connect(emulator.wsUrl() + VERTEX, "Authorization", "Token " + token))
                .isInstanceOf(CompletionException.class).cause().isInstanceOfSatisfying(WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
    }
}
