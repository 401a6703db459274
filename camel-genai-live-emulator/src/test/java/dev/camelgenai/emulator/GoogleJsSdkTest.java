package dev.camelgenai.emulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.fault.ServiceRefusal;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.GoogleJsSdk.noConfig;
import static dev.camelgenai.emulator.GoogleJsSdk.text;
import static dev.camelgenai.emulator.TestClient.JSON;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Google's own JavaScript SDK, unmodified, over plain ws as it allows. */
@ExtendWith(RequiresNode.class)
class GoogleJsSdkTest {

    private static final String MODEL = "gemini-live-test";
    private static final String TEXT = "{'responseModalities': ['TEXT']}";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("secret").accessToken("ya29.x")
                    .ephemeralToken("auth_tokens/one"));

    @AutoClose
    private static GoogleJsSdk sdk;

    @BeforeAll
    static void startNode(@TempDir Path dir) {
        sdk = GoogleJsSdk.start(EMULATOR.get().exportCa(dir.resolve("ca.pem")));
    }

    /** JSON, with single quotes for the sake of the eye. */
    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }

    private static String http() {
        return "http://127.0.0.1:" + EMULATOR.get().port();
    }

    private static ObjectNode options(EmulatedService service) throws Exception {
        ObjectNode options = json(service == EmulatedService.VERTEX_AI
                ? "{'vertexai': true, 'project': 'p1', 'location': 'us-central1', 'accessToken': 'ya29.x'}"
                : "{'apiKey': 'secret'}");
        return at(options, http());
    }

    private static ObjectNode at(ObjectNode options, String baseUrl) {
        options.withObject("httpOptions").put("baseUrl", baseUrl);
        return options;
    }

    private static GoogleJsSdk.Session connect(EmulatedService service, String config) throws Exception {
        return connected(sdk.connect(options(service), MODEL, json(config)));
    }

    private static GoogleJsSdk.Session connected(GoogleJsSdk.Session session) {
        session.connected();
        return session;
    }

    private static JsonNode received(GoogleJsSdk.Session session) {
        return session.recorded(EMULATOR.get()).awaitMessages(1, TIMEOUT).get(0).json();
    }

    private static boolean accepted(GoogleJsSdk.Session session) {
        return session.recorded(EMULATOR.get()).ping().handle((time, e) -> e == null).join();
    }

    @Test
    void givenThePackage_whenAskedForItsVersion_thenItIsThePinnedOne() {
        JsonNode version = sdk.call("version", JSON.createObjectNode());

        assertThat(version.path("sdk").asText()).isEqualTo("2.32.0");
        assertThat(Integer.parseInt(version.path("node").asText().split("\\.")[0])).isGreaterThanOrEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenNoConfig_whenConnecting_thenTheSessionOpens(EmulatedService service) throws Exception {
        GoogleJsSdk.Session session = sdk.connect(options(service), MODEL, noConfig());

        JsonNode complete = session.connected();

        RecordedSession recorded = session.recorded(EMULATOR.get());
        boolean vertex = service == EmulatedService.VERTEX_AI;
        assertThat(recorded.service()).isEqualTo(service);
        assertThat(recorded.apiVersion()).isEqualTo(vertex ? "v1beta1" : "v1beta");
        assertThat(recorded.constrained()).isFalse();
        assertThat(recorded.credentialForm())
                .isEqualTo(vertex ? CredentialForm.BEARER_HEADER : CredentialForm.API_KEY_QUERY);
        assertThat(recorded.header("user-agent")).hasValueSatisfying(
                agent -> assertThat(agent).startsWith("google-genai-sdk/2.32.0 gl-node/"));
        assertThat(recorded.setup()).contains(json(vertex
                ? "{'model': 'projects/p1/locations/us-central1/publishers/google/models/gemini-live-test',"
                        + " 'generationConfig': {'responseModalities': ['AUDIO']}}"
                : "{'model': 'models/gemini-live-test'}"));
        assertThat(complete).isEqualTo(
                vertex ? JSON.createObjectNode().put("sessionId", recorded.id()) : JSON.createObjectNode());
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenTextModality_whenATurnIsSent_thenTheEchoComesBack(EmulatedService service) throws Exception {
        GoogleJsSdk.Session session = connect(service, TEXT);

        session.send("sendClientContent", json("{'turns': 'Hello dear world'}"));

        List<JsonNode> turn = session.turn();
        assertThat(text(turn)).isEqualTo("Hello dear world");
        assertThat(turn.get(turn.size() - 1).at("/message/usageMetadata/responseTokenCount").asInt()).isEqualTo(4);
        assertThat(received(session)).isEqualTo(json("{'clientContent': {'turns': [{'parts': [{'text': 'Hello dear world'}],"
                + " 'role': 'user'}], 'turnComplete': true}}"));
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAudioModality_whenATurnIsSent_thenSoundAndItsWordsComeBack(EmulatedService service) throws Exception {
        GoogleJsSdk.Session session = connect(service, "{'responseModalities': ['AUDIO'], 'outputAudioTranscription': {}}");

        session.send("sendClientContent", json("{'turns': 'Hello dear world'}"));

        List<JsonNode> turn = session.turn();
        StringBuilder words = new StringBuilder();
        turn.forEach(event -> words.append(event.at("/message/serverContent/outputTranscription/text").asText("")));
        assertThat(words).hasToString("Hello dear world");
        assertThat(turn).filteredOn(event -> event.has("data")).isNotEmpty().allSatisfy(event -> {
            assertThat(Base64.getDecoder().decode(event.path("data").asText())).isNotEmpty();
            assertThat(event.at("/message/serverContent/modelTurn/parts/0/inlineData/mimeType").asText())
                    .isEqualTo("audio/pcm;rate=24000");
        });
        assertThat(turn).anyMatch(event -> event.at("/message/serverContent/generationComplete").asBoolean());
    }

    @Test
    void givenManualActivity_whenTheUserSpeaks_thenTheInputIsTranscribedAndAnswered() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, "{'inputAudioTranscription': {},"
                + " 'realtimeInputConfig': {'automaticActivityDetection': {'disabled': true}}}");
        String second = Base64.getEncoder().encodeToString(new byte[32_000]);

        session.send("sendRealtimeInput", json("{'activityStart': {}}"));
        session.send("sendRealtimeInput",
                json("{'audio': {'data': '" + second + "', 'mimeType': 'audio/pcm;rate=16000'}}"));
        session.send("sendRealtimeInput", json("{'activityEnd': {}}"));

        assertThat(session.turn()).anyMatch(
                event -> !event.at("/message/serverContent/inputTranscription/text").asText("").isEmpty());
        assertThat(session.recorded(EMULATOR.get()).messages()).extracting(RecordedMessage::json)
                .containsExactly(json("{'realtimeInput': {'activityStart': {}}}"),
                        json("{'realtimeInput': {'audio': {'data': '" + second + "', 'mimeType': 'audio/pcm;rate=16000'}}}"),
                        json("{'realtimeInput': {'activityEnd': {}}}"));
    }

    @Test
    void givenRealtimeText_whenItIsSent_thenItIsAnswered() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        session.send("sendRealtimeInput", json("{'text': 'Quick question'}"));

        assertThat(text(session.turn())).isEqualTo("Quick question");
        assertThat(received(session)).isEqualTo(json("{'realtimeInput': {'text': 'Quick question'}}"));
    }

    static Stream<Arguments> contents() {
        String one = "[{'parts': [{'text': 'a'}], 'role': 'user'}]";
        return Stream.of(
                arguments("a string", "{'turns': 'a'}", "{'turns': " + one + ", 'turnComplete': true}"),
                arguments("strings", "{'turns': ['a', 'b']}",
                        "{'turns': [{'parts': [{'text': 'a'}, {'text': 'b'}], 'role': 'user'}], 'turnComplete': true}"),
                arguments("a part", "{'turns': {'text': 'a'}}", "{'turns': " + one + ", 'turnComplete': true}"),
                arguments("parts", "{'turns': [{'text': 'a'}, {'text': 'b'}]}",
                        "{'turns': [{'parts': [{'text': 'a'}, {'text': 'b'}], 'role': 'user'}], 'turnComplete': true}"),
                arguments("a content", "{'turns': {'parts': [{'text': 'a'}], 'role': 'user'}}",
                        "{'turns': " + one + ", 'turnComplete': true}"),
                arguments("contents", "{'turns': [{'parts': [{'text': 'a'}], 'role': 'user'},"
                        + " {'parts': [{'text': 'b'}], 'role': 'model'}], 'turnComplete': false}",
                        "{'turns': [{'parts': [{'text': 'a'}], 'role': 'user'},"
                                + " {'parts': [{'text': 'b'}], 'role': 'model'}], 'turnComplete': false}"),
                arguments("an open turn", "{'turns': 'a', 'turnComplete': false}",
                        "{'turns': " + one + ", 'turnComplete': false}"),
                arguments("only the end of a turn", "{}", "{'turnComplete': true}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contents")
    void givenAnyShapeOfContent_whenItIsSent_thenBothServicesTakeTheSameMessage(String what, String turns, String sent)
            throws Exception {
        for (EmulatedService service : EmulatedService.values()) {
            GoogleJsSdk.Session session = connect(service, TEXT);

            session.send("sendClientContent", json(turns));

            assertThat(received(session)).isEqualTo(json("{'clientContent': " + sent + "}"));
            assertThat(accepted(session)).isTrue();
        }
    }

    @Test
    void givenAnOpenTurn_whenMoreComes_thenTheAnswerIsToAllOfIt() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        session.send("sendClientContent", json("{'turns': 'Hello ', 'turnComplete': false}"));
        session.send("sendClientContent", json("{'turns': 'world'}"));

        assertThat(text(session.turn())).isEqualTo("Hello world");
    }

    static Stream<Arguments> realtimeInputs() {
        String audio = "{'data': 'AAAAAA==', 'mimeType': 'audio/pcm;rate=16000'}";
        String image = "{'data': 'AAAA', 'mimeType': 'image/jpeg'}";
        return Stream.of(
                arguments("{'audio': " + audio + "}", "{'audio': " + audio + "}"),
                arguments("{'video': " + image + "}", "{'video': " + image + "}"),
                arguments("{'media': " + audio + "}", "{'mediaChunks': [" + audio + "]}"),
                arguments("{'media': " + image + "}", "{'mediaChunks': [" + image + "]}"),
                arguments("{'text': 'a'}", "{'text': 'a'}"),
                arguments("{'audioStreamEnd': true}", "{'audioStreamEnd': true}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("realtimeInputs")
    void givenRealtimeInput_whenItIsSent_thenBothServicesTakeIt(String input, String sent) throws Exception {
        for (EmulatedService service : EmulatedService.values()) {
            GoogleJsSdk.Session session = connect(service, TEXT);

            session.send("sendRealtimeInput", json(input));

            assertThat(received(session)).isEqualTo(json("{'realtimeInput': " + sent + "}"));
            assertThat(accepted(session)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = '|', value = {
        "audio | image/jpeg | Unsupported mime type: image/jpeg",
        "video | audio/pcm | Unsupported mime type: audio/pcm" })
    void givenTheWrongMedium_whenItIsSent_thenTheSdkItselfRefuses(String field, String mimeType, String message)
            throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        assertThatThrownBy(() -> session.send("sendRealtimeInput",
                json("{'" + field + "': {'data': 'AAAA', 'mimeType': '" + mimeType + "'}}")))
                .isInstanceOf(GoogleJsSdk.SdkException.class).hasMessage(message);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAToolCall_whenItIsAnswered_thenTheAnswerIsTaken(EmulatedService service) throws Exception {
        GoogleJsSdk.Session session = connect(service, TEXT);
        RecordedSession recorded = session.recorded(EMULATOR.get());
        recorded.send(json("{'toolCall': {'functionCalls': [{'id': 'c1', 'name': 'clock', 'args': {'zone': 'UTC'}},"
                + " {'id': 'c2', 'name': 'clock'}]}}"));

        JsonNode calls = session.message().at("/toolCall/functionCalls");
        session.send("sendToolResponse",
                json("{'functionResponses': {'id': 'c1', 'name': 'clock', 'response': {'output': 1}}}"));
        session.send("sendToolResponse", json("{'functionResponses': [{'id': 'c2', 'name': 'clock', 'response': {'error': 'x'},"
                + " 'scheduling': 'SILENT', 'willContinue': false}]}"));

        assertThat(calls).isEqualTo(JSON.readTree(
                "[{\"id\": \"c1\", \"name\": \"clock\", \"args\": {\"zone\": \"UTC\"}}, {\"id\": \"c2\", \"name\": \"clock\"}]"));
        assertThat(recorded.awaitMessages(2, TIMEOUT)).extracting(RecordedMessage::json).containsExactly(
                json("{'toolResponse': {'functionResponses': [{'id': 'c1', 'name': 'clock', 'response': {'output': 1}}]}}"),
                json("{'toolResponse': {'functionResponses': [{'id': 'c2', 'name': 'clock', 'response': {'error': 'x'},"
                        + " 'scheduling': 'SILENT', 'willContinue': false}]}}"));
        assertThat(accepted(session)).isTrue();
    }

    @Test
    void givenAnUnknownCall_whenItIsAnswered_thenTheSessionIsClosed() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        session.send("sendToolResponse", json("{'functionResponses': {'id': 'c9', 'name': 'clock', 'response': {}}}"));

        assertThat(session.next("close")).isEqualTo(closed(session, 1008, "Requested entity was not found."));
    }

    @Test
    void givenACallWithoutId_whenItIsAnswered_thenTheSdkItselfRefusesOnTheDeveloperApi() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        assertThatThrownBy(() -> session.send("sendToolResponse",
                json("{'functionResponses': {'name': 'clock', 'response': {}}}")))
                .isInstanceOf(GoogleJsSdk.SdkException.class)
                .hasMessageStartingWith("FunctionResponse request must have an `id` field");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAContextUpdate_whenItIsSent_thenItIsTaken(EmulatedService service) throws Exception {
        GoogleJsSdk.Session session = connect(service, TEXT);

        session.send("sendContextUpdate", json("{'systemInstruction': 'Be brief.',"
                + " 'tools': {'tools': [{'functionDeclarations': [{'name': 'clock'}]}]}}"));

        assertThat(received(session)).isEqualTo(json("{'contextUpdate': {"
                + "'systemInstruction': {'parts': [{'text': 'Be brief.'}], 'role': 'user'},"
                + " 'tools': {'tools': [{'functionDeclarations': [{'name': 'clock'}]}]}}}"));
        assertThat(accepted(session)).isTrue();
    }

    @Test
    void givenAToolWithCode_whenConnecting_thenItsDeclarationIsInTheSetup() throws Exception {
        ObjectNode more = json("{'callableTools': [{'functionDeclarations': [{'name': 'clock'}]}]}");

        GoogleJsSdk.Session session = connected(sdk.connect(options(EmulatedService.DEVELOPER_API), MODEL, json(TEXT), more));

        assertThat(session.recorded(EMULATOR.get()).setup().orElseThrow().path("tools"))
                .isEqualTo(json("{'tools': [{'functionDeclarations': [{'name': 'clock'}]}]}").get("tools"));
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenTheSdk_whenItCloses_thenTheEmulatorSeesNoCode(EmulatedService service) throws Exception {
        GoogleJsSdk.Session session = connect(service, TEXT);

        session.close();

        // Vert.x answers a Close frame without a code with 1000
        assertThat(session.next("close")).isEqualTo(closed(session, 1000, ""));
        RecordedSession recorded = session.recorded(EMULATOR.get()).awaitClosed(TIMEOUT);
        assertThat(recorded.clientClose()).contains(new RecordedClose(1005, ""));
        assertThat(recorded.serverClose()).isEmpty();
    }

    @Test
    void givenAClosedSession_whenSending_thenTheSdkTellsNothing() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);
        session.close();
        session.next("close");

        session.send("sendClientContent", json("{'turns': 'Anybody?'}"));

        assertThat(session.quiet()).isTrue();
        assertThat(session.recorded(EMULATOR.get()).awaitClosed(TIMEOUT).messages()).isEmpty();
    }

    @Test
    void givenWssAndTheExportedCa_whenATurnIsSent_thenTheEchoComesBack() throws Exception {
        ObjectNode options = at(options(EmulatedService.DEVELOPER_API), "https://localhost:" + EMULATOR.get().tlsPort());
        GoogleJsSdk.Session session = connected(sdk.connect(options, MODEL, json(TEXT)));

        session.send("sendClientContent", json("{'turns': 'Privately'}"));

        assertThat(text(session.turn())).isEqualTo("Privately");
    }

    @Test
    void givenAnApiKeyForVertex_whenConnecting_thenItIsInTheHeader() throws Exception {
        ObjectNode options = at(json("{'vertexai': true, 'apiKey': 'secret'}"), http());

        GoogleJsSdk.Session session = connected(sdk.connect(options, MODEL, json(TEXT)));

        RecordedSession recorded = session.recorded(EMULATOR.get());
        assertThat(recorded.service()).isEqualTo(EmulatedService.VERTEX_AI);
        assertThat(recorded.credentialForm()).isEqualTo(CredentialForm.API_KEY_HEADER);
        assertThat(recorded.model()).contains("publishers/google/models/gemini-live-test");
    }

    @Test
    void givenAVertexProxyWithHeadersOfItsOwn_whenConnecting_thenTheBaseUrlIsTakenAsItIs() throws Exception {
        ObjectNode options = at(json("{'vertexai': true, 'httpOptions': {'headers': {'authorization': 'Bearer ya29.x'}}}"),
                http() + "/proxy" + TestClient.VERTEX);

        GoogleJsSdk.Session session = connected(sdk.connect(options, MODEL, json(TEXT)));

        RecordedSession recorded = session.recorded(EMULATOR.get());
        assertThat(recorded.path()).isEqualTo("/proxy" + TestClient.VERTEX);
        assertThat(recorded.credentialForm()).isEqualTo(CredentialForm.BEARER_HEADER);
    }

    @ParameterizedTest
    @ValueSource(strings = { "v1alpha", "v1beta", "v1" })
    void givenAVersionAndAPrefix_whenConnecting_thenTheyAreInThePath(String version) throws Exception {
        ObjectNode options = at(options(EmulatedService.DEVELOPER_API), http() + "/some/prefix");
        options.withObject("httpOptions").put("apiVersion", version);

        GoogleJsSdk.Session session = connected(sdk.connect(options, MODEL, json(TEXT)));

        RecordedSession recorded = session.recorded(EMULATOR.get());
        assertThat(recorded.apiVersion()).isEqualTo(version);
        assertThat(recorded.path()).startsWith("/some/prefix/ws/");
    }

    @Test
    void givenAnEphemeralToken_whenConnecting_thenTheConstrainedMethodIsUsed() throws Exception {
        ObjectNode options = at(json("{'apiKey': 'auth_tokens/one', 'httpOptions': {'apiVersion': 'v1alpha'}}"), http());

        GoogleJsSdk.Session session = connected(sdk.connect(options, MODEL, json(TEXT)));

        RecordedSession recorded = session.recorded(EMULATOR.get());
        assertThat(recorded.constrained()).isTrue();
        assertThat(recorded.apiVersion()).isEqualTo("v1alpha");
        assertThat(recorded.credentialForm()).isEqualTo(CredentialForm.ACCESS_TOKEN_QUERY);
        assertThat(recorded.credential()).isEqualTo("auth_tokens/one");
    }

    @ParameterizedTest
    @ValueSource(strings = { "wrong", "auth_tokens/two" })
    void givenABadKey_whenConnecting_thenTheSocketIsClosedAndThePromiseNeverSettles(String key) throws Exception {
        GoogleJsSdk.Session session = sdk.connect(at(json("{'apiKey': '" + key + "'}"), http()), MODEL, json(TEXT));

        session.next("open");

        assertThat(session.next("close"))
                .isEqualTo(closed(session, 1007, "API key not valid. Please pass a valid API key."));
        assertThat(session.quiet()).isTrue();
    }

    @Test
    void givenABadAccessToken_whenConnecting_thenTheUpgradeIsRefused() throws Exception {
        ObjectNode options = options(EmulatedService.VERTEX_AI).put("accessToken", "ya29.other");

        GoogleJsSdk.Session session = sdk.connect(options, MODEL, json(TEXT));

        assertThat(session.next("error").path("message").asText()).isEqualTo("Unexpected server response: 403");
        assertThat(session.next("close")).isEqualTo(closed(session, 1006, ""));
    }

    @ParameterizedTest
    @EnumSource(ServiceRefusal.class)
    void givenARefusedUpgrade_whenConnecting_thenTheStatusIsInTheErrorAndThePromiseNeverSettles(ServiceRefusal refusal)
            throws Exception {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Refuse(refusal)));

        GoogleJsSdk.Session session = sdk.connect(options(EmulatedService.DEVELOPER_API), MODEL, json(TEXT));

        assertThat(session.next("error").path("message").asText()).isEqualTo("Unexpected server response: " + refusal.status());
        assertThat(session.next("close")).isEqualTo(closed(session, 1006, ""));
        assertThat(session.quiet()).isTrue();
        assertThat(EMULATOR.get().counters().refused()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(ServiceClose.class)
    void givenACloseInsteadOfSetupComplete_whenConnecting_thenItIsToldAndThePromiseNeverSettles(ServiceClose close)
            throws Exception {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Close(close)).atSetup());

        GoogleJsSdk.Session session = sdk.connect(options(EmulatedService.DEVELOPER_API), MODEL, json(TEXT));

        session.next("open");
        assertThat(session.next("close")).isEqualTo(closed(session, close.code(), close.reason()));
        assertThat(session.quiet()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(ServiceClose.class)
    void givenACloseAfterTheFirstMessage_whenSending_thenItIsTold(ServiceClose close) throws Exception {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Close(close)).afterMessages(1));
        GoogleJsSdk.Session session = connect(EmulatedService.VERTEX_AI, TEXT);

        session.send("sendClientContent", json("{'turns': 'Hello'}"));

        assertThat(session.next("close")).isEqualTo(closed(session, close.code(), close.reason()));
        assertThat(session.recorded(EMULATOR.get()).awaitClosed(TIMEOUT).serverClose())
                .contains(new RecordedClose(close.code(), close.reason()));
    }

    @Test
    void givenALostConnection_whenSending_thenTheSdkTells1006() throws Exception {
        EMULATOR.get().faults().killTcpAfter(1);
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        session.send("sendClientContent", json("{'turns': 'Hello'}"));

        assertThat(session.next("close")).isEqualTo(closed(session, 1006, ""));
    }

    @Test
    void givenAnUnknownModel_whenConnecting_thenTheSocketIsClosed() throws Exception {
        GoogleJsSdk.Session session = sdk.connect(options(EmulatedService.DEVELOPER_API), "palm-2", json(TEXT));

        session.next("open");

        JsonNode close = session.next("close");
        assertThat(close.path("code").asInt()).isEqualTo(1008);
        assertThat(close.path("reason").asText()).startsWith("models/palm-2 is not found for API version v1beta");
    }

    @Test
    void givenHttpOptionsInTheConfig_whenConnecting_thenTheSdkItselfRefuses() throws Exception {
        GoogleJsSdk.Session session = sdk.connect(options(EmulatedService.DEVELOPER_API), MODEL,
                json("{'httpOptions': {'apiVersion': 'v1'}}"));

        assertThat(session.next("failed").path("message").asText()).isEqualTo("The Live module does not support httpOptions"
                + " at request-level in LiveConnectConfig yet. Please use the client-level httpOptions configuration instead.");
        assertThat(EMULATOR.get().sessions()).isEmpty();
    }

    @Test
    void givenAFieldThatTheSdkDoesNotKnow_whenConnecting_thenItIsNotSent() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API,
                "{'historyConfig': {'initialHistoryInClientContent': true}}");

        assertThat(session.recorded(EMULATOR.get()).setup()).contains(json("{'model': 'models/gemini-live-test'}"));
    }

    @Test
    void givenAConfigForTheOtherService_whenConnecting_thenTheSdkRefusesAndLeavesItsSocketOpen() throws Exception {
        GoogleJsSdk.Session session = sdk.connect(options(EmulatedService.DEVELOPER_API), MODEL,
                json("{'sessionResumption': {'transparent': true}}"));

        session.next("open");
        assertThat(session.next("failed").path("message").asText()).isEqualTo("transparent parameter is only supported in"
                + " Gemini Enterprise Agent Platform mode, not in Gemini Developer API mode.");
        RecordedSession recorded = EMULATOR.get().awaitSessions(1, TIMEOUT).get(0);
        assertThat(recorded.setup()).isEmpty();
        assertThat(recorded.isOpen()).isTrue();
    }

    /** What only the wire has, and the SDK has another name for. */
    static Stream<Arguments> renamed() {
        return Stream.of(
                arguments("{'usageMetadata': {'candidatesTokenCount': 3}}", "{'usageMetadata': {'responseTokenCount': 3}}"),
                arguments("{'usageMetadata': {'candidatesTokensDetails': [{'modality': 'AUDIO', 'tokenCount': 3}]}}",
                        "{'usageMetadata': {'responseTokensDetails': [{'modality': 'AUDIO', 'tokenCount': 3}]}}"),
                arguments("{'voiceActivity': {'type': 'ACTIVITY_START', 'audioOffset': '1.2s'}}",
                        "{'voiceActivity': {'voiceActivityType': 'ACTIVITY_START', 'audioOffset': '1.2s'}}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("renamed")
    void givenANameOfVertexAi_whenItArrives_thenTheSdkTranslatesItThereOnly(String sent, String handedOver) throws Exception {
        GoogleJsSdk.Session vertex = connect(EmulatedService.VERTEX_AI, TEXT);
        GoogleJsSdk.Session developer = connect(EmulatedService.DEVELOPER_API, TEXT);

        vertex.recorded(EMULATOR.get()).send(json(sent));
        developer.recorded(EMULATOR.get()).send(json(sent));

        assertThat(vertex.message()).isEqualTo(json(handedOver));
        assertThat(developer.message()).isEqualTo(json(sent));
    }

    @Test
    void givenAMessageWithEverything_whenItArrives_thenTheSdkHandsOverAllOfIt() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);
        ObjectNode everything = json("{'serverContent': {'modelTurn': {'role': 'model', 'parts': [{'text': 'a'},"
                + " {'inlineData': {'mimeType': 'audio/pcm;rate=24000', 'data': 'AAAA'}}]}, 'outputTranscription': {'text': 'b'},"
                + " 'generationComplete': true, 'turnComplete': true, 'interactionStatus': 'IDLE'},"
                + " 'usageMetadata': {'totalTokenCount': 7}, 'unknownToTheSdk': {'x': 1}}");

        session.recorded(EMULATOR.get()).send(everything);

        assertThat(session.message()).isEqualTo(everything);
    }

    @Test
    void givenABadKey_whenATokenIsAskedFor_thenTheSdkTellsGooglesError() throws Exception {
        ObjectNode options = options(EmulatedService.DEVELOPER_API).put("apiKey", "wrong");
        options.withObject("httpOptions").put("apiVersion", "v1alpha");

        assertThatThrownBy(() -> sdk.call("createToken", json("{'config': {'uses': 1}}").set("options", options)))
                .isInstanceOf(GoogleJsSdk.SdkException.class).hasMessageContaining("API key not valid")
                .hasMessageContaining("INVALID_ARGUMENT");
    }

    @Test
    void givenAFragmentedMessage_whenItArrives_thenTheSdkPutsItTogether() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        session.recorded(EMULATOR.get()).sendFragmented("{\"goAway\": {\"timeLeft\": \"9.500s\"}}", 7);

        assertThat(session.message()).isEqualTo(json("{'goAway': {'timeLeft': '9.500s'}}"));
    }

    @Test
    void givenTheSdk_whenItIsPinged_thenItAnswers() throws Exception {
        GoogleJsSdk.Session session = connect(EmulatedService.DEVELOPER_API, TEXT);

        assertThat(session.recorded(EMULATOR.get()).ping()).succeedsWithin(Duration.ofSeconds(10));
    }

    private static ObjectNode closed(GoogleJsSdk.Session session, int code, String reason) {
        return JSON.createObjectNode().put("session", session.name()).put("on", "close").put("code", code).put("reason",
                reason);
    }
}
