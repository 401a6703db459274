package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Answer;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.live.media.G711;
import dev.camelgenai.live.media.ImageFormat;
import dev.camelgenai.live.media.Pictures;
import dev.camelgenai.live.media.Sound;
import dev.camelgenai.live.media.Sound.WavForm;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.state.MemoryStateRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Every sample of the component references, in Java and in YAML as it stands in the document, with what must come out of it. */
@Timeout(60)
class ReferenceSamplesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int RATE = 16_000;

    private static final DocumentedRoutes REFERENCE = read("genai-live-component.adoc");
    private static final DocumentedRoutes TOOL_REFERENCE = read("genai-live-tool-component.adoc");
    private static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();
    private static final Map<String, Scenario> TOOL_SCENARIOS = Map.of("order-status",
            ReferenceSamplesTest::aRouteIsCalledByTheModel);

    static {
        SCENARIOS.put("ask", ReferenceSamplesTest::everyUserHasAConversation);
        SCENARIOS.put("report", ReferenceSamplesTest::aTurnIsReportedOn);
        SCENARIOS.put("open-close", ReferenceSamplesTest::aSessionOpensAndCloses);
        SCENARIOS.put("release", ReferenceSamplesTest::aConversationIsHandedOver);
        SCENARIOS.put("setup", ReferenceSamplesTest::theModelIsSetUp);
        SCENARIOS.put("stream", ReferenceSamplesTest::wordsComeOneByOne);
        SCENARIOS.put("sse", ReferenceSamplesTest::wordsComeOverHttp);
        SCENARIOS.put("history", ReferenceSamplesTest::aConversationGoesOn);
        SCENARIOS.put("note", ReferenceSamplesTest::aNoteIsNotAnswered);
        SCENARIOS.put("recording", ReferenceSamplesTest::aRecordingIsAnsweredByARecording);
        SCENARIOS.put("long-recording", ReferenceSamplesTest::aLectureIsSentAsItIsSpoken);
        SCENARIOS.put("microphone", ReferenceSamplesTest::theModelTalksBack);
        SCENARIOS.put("activity", ReferenceSamplesTest::theButtonSaysWhenTheUserSpeaks);
        SCENARIOS.put("telephone", ReferenceSamplesTest::theLineCarriesMuLaw);
        SCENARIOS.put("picture", ReferenceSamplesTest::theModelSees);
        SCENARIOS.put("messages", ReferenceSamplesTest::theEndOfATurnIsHeard);
        SCENARIOS.put("events", ReferenceSamplesTest::eventsGoTheirWays);
        SCENARIOS.put("minutes", ReferenceSamplesTest::minutesAreTaken);
        SCENARIOS.put("approval", ReferenceSamplesTest::aCallIsAnswered);
        SCENARIOS.put("update-context", ReferenceSamplesTest::theRoleChanges);
        SCENARIOS.put("token", ReferenceSamplesTest::aTokenIsMinted);
        SCENARIOS.put("audit", ReferenceSamplesTest::cloudEventsAreMade);
        SCENARIOS.put("to-d", ReferenceSamplesTest::modelAndUserComeWithTheExchange);
        SCENARIOS.put("errors", ReferenceSamplesTest::errorsAreRouted);
    }

    @TempDir
    Path directory;

    private GenAiLiveEmulator service;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    /** What is sent to a sample, and what must come out. The routes are there, the context is not started. */
    private interface Scenario {

        void play(ReferenceSamplesTest stage) throws Exception;
    }

    private static DocumentedRoutes read(String document) {
        try {
            return DocumentedRoutes.of(Path.of("..", "docs", document));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> samples() {
        return Stream.concat(inBothLanguages(REFERENCE, SCENARIOS), inBothLanguages(TOOL_REFERENCE, TOOL_SCENARIOS));
    }

    private static Stream<Arguments> inBothLanguages(DocumentedRoutes document, Map<String, Scenario> scenarios) {
        return document.ids().stream().filter(scenarios::containsKey).map(document::sample)
                .flatMap(sample -> Stream.of("java", "yaml")
                        .map(language -> Arguments.of(sample.id(), language, sample, scenarios.get(sample.id()))));
    }

    @BeforeEach
    void prepare() throws Exception {
        service = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(ScriptedScenario.builder()
                .whenText("my name is (?<name>\\w+)").then(answer -> answer.say("Nice to meet you, ${name}."))
                .whenText("order (?<id>\\w+)").then(answer -> answer.call("orderStatus", Map.of("id", "${id}"))
                        .say("${result.output}."))
                .whenText("transfer (?<amount>\\d+)").then(answer -> answer.call("transfer", Map.of("amount", "${amount}"))
                        .say("The transfer is ${result.verdict}."))
                .whenAudio().then(Answer::playBack)
                .otherwise(answer -> answer.say("You said: ${text}")).build()).start();
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(service.wsUrl());
        options.setApiKey("key");
        options.setReconnect(false);
        for (String place : List.of("inbox", "outbox", "setups")) {
            context.getPropertiesComponent().addInitialProperty(place,
                    Files.createDirectory(directory.resolve(place)).toString());
        }
    }

    @AfterEach
    void stop() {
        context.stop();
        service.close();
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("samples")
    void theSampleDoesWhatTheDocumentSays(String id, String language, DocumentedRoutes.Sample sample, Scenario scenario)
            throws Exception {
        sample.addTo(context, language);

        scenario.play(this);
    }

    @Test
    void everySampleIsPlayedAndNothingElse() {
        assertThat(REFERENCE.ids()).containsExactlyElementsOf(SCENARIOS.keySet());
        assertThat(REFERENCE.unnamed()).isEmpty();
        assertThat(TOOL_REFERENCE.ids()).containsExactlyElementsOf(TOOL_SCENARIOS.keySet());
        assertThat(TOOL_REFERENCE.unnamed()).isEmpty();
    }

    // ---- the stage

    private void start() {
        context.start();
        template = context.createProducerTemplate();
    }

    /** Starts the sample with an end for the routes that it leads to: {@code direct:name} goes to {@code mock:name}. */
    private void start(String... places) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                Arrays.asList(places).forEach(place -> from("direct:" + place).to("mock:" + place));
            }
        });
        start();
    }

    private Object send(String place, Object body, Map<String, Object> headers) {
        return template.requestBodyAndHeaders("direct:" + place, body, headers);
    }

    private Object send(String place, Object body) {
        return send(place, body, Map.of());
    }

    /** Text that the session's model answers; nobody waits. */
    private void say(String group, String text) {
        template.sendBody("genai-live:gemini-3.8-live?response=none&sessionGroup=" + group, text);
    }

    private MockEndpoint mock(String place) {
        return context.getEndpoint("mock:" + place, MockEndpoint.class);
    }

    private Message awaitFirst(String place) {
        await().atMost(PATIENCE).until(() -> mock(place).getReceivedCounter() > 0);
        return mock(place).getReceivedExchanges().get(0).getMessage();
    }

    private String words(String place) {
        return mock(place).getReceivedExchanges().stream().map(exchange -> exchange.getMessage().getBody(String.class))
                .reduce("", String::concat);
    }

    private RecordedSession connection(int number) {
        return service.awaitSessions(number, PATIENCE).get(number - 1);
    }

    private static byte[] speech(double seconds) {
        return Sound.tone(440, RATE, seconds).pcm();
    }

    // ---- the samples

    private static void everyUserHasAConversation(ReferenceSamplesTest stage) {
        stage.start();

        assertThat(stage.send("ask", "my name is Ada", Map.of("user", "ada"))).isEqualTo("Nice to meet you, Ada.");
        assertThat(stage.send("ask", "hello", Map.of("user", "bob"))).isEqualTo("You said: hello");

        assertThat(stage.service.sessions()).hasSize(2);
    }

    private static void aTurnIsReportedOn(ReferenceSamplesTest stage) {
        stage.start();

        assertThat(stage.send("report", "hello").toString())
                .matches("You said: hello \\(audio/pcm;rate=24000, [1-9]\\d* tokens\\)");
    }

    private static void aSessionOpensAndCloses(ReferenceSamplesTest stage) {
        stage.start();

        stage.send("ring", null);
        assertThat(stage.connection(1).isOpen()).isTrue();
        stage.send("hang-up", null);

        stage.connection(1).awaitClosed(PATIENCE);
    }

    private static void aConversationIsHandedOver(ReferenceSamplesTest stage) {
        MemoryStateRepository handles = new MemoryStateRepository();
        stage.context.getRegistry().bind("handles", handles);
        stage.start();

        stage.send("chat", "hello");
        stage.send("hand-over", null);
        stage.connection(1).awaitClosed(PATIENCE);
        stage.send("chat", "hello again");

        assertThat(stage.connection(2).awaitSetup(PATIENCE).at("/sessionResumption/handle").asText()).isNotEmpty();
    }

    private static void theModelIsSetUp(ReferenceSamplesTest stage) {
        stage.start();

        stage.send("guide", "hello");

        JsonNode setup = stage.connection(1).awaitSetup(PATIENCE);
        assertThat(setup.at("/systemInstruction/parts/0/text").asText())
                .isEqualTo("You guide visitors through a museum. Be brief.");
        assertThat(setup.at("/generationConfig/speechConfig/languageCode").asText()).isEqualTo("en-US");
        assertThat(setup.at("/generationConfig/speechConfig/voiceConfig/prebuiltVoiceConfig/voiceName").asText())
                .isEqualTo("Kore");
        assertThat(setup.has("inputAudioTranscription")).isTrue();
        assertThat(setup.has("outputAudioTranscription")).as("on with response=turn").isTrue();
    }

    private static void wordsComeOneByOne(ReferenceSamplesTest stage) throws Exception {
        stage.start("subtitle");

        stage.send("narrate", "tell me a story");

        assertThat(stage.words("subtitle")).isEqualTo("You said: tell me a story");
        assertThat(stage.mock("subtitle").getReceivedCounter()).isGreaterThan(1);
    }

    private static void wordsComeOverHttp(ReferenceSamplesTest stage) throws Exception {
        VertxPlatformHttpServerConfiguration settings = new VertxPlatformHttpServerConfiguration();
        settings.setBindPort(0);
        VertxPlatformHttpServer server = new VertxPlatformHttpServer(settings);
        stage.context.addService(server);
        stage.start();

        HttpResponse<String> response = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + server.getServer().actualPort() + "/narrate"))
                        .header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString("a story")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(response.body()).contains("event: outputTranscript\ndata: ", "event: turnComplete\n");
        assertThat(response.headers().map().keySet()).noneMatch(name -> name.toLowerCase().startsWith("camel"));
    }

    private static void aConversationGoesOn(ReferenceSamplesTest stage) {
        stage.start();

        assertThat(stage.send("continue", REFERENCE.text("history-body"))).isEqualTo("You said: What is my name?");

        assertThat(stage.connection(1).messages().get(0).json().at("/clientContent/turns")).hasSize(3)
                .extracting(turn -> turn.path("role").asText()).containsExactly("user", "model", "user");
    }

    private static void aNoteIsNotAnswered(ReferenceSamplesTest stage) {
        stage.start();

        stage.send("note", "The customer is called Ada.");

        RecordedMessage note = stage.connection(1).awaitMessages(1, PATIENCE).get(0);
        assertThat(note.json().at("/clientContent/turnComplete").asBoolean(true)).isFalse();
        assertThat(note.text()).isEqualTo("The customer is called Ada.");
    }

    private static void aRecordingIsAnsweredByARecording(ReferenceSamplesTest stage) throws Exception {
        Files.write(stage.directory.resolve("inbox/question.wav"),
                Sound.tone(440, 44_100, 0.5).wav(WavForm.PCM_16, 2));
        stage.start();

        Path answer = stage.directory.resolve("outbox/question.wav");
        await().atMost(PATIENCE).until(() -> Files.exists(answer) && Files.size(answer) > 44);
        assertThat(Files.readAllBytes(answer)).startsWith("RIFF".getBytes());
    }

    private static void aLectureIsSentAsItIsSpoken(ReferenceSamplesTest stage) {
        stage.start();

        stage.send("lecture", new ByteArrayInputStream(speech(0.5)));

        assertThat(stage.connection(1).awaitMessages(5, PATIENCE)).extracting(message -> message.audio().length)
                .containsOnly(RATE / 10 * 2);
    }

    private static void theModelTalksBack(ReferenceSamplesTest stage) throws Exception {
        stage.start("loudspeaker", "stop-playing");

        stage.template.sendBody("direct:microphone", speech(0.5));
        stage.template.sendBody("direct:microphone-off", null);

        assertThat(stage.awaitFirst("loudspeaker").getBody()).isInstanceOf(byte[].class);
        stage.connection(1).send("{\"serverContent\":{\"interrupted\":true}}").join();
        assertThat(stage.awaitFirst("stop-playing").getBody()).isNull();
    }

    private static void theButtonSaysWhenTheUserSpeaks(ReferenceSamplesTest stage) {
        stage.start();

        stage.send("press", null);
        stage.template.sendBody("direct:speak", speech(0.5));
        Object answer = stage.send("release", null);

        assertThat(stage.connection(1).awaitActivities(1, PATIENCE)).hasSize(1);
        assertThat(Sound.ofPcm((byte[]) answer, 24_000).seconds()).isGreaterThan(0.4);
    }

    private static void theLineCarriesMuLaw(ReferenceSamplesTest stage) {
        stage.start();
        // 24 kHz is what the encoder takes
        byte[] spoken = G711.muLaw(Sound.tone(440, 24_000, 0.5).pcm());

        byte[] answer = (byte[]) stage.send("telephone", spoken);

        assertThat(answer.length).isBetween(spoken.length * 8 / 10, spoken.length * 12 / 10);
    }

    private static void theModelSees(ReferenceSamplesTest stage) {
        stage.start();

        stage.template.sendBody("direct:camera", Pictures.of(ImageFormat.PNG));
        stage.send("what-do-you-see", "what do you see?");

        assertThat(stage.connection(1).videoFrames()).isEqualTo(1);
    }

    private static void theEndOfATurnIsHeard(ReferenceSamplesTest stage) throws Exception {
        stage.start("turn-end");

        stage.say("raw", "hello");

        assertThat(stage.awaitFirst("turn-end").getBody())
                .isInstanceOf(LiveServerMessage.class);
    }

    private static void eventsGoTheirWays(ReferenceSamplesTest stage) throws Exception {
        stage.start("words", "turn-end");

        // with the transcription that response=turn brings
        stage.template.requestBody("genai-live:gemini-3.8-live?sessionGroup=desk&response=turn", "hello");

        assertThat(stage.awaitFirst("turn-end").getHeader(GenAiLiveConstants.EVENT)).isEqualTo("turnComplete");
        assertThat(stage.words("words")).isEqualTo("You said: hello");
    }

    private static void minutesAreTaken(ReferenceSamplesTest stage) throws Exception {
        stage.start("minutes", "end-of-minutes");

        stage.say("minutes", "hello");
        assertThat(stage.awaitFirst("minutes").getBody()).isEqualTo("model: You said: hello");
        stage.connection(1).close(1011, "Internal error occurred.");

        assertThat(stage.awaitFirst("end-of-minutes").getHeader(GenAiLiveConstants.EVENT)).isEqualTo("closed");
    }

    private static void aCallIsAnswered(ReferenceSamplesTest stage) throws Exception {
        Files.writeString(stage.directory.resolve("setups/approval.json"), REFERENCE.text("approval-json"));
        stage.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:approve").setBody(constant(Map.of("verdict", "approved")));
            }
        });
        stage.start();

        Object answer = stage.template.requestBody("genai-live:gemini-3.8-live?sessionGroup=approval&response=turn",
                "transfer 50", String.class);

        assertThat(answer).isEqualTo("The transfer is approved.");
        assertThat(stage.connection(1).awaitSetup(PATIENCE).at("/tools/0/functionDeclarations/0/name").asText())
                .isEqualTo("transfer");
    }

    private static void theRoleChanges(ReferenceSamplesTest stage) {
        stage.start();

        stage.template.sendBody("direct:change-role", "From now on you are a pirate.");

        assertThat(stage.connection(1).awaitMessages(1, PATIENCE).get(0).json().toString())
                .contains("From now on you are a pirate.");
    }

    private static void aTokenIsMinted(ReferenceSamplesTest stage) {
        stage.start();

        assertThat(stage.send("token", "what a stranger wants").toString()).startsWith("auth_tokens/");
    }

    private static void cloudEventsAreMade(ReferenceSamplesTest stage) throws Exception {
        stage.start("audit");

        stage.say("audit", "hello");

        Message event = stage.awaitFirst("audit");
        assertThat(event.getHeader("CamelCloudEventType")).isEqualTo("dev.camelgenai.live.usage");
        assertThat(event.getHeader("CamelCloudEventSubject")).isEqualTo("default");
        assertThat(event.getBody(String.class)).contains("totalTokenCount");
    }

    private static void modelAndUserComeWithTheExchange(ReferenceSamplesTest stage) {
        stage.start();

        assertThat(stage.send("any-model", "hello", Map.of("model", "gemini-3.8-live", "user", "ada")))
                .isEqualTo("You said: hello");

        assertThat(stage.context.getEndpointRegistry().getReadOnlyMap().keySet()).extracting(Object::toString)
                .contains("genai-live://*").noneMatch(uri -> uri.contains("ada"));
    }

    private static void errorsAreRouted(ReferenceSamplesTest stage) {
        stage.start();
        stage.service.faults().refuseUpgrade(503, "Overloaded", 1);

        assertThat(stage.send("careful", "hello")).as("at the second attempt").isEqualTo("You said: hello");
        assertThat(stage.send("careful", "hello", Map.of(GenAiLiveConstants.SESSION_KEY, " ")))
                .isEqualTo("That did not work.");
        stage.service.faults().refuseUpgrade(503, "Overloaded");
        assertThat(stage.send("careful", "hello", Map.of(GenAiLiveConstants.SESSION_KEY, "other")))
                .isEqualTo("Please try again later.");
    }

    private static void aRouteIsCalledByTheModel(ReferenceSamplesTest stage) {
        stage.start();

        assertThat(stage.send("shop", "Where is order A1?")).isEqualTo("Order A1 has been shipped.");
    }
}
