package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessage;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.live.session.EmulatedSessions.content;
import static org.assertj.core.api.Assertions.assertThat;

/** Transparent resumption on Vertex AI: what the service has not acknowledged is written again, and nothing is in doubt. */
class TransparentTest extends ControlledTime {

    private EmulatedSessions.Heard heard;

    private void start(Scenario scenario) {
        start(scenario, settings -> {
        });
    }

    private void start(Scenario scenario, Consumer<EmulatedSessions.Settings> changes) {
        service(scenario);
        heard = client(settings -> {
            settings.vertexAi = true;
            settings.transparent = true;
            changes.accept(settings);
        }).listen();
    }

    /** Tells what the user has said so far, when asked to. */
    private static void answer(UserTurn turn, Reply reply) {
        String said = ((UserTurn.Text) turn).text();
        reply.say(said.endsWith("recall")
                ? reply.conversation().history().stream()
                        .filter(utterance -> utterance.speaker() == Conversation.Speaker.USER)
                        .map(Conversation.Utterance::text).collect(Collectors.joining()) + said.replace("recall", "")
                : "ok").complete();
    }

    private EmulatedSessions.Fate tell(String text) {
        return client.send(KEY, content(text, false));
    }

    private String recall() {
        EmulatedSessions.Fate recall = ask("recall");
        await(recall::isDone);
        return recall.text();
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "t" + i + ".").toList();
    }

    private void drop(int connection) {
        connection(connection).dropTcp().join();
        reconnect(connection + 1);
        openOver(connection + 1);
    }

    @Test
    void givenUnacknowledgedMessages_whenTheConnectionBreaks_thenTheyAreWrittenAgainFirstAndOnce() {
        start(TransparentTest::answer);
        assertThat(ask("acknowledged.").text()).isEqualTo("ok");
        awaitHandles(heard, 2);
        numbered(1, 3).forEach(text -> tell(text).await());
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 4);

        emulator.faults().refuseUpgrade(503, "down", 1);
        old.dropTcp().join();
        client.awaitState(KEY, LiveSessionState.WAITING);
        EmulatedSessions.Fate later = tell("t4.");
        reconnect(2);

        assertThat(recall()).as("nothing is missing, and nothing is there twice").isEqualTo("acknowledged.t1.t2.t3.t4.");
        assertThat(later.await()).isEqualTo(SendOutcome.WRITTEN);
        assertThat(old.service()).isEqualTo(EmulatedService.VERTEX_AI);
        assertThat(old.setup().orElseThrow().at("/sessionResumption/transparent").asBoolean()).isTrue();
        assertThat(connection(2).texts()).containsExactly("t1.", "t2.", "t3.", "t4.", "recall");
        assertThat(heard.await(SessionEvent.Resumed.class, 1)).containsExactly(new SessionEvent.Resumed(true, 0));
        assertThat(client.session(KEY).statistics().inDoubt()).isZero();
    }

    /** The second connection counts from 1 again, so its acknowledgements are not mistaken for the first one's. */
    @Test
    void givenAConnectionAfterAnother_whenItBreaksToo_thenItsOwnNumbersCount() {
        start(TransparentTest::answer);
        numbered(1, 3).forEach(text -> tell(text).await());
        RecordedSession first = openOver(1);
        await(() -> first.messageCount() == 3);
        drop(1);
        await(() -> connection(2).messageCount() == 3);
        assertThat(ask("done.").text()).isEqualTo("ok");
        await(() -> heard.all(LiveServerMessage.class).stream().flatMap(TransparentTest::index).anyMatch(i -> i == 4));
        numbered(4, 5).forEach(text -> tell(text).await());
        await(() -> connection(2).messageCount() == 6);

        drop(2);

        assertThat(recall()).isEqualTo("t1.t2.t3.done.t4.t5.");
        assertThat(connection(3).texts()).containsExactly("t4.", "t5.", "recall");
        assertThat(heard.await(SessionEvent.Resumed.class, 2)).extracting(SessionEvent.Resumed::inDoubt).containsExactly(0L,
                0L);
    }

    private static Stream<Long> index(LiveServerMessage message) {
        return message.sessionResumptionUpdate().flatMap(update -> update.lastConsumedClientMessageIndex()).stream();
    }

    /** 20 times, with what is sent meanwhile. */
    @Test
    void givenTraffic_whenTheConnectionBreaks20Times_thenTheModelHasHeardEverythingOnceAndInOrder() {
        start(TransparentTest::answer);
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
            RecordedSession connection = openedBy(i, all, "a" + i + ".");
            timer.advance(EmulatedSessions.QUICKLY.maxDelay());
            tell("b" + i + ".");
            EmulatedSessions.Fate question = ask("c" + i + ".");
            tell("d" + i + ".");
            connection.dropTcp().join();
            tell("e" + i + ".");
            all.append("b" + i + ".c" + i + ".d" + i + ".e" + i + ".");
            reconnect(i + 1);
            await(question::isDone);
            assertThat(question.join()).as("its caller noticed nothing").isInstanceOf(LiveTurn.class);
        }

        assertThat(recall()).as(() -> emulator.sessions().stream().map(RecordedSession::texts).toList().toString())
                .isEqualTo(all.toString());
        assertThat(client.session(KEY).statistics().inDoubt()).isZero();
    }

    private RecordedSession openedBy(int connection, StringBuilder all, String text) {
        all.append(text);
        tell(text).await();
        return openOver(connection);
    }

    @Test
    void givenAQuestionThatIsNotAcknowledged_whenTheConnectionBreaks_thenItIsAnsweredOverTheNextOne() {
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        start((turn, reply) -> replies.add(reply));
        EmulatedSessions.Fate question = ask("question");
        await(() -> !replies.isEmpty());
        replies.remove().say("half an ");

        drop(1);
        await(() -> !replies.isEmpty());
        assertThat(question.isDone()).isFalse();
        replies.remove().say("answer").complete();

        await(question::isDone);
        assertThat(question.text()).isEqualTo("answer");
        assertThat(connection(2).texts()).containsExactly("question");
    }

    /** What the service has taken in it is not asked again, and an answer that it still owes died with the connection. */
    @Test
    void givenAQuestionThatIsAcknowledged_whenTheConnectionBreaks_thenItFails() {
        start((turn, reply) -> reply.say("half an "));
        EmulatedSessions.Fate question = ask("question");
        awaitHandles(heard, 1);
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 1);
        String handle = heard.all(LiveServerMessage.class).stream().filter(ControlledTime::isHandle).findFirst().get()
                .sessionResumptionUpdate().get().newHandle().get();
        old.send("{\"sessionResumptionUpdate\":{\"resumable\":true,\"newHandle\":\"" + handle
                + "\",\"lastConsumedClientMessageIndex\":\"1\"}}").join();
        awaitHandles(heard, 2);

        drop(1);

        assertThat(question.failure()).isInstanceOf(LiveSessionLostException.class);
        assertThat(question.failure().isRetriable()).isTrue();
        assertThat(connection(2).messages()).isEmpty();
        assertThat(client.session(KEY).statistics().inDoubt()).isZero();
    }

    /** The question is asked again, so the model calls again; the answer to its first call would mean nothing to it. */
    @Test
    void givenAnAnswerToACallThatIsLost_whenTheConnectionBreaks_thenItIsNotWrittenAgain() {
        start((turn, reply) -> reply.call(List.of(ToolCall.of("lookUp", Map.of())),
                (results, then) -> then.say(results.get(0).response().path("output").asText())
                        .pause(Duration.ofMinutes(1)).complete()));
        EmulatedSessions.Fate question = ask("question");
        await(() -> calls() == 1);
        client.send(KEY, found("function-call-1")).await();
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 2);

        drop(1);
        await(() -> calls() == 2);
        client.send(KEY, found("function-call-2")).await();
        await(() -> connection(2).messageCount() == 2);
        serviceClock.advance(Duration.ofMinutes(1));

        await(() -> {
            serviceClock.advance(Duration.ofMinutes(1));
            return question.isDone();
        });
        assertThat(question.text()).isEqualTo("found");
        assertThat(connection(2).messages()).extracting(RecordedMessage::kind).containsExactly("clientContent",
                "toolResponse");
        assertThat(emulator.sessions()).hasSize(2);
    }

    private long calls() {
        return heard.all(LiveServerMessage.class).stream().filter(message -> message.toolCall().isPresent()).count();
    }

    private static ClientMessage found(String id) {
        return new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder().functionResponses(
                FunctionResponse.builder().id(id).name("lookUp").response(Map.of("output", "found")).build()).build());
    }

    // ---- the end

    @Test
    void givenUnacknowledgedMessages_whenTheSessionEndsWithItsConnection_thenTheyAreReportedInDoubt() {
        start(TransparentTest::answer, settings -> settings.reconnect = Profiles.NO_RECONNECT);
        numbered(1, 2).forEach(text -> tell(text).await());
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 2);

        old.dropTcp().join();

        assertThat(heard.await(SessionEvent.Closed.class).inDoubt()).isEqualTo(2);
    }

    @Test
    void givenUnacknowledgedMessages_whenNoOtherConnectionCanBeOpened_thenTheyAreReportedInDoubt() {
        start(TransparentTest::answer);
        numbered(1, 2).forEach(text -> tell(text).await());
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 2);

        emulator.faults().refuseUpgrade(403, "no", 1);
        old.dropTcp().join();
        await(() -> {
            timer.advance(EmulatedSessions.QUICKLY.initialDelay());
            return client.sessions.all().isEmpty();
        });

        assertThat(heard.await(SessionEvent.Closed.class).inDoubt()).isEqualTo(2);
    }

    // ---- bounds

    @Test
    void givenMoreThanTheReplayBufferHolds_whenThePolicyIsFailOpenTurn_thenTheTurnFailsAndTheForgottenAreInDoubt() {
        start((turn, reply) -> {
        }, settings -> settings.replayMaxMessages = 3);
        EmulatedSessions.Fate question = ask("question.");
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 1);

        numbered(1, 4).forEach(text -> tell(text).await());
        await(() -> old.messageCount() == 5);

        assertThat(question.failure()).isInstanceOf(LiveQueueFullException.class)
                .hasMessageContaining("replayBufferMaxMessages");
        assertThat(client.session(KEY).state()).isEqualTo(LiveSessionState.OPEN);
        drop(1);
        await(() -> connection(2).messageCount() == 3);
        assertThat(connection(2).texts()).containsExactly("t2.", "t3.", "t4.");
        assertThat(heard.await(SessionEvent.Resumed.class).inDoubt()).as("the question and t1").isEqualTo(2);
    }

    @Test
    void givenMoreThanTheReplayBufferHolds_whenThePolicyIsCloseSession_thenTheSessionEndsAndSaysWhy() {
        start((turn, reply) -> {
        }, settings -> {
            settings.replayMaxMessages = 3;
            settings.replayOverflow = ReplayOverflow.closeSession;
        });
        numbered(1, 3).forEach(text -> tell(text).await());
        assertThat(client.session(KEY).state()).isEqualTo(LiveSessionState.OPEN);

        tell("t4.");

        SessionEvent.Closed closed = heard.await(SessionEvent.Closed.class);
        assertThat(closed.cause().failure()).isInstanceOf(LiveQueueFullException.class)
                .hasMessageContaining("replayOverflow=closeSession");
        assertThat(heard.all(SessionEvent.Reconnecting.class)).isEmpty();
    }

    @Test
    void givenMessagesAreAcknowledged_whenManyAreSent_thenTheReplayBufferDoesNotOverflow() {
        start(TransparentTest::answer, settings -> settings.replayMaxMessages = 60);

        for (int i = 1; i <= 50; i++) {
            int from = 10 * i;
            numbered(from, from + 8).forEach(text -> tell(text).await());
            assertThat(ask("question.").text()).isEqualTo("ok");
            awaitHandles(heard, i + 1);
        }

        assertThat(client.session(KEY).state()).isEqualTo(LiveSessionState.OPEN);
        await(() -> Footprint.of(client.session(KEY)).get("Delivery.unacknowledged") == 0);
    }

    /** An acknowledgement that cannot be resumed from is none: the next connection begins where the last handle stands. */
    @Test
    void givenAnAcknowledgementWithoutAHandle_whenTheConnectionBreaks_thenTheMessagesAreWrittenAgain() {
        start(TransparentTest::answer);
        tell("t1.").await();
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 1);
        awaitHandles(heard, 1);
        int before = heard.all(LiveServerMessage.class).size();
        old.send("{\"sessionResumptionUpdate\":{\"resumable\":false,\"lastConsumedClientMessageIndex\":1}}").join();
        heard.await(LiveServerMessage.class, before + 1);

        drop(1);

        assertThat(recall()).isEqualTo("t1.");
    }
}
