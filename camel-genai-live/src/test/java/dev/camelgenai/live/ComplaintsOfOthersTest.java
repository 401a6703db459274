package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import dev.camelgenai.emulator.ManualClock;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import dev.camelgenai.live.session.LiveTurn;
import dev.camelgenai.live.transport.AhcLiveConnector;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static dev.camelgenai.live.LiveTalk.failure;
import static dev.camelgenai.live.LiveTalk.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What users of other clients complain about most, in the order of its weight: that it does not happen here. Ranks 1 to 10;
 * {@link MoreComplaintsOfOthersTest} has the rest.
 */
@Timeout(60)
class ComplaintsOfOthersTest extends TalkTestSupport {

    private static final byte[] AUDIO = new byte[640];
    private static final Scenario ORDERS = ScriptedScenario.builder().whenText("(?i).*order.*")
            .then(answer -> answer.call("orderStatus", Map.of("id", "42")).say("It is ${result.state}."))
            .otherwise(answer -> answer.playBack()).build();

    // ---- 1

    /** Others: the service closes, and neither who listens nor who waits nor who sends is ever told. */
    @Test
    void complaint01_noNotificationThatTheSessionEnded() throws Exception {
        serve(Scenarios.silent());
        LiveTalk talk = talk(settings -> settings.options.setReconnect(false));
        CompletableFuture<LiveTurn> answer = talk.ask("anybody there?");
        connection(1).awaitMessages(1, PATIENCE);

        connection(1).close(1011, "Internal error occurred.");

        assertThat(failure(answer)).isInstanceOf(LiveSessionLostException.class)
                .hasMessageContaining("1011: Internal error occurred.");
        assertThat(talk.awaitEvent("closed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.CLOSE_CODE, 1011)
                .containsEntry(GenAiLiveConstants.CLOSE_REASON, "Internal error occurred.");
        await().atMost(PATIENCE).until(() -> !talk.reported().isEmpty());
        assertThat(talk.reported()).singleElement().isInstanceOf(LiveSessionLostException.class);
        connection(1).awaitClosed(PATIENCE);
        assertThat(connection(1).clientClose()).as("the handshake is completed").isPresent();
        result(talk.note("still there?"));
        assertThat(connection(2).awaitMessages(1, PATIENCE)).extracting(RecordedMessage::text)
                .as("no success without a connection").containsExactly("still there?");
    }

    // ---- 2

    /** Others: after ten minutes the connection ends, and with it the conversation. */
    @Test
    void complaint02_theTenMinuteDrop_theConversationGoesOn() throws Exception {
        ManualClock clock = new ManualClock();
        serve(builder -> builder.scenario(Scenarios.assistant()).clock(clock).connectionLifetime(Duration.ofMinutes(10)));
        LiveTalk talk = talk();
        talk.words("Hi, my name is Ada.");

        for (int drop = 1; drop <= 3; drop++) {
            String handle = talk.awaitHandle(2 * drop);
            clock.advance(Duration.ofMinutes(10));
            connection(drop).awaitClosed(PATIENCE);

            assertThat(handleOf(drop + 1)).isEqualTo(handle);
            assertThat(talk.words("What is my name?")).isEqualTo("Your name is Ada.");
        }

        assertThat(connection(1).setup().orElseThrow().at("/sessionResumption").isObject()).as("asked for by default").isTrue();
        assertThat(service.sessions()).hasSize(4);
        assertThat(talk.events("resumed")).hasSize(3).allSatisfy(resumed -> assertThat(
                resumed.getMessage().getHeaders()).containsEntry(GenAiLiveConstants.STATE_RESTORED, true));
    }

    /** The control: the same without resumption. */
    @Test
    void complaint02_theTenMinuteDrop_withoutResumptionTheModelForgets() throws Exception {
        serve(Scenarios.assistant());
        LiveTalk talk = talk(settings -> settings.options.setSessionResumption(false));
        talk.words("Hi, my name is Ada.");

        connection(1).close(1011, ServiceClose.DEADLINE_EXPIRED.reason());

        Exchange resumed = talk.awaitEvent("resumed");
        assertThat(resumed.getMessage().getHeaders()).containsEntry(GenAiLiveConstants.STATE_RESTORED, false);
        assertThat(talk.words("What is my name?")).contains("not told me your name");
        assertThat(service.sessions()).hasSize(2).allSatisfy(
                session -> assertThat(session.setup().orElseThrow().has("sessionResumption")).isFalse());
    }

    /** Others: the handle is overwritten by the empty one that comes while the model speaks. */
    @Test
    void complaint02_theTenMinuteDrop_aHandleIsKeptOnlyIfItIsResumable() throws Exception {
        serve(Scenarios.assistant());
        LiveTalk talk = talk();
        talk.words("Hi, my name is Ada.");
        String handle = talk.awaitHandle(2);
        service.faults().arm(Fault.of(new Misbehaviour.UnresumableClose(ServiceClose.INTERNAL_ERROR)).midTurn().times(1));

        failure(talk.ask("Tell me a story"));

        assertThat(handleOf(2)).isEqualTo(handle);
        assertThat(talk.words("What is my name?")).isEqualTo("Your name is Ada.");
    }

    // ---- 3

    /** Others: the service refuses the setup, and the call that connects never returns, or does not say why. */
    @Test
    void complaint03_connectLosesItsReasonWhenTheServerRefusesTheSetup() throws Exception {
        serve(Scenarios.echo());
        service.faults().closeInsteadOfSetupComplete(1007, "Request contains an invalid argument.");
        LiveTalk talk = talk();

        GenAiLiveException failure = failure(talk.ask("hello"));

        assertThat(failure).isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageContaining("close code 1007: Request contains an invalid argument.")
                .hasMessageContaining("Check config");
        assertThat(failure.isRetriable()).isFalse();
        assertThat(service.sessions()).hasSize(1);
        connection(1).awaitClosed(PATIENCE);
        assertThat(connection(1).messages()).as("nothing is sent into a session that is not set up").isEmpty();
    }

    /** Others: setupComplete never comes, and nobody looks at the clock. */
    @Test
    void complaint03_connectHangsWhenTheSetupIsNeverAnswered() throws Exception {
        serve(Scenarios.echo());
        service.faults().neverAnswerSetup();
        LiveTalk talk = talk(settings -> settings.options.setSetupTimeout(100));

        assertThat(failure(talk.ask("hello"))).isInstanceOf(LiveConnectionException.class)
                .hasMessageContaining("setupTimeout=100ms").hasMessageContaining("proactivity");

        assertThat(service.sessions()).as("tried once more").hasSize(2)
                .allSatisfy(session -> session.awaitClosed(PATIENCE));
    }

    // ---- 4; that every call is answered, whatever happens, is up to tools as routes

    /** The model says nothing before it has the answer, and nobody but the caller can give it. */
    private LiveTalk customer() throws Exception {
        serve(ORDERS);
        return talk(settings -> {
            settings.withoutListeners();
            settings.options.setConfig("{\"tools\":[{\"functionDeclarations\":[{\"name\":\"orderStatus\","
                    + "\"behavior\":\"BLOCKING\"}]}]}");
        });
    }

    private static FunctionResponse shipped(FunctionCall call) {
        return FunctionResponse.builder().id(call.id().orElseThrow()).name(call.name().orElseThrow())
                .response(Map.of("state", "shipped")).build();
    }

    /** Others: the model waits for the function, the application for the end of the turn, for ever. */
    @Test
    void complaint04_aToolCallLeftUnansweredIsDeadAir() throws Exception {
        LiveTalk talk = customer();

        LiveTurn called = result(talk.ask("Where is my order?"));

        assertThat(called.functionCalls()).as("told to the only one who can answer, before the end of the turn")
                .singleElement().satisfies(call -> assertThat(call.name()).contains("orderStatus"));
        assertThat(called.outputTranscript()).isEmpty();
        FunctionCall call = called.functionCalls().get(0);
        assertThat(result(talk.ask(shipped(call))).outputTranscript()).isEqualTo("It is shipped.");
        assertThat(connection(1).messages().get(1).functionResponses()).singleElement().satisfies(response -> {
            assertThat(response.id()).isEqualTo(call.id().orElseThrow());
            assertThat(response.name()).isEqualTo("orderStatus");
        });
    }

    /** Others: the answer to a call that went with its connection ends the next one, too. */
    @Test
    void complaint04_aLateAnswerToACallThatIsGoneIsNotSent() throws Exception {
        LiveTalk talk = customer();
        FunctionCall call = result(talk.ask("Where is my order?")).functionCalls().get(0);
        connection(1).dropTcp().join();
        connection(2).awaitSetup(PATIENCE);

        result(talk.tell(shipped(call)));

        assertThat(talk.words("hello")).isEqualTo("hello");
        assertThat(connection(2).messages()).extracting(RecordedMessage::kind).containsExactly("clientContent");
        assertThat(service.sessions()).hasSize(2);
    }

    // ---- 5

    /** Others: the service fails when it gets a tool's answer, and the conversation is over. */
    @Test
    void complaint05_1011RightAfterAToolResponse() throws Exception {
        LiveTalk talk = customer();
        service.faults().closeAfter(2, 1011, "Internal error occurred.", 1);
        FunctionCall lost = result(talk.ask("Where is my order?")).functionCalls().get(0);

        GenAiLiveException failure = failure(talk.ask(shipped(lost)));
        FunctionCall again = result(talk.ask("Where is my order?")).functionCalls().get(0);
        FunctionResponse nameless = FunctionResponse.builder().id(again.id().orElseThrow())
                .response(Map.of("state", "shipped")).build();
        LiveTurn answer = result(talk.ask(nameless));

        assertThat(failure.isRetriable()).isTrue();
        assertThat(answer.outputTranscript()).isEqualTo("It is shipped.");
        assertThat(handleOf(2)).isNotEmpty();
        assertThat(connection(2).messages()).extracting(RecordedMessage::kind).as("the lost answer is not sent again")
                .containsExactly("clientContent", "toolResponse");
        assertThat(connection(2).messages().get(1).functionResponses()).singleElement().satisfies(response -> {
            assertThat(response.id()).isEqualTo(again.id().orElseThrow()).isNotEqualTo(lost.id().orElseThrow());
            assertThat(response.name()).as("filled in, as the service wants it").isEqualTo("orderStatus");
        });
    }

    /** Others: give up at the first 1008 that comes now and then, or come back with it for ever. */
    @Test
    void complaint05_1008RightAfterAToolResponseIsTriedOnceMore() throws Exception {
        LiveTalk talk = customer();
        service.faults().closeAfter(2, 1008, ServiceClose.OPERATION_NOT_IMPLEMENTED.reason());

        for (int attempt = 1; attempt <= 2; attempt++) {
            FunctionCall call = result(talk.ask("Where is my order?")).functionCalls().get(0);
            assertThat(failure(talk.ask(shipped(call)))).isInstanceOf(LiveSessionLostException.class)
                    .hasMessageContaining("1008: Operation is not implemented").hasMessageContaining("often with tools");
        }

        await().atMost(PATIENCE).until(() -> talk.sessions().isEmpty());
        assertThat(service.sessions()).hasSize(2);
        assertThat(handleOf(2)).isNotEmpty();
    }

    // ---- 6

    /** Others: what is said while the connection is opened again is thrown away. */
    @Test
    void complaint06_inputLostWhileReconnecting() throws Exception {
        HeldSockets sockets = keep(new HeldSockets());
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> {
            settings.component.setConnector(sockets);
            settings.options.setReconnectMaxDelay(40);
            settings.options.setReconnectMaxAttempts(1_000);
        });
        String toolCall = "{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"clock\"}]}}";
        result(talk.note("first"));
        connection(1).send(toolCall).join();
        talk.words(" words");
        talk.awaitHandle(2);
        sockets.holdNewOnes();
        service.faults().refuseUpgrade(503, "down");

        connection(1).dropTcp().join();
        talk.awaitEvent("reconnecting");
        List<CompletableFuture<Exchange>> inTheGap = List.of(talk.tell(AUDIO), talk.note("a"), talk.tell(AUDIO),
                talk.note("b"), talk.tell(FunctionResponse.builder().id("c1").name("clock").response(Map.of()).build()),
                talk.note("c"));
        long refused = service.counters().refused();
        await().atMost(PATIENCE).until(() -> service.counters().refused() >= refused + 2);
        service.faults().clear();
        talk.awaitEvent("resumed");
        connection(2).send(toolCall).join();
        sockets.release();

        inTheGap.forEach(LiveTalk::result);
        assertThat(connection(2).awaitMessages(6, PATIENCE))
                .extracting(message -> message.kind() + " " + message.text() + message.audio().length)
                .as("once, in order, the answer that the service waits for first")
                .containsExactly("toolResponse 0", "realtimeInput 640", "clientContent a0", "realtimeInput 640",
                        "clientContent b0", "clientContent c0");
    }

    // ---- 7

    /** Others: goAway is ignored or thrown as an error, and the connection ends in mid-sentence a minute later. */
    @Test
    void complaint07_goAwayIsIgnored() throws Exception {
        serve(Scenarios.echo());
        LiveTalk talk = talk();
        talk.words("one");
        String handle = talk.awaitHandle(2);

        connection(1).goAway(Duration.ofMinutes(1)).join();

        assertThat(talk.awaitEvent("goAway").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.TIME_LEFT, 60_000L);
        assertThat(handleOf(2)).isEqualTo(handle);
        assertThat(connection(1).clientClose()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1000));
        assertThat(connection(1).serverClose()).as("left before the service ended it").isEmpty();
        assertThat(talk.words("two")).isEqualTo("two");
        assertThat(talk.events("reconnecting")).as("no failure").isEmpty();
        assertThat(service.sessions()).as("never refused because the old socket was open").hasSize(2);
    }

