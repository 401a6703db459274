package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.genai.types.Behavior;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.FunctionResponseScheduling;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerToolCall;
import com.google.genai.types.LiveServerToolCallCancellation;
import com.google.genai.types.Tool;
import dev.camelgenai.emulator.GoogleJavaSdk.Session;
import dev.camelgenai.emulator.GoogleJavaSdk.Turn;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.ToolResult;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.camelgenai.emulator.GoogleJavaSdk.MODEL;
import static dev.camelgenai.emulator.GoogleJavaSdk.TEXT;
import static dev.camelgenai.emulator.GoogleJavaSdk.content;
import static org.assertj.core.api.Assertions.assertThat;

/** Google's Java SDK, unmodified, answers the calls of a model. */
class GoogleSdkToolsTest {

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
    void forgetLog() {
        sdk.forgetLog();
    }

    private static LiveConnectConfig declaring(Behavior.Known behavior, String... functions) {
        return TEXT.toBuilder().tools(List.of(Tool.builder().functionDeclarations(List.of(functions).stream()
                .map(name -> FunctionDeclaration.builder().name(name).behavior(behavior).build()).toList()).build())).build();
    }

    private static ToolCall weather(String city) {
        return ToolCall.of("weather", Map.of("city", city));
    }

    /** A model that asks for the weather of these cities and says what it has learned. */
    private static void asksForWeather(String... cities) {
        SCRIPT.answers((turn, reply) -> reply.call(List.of(cities).stream().map(GoogleSdkToolsTest::weather).toList(),
                GoogleSdkToolsTest::tell).complete());
    }

    private static void tell(List<ToolResult> results, Reply reply) {
        results.forEach(result -> reply.say(result.response().path("output").asText() + ". "));
    }

    private static FunctionResponse.Builder response(FunctionCall call, String output) {
        return FunctionResponse.builder().id(call.id().orElseThrow()).name(call.name().orElseThrow())
                .response(Map.of("output", output));
    }

    private static List<FunctionCall> calls(Session session) {
        return session.next(LiveServerMessage::toolCall).functionCalls().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenABlockingCall_whenItIsAnswered_thenTheTurnGoesOnWithTheResult(EmulatedService service) {
        asksForWeather("Rome");
        Session session = sdk.connect(service, declaring(Behavior.Known.BLOCKING, "weather"));
        session.say("How is the weather?");

        List<FunctionCall> calls = calls(session);
        session.answer(response(calls.get(0), "Sunny").build());

        assertThat(calls).singleElement().satisfies(call -> {
            assertThat(call.name()).contains("weather");
            assertThat(call.args()).contains(Map.of("city", "Rome"));
        });
        assertThat(session.turn().text()).isEqualTo("Sunny. ");
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenParallelCalls_whenTheyAreAnsweredInTwoMessages_thenTheTurnWaitsForBoth(EmulatedService service) {
        asksForWeather("Rome", "Oslo");
        Session session = sdk.connect(service, declaring(Behavior.Known.BLOCKING, "weather"));
        session.say("How is the weather?");

        List<FunctionCall> calls = calls(session);
        session.answer(response(calls.get(1), "Snow").build());
        session.answer(response(calls.get(0), "Sunny").build());

        assertThat(calls).extracting(FunctionCall::id).doesNotHaveDuplicates().hasSize(2);
        assertThat(session.turn().text()).isEqualTo("Sunny. Snow. ");
    }

    @Test
    void givenParallelCalls_whenTheyAreAnsweredInOneMessage_thenTheTurnGoesOn() {
        asksForWeather("Rome", "Oslo");
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, declaring(Behavior.Known.BLOCKING, "weather"));
        session.say("How is the weather?");

        List<FunctionCall> calls = calls(session);
        session.answer(response(calls.get(0), "Sunny").build(), response(calls.get(1), "Snow").build());

        assertThat(session.turn().text()).isEqualTo("Sunny. Snow. ");
    }

    @Test
    void givenGemini25_whenABlockingCallIsMade_thenTheTurnCompletesAtOnceAndAnotherFollowsTheAnswer() {
        asksForWeather("Rome");
        Session session = sdk.connect(sdk.client(EmulatedService.DEVELOPER_API),
                "gemini-2.5-flash-native-audio-preview-12-2025",
                declaring(Behavior.Known.BLOCKING, "weather"));

        Turn asking = session.say("How is the weather?").turn();
        List<FunctionCall> calls = asking.messages().stream().flatMap(message -> message.toolCall().stream())
                .map(LiveServerToolCall::functionCalls).flatMap(Optional::stream).findFirst().orElseThrow();
        session.answer(response(calls.get(0), "Sunny").build());

        assertThat(session.turn().text()).isEqualTo("Sunny. ");
    }

    @ParameterizedTest
    @EnumSource(value = FunctionResponseScheduling.Known.class, names = { "WHEN_IDLE", "INTERRUPT" })
    void givenANonBlockingCall_whenItIsAnswered_thenTheModelTellsInATurnOfItsOwn(FunctionResponseScheduling.Known scheduling) {
        SCRIPT.answers((turn, reply) -> reply.call(List.of(weather("Rome")), GoogleSdkToolsTest::tell).say("Let me see. ")
                .complete());
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, declaring(Behavior.Known.NON_BLOCKING, "weather"));
        session.say("How is the weather?");
        List<FunctionCall> calls = calls(session);
        Turn meanwhile = session.turn();

        session.answer(response(calls.get(0), "Sunny").scheduling(scheduling).build());

        assertThat(meanwhile.text()).isEqualTo("Let me see. ");
        assertThat(session.turn().text()).isEqualTo("Sunny. ");
    }

