package dev.camelgenai.emulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.GoogleJsSdk.Session;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.ToolCall;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.GoogleJsSdk.text;
import static dev.camelgenai.emulator.TestClient.JSON;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/** Google's JavaScript SDK, unmodified, in conversations: turns, tools, interruptions, resumption, ephemeral tokens. */
@ExtendWith(RequiresNode.class)
class GoogleJsSdkTurnsTest {

    private static final String MODEL = "gemini-live-test";
    private static final String TEXT = "'responseModalities': ['TEXT']";
    private static final String WEATHER = TEXT + ", 'tools': [{'functionDeclarations': [{'name': 'weather'}]}]";
    private static final ManualClock CLOCK = new ManualClock();
    private static final ScriptedModel SCRIPT = new ScriptedModel();

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("secret").scenario(SCRIPT).clock(CLOCK));

    @AutoClose
    private static GoogleJsSdk sdk;

    @BeforeAll
    static void startNode(@TempDir Path dir) {
        sdk = GoogleJsSdk.start(EMULATOR.get().exportCa(dir.resolve("ca.pem")));
    }

    /** The model tells what it remembers. */
    @BeforeEach
    void remembers() {
        SCRIPT.answers((turn, reply) -> reply.say("I remember " + reply.conversation().history().stream()
                .map(Conversation.Utterance::text).toList()).complete());
    }

    /** JSON, with single quotes for the sake of the eye. */
    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }

    private static ObjectNode options(EmulatedService service) throws Exception {
        return options(service == EmulatedService.VERTEX_AI
                ? "{'vertexai': true, 'apiKey': 'secret'}"
                : "{'apiKey': 'secret'}");
    }

    private static ObjectNode options(String options) throws Exception {
        ObjectNode all = json(options);
        all.withObject("httpOptions").put("baseUrl", "http://127.0.0.1:" + EMULATOR.get().port());
        return all;
    }

    private static Session connect(EmulatedService service, String config) throws Exception {
        return connect(service, MODEL, config);
    }

    private static Session connect(EmulatedService service, String model, String config) throws Exception {
        Session session = sdk.connect(options(service), model, json('{' + config + '}'));
        session.connected();
        return session;
    }

    private static Session say(Session session, String text) throws Exception {
        session.send("sendClientContent", json("{'turns': '" + text + "'}"));
        return session;
    }

    private static Session answer(Session session, JsonNode call, String output) throws Exception {
        session.send("sendToolResponse", json("{'functionResponses': [{'id': '" + call.path("id").asText()
                + "', 'name': 'weather', 'response': {'output': '" + output + "'}}]}"));
        return session;
    }

    private static void asksForWeather(String... cities) {
        SCRIPT.answers((turn, reply) -> reply
                .call(List.of(cities).stream().map(city -> ToolCall.of("weather", Map.of("city", city))).toList(),
                        (results, then) -> results.forEach(
                                result -> then.say(result.response().path("output").asText() + ". ")))
                .complete());
    }

    private static JsonNode calls(Session session) {
        return session.message("/toolCall").at("/toolCall/functionCalls");
    }

    private static String speech(int loudMillis, int silentMillis) {
        byte[] pcm = new byte[(loudMillis + silentMillis) * 32];
        for (int i = 0; i < loudMillis * 16; i++) {
            int sample = (int) (8000 * Math.sin(2 * Math.PI * 300 * i / 16_000));
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return "{'audio': {'mimeType': 'audio/pcm;rate=16000', 'data': '" + Base64.getEncoder().encodeToString(pcm) + "'}}";
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenSeveralTurns_whenTheyAreSent_thenEachIsStreamedAndTheModelRemembers(EmulatedService service) throws Exception {
        Session session = connect(service, TEXT);

        List<JsonNode> first = say(session, "Hello").turn();
        List<JsonNode> second = say(session, "Again").turn();

        assertThat(text(first)).isEqualTo("I remember []");
        assertThat(text(second)).isEqualTo("I remember [Hello, I remember []]");
        assertThat(second).filteredOn(event -> event.hasNonNull("text")).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAutomaticDetection_whenTheUserSpeaksAndIsSilent_thenTheTurnEndsByItself(EmulatedService service)
            throws Exception {
        SCRIPT.answers((turn, reply) -> reply.heard("Hi there").say("Hello").complete());
        Session session = connect(service, "'inputAudioTranscription': {}, 'outputAudioTranscription': {}");

        session.send("sendRealtimeInput", json(speech(1000, 2000)));

        List<JsonNode> turn = session.turn();
        assertThat(turn).extracting(event -> event.at("/message/serverContent/inputTranscription/text").asText())
                .contains("Hi there");
        assertThat(turn).extracting(event -> event.at("/message/serverContent/outputTranscription/text").asText())
                .contains("Hello");
        assertThat(turn).anyMatch(event -> event.hasNonNull("data"));
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenACallOfTheModel_whenItIsAnswered_thenTheTurnGoesOnWithTheResult(EmulatedService service) throws Exception {
        asksForWeather("Rome");
        Session session = say(connect(service, WEATHER), "How is the weather?");

        JsonNode calls = calls(session);

        assertThat(calls).singleElement().satisfies(call -> assertThat(call.get("args")).isEqualTo(json("{'city': 'Rome'}")));
        assertThat(text(answer(session, calls.get(0), "Sunny").turn())).isEqualTo("Sunny. ");
    }

    @Test
    void givenParallelCalls_whenTheyAreAnsweredInTwoMessages_thenTheTurnWaitsForBoth() throws Exception {
        asksForWeather("Rome", "Oslo");
        Session session = say(connect(EmulatedService.DEVELOPER_API, WEATHER), "How is the weather?");

        JsonNode calls = calls(session);
        answer(session, calls.get(1), "Snow");
        answer(session, calls.get(0), "Sunny");

        assertThat(text(session.turn())).isEqualTo("Sunny. Snow. ");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAnOpenCall_whenTheUserBargesIn_thenItIsCancelledAndTheTurnInterrupted(EmulatedService service) throws Exception {
        asksForWeather("Rome");
        Session session = say(connect(service, WEATHER), "How is the weather?");
        JsonNode call = calls(session).get(0);

        SCRIPT.answers((turn, reply) -> reply.say("Fine.").complete());
        say(session, "Never mind, how are you?");

        assertThat(session.message("/toolCallCancellation").at("/toolCallCancellation/ids"))
                .isEqualTo(JSON.createArrayNode().add(call.path("id")));
        assertThat(session.turn()).anyMatch(event -> event.at("/message/serverContent/interrupted").asBoolean());
        assertThat(text(session.turn())).isEqualTo("Fine.");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenGoAway_whenTheTimeIsOver_thenTheSdkTellsTheClose(EmulatedService service) throws Exception {
        Session session = connect(service, TEXT);

        session.recorded(EMULATOR.get()).goAway(Duration.ofSeconds(50)).join();
        JsonNode goAway = session.message();
        CLOCK.advance(Duration.ofSeconds(50));

        assertThat(goAway).isEqualTo(json("{'goAway': {'timeLeft': '50s'}}"));
        JsonNode close = session.next("close");
        assertThat(close.path("code").asInt()).isEqualTo(service == EmulatedService.VERTEX_AI ? 1000 : 1011);
        assertThat(close.path("reason").asText()).isEqualTo(service == EmulatedService.VERTEX_AI
                ? "The operation was cancelled."
                : "Deadline expired before operation could complete.");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAHandle_whenResuming_thenTheNewSessionRemembers(EmulatedService service) throws Exception {
        Session first = connect(service, TEXT + ", 'sessionResumption': {}");
        say(first, "My name is Ann.").turn();
        String handle = first.message("/sessionResumptionUpdate/newHandle").at("/sessionResumptionUpdate/newHandle").asText();
        first.close();
        first.recorded(EMULATOR.get()).awaitClosed(TIMEOUT);

        Session second = connect(service, TEXT + ", 'sessionResumption': {'handle': '" + handle + "'}");

        assertThat(text(say(second, "Who am I?").turn())).isEqualTo("I remember [My name is Ann., I remember []]");
    }

    @Test
    void givenTransparentResumption_whenMessagesAreSent_thenVertexAiTellsWhichOfThemCount() throws Exception {
        Session session = connect(EmulatedService.VERTEX_AI, TEXT + ", 'sessionResumption': {'transparent': true}");
        JsonNode atStart = session.message("/sessionResumptionUpdate");

        say(session, "One").turn();
        JsonNode afterOne = session.message("/sessionResumptionUpdate");

        assertThat(atStart.at("/sessionResumptionUpdate/lastConsumedClientMessageIndex").asText()).isEqualTo("0");
        assertThat(afterOne.at("/sessionResumptionUpdate/lastConsumedClientMessageIndex").asText()).isEqualTo("1");
    }

    @Test
    void givenExplicitVad_whenTheUserSpeaks_thenVertexAiTellsWhen() throws Exception {
        Session session = connect(EmulatedService.VERTEX_AI, "'explicitVadSignal': true");

        session.send("sendRealtimeInput", json(speech(1000, 2000)));

        assertThat(session.message("/voiceActivity").at("/voiceActivity/voiceActivityType").asText())
                .isEqualTo("ACTIVITY_START");
        JsonNode end = session.message("/voiceActivity").get("voiceActivity");
        assertThat(end.path("voiceActivityType").asText()).isEqualTo("ACTIVITY_END");
        assertThat(end.path("audioOffset").asText()).endsWith("s");
    }

    @Test
    void givenAThinkingModel_whenItSaysSeveralThings_thenItsStatusTellsWhetherItIsDone() throws Exception {
        SCRIPT.answers((turn, reply) -> reply.say("One.").nextTurn().say("Two.").complete());
        Session session = say(connect(EmulatedService.DEVELOPER_API, "gemini-3.8-live-extended-thinking", ""), "Count");

        List<JsonNode> first = session.turn();
        List<JsonNode> second = session.turn();

        assertThat(first.get(first.size() - 1).at("/message/serverContent/interactionStatus").asText())
                .isEqualTo("IN_PROGRESS");
        assertThat(second.get(second.size() - 1).at("/message/serverContent/interactionStatus").asText()).isEqualTo("IDLE");
    }

    @Test
    void givenASilentModel_whenItWaitsForInput_thenTheSdkTells() throws Exception {
        SCRIPT.answers((turn, reply) -> reply.waitForInput());
        Session session = say(connect(EmulatedService.DEVELOPER_API, TEXT), "I was thinking");

        assertThat(session.message()).isEqualTo(json("{'serverContent': {'waitingForInput': true}}"));
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAContextUpdate_whenTheNextTurnComes_thenTheModelHasTheNewFunctionsAndInstruction(EmulatedService service)
            throws Exception {
        SCRIPT.answers((turn, reply) -> reply.say(reply.conversation().systemInstruction() + ' '
                + reply.conversation().declares("weather") + ' ' + reply.conversation().declares("clock")).complete());
        Session session = connect(service, WEATHER + ", 'systemInstruction': 'Be brief.'");
        String before = text(say(session, "?").turn());

        session.send("sendContextUpdate", json("{'systemInstruction': 'Be long.',"
                + " 'tools': {'tools': [{'functionDeclarations': [{'name': 'clock'}]}]}}"));

        assertThat(before).isEqualTo("Be brief. true false");
        assertThat(text(say(session, "?").turn())).isEqualTo("Be long. false true");
    }

    private static String token(String config) throws Exception {
        ObjectNode arguments = JSON.createObjectNode();
        arguments.set("options", options("{'apiKey': 'secret', 'httpOptions': {'apiVersion': 'v1alpha'}}"));
        arguments.set("config", json(config));
        return sdk.call("createToken", arguments).path("name").asText();
    }

    private static Session connectWith(String token, String model, String config) throws Exception {
        return sdk.connect(options("{'apiKey': '" + token + "', 'httpOptions': {'apiVersion': 'v1alpha'}}"), model,
                json('{' + config + '}'));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void givenATokenFromTheSdk_whenConnectingWithIt_thenItMayBeUsedThatOften(int uses) throws Exception {
        String token = token("{'uses': " + uses + "}");
        for (int i = 0; i < uses; i++) {
            Session session = connectWith(token, MODEL, TEXT);
            session.connected();
            assertThat(session.recorded(EMULATOR.get()).constrained()).isTrue();
        }

        Session oneTooMany = connectWith(token, MODEL, TEXT);

        oneTooMany.next("open");
        assertThat(oneTooMany.next("close").path("code").asInt()).isEqualTo(1007);
    }

    @Test
    void givenATokenWithConstraints_whenTheClientWantsOtherwise_thenTheTokenWins() throws Exception {
        String token = token("{'uses': 1, 'liveConnectConstraints': {'model': '" + MODEL + "', 'config': {" + TEXT + "}}}");

        Session session = connectWith(token, "gemini-other", "'responseModalities': ['AUDIO']");
        session.connected();

        // it asked for sound and gets text
        assertThat(text(say(session, "Hello").turn())).isEqualTo("I remember []");
    }
}