    /** Others: look at the deadline only when a message comes, and none does. */
    @Test
    void complaint07_goAwayIsTimedByMessagesThatNeverCome() throws Exception {
        serve(builder -> builder.scenario(Scenarios.silent()).clock(new ManualClock()));
        service.faults().arm(Fault.of(new Misbehaviour.GoAwayThenSilence(Duration.ofMillis(500))).afterMessages(1).times(1));
        LiveTalk talk = talk();

        GenAiLiveException failure = failure(talk.ask("anybody there?"));

        assertThat(failure.isRetriable()).isTrue();
        assertThat(handleOf(2)).isNotEmpty();
        assertThat(connection(1).clientClose()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1000));
        assertThat(connection(1).serverClose()).as("the service's clock stands still").isEmpty();
    }

    // ---- 8

    /** Others: a pong that takes long is taken for a dead connection. */
    @Test
    void complaint08_selfMadeDisconnectsByKeepalive() throws Exception {
        serve(Scenarios.echo());
        service.faults().arm(Fault.of(new Misbehaviour.LatePong(Duration.ofHours(1))));
        LiveTalk talk = talk(settings -> settings.options.setPingInterval(20));
        talk.words("one");

        connection(1).awaitPings(connection(1).pingCount() + 25, PATIENCE);

        assertThat(talk.words("two")).isEqualTo("two");
        assertThat(service.sessions()).hasSize(1);
    }

    /** Others: never notice that the other side is dead. The control of the test before, too: a short patience. */
    @Test
    void complaint08_aDeadPeerIsNoticed() throws Exception {
        AhcLiveConnector impatient = keep(new AhcLiveConnector(1, Duration.ofMillis(400)));
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> {
            settings.options.setPingInterval(20);
            settings.component.setConnector(impatient);
        });
        talk.words("one");
        connection(1).awaitPings(connection(1).pingCount() + 40, PATIENCE);
        assertThat(service.sessions()).as("pongs are a sign of life").hasSize(1);

        connection(1).stopReading().join();

        assertThat(talk.awaitEvent("resumed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.STATE_RESTORED, true);
        assertThat(handleOf(2)).isNotEmpty();
        assertThat(connection(1).serverClose()).isEmpty();
        assertThat(talk.words("two")).isEqualTo("two");
    }

    // ---- 9

    /** Others: come back with the same bad state, over and over. */
    @Test
    void complaint09_1007ThenEndlessReconnects() throws Exception {
        HeldSockets sockets = keep(new HeldSockets());
        serve(Scenarios.echo());
        LiveTalk talk = talk(settings -> settings.component.setConnector(sockets));
        talk.words("one");
        String handle = talk.awaitHandle(2);
        sockets.holdOpenOnes();
        CompletableFuture<Exchange> audio = talk.tell(AUDIO);
        CompletableFuture<Exchange> note = talk.note("a");

        connection(1).close(1007, "Request contains an invalid argument.");

        assertThat(failure(audio)).as("what may be wrong is not sent again")
                .hasMessageContaining("1007").hasMessageContaining("Check what was sent last");
        result(note);
        assertThat(handleOf(2)).isEqualTo(handle);
        assertThat(connection(2).awaitMessages(1, PATIENCE)).extracting(RecordedMessage::text).containsExactly("a");

        connection(2).close(1007, "Request contains an invalid argument.");

        assertThat(talk.awaitEvent("closed").getMessage().getHeaders()).containsEntry(GenAiLiveConstants.CLOSE_CODE, 1007);
        await().atMost(PATIENCE).until(() -> talk.sessions().isEmpty());
        assertThat(service.sessions()).hasSize(2);
        assertThat(service.counters().upgrades()).isEqualTo(2);
        assertThat(service.counters().audioBytes()).isZero();
    }

    // ---- 10

    /** Others: a close code, and the user may guess whether it is the model, its version, the key or the country. */
    @ParameterizedTest
    @EnumSource(value = ServiceClose.class, names = { "MODEL_NOT_FOUND", "MODEL_NOT_SUPPORTED_IN_LIVE",
        "LOCATION_NOT_SUPPORTED", "API_KEY_NOT_VALID" })
    void complaint10_permanentRefusalsWithoutAHintAndTriedAgain(ServiceClose close) throws Exception {
        serve(Scenarios.echo());
        service.faults().closeInsteadOfSetupComplete(close.code(), close.reason());
        LiveTalk talk = talk();

        GenAiLiveException failure = failure(talk.ask("hello"));

        assertThat(failure.isRetriable()).isFalse();
        assertThat(failure).hasMessageContaining(close.reason()).hasMessageContaining(switch (close) {
            case LOCATION_NOT_SUPPORTED -> "use vertexAi with a supported location";
            case API_KEY_NOT_VALID -> "Check the option apiKey";
            default -> "Check the model's name in the endpoint URI, that it is a live model, and the option apiVersion";
        });
        talk.awaitEvent("closed");
        assertThat(talk.events("reconnecting")).isEmpty();
        assertThat(service.counters().upgrades()).as("one upgrade, and no loop").isEqualTo(1);
        assertThat(service.counters().clientMessages()).isZero();
    }
}
