package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

class ResumptionTest {

    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";
    private static final RecordedClose UNKNOWN = new RecordedClose(1008, "Requested entity was not found.");
    private static final RecordedClose OPEN = new RecordedClose(1011, ServiceClose.SESSION_ALREADY_OPEN.reason());

    /** Tells how much it remembers; "call" calls a function, "slow" pauses in mid turn. */
    private static final Scenario REMEMBERS = (turn, reply) -> {
        String said = ((UserTurn.Text) turn).text();
        Conversation conversation = reply.conversation();
        if (said.startsWith("call")) {
            reply.call(List.of(ToolCall.of("f", Map.of())), (results, then) -> then.say("called")).complete();
        } else if (said.startsWith("slow")) {
            reply.say("one ").pause(Duration.ofMinutes(1)).say("two").complete();
        } else {
            reply.say(conversation.turn() + ":" + conversation.history().stream().map(Conversation.Utterance::text)
                    .collect(Collectors.joining("|"))).complete();
        }
    };

    private final ManualClock clock = new ManualClock();

    @RegisterExtension
    final GenAiLiveEmulatorExtension emulator = new GenAiLiveEmulatorExtension(GenAiLiveEmulator.builder()
            .pacing(Pacing.IMMEDIATE).scenario(REMEMBERS).clock(clock).tlsPort(-1));

    private static String say(String text) {
        return json("{'clientContent':{'turns':[{'parts':[{'text':'" + text + "'}]}],'turnComplete':true}}");
    }

    private TestClient open(String resumption) {
        return TestClient.open(emulator.get(), TEXT + ",'sessionResumption':{" + resumption + "}");
    }

    private TestClient resume(String handle) {
        return open("'handle':'" + handle + "'");
    }

    private RecordedClose refusal(String handle) {
        return TestClient.connect(emulator.get().wsUrl() + DEVELOPER)
                .send(setup(TEXT + ",'sessionResumption':{'handle':'" + handle + "'}")).awaitClose();
    }

    /** The next message must be a handle. */
    private static String handle(TestClient client) {
        JsonNode update = client.next().json().path("sessionResumptionUpdate");
        assertThat(update.path("resumable").asBoolean()).isTrue();
        assertThat(update.path("newHandle").asText()).isNotEmpty();
        return update.path("newHandle").asText();
    }

    private static void assertNotResumable(TestClient client) {
        assertThat(client.next().json().toString())
                .isEqualTo(json("{'sessionResumptionUpdate':{'newHandle':'','resumable':false}}"));
    }

    /** A turn with the update before and the handle after it. */
    private static String ask(TestClient client, String text) {
        client.send(say(text));
        assertNotResumable(client);
        return textOf(client.turn());
    }

    private static void close(TestClient client) {
        client.socket().sendClose(1000, "").join();
        client.awaitClose();
    }

    @Test
    void givenNoResumptionInTheSetup_whenTurnsAreTaken_thenNoUpdateComes() {
        TestClient client = TestClient.open(emulator.get(), TEXT);

        List<JsonNode> turns = client.send(say("a")).turn();
        turns.addAll(client.send(say("b")).turn());

        assertThat(turns).noneMatch(message -> message.has("sessionResumptionUpdate"));
    }

    @Test
    void givenASession_whenResumedWithItsLastHandle_thenItRemembersAndCountsOn() {
        TestClient client = open("");
        handle(client);
        ask(client, "a");
        String last = handle(client);
        close(client);

        TestClient resumed = resume(last);
        handle(resumed);

        assertThat(ask(resumed, "b")).isEqualTo("2:a|1:");
    }

    @Test
    void givenAnOlderHandle_whenResumed_thenWhatCameAfterItIsLost() {
        TestClient client = open("");
        handle(client);
        ask(client, "a");
        String older = handle(client);
        ask(client, "b");
        handle(client);
        close(client);

        TestClient resumed = resume(older);
        handle(resumed);

        assertThat(ask(resumed, "c")).isEqualTo("2:a|1:");
    }

    @Test
    void givenAnOlderHandle_whenResumedAndAFunctionIsCalled_thenItsIdIsNotThatOfALostCall() {
        TestClient client = open("");
        String older = handle(client);
        client.send(say("call"));
        assertNotResumable(client);
        String lost = client.next().json().at("/toolCall/functionCalls/0/id").asText();
        close(client);

        TestClient resumed = resume(older);
        handle(resumed);
        resumed.send(say("call"));
        assertNotResumable(resumed);

        assertThat(resumed.next().json().at("/toolCall/functionCalls/0/id").asText()).isNotEmpty().isNotEqualTo(lost);
        resumed.send(json("{'toolResponse':{'functionResponses':[{'id':'" + lost + "','name':'f','response':{}}]}}"));
        assertThat(resumed.awaitClose()).isEqualTo(UNKNOWN);
    }