    @Test
    void givenAModelThatGoesOnTalking_whenAnAnswerInterrupts_thenItTellsAtOnce() {
        SCRIPT.answers((turn, reply) -> reply.call(List.of(weather("Rome")), GoogleSdkToolsTest::tell).say("Well, ")
                .pause(Duration.ofHours(1)).complete());
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, declaring(Behavior.Known.NON_BLOCKING, "weather"));
        session.say("How is the weather?");
        List<FunctionCall> calls = calls(session);
        session.next(message -> content(message, LiveServerContent::modelTurn));

        session.answer(response(calls.get(0), "Sunny").scheduling(FunctionResponseScheduling.Known.INTERRUPT).build());

        assertThat(session.turn().has(LiveServerContent::interrupted)).isTrue();
        assertThat(session.turn().text()).isEqualTo("Sunny. ");
    }

    @Test
    void givenANonBlockingCall_whenItIsAnsweredSilently_thenTheModelSaysNothingAboutIt() {
        asksForWeather("Rome");
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, declaring(Behavior.Known.NON_BLOCKING, "weather"));
        session.say("How is the weather?");
        List<FunctionCall> calls = calls(session);
        session.turn();

        session.answer(response(calls.get(0), "Sunny").scheduling(FunctionResponseScheduling.Known.SILENT).build());
        SCRIPT.answers((turn, reply) -> reply.say("Next.").complete());

        assertThat(session.say("And now?").turn().text()).isEqualTo("Next.");
    }

    @Test
    void givenAGenerator_whenItContinues_thenEachResponseIsToldUntilTheLast() {
        asksForWeather("Rome");
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, declaring(Behavior.Known.NON_BLOCKING, "weather"));
        session.say("How is the weather?");
        FunctionCall call = calls(session).get(0);
        session.turn();

        session.answer(response(call, "Sunny").willContinue(true).build());
        String first = session.turn().text();
        session.answer(response(call, "Cloudy").willContinue(false).build());
        String last = session.turn().text();
        session.answer(response(call, "Too late").build());

        assertThat(first).isEqualTo("Sunny. ");
        assertThat(last).isEqualTo("Cloudy. ");
        assertThat(sdk.awaitServerClose(session.recorded()))
                .isEqualTo(new RecordedClose(1008, "Requested entity was not found."));
    }

    @ParameterizedTest
    @EnumSource(EmulatedService.class)
    void givenAnOpenCall_whenTheUserBargesIn_thenItIsCancelledAndALateAnswerIsIgnored(EmulatedService service) {
        asksForWeather("Rome", "Oslo");
        Session session = sdk.connect(service, declaring(Behavior.Known.BLOCKING, "weather"));
        session.say("How is the weather?");
        List<FunctionCall> calls = calls(session);

        SCRIPT.answers((turn, reply) -> reply.say("Fine.").complete());
        session.say("Never mind, how are you?");
        LiveServerToolCallCancellation cancellation = session.next(LiveServerMessage::toolCallCancellation);
        Turn interrupted = session.turn();
        session.answer(response(calls.get(0), "Sunny").build());

        assertThat(cancellation.ids().orElseThrow())
                .containsExactlyElementsOf(calls.stream().map(call -> call.id().orElseThrow()).toList());
        assertThat(interrupted.has(LiveServerContent::interrupted)).isTrue();
        assertThat(session.turn().text()).isEqualTo("Fine.");
        assertThat(session.isHealthy()).isTrue();
    }

    @Test
    void givenAnAnswerWithoutId_whenItIsSent_thenTheDeveloperApiClosesAsTheSdkDoesNotCheck() {
        asksForWeather("Rome");
        Session session = sdk.connect(EmulatedService.DEVELOPER_API, declaring(Behavior.Known.BLOCKING, "weather"));
        session.say("How is the weather?");
        calls(session);

        session.answer(FunctionResponse.builder().name("weather").response(Map.of("output", "Sunny")).build());

        assertThat(sdk.awaitServerClose(session.recorded()))
                .isEqualTo(new RecordedClose(1007, "Request contains an invalid argument."));
    }

    @Test
    void givenDeclaredFunctions_whenTheModelAnswers_thenItKnowsThem() {
        Queue<Boolean> known = new ConcurrentLinkedQueue<>();
        SCRIPT.answers((turn, reply) -> {
            known.add(reply.conversation().declares("weather"));
            known.add(reply.conversation().declares("clock"));
            reply.complete();
        });
        Session session = sdk.connect(sdk.client(EmulatedService.VERTEX_AI), MODEL,
                declaring(Behavior.Known.BLOCKING, "weather"));

        session.say("?").turn();

        assertThat(known).containsExactly(true, false);
    }
}
