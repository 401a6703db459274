package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.Client;
import com.google.genai.types.ActivityHandling;
import com.google.genai.types.AudioTranscriptionConfig;
import com.google.genai.types.AutomaticActivityDetection;
import com.google.genai.types.Behavior;
import com.google.genai.types.ContextWindowCompressionConfig;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.GoogleSearch;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.InteractionStatus;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.MediaModality;
import com.google.genai.types.Modality;
import com.google.genai.types.PrebuiltVoiceConfig;
import com.google.genai.types.ProactivityConfig;
import com.google.genai.types.RealtimeInputConfig;
import com.google.genai.types.SessionResumptionConfig;
import com.google.genai.types.SlidingWindow;
import com.google.genai.types.SpeechConfig;
import com.google.genai.types.ThinkingConfig;
import com.google.genai.types.Tool;
import com.google.genai.types.VoiceActivity;
import com.google.genai.types.VoiceActivityType;
import com.google.genai.types.VoiceConfig;
import dev.camelgenai.emulator.GoogleJavaSdk.Session;
import dev.camelgenai.emulator.GoogleJavaSdk.Turn;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.GoogleJavaSdk.ACCESS_TOKEN;
import static dev.camelgenai.emulator.GoogleJavaSdk.KEY;
import static dev.camelgenai.emulator.GoogleJavaSdk.MODEL;
import static dev.camelgenai.emulator.GoogleJavaSdk.TEXT;
import static dev.camelgenai.emulator.GoogleJavaSdk.blob;
import static dev.camelgenai.emulator.GoogleJavaSdk.content;
import static dev.camelgenai.emulator.TestClient.JSON;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Google's own Java SDK, unmodified: it connects, sends in every shape, and receives. */
class GoogleSdkTest {

    private static final int RATE = 16_000;
    private static final LiveConnectConfig MANUAL = LiveConnectConfig.builder()
            .inputAudioTranscription(AudioTranscriptionConfig.builder().build())
            .realtimeInputConfig(RealtimeInputConfig.builder()
                    .automaticActivityDetection(AutomaticActivityDetection.builder().disabled(true).build()).build())
            .build();