    @Test
    void givenWhatWasWrittenAndNotAnswered_whenResumed_thenItIsPartOfTheNextTurn() {
        TestClient client = open("");
        handle(client);
        ask(client, "a");
        handle(client);
        client.send(json("{'clientContent':{'turns':[{'parts':[{'text':'x'}]}]}}"));
        String written = ask(client, "y");
        String last = handle(client);
        close(client);

        TestClient resumed = resume(last);
        handle(resumed);

        assertThat(written).isEqualTo("2:a|1:");
        assertThat(ask(resumed, "c")).isEqualTo("3:a|1:|xy|2:a|1:");
    }

    @Test
    void givenAnUnknownHandle_whenResumed_then1008() {
        assertThat(refusal("mine")).isEqualTo(UNKNOWN);
    }

    @Test
    void givenAHandle_whenTwoHoursHavePassedSinceTheEndOfItsSession_then1008AndNotBefore() {
        TestClient client = open("");
        String first = handle(client);
        clock.advance(Duration.ofHours(3));
        close(client);

        clock.advance(Duration.ofHours(2).minusSeconds(1));
        TestClient resumed = resume(first);
        String second = handle(resumed);
        close(resumed);
        clock.advance(Duration.ofHours(2));

        assertThat(refusal(first)).isEqualTo(UNKNOWN);
        assertThat(refusal(second)).isEqualTo(UNKNOWN);
    }

    @Test
    void givenAnOpenSocket_whenItsHandleIsUsed_then1011AndTheSocketGoesOn() {
        TestClient client = open("");
        String handle = handle(client);

        assertThat(refusal(handle)).isEqualTo(OPEN);

        assertThat(ask(client, "a")).isEqualTo("1:");
    }

    @Test
    void givenAResumedSession_whenTheOldHandleIsUsedAgain_then1011() {
        TestClient client = open("");
        String handle = handle(client);
        close(client);
        resume(handle);

        assertThat(refusal(handle)).isEqualTo(OPEN);
    }

    @Test
    void givenManyConnections_whenAllResumeTheSameHandle_thenExactlyOneHasIt() {
        TestClient client = open("");
        String handle = handle(client);
        close(client);

        List<CompletableFuture<Boolean>> tries = IntStream.range(0, 12).mapToObj(i -> CompletableFuture.supplyAsync(() -> {
            TestClient next = TestClient.connect(emulator.get().wsUrl() + DEVELOPER)
                    .send(setup("'sessionResumption':{'handle':'" + handle + "'}"));
            return next.answeredWith("setupComplete");
        })).toList();

        assertThat(tries.stream().map(CompletableFuture::join).filter(Boolean::booleanValue)).hasSize(1);
    }

    @Test
    void givenTheClosingHandshake_whenTheClientHasSeenItsEnd_thenTheHandleIsAcceptedAtOnceEveryTime() {
        TestClient client = open("");
        String handle = handle(client);
        for (int i = 0; i < 30; i++) {
            close(client);
            client = resume(handle);
            handle = handle(client);
        }
    }

    @Test
    void givenADroppedSocket_whenTheClientComesBackAtOnce_thenTheHandleIsAcceptedEveryTime() {
        TestClient client = open("");
        String handle = handle(client);
        for (int i = 0; i < 30; i++) {
            client.socket().abort();
            client = resume(handle);
            handle = handle(client);
        }
    }

    @Test
    void givenTheServerCloses_whenTheClientHasSeenIt_thenTheHandleIsAcceptedEveryTime() {
        TestClient client = open("");
        String handle = handle(client);
        for (int i = 0; i < 15; i++) {
            emulator.get().sessions().get(i).close(1011, "Deadline expired before operation could complete.");
            client.awaitClose();
            client = resume(handle);
            handle = handle(client);
        }
    }

    @Test
    void givenAServerThatHasStoppedToRead_whenTheClientGivesUpAndComesBack_thenTheHandleIsAccepted() {
        TestClient client = open("");
        String handle = handle(client);
        emulator.get().sessions().get(0).stopReading().join();
        client.socket().abort();

        handle(resume(handle));
    }

    @Test
    void givenMessagesRightBehindTheSetup_whenTheOldSocketIsLookedAtFirst_thenTheyAreTakenAfterTheSetup() {
        TestClient client = open("");
        String handle = handle(client);
        client.socket().abort();

        TestClient resumed = TestClient.connect(emulator.get().wsUrl() + DEVELOPER);
        resumed.send(setup(TEXT + ",'sessionResumption':{'handle':'" + handle + "'}")).send(say("a"));

        assertThat(resumed.next().json().has("setupComplete")).isTrue();
        handle(resumed);
        assertNotResumable(resumed);
        assertThat(textOf(resumed.turn())).isEqualTo("1:");
    }

