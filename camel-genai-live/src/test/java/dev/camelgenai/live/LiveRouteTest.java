package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.genai.types.Content;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Part;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveTurnTimeoutException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Conversations through routes, as a route author writes them. */
class LiveRouteTest extends CamelTestSupport {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("right-key"));

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        GenAiLiveComponent component = context.getComponent("genai-live", GenAiLiveComponent.class);
        component.getConfiguration().setBaseUrl(EMULATOR.get().wsUrl());
        component.getConfiguration().setApiKey("right-key");
        context.getRegistry().bind("creative", LiveConnectConfig.builder().temperature(0.9f).build());
        return context;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?sessionGroup=ask&response=turn&turnTimeout=10s");
                from("direct:askText").to("genai-live:gemini-3.8-live?sessionGroup=ask&response=turn")
                        .convertBodyTo(String.class);
                from("direct:untranscribed").to("genai-live:gemini-3.8-live?sessionGroup=untranscribed&response=turn"
                        + "&outputTranscription=false").convertBodyTo(String.class);
                from("direct:written").to("genai-live:gemini-live-2.5-flash-text?sessionGroup=written&responseModalities=TEXT");
                from("direct:impatient")
                        .to("genai-live:gemini-3.8-live?sessionGroup=impatient&response=turn&turnTimeout=300ms");
                from("direct:configured").to("genai-live:gemini-3.8-live?sessionGroup=configured&config=#creative"
                        + "&systemInstruction=Be brief&voice=Kore&language=en-US&maxOutputTokens=99&response=turn");
                from("direct:heard").to("genai-live:gemini-3.8-live?sessionGroup=heard&response=none");
                from("genai-live:gemini-3.8-live?sessionGroup=heard").to("mock:heard");
                from("genai-live:gemini-3.8-live?sessionGroup=heard&sessionKey=anna").to("mock:anna");
                from("direct:speak").to("genai-live:gemini-3.8-live?sessionGroup=speak&response=turn&outputTranscription=true"
                        + "&inputTranscription=true");
                from("direct:open").to("genai-live:gemini-3.8-live?sessionGroup=ask&operation=openSession");
                from("direct:close").to("genai-live:gemini-3.8-live?sessionGroup=ask&operation=closeSession");
                from("genai-live:gemini-3.8-live?sessionGroup=lost&reconnect=false&bridgeErrorHandler=true").routeId("lost")
                        .onException(LiveSessionLostException.class).handled(true).to("mock:lost").end()
                        .to("mock:never");
                from("direct:lost").to("genai-live:gemini-3.8-live?sessionGroup=lost&response=none");
                from("genai-live:gemini-3.8-live?sessionGroup=holds&reconnectInitialDelay=10&bridgeErrorHandler=true"
                        + "&sessionEvents=resumed").routeId("holds")
                        .onException(LiveSessionLostException.class).handled(true).to("mock:lost").end()
                        .filter(header(GenAiLiveConstants.EVENT).isEqualTo("resumed")).to("mock:resumed");
                from("direct:holds").to("genai-live:gemini-3.8-live?sessionGroup=holds&response=turn")
                        .convertBodyTo(String.class);
            }
        };
    }

    private RecordedSession session(int index) {
        return EMULATOR.get().awaitSessions(index + 1, PATIENCE).get(index);
    }

    @Test
    void answersAQuestionWithTheModelsTurn() {
        LiveTurn turn = template.requestBody("direct:ask", "How are you today", LiveTurn.class);

        assertThat(turn.outputTranscript()).isEqualTo("How are you today");
        assertThat(turn.audio()).isNotEmpty();
        assertThat(turn.audioMimeType()).contains("audio/pcm;rate=24000");
        assertThat(turn.usage()).isPresent();
        assertThat(turn.interrupted()).isFalse();
    }

    @Test
    void convertsASpokenTurnToTheWordsThatWereSpoken() {
        assertThat(template.requestBody("direct:askText", "Good morning", String.class)).isEqualTo("Good morning");
    }

    @Test
    void aSpokenTurnWithoutTranscriptDoesNotBecomeAnEmptyStringButSaysWhichOptionHelps() {
        assertThatThrownBy(() -> template.requestBody("direct:untranscribed", "Good morning", String.class))
                .hasStackTraceContaining("outputTranscription=true");
    }

    @Test
    void convertsATurnToAudioAndToAMap() {
        LiveTurn turn = template.requestBody("direct:ask", "bytes", LiveTurn.class);

        assertThat(context.getTypeConverter().convertTo(byte[].class, turn)).isEqualTo(turn.audio());
        assertThat(context.getTypeConverter().convertTo(java.util.Map.class, turn)).containsEntry("outputTranscript", "bytes");
    }

    @Test
    void streamsTextInOneTurnWhereTheModelWrites() {
        LiveTurn turn = template.requestBody("direct:written", "several words in parts", LiveTurn.class);

        assertThat(turn.text()).isEqualTo("several words in parts");
        assertThat(turn.audio()).isEmpty();
    }

    @Test
    void holdsSeveralTurnsInOneSession() {
        assertThat(template.requestBody("direct:askText", "one", String.class)).isEqualTo("one");
        assertThat(template.requestBody("direct:askText", "two", String.class)).isEqualTo("two");
        assertThat(template.requestBody("direct:askText", "three", String.class)).isEqualTo("three");

        assertThat(EMULATOR.get().sessions()).hasSize(1);
        assertThat(session(0).messageCount()).isEqualTo(3);
    }

    @Test
    void sendsSeveralTurnsAtOnceAndHistoryWithoutAskingForAnAnswer() {
        Content first = Content.builder().role("user").parts(Part.fromText("My name is Ada")).build();
        Content second = Content.builder().role("model").parts(Part.fromText("Hello Ada")).build();
        template.send("direct:heard", exchange -> {
            exchange.getMessage().setBody(List.of(first, second));
            exchange.getMessage().setHeader(GenAiLiveConstants.TURN_COMPLETE, false);
        });

        var json = session(0).awaitMessages(1, PATIENCE).get(0).json().path("clientContent");

        assertThat(json.path("turns")).hasSize(2);
        assertThat(json.path("turnComplete").asBoolean(true)).isFalse();
    }

    @Test
    void takesGooglesOwnParameterObjects() {
        LiveSendClientContentParameters parameters = LiveSendClientContentParameters.builder()
                .turns(List.of(Content.fromParts(Part.fromText("as the SDK does")))).turnComplete(true).build();

        assertThat(template.requestBody("direct:askText", parameters, String.class)).isEqualTo("as the SDK does");
    }

    @Test
    void sendsTheWholeSetup() {
        template.requestBody("direct:configured", "hello");

        var setup = session(0).awaitSetup(PATIENCE);

        assertThat(setup.at("/model").asText()).isEqualTo("models/gemini-3.8-live");
        assertThat(setup.at("/generationConfig/temperature").floatValue()).isEqualTo(0.9f);
        assertThat(setup.at("/generationConfig/maxOutputTokens").intValue()).isEqualTo(99);
        assertThat(setup.at("/generationConfig/speechConfig/voiceConfig/prebuiltVoiceConfig/voiceName").asText())
                .isEqualTo("Kore");
        assertThat(setup.at("/generationConfig/speechConfig/languageCode").asText()).isEqualTo("en-US");
        assertThat(setup.at("/systemInstruction/parts/0/text").asText()).isEqualTo("Be brief");
        assertThat(setup.has("outputAudioTranscription")).as("on by default with response=turn").isTrue();
    }

    @Test
    void deliversEveryMessageToEveryConsumerInOrderAndOnce() throws Exception {
        MockEndpoint all = getMockEndpoint("mock:heard");
        MockEndpoint anna = getMockEndpoint("mock:anna");

        template.sendBodyAndHeader("direct:heard", "for Anna", GenAiLiveConstants.SESSION_KEY, "anna");
        template.sendBodyAndHeader("direct:heard", "for Bert", GenAiLiveConstants.SESSION_KEY, "bert");

        await().atMost(PATIENCE).until(() -> turnsCompleted(all) == 2 && turnsCompleted(anna) == 1);
        assertThat(sequenceNumbers(all, "anna")).isEqualTo(sequenceNumbers(anna, "anna")).isSorted().doesNotHaveDuplicates()
                .startsWith(1L);
        assertThat(sequenceNumbers(anna, "bert")).isEmpty();
        assertThat(all.getExchanges().get(0).getMessage().getBody()).isInstanceOf(LiveServerMessage.class);
    }

    private static long turnsCompleted(MockEndpoint mock) {
        return mock.getExchanges().stream()
                .filter(e -> e.getMessage().getHeader(GenAiLiveConstants.TURN_COMPLETE, false, Boolean.class)).count();
    }

    private static List<Long> sequenceNumbers(MockEndpoint mock, String key) {
        return mock.getExchanges().stream().map(e -> e.getMessage())
                .filter(m -> key.equals(m.getHeader(GenAiLiveConstants.SESSION_KEY)))
                .map(m -> m.getHeader(GenAiLiveConstants.SEQUENCE_NUMBER, Long.class)).toList();
    }

    @Test
    void answersRecordedSpeech() {
        byte[] second = new byte[32_000];
        for (int i = 0; i < second.length; i += 2) {
            short sample = (short) (8000 * Math.sin(2 * Math.PI * 440 * i / 2 / 16_000));
            second[i] = (byte) sample;
            second[i + 1] = (byte) (sample >> 8);
        }
        List<byte[]> chunks = java.util.stream.IntStream.range(0, 50)
                .mapToObj(i -> java.util.Arrays.copyOfRange(second, i * 640, (i + 1) * 640)).toList();

        LiveTurn turn = template.requestBody("direct:speak", chunks, LiveTurn.class);

        assertThat(turn.audio().length / 48_000.0).as("seconds at 24 kHz").isBetween(0.9, 1.1);
        assertThat(turn.inputTranscript()).isNotBlank();
        assertThat(session(0).messageCount()).as("50 chunks and the end of the stream").isEqualTo(51);
    }

    @Test
    void openingAndClosingASessionIsAwaited() {
        template.requestBody("direct:open", (Object) null);
        RecordedSession session = session(0);
        assertThat(session.setup()).isPresent();

        template.requestBody("direct:close", (Object) null);

        session.awaitClosed(PATIENCE);
        assertThat(session.clientClose()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1000));
    }

    @Test
    void aTurnThatDoesNotEndInTimeFailsAndItsLateAnswerIsNobodys() {
        EMULATOR.get().faults().stopReading();

        assertThatThrownBy(() -> template.requestBody("direct:impatient", "anybody there?"))
                .isInstanceOf(CamelExecutionException.class).hasCauseInstanceOf(LiveTurnTimeoutException.class)
                .cause().hasMessageContaining("turnTimeout=300ms");
    }

    @Test
    void callersOfOneSessionGetTheirOwnAnswersFirstComeFirstServed() throws Exception {
        int callers = 20;
        AtomicInteger right = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            String question = "question " + i;
            template.asyncRequestBody("direct:askText", question, String.class).whenComplete((answer, failure) -> {
                if (question.equals(answer)) {
                    right.incrementAndGet();
                }
                done.countDown();
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(right).hasValue(callers);
        assertThat(EMULATOR.get().sessions()).hasSize(1);
    }

    @Test
    void withoutReconnectALostConnectionIsReportedAndTheNextUseOpensANewSession() throws Exception {
        MockEndpoint lost = getMockEndpoint("mock:lost");
        lost.expectedMessageCount(1);
        template.sendBody("direct:lost", "hello");
        RecordedSession first = session(0);
        first.awaitMessages(1, PATIENCE);

        first.dropTcp();

        lost.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(lost.getExchanges().get(0).getProperty(org.apache.camel.Exchange.EXCEPTION_CAUGHT, Throwable.class))
                .isInstanceOf(LiveSessionLostException.class);
        template.sendBody("direct:lost", "hello again");
        assertThat(session(1).awaitMessages(1, PATIENCE)).hasSize(1);
    }

    @Test
    void aLostConnectionIsReplacedAndTheConversationGoesOn() throws Exception {
        MockEndpoint resumed = getMockEndpoint("mock:resumed");
        resumed.expectedMessageCount(1);
        assertThat(template.requestBody("direct:holds", "one", String.class)).isEqualTo("one");

        session(0).dropTcp();

        resumed.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(template.requestBody("direct:holds", "two", String.class)).isEqualTo("two");
        assertThat(EMULATOR.get().sessions()).hasSize(2);
        assertThat(session(1).setup().orElseThrow().at("/sessionResumption/handle").asText()).isNotEmpty();
        assertThat(getMockEndpoint("mock:lost").getReceivedCounter()).as("repaired, so no exception").isZero();
    }

    @Test
    void aCallerHearsAtOnceThatTheConnectionBroke() {
        EMULATOR.get().faults().closeAfter(1, 1011, "Internal error occurred.");

        assertThatThrownBy(() -> template.requestBody("direct:ask", "hello"))
                .cause().isInstanceOfSatisfying(LiveSessionLostException.class, e -> assertThat(e.isRetriable()).isTrue())
                .hasMessageContaining("1011").hasMessageContaining("Internal error occurred.");
    }

    @Test
    void closingASessionEndsTheTurnThatIsAwaitedInIt() {
        template.requestBody("direct:open", (Object) null);
        // the emulator takes the input but does not see it, so the turn stays open
        session(0).stopReading().join();
        var answer = template.asyncRequestBody("direct:ask", "hello", LiveTurn.class);

        await().atMost(PATIENCE).until(() -> {
            template.requestBody("direct:close", (Object) null);
            return answer.isDone();
        });

        assertThatThrownBy(answer::join).hasRootCauseInstanceOf(LiveSessionClosedException.class);
    }

    @Test
    void aToolResponseToNoCallIsRefusedAndTheSessionGoesOn() {
        FunctionResponse response = FunctionResponse.builder().id("unknown").name("clock").response(java.util.Map.of()).build();

        assertThatThrownBy(() -> template.requestBody("direct:ask", response))
                .cause().isInstanceOf(LiveInputException.class).hasMessageContaining("no function call with the id unknown");

        assertThat(template.requestBody("direct:ask", "hello", LiveTurn.class)).isNotNull();
        assertThat(EMULATOR.get().sessions()).hasSize(1);
    }

    @Test
    void aToolResponseWithoutIdIsRefusedBeforeItIsSent() {
        FunctionResponse response = FunctionResponse.builder().name("clock").response(java.util.Map.of()).build();

        assertThatThrownBy(() -> template.requestBody("direct:ask", response))
                .cause().isInstanceOf(LiveInputException.class).hasMessageContaining("id").hasMessageContaining("clock");
    }
}