    private static final ScriptedModel SCRIPT = new ScriptedModel();

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GoogleJavaSdk.emulator().scenario(SCRIPT));

    @AutoClose
    private static GoogleJavaSdk sdk;

    @BeforeAll
    static void startSdk() {
        sdk = new GoogleJavaSdk(EMULATOR.get());
    }

    @BeforeEach
    void echoes() {
        SCRIPT.answers(Scenarios.echo());
    }

    private static JsonNode json(String singleQuoted) throws Exception {
        return JSON.readTree(TestClient.json(singleQuoted));
    }

    private static JsonNode firstMessage(Session session) {
        return session.recorded().awaitMessages(1, TIMEOUT).get(0).json();
    }

    private static byte[] tone(int millis) {
        byte[] pcm = new byte[RATE / 1000 * millis * 2];
        for (int i = 0; i < pcm.length / 2; i++) {
            int sample = (int) (8000 * Math.sin(2 * Math.PI * 300 * i / RATE));
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenNoConfig_whenConnecting_thenTheSessionOpens(EmulatedService service) throws Exception {
        boolean vertex = service == EmulatedService.VERTEX_AI;

        Session session = sdk.connect(service, null);

        RecordedSession recorded = session.recorded();
        assertThat(recorded.service()).isEqualTo(service);
        assertThat(recorded.apiVersion()).isEqualTo(vertex ? "v1beta1" : "v1beta");
        assertThat(recorded.constrained()).isFalse();
        assertThat(recorded.credentialForm())
                .isEqualTo(vertex ? CredentialForm.BEARER_HEADER : CredentialForm.API_KEY_HEADER);
        assertThat(recorded.credential()).isEqualTo(vertex ? ACCESS_TOKEN : KEY);
        assertThat(recorded.header("user-agent")).hasValueSatisfying(
                agent -> assertThat(agent).startsWith("google-genai-sdk/1.70.0 gl-java/"));
        assertThat(recorded.setup()).contains(json(vertex
                ? "{'model':'projects/p1/locations/us-central1/publishers/google/models/gemini-live-test'}"
                : "{'model':'models/gemini-live-test'}"));
        assertThat(session.sdk().sessionId()).isEqualTo(vertex ? recorded.id() : null);
        assertThat(session.say("Hello").turn().audio()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenTheConfigOfAVoiceAgent_whenConnecting_thenAllOfItIsInTheSetup(EmulatedService service) throws Exception {
        LiveConnectConfig config = LiveConnectConfig.builder().responseModalities(Modality.Known.AUDIO).temperature(0.5f)
                .topK(3f)
                .speechConfig(SpeechConfig.builder().languageCode("en-US").voiceConfig(VoiceConfig.builder()
                        .prebuiltVoiceConfig(PrebuiltVoiceConfig.builder().voiceName("Kore").build()).build()).build())
                .thinkingConfig(ThinkingConfig.builder().thinkingBudget(0).build()).enableAffectiveDialog(true)
                .systemInstruction(content("user", "sys"))
                .tools(List.of(
                        Tool.builder().functionDeclarations(List.of(
                                FunctionDeclaration.builder().name("f").behavior(Behavior.Known.NON_BLOCKING).build())).build(),
                        Tool.builder().googleSearch(GoogleSearch.builder().build()).build()))
                .sessionResumption(SessionResumptionConfig.builder().build())
                .inputAudioTranscription(AudioTranscriptionConfig.builder().build())
                .realtimeInputConfig(RealtimeInputConfig.builder()
                        .automaticActivityDetection(
                                AutomaticActivityDetection.builder().disabled(true).silenceDurationMs(100).build())
                        .activityHandling(ActivityHandling.Known.NO_INTERRUPTION).build())
                .contextWindowCompression(ContextWindowCompressionConfig.builder().triggerTokens(1000L)
                        .slidingWindow(SlidingWindow.builder().targetTokens(500L).build()).build())
                .proactivity(ProactivityConfig.builder().proactiveAudio(true).build()).build();

        Session session = sdk.connect(service, config);

        JsonNode setup = session.recorded().setup().orElseThrow();
        assertThat(setup.get("generationConfig")).isEqualTo(json("{'responseModalities':['AUDIO'],'temperature':0.5,"
                + "'topK':3.0,'speechConfig':{'voiceConfig':{'prebuiltVoiceConfig':{'voiceName':'Kore'}},"
                + "'languageCode':'en-US'},'thinkingConfig':{'thinkingBudget':0},'enableAffectiveDialog':true}"));
        assertThat(setup.get("systemInstruction")).isEqualTo(json("{'parts':[{'text':'sys'}],'role':'user'}"));
        assertThat(setup.get("tools")).isEqualTo(
                json("[{'functionDeclarations':[{'name':'f','behavior':'NON_BLOCKING'}]},{'googleSearch':{}}]"));
        assertThat(setup.get("sessionResumption")).isEqualTo(json("{}"));
        assertThat(setup.get("inputAudioTranscription")).isEqualTo(json("{}"));
        assertThat(setup.get("realtimeInputConfig")).isEqualTo(json("{'automaticActivityDetection':{'disabled':true,"
                + "'silenceDurationMs':100},'activityHandling':'NO_INTERRUPTION'}"));
        assertThat(setup.get("contextWindowCompression"))
                .isEqualTo(json("{'triggerTokens':1000,'slidingWindow':{'targetTokens':500}}"));
        assertThat(setup.get("proactivity")).isEqualTo(json("{'proactiveAudio':true}"));
    }

    @Test
    void givenAnApiKeyForVertex_whenConnecting_thenItIsInTheHeaderAndTheModelHasNoProject() {
        Client client = sdk.client(Client.builder().vertexAI(true).apiKey(KEY), options -> {
        });

        Session session = sdk.connect(client, MODEL, TEXT);

        assertThat(session.recorded().service()).isEqualTo(EmulatedService.VERTEX_AI);
        assertThat(session.recorded().credentialForm()).isEqualTo(CredentialForm.API_KEY_HEADER);
        assertThat(session.recorded().model()).contains("publishers/google/models/" + MODEL);
        assertThat(session.say("Hello").turn().text()).isEqualTo("Hello");
    }

    @Test
    void givenCredentialsWithAQuotaProject_whenConnecting_thenItIsInAHeader() {
        Client client = sdk.client(Client.builder().vertexAI(true).project("p1").location("us-central1")
                .credentials(GoogleJavaSdk.credentials().toBuilder().setQuotaProjectId("pays").build()), options -> {
                });

        assertThat(sdk.connect(client, MODEL, TEXT).recorded().header("x-goog-user-project")).contains("pays");
    }

    @Test
    void givenAVertexProxyWithHeadersOfItsOwn_whenConnecting_thenTheBaseUrlIsTakenAsItIs() {
        Client client = sdk.client(Client.builder().vertexAI(true),
                options -> options.baseUrl(sdk.baseUrl() + "/proxy" + TestClient.VERTEX)
                        .headers(Map.of("authorization", "Bearer " + ACCESS_TOKEN)));

        Session session = sdk.connect(client, "publishers/google/models/" + MODEL, TEXT);

        assertThat(session.recorded().path()).isEqualTo("/proxy" + TestClient.VERTEX);
        assertThat(session.recorded().credentialForm()).isEqualTo(CredentialForm.BEARER_HEADER);
    }

    @ParameterizedTest
    @CsvSource({ "DEVELOPER_API, v1alpha, /some/prefix", "DEVELOPER_API, v1beta, /", "DEVELOPER_API, v1, ''",
        "VERTEX_AI, v1, /some/prefix/", "VERTEX_AI, v1beta1, /" })
    void givenAVersionAndAPrefix_whenConnecting_thenTheyAreInThePath(EmulatedService service, String version, String prefix) {
        Client client = sdk.client(service, options -> options.baseUrl(sdk.baseUrl() + prefix).apiVersion(version));

        Session session = sdk.connect(client, MODEL, TEXT);

        assertThat(session.recorded().apiVersion()).isEqualTo(version);
        assertThat(session.recorded().path()).startsWith(prefix + "/ws/");
    }

    @Test
    void givenHeadersInTheOptions_whenConnecting_thenTheyAreInTheUpgrade() {
        Client client = sdk.client(EmulatedService.DEVELOPER_API, options -> options.headers(Map.of("x-mine", "1")));

        assertThat(sdk.connect(client, MODEL, TEXT).recorded().header("x-mine")).contains("1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a/../b", "a?b", "a&b" })
    void givenNoModelName_whenConnecting_thenTheSdkItselfRefuses(String model) {
        Client client = sdk.client(EmulatedService.DEVELOPER_API);

        assertThatThrownBy(() -> client.async.live.connect(model, TEXT)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model");
        assertThat(EMULATOR.get().sessions()).isEmpty();
    }

    @Test
    void givenHttpOptionsInTheConfig_whenConnecting_thenTheSdkItselfRefuses() {
        Client client = sdk.client(EmulatedService.DEVELOPER_API);
        LiveConnectConfig config = LiveConnectConfig.builder().httpOptions(HttpOptions.builder().build()).build();

        assertThatThrownBy(() -> client.async.live.connect(MODEL, config)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The AsyncLive module does not support httpOptions at request-level");
        assertThat(EMULATOR.get().sessions()).isEmpty();
    }

    static Stream<Arguments> contents() {
        return Stream.of(
                arguments("a turn", LiveSendClientContentParameters.builder().turns(List.of(content("user", "a")))
                        .turnComplete(true).build(),
                        "{'turns':[{'parts':[{'text':'a'}],'role':'user'}],'turnComplete':true}"),
                arguments("several parts and turns", LiveSendClientContentParameters.builder()
                        .turns(List.of(content("user", "a", "b"), content("model", "c"))).turnComplete(false).build(),
                        "{'turns':[{'parts':[{'text':'a'},{'text':'b'}],'role':'user'},"
                                + "{'parts':[{'text':'c'}],'role':'model'}],'turnComplete':false}"),
                arguments("an open turn",
                        LiveSendClientContentParameters.builder().turns(List.of(content("user", "a"))).build(),
                        "{'turns':[{'parts':[{'text':'a'}],'role':'user'}]}"),
                arguments("only the end of a turn", LiveSendClientContentParameters.builder().turnComplete(true).build(),
                        "{'turnComplete':true}"),
                arguments("nothing", LiveSendClientContentParameters.builder().build(), "{}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contents")
    void givenAnyShapeOfContent_whenItIsSent_thenBothServicesTakeIt(String what, LiveSendClientContentParameters content,
            String sent) throws Exception {
        for (EmulatedService service : EmulatedService.values()) {
            Session session = sdk.connect(service, TEXT).send(content);

            assertThat(firstMessage(session)).isEqualTo(json("{'clientContent':" + sent + "}"));
            assertThat(session.isHealthy()).isTrue();
        }
    }

    static Stream<Arguments> realtimeInputs() {
        byte[] data = { 1, 2 };
        LiveSendRealtimeInputParameters.Builder[] inputs = {
            LiveSendRealtimeInputParameters.builder().audio(blob("audio/pcm;rate=16000", data)),
            LiveSendRealtimeInputParameters.builder().video(blob("image/jpeg", data)),
            LiveSendRealtimeInputParameters.builder().media(blob("audio/pcm", data)),
            LiveSendRealtimeInputParameters.builder().media(blob("image/png", data)),
            LiveSendRealtimeInputParameters.builder().text("a"),
            LiveSendRealtimeInputParameters.builder().audioStreamEnd(true) };
        String[] sent = { "{'audio':{'data':'AQI=','mimeType':'audio/pcm;rate=16000'}}",
            "{'video':{'data':'AQI=','mimeType':'image/jpeg'}}", "{'mediaChunks':[{'data':'AQI=','mimeType':'audio/pcm'}]}",
            "{'mediaChunks':[{'data':'AQI=','mimeType':'image/png'}]}", "{'text':'a'}", "{'audioStreamEnd':true}" };
        return Stream.iterate(0, i -> i < inputs.length, i -> i + 1).map(i -> arguments(sent[i], inputs[i].build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("realtimeInputs")
    void givenRealtimeInput_whenItIsSent_thenBothServicesTakeIt(String sent, LiveSendRealtimeInputParameters input)
            throws Exception {
        for (EmulatedService service : EmulatedService.values()) {
            Session session = sdk.connect(service, TEXT).send(input);

            assertThat(firstMessage(session)).isEqualTo(json("{'realtime_input':" + sent + "}"));
            assertThat(session.isHealthy()).isTrue();
        }
    }

    @Test
    void givenTheWrongMedium_whenItIsSent_thenTheSdkItselfRefuses() {
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, TEXT);

        assertThatThrownBy(() -> session.send(LiveSendRealtimeInputParameters.builder().audio(blob("image/jpeg")).build()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Unsupported mime type");
        assertThatThrownBy(() -> session.send(LiveSendRealtimeInputParameters.builder().video(blob("audio/pcm")).build()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Unsupported mime type");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenTextModality_whenTurnsFollowEachOther_thenEachComesBackWithItsUsage(EmulatedService service) {
        Session session = sdk.connect(service, TEXT);

        Turn first = session.say("Hello dear world").turn();
        Turn second = session.say("And again").turn();

        assertThat(first.text()).isEqualTo("Hello dear world");
        assertThat(second.text()).isEqualTo("And again");
        assertThat(first.has(LiveServerContent::generationComplete)).isTrue();
        assertThat(first.usage().responseTokenCount()).contains(4);
        assertThat(first.usage().promptTokenCount()).contains(4);
        assertThat(second.usage().promptTokenCount().orElseThrow()).isGreaterThan(8);
        assertThat(first.usage().responseTokensDetails().orElseThrow()).singleElement()
                .satisfies(detail -> assertThat(detail.modality().orElseThrow().knownEnum()).isEqualTo(
                        MediaModality.Known.TEXT));
    }

    @Test
    void givenAnOpenTurn_whenMoreComes_thenTheAnswerIsToAllOfIt() {
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, TEXT);

        session.send(LiveSendClientContentParameters.builder().turns(List.of(content("user", "Hello "))).build());
        session.say("world");

        assertThat(session.turn().text()).isEqualTo("Hello world");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenOutputTranscription_whenATurnIsSent_thenTheWordsComeWithTheSound(EmulatedService service) {
        Session session = sdk.connect(service, LiveConnectConfig.builder()
                .outputAudioTranscription(AudioTranscriptionConfig.builder().build()).build());

        Turn turn = session.say("Hello dear world").turn();

        assertThat(turn.spoken()).isEqualTo("Hello dear world");
        assertThat(turn.audio()).hasSizeGreaterThan(24_000);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenManualActivity_whenTheUserSpeaks_thenTheInputIsTranscribedAndComesBack(EmulatedService service) {
        Session session = sdk.connect(service, MANUAL);

        Turn turn = session.startActivity().speak(tone(1000), RATE).endActivity().turn();

        assertThat(turn.heard()).isEqualTo("(1.00 s of speech)");
        assertThat(turn.audio().length).isCloseTo(48_000, Offset.offset(200));
        assertThat(session.recorded().messages())
                .extracting(message -> message.json().get("realtime_input").fieldNames().next())
                .containsExactly("activityStart", "audio", "activityEnd");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAutomaticDetection_whenTheUserSpeaksAndIsSilent_thenTheTurnEndsByItself(EmulatedService service) {
        Session session = sdk.connect(service,
                LiveConnectConfig.builder().inputAudioTranscription(AudioTranscriptionConfig.builder().build()).build());

        session.speak(tone(1000), RATE);
        session.speak(new byte[RATE * 2 * 2], RATE);

        Turn turn = session.turn();
        assertThat(turn.heard()).endsWith("s of speech)");
        assertThat(turn.audio()).isNotEmpty();
    }

    @Test
    void givenAutomaticDetection_whenTheStreamEnds_thenTheTurnEnds() {
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, null);

        session.speak(tone(1000), RATE).send(LiveSendRealtimeInputParameters.builder().audioStreamEnd(true).build());

        assertThat(session.turn().audio()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenVideoFrames_whenATurnIsSent_thenTheyAreCounted(EmulatedService service) {
        Session session = sdk.connect(service, TEXT);

        session.send(LiveSendRealtimeInputParameters.builder().video(blob("image/jpeg", (byte) 1)).build());
        session.send(LiveSendRealtimeInputParameters.builder().media(blob("image/webp", (byte) 1)).build());
        session.say("What is that?").turn();

        assertThat(session.recorded().videoFrames()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenThoughtsWanted_whenTheModelThinks_thenTheyAreMarked(EmulatedService service) {
        SCRIPT.answers((turn, reply) -> reply.think("Hm. ").say("Yes.").complete());
        Session session = sdk.connect(service, TEXT.toBuilder()
                .thinkingConfig(ThinkingConfig.builder().includeThoughts(true).build()).build());

        Turn turn = session.say("Sure?").turn();

        assertThat(turn.thoughts()).isEqualTo("Hm. ");
        assertThat(turn.text()).isEqualTo("Yes.");
        assertThat(turn.usage().thoughtsTokenCount()).contains(1);
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenASilentModel_whenItWaitsForInput_thenTheSdkTells(EmulatedService service) {
        SCRIPT.answers((turn, reply) -> reply.waitForInput());
        Session session = sdk.connect(service, TEXT);

        session.say("I was thinking");

        assertThat(session.<Boolean>next(message -> content(message, LiveServerContent::waitingForInput))).isTrue();
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAThinkingModel_whenItSaysSeveralThings_thenItsStatusTellsWhetherItIsDone(EmulatedService service) {
        SCRIPT.answers((turn, reply) -> reply.say("One.").nextTurn().say("Two.").complete());
        Session session = sdk.connect(sdk.client(service), "gemini-3.8-live-extended-thinking", null);

        session.say("Count");

        assertThat(Stream.of(session.turn(), session.turn())
                .map(turn -> content(turn.last(), LiveServerContent::interactionStatus).orElseThrow().knownEnum()))
                .containsExactly(InteractionStatus.Known.IN_PROGRESS, InteractionStatus.Known.IDLE);
    }

    @Test
    void givenAModelThatSpeaks_whenTheUserBargesIn_thenTheTurnIsInterrupted() {
        SCRIPT.answers((turn, reply) -> reply.say("Once upon a time ").pause(Duration.ofHours(1)).complete());
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, MANUAL.toBuilder()
                .responseModalities(Modality.Known.TEXT).build());
        session.say("Tell me a story");
        session.next(message -> content(message, LiveServerContent::modelTurn));

        session.startActivity();

        Turn rest = session.turn();
        assertThat(rest.has(LiveServerContent::interrupted)).isTrue();
        assertThat(rest.has(LiveServerContent::generationComplete)).isFalse();
        assertThat(session.recorded().interruptions()).isEqualTo(1);
    }

    /** The SDK knows {@code type} by another name and translates it on Vertex AI only; there its field is refused by it. */
    @Test
    void givenExplicitVad_whenTheUserSpeaks_thenVertexAiTellsWhen() {
        Session session = sdk.connect(EmulatedService.VERTEX_AI, MANUAL.toBuilder().explicitVadSignal(true).build());

        session.startActivity().speak(tone(1000), RATE).endActivity();

        List<VoiceActivity> both = Arrays.asList(session.next(LiveServerMessage::voiceActivity),
                session.next(LiveServerMessage::voiceActivity));
        assertThat(both).extracting(activity -> activity.voiceActivityType().orElseThrow().knownEnum())
                .containsExactly(VoiceActivityType.Known.ACTIVITY_START, VoiceActivityType.Known.ACTIVITY_END);
        assertThat(both.get(1).audioOffset()).contains(Duration.ofSeconds(1));
    }

    @Test
    void givenExplicitVad_whenConnectingToTheDeveloperApi_thenTheSdkItselfRefuses() {
        Client client = sdk.client(EmulatedService.DEVELOPER_API);
        LiveConnectConfig config = LiveConnectConfig.builder().explicitVadSignal(true).build();

        assertThatThrownBy(() -> client.async.live.connect(MODEL, config)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("explicitVadSignal parameter is only supported in Gemini Enterprise Agent Platform");
    }

    /** What only the wire has, and the SDK has another name for: it translates it on Vertex AI and loses it elsewhere. */
    @Test
    void givenANameOfTheWire_whenItArrives_thenTheSdkKnowsItOnVertexAiOnly() throws Exception {
        Session vertex = sdk.connect(EmulatedService.VERTEX_AI, TEXT);
        Session developer = sdk.connect(EmulatedService.DEVELOPER_API, TEXT);

        for (Session session : List.of(vertex, developer)) {
            session.recorded().send(json("{'voiceActivity':{'type':'ACTIVITY_START','audioOffset':'1s'}}"));
            session.recorded().send(json("{'usageMetadata':{'candidatesTokenCount':3}}"));
        }

        assertThat(vertex.next().voiceActivity().orElseThrow().voiceActivityType()).isPresent();
        assertThat(vertex.next().usageMetadata().orElseThrow().responseTokenCount()).contains(3);
        assertThat(developer.next().voiceActivity().orElseThrow().voiceActivityType()).isEmpty();
        assertThat(developer.next().usageMetadata().orElseThrow().responseTokenCount()).isEmpty();
    }

    @Test
    void givenAFractionOfASecond_whenItArrives_thenTheSdkLosesTheMessage() throws Exception {
        Session session = sdk.connect(EmulatedService.VERTEX_AI, TEXT);
        sdk.forgetLog();

        session.recorded().send(json("{'goAway':{'timeLeft':'9.500s'}}"));
        session.recorded().send(json("{'goAway':{'timeLeft':'9s'}}"));

        assertThat(session.next().goAway().orElseThrow().timeLeft()).contains(Duration.ofSeconds(9));
        sdk.awaitLog(line -> line.startsWith("Error deserializing message"));
    }

    @Test
    void givenAVersionOfTomorrow_whenItsMessagesArrive_thenTheSdkTakesWhatItKnows() throws Exception {
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, TEXT);

        session.recorded()
                .send(json("{'serverContent':{'turnComplete':true,'x':1},'y':{},'usageMetadata':{'totalTokenCount':7}}"));
        session.recorded().send("{\"goAway\":{\"timeLeft\":\"9s\"}}", FrameType.TEXT);
        session.recorded().sendFragmented("{\"goAway\":{\"timeLeft\":\"8s\"}}", 5);

        assertThat(session.turn().usage().totalTokenCount()).contains(7);
        assertThat(session.next().goAway().orElseThrow().timeLeft()).contains(Duration.ofSeconds(9));
        assertThat(session.next().goAway().orElseThrow().timeLeft()).contains(Duration.ofSeconds(8));
    }
}