    @Test
    void givenAHandle_whenResumedWithAnotherModel_then1007AndAnythingElseMayChange() {
        TestClient client = open("");
        String handle = handle(client);
        ask(client, "a");
        String last = handle(client);
        close(client);

        assertThat(TestClient.connect(emulator.get().wsUrl() + DEVELOPER).send(
                json("{'setup':{'model':'models/gemini-other','sessionResumption':{'handle':'" + handle + "'}}}")).awaitClose())
                .isEqualTo(new RecordedClose(1007, "Request contains an invalid argument."));
        TestClient resumed = TestClient.open(emulator.get(), "'systemInstruction':{'parts':[{'text':'new'}]},"
                + "'outputAudioTranscription':{},'sessionResumption':{'handle':'" + last + "'}");
        handle(resumed);
        resumed.send(say("b"));
        assertNotResumable(resumed);
        assertThat(TestClient.outputTranscriptOf(resumed.turn())).isEqualTo("2:a|1:");
    }

    @Test
    void givenAPendingCall_whenItIsAnswered_thenResumableAgainAndNotBefore() {
        TestClient client = open("");
        handle(client);
        client.send(say("call"));
        assertNotResumable(client);
        String id = client.next().json().at("/toolCall/functionCalls/0/id").asText();

        client.send(json("{'toolResponse':{'functionResponses':[{'id':'" + id + "','name':'f','response':{}}]}}"));

        assertThat(textOf(client.turn())).isEqualTo("called");
        handle(client);
    }

    @Test
    void givenAPendingCall_whenResumedFromTheHandleBeforeIt_thenItsIdIsUnknown() {
        TestClient client = open("");
        String before = handle(client);
        client.send(say("call"));
        assertNotResumable(client);
        String id = client.next().json().at("/toolCall/functionCalls/0/id").asText();
        client.socket().abort();

        TestClient resumed = resume(before);

        assertThat(resumed.send(json("{'toolResponse':{'functionResponses':[{'id':'" + id + "','name':'f','response':{}}]}}"))
                .awaitClose()).isEqualTo(UNKNOWN);
    }

    @Test
    void givenADropInMidTurn_whenResumed_thenThatTurnIsNeverHeardOfAgain() {
        TestClient client = open("");
        String before = handle(client);
        client.send(say("slow"));
        assertNotResumable(client);
        assertThat(client.next().json().at("/serverContent/modelTurn/parts/0/text").asText()).isEqualTo("one ");
        client.socket().abort();

        TestClient resumed = resume(before);
        handle(resumed);
        clock.advance(Duration.ofMinutes(2));

        assertThat(ask(resumed, "next")).isEqualTo("1:");
        handle(resumed);
        assertThat(resumed.hasReceived()).isFalse();
    }

    @Test
    void givenSpeech_whenTheUserSpeaks_thenNotResumableUntilTheAnswerIsOver() {
        TestClient client = TestClient.open(emulator.get(), TEXT + ",'sessionResumption':{},'realtimeInputConfig':"
                + "{'automaticActivityDetection':{'disabled':true}}");
        handle(client);

        client.send(json("{'realtimeInput':{'activityStart':{}}}"));
        assertNotResumable(client);
        client.send(json("{'realtimeInput':{'activityEnd':{}}}"));

        handle(client);
    }

    @Test
    void givenAHistoryThatWasTold_whenResumedWithTheSameSetup_thenTheNextTurnIsAnswered() {
        String setup = TEXT + ",'historyConfig':{'initialHistoryInClientContent':true},'sessionResumption':{";
        TestClient client = TestClient.open(emulator.get(), setup + "}");
        handle(client);
        client.send(say("long ago"));
        String told = handle(client);
        close(client);

        TestClient resumed = TestClient.open(emulator.get(), setup + "'handle':'" + told + "'}");
        handle(resumed);

        assertThat(ask(resumed, "now")).isEqualTo("1:long ago");
    }

    @ParameterizedTest
    @ValueSource(strings = { "unresumableClose=1011:gone@midTurn", "unresumableClose=OPERATION_NOT_IMPLEMENTED@messages:1" })
    void givenAnUnresumableClose_whenItHappens_thenTheClientIsToldBefore(String spec) {
        Fault fault = Fault.parse(spec);
        emulator.get().faults().arm(fault);
        TestClient client = open("");
        handle(client);

        client.send(say("slow"));

        assertNotResumable(client);
        Misbehaviour.UnresumableClose close = (Misbehaviour.UnresumableClose) fault.what();
        assertThat(client.awaitClose()).isEqualTo(new RecordedClose(close.code(), close.reason()));
        if (spec.contains("midTurn")) {
            assertThat(client.next().json().at("/serverContent/modelTurn").isObject()).isTrue();
            assertNotResumable(client);
        }
        assertThat(client.hasReceived()).isFalse();
    }

    @Test
    void givenResetEmulator_whenAnOldHandleIsUsed_thenUnknown() {
        TestClient client = open("");
        String handle = handle(client);

        emulator.get().reset();
        emulator.get().awaitSessions(0, TIMEOUT);

        assertThat(refusal(handle)).isEqualTo(UNKNOWN);
    }
}
