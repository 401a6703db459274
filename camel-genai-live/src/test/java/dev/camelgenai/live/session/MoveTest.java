package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.google.genai.types.ActivityEnd;
import com.google.genai.types.ActivityStart;
import com.google.genai.types.AutomaticActivityDetection;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.RealtimeInputConfig;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessage;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.live.session.EmulatedSessions.audio;
import static dev.camelgenai.live.session.EmulatedSessions.content;
import static org.assertj.core.api.Assertions.assertThat;

/** The service announces the end of a connection, and the session leaves it before; against the emulator's own log. */
class MoveTest extends ControlledTime {

    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final byte[] SILENCE = new byte[640];

    private EmulatedSessions.Heard heard;

    private void start(Scenario scenario) {
        service(scenario);
        heard = client().listen();
    }

    /** A model whose answers the test says. */
    private BlockingQueue<Reply> startWithRepliesInTheTestsHand() {
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        start((turn, reply) -> replies.add(reply));
        return replies;
    }

    private static Reply next(BlockingQueue<Reply> replies) {
        try {
            return replies.poll(EmulatedSessions.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<SessionEvent> events() {
        return heard.all(SessionEvent.class);
    }

    /** To a connection that is not so young that the service would be called in a loop. */
    private void goAway(RecordedSession connection, Duration timeLeft) {
        pass(MINUTE);
        connection.goAway(timeLeft).join();
        await(() -> !heard.all(SessionEvent.GoingAway.class).isEmpty());
    }

    /** Something that was sent later has arrived there, so that the session has not moved. */
    private void assertStillOver(RecordedSession connection) {
        long before = connection.messageCount();
        client.send(KEY, audio(SILENCE)).await();
        await(() -> connection.messageCount() > before);
        assertThat(client.session(KEY).state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(emulator.sessions()).hasSize(connection.number());
    }

    /** The client has said goodbye first, and the next connection was not refused because of this one. */
    private void assertLeftInOrder(RecordedSession old, RecordedSession next) {
        assertThat(old.clientClose()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1000));
        assertThat(old.serverClose()).as("left before the service ended it").isEmpty();
        assertThat(next.number()).as("the first attempt").isEqualTo(old.number() + 1);
        assertThat(next.serverClose()).isEmpty();
        assertThat(next.setup().orElseThrow().at("/sessionResumption/handle").asText()).isNotEmpty();
    }

    private static String handle(LiveServerMessage message) {
        return message.sessionResumptionUpdate().flatMap(update -> update.newHandle()).orElse("");
    }

    @Test
    void givenNothingIsUnderWay_whenTheServiceSaysGoAway_thenTheSessionMovesWithTheLastHandle() {
        start(Scenarios.echo());
        assertThat(ask("one").text()).isEqualTo("one");
        awaitHandles(heard, 2);
        String last = heard.all(LiveServerMessage.class).stream().map(MoveTest::handle).filter(handle -> !handle.isEmpty())
                .reduce((first, second) -> second).orElseThrow();

        goAway(connection(1), MINUTE);
        RecordedSession next = openOver(2);

        assertLeftInOrder(connection(1), next);
        assertThat(next.setup().orElseThrow().at("/sessionResumption/handle").asText()).isEqualTo(last);
        heard.await(SessionEvent.Resumed.class);
        heard.await(SessionEvent.Resumed.class, 1);
        assertThat(events()).containsExactly(new SessionEvent.Opened(), new SessionEvent.GoingAway(MINUTE),
                new SessionEvent.Resumed(true, 0));
        assertThat(ask("two").text()).isEqualTo("two");
        assertThat(next.texts()).containsExactly("two");
    }

    /** The service keeps its word and nothing else: no message comes that could remind of the deadline. */
    @Test
    void givenSilenceAfterGoAway_whenTheDeadlineIsNear_thenTheSessionMovesByItsOwnTimerAndTheOpenTurnFails() {
        start(Scenarios.silent());
        EmulatedSessions.Fate open = ask("never answered");
        RecordedSession old = openOver(1);
        old.awaitMessages(1, EmulatedSessions.PATIENCE);
        emulator.faults().arm(Fault.parse("goAwayThenSilence=60s@time:0s*1"));
        heard.await(SessionEvent.GoingAway.class);
        EmulatedSessions.Fate later = ask("asked later");

        timer.advance(Duration.ofSeconds(54));
        assertThat(client.session(KEY).state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(open.isDone()).isFalse();
        timer.advance(Duration.ofSeconds(1));
        RecordedSession next = openOver(2);

        GenAiLiveException failure = open.failure();
        assertThat(failure).isInstanceOf(LiveSessionLostException.class);
        assertThat(failure.isRetriable()).isTrue();
        assertLeftInOrder(old, next);
        assertThat(events()).doesNotHaveAnyElementsOfTypes(SessionEvent.Reconnecting.class);
        await(() -> next.messageCount() == 1);
        assertThat(old.texts()).containsExactly("never answered");
        assertThat(next.texts()).containsExactly("asked later");
        assertThat(later.isDone()).isFalse();
        assertThat(heard.await(SessionEvent.Resumed.class).inDoubt()).as("the question that failed").isEqualTo(1);
    }

    @Test
    void givenAGoAwayWithoutTime_whenATurnIsOpen_thenTheSessionMovesAtOnce() {
        start(Scenarios.silent());
        EmulatedSessions.Fate open = ask("never answered");
        openOver(1).awaitMessages(1, EmulatedSessions.PATIENCE);

        pass(MINUTE);

        emulator.sessions().get(0).send("{\"goAway\":{}}").join();
        openOver(2);

        assertThat(open.failure().isRetriable()).isTrue();
    }

    @Test
    void givenAnOpenGeneration_whenTheServiceSaysGoAway_thenTheSessionMovesAfterItsEnd() {
        BlockingQueue<Reply> replies = startWithRepliesInTheTestsHand();
        EmulatedSessions.Fate question = ask("question");
        Reply answer = next(replies);
        answer.say("first half");
        RecordedSession old = openOver(1);

        goAway(old, MINUTE);
        assertStillOver(old);
        answer.say(" second half").complete();

        assertThat(question.text()).isEqualTo("first half second half");
        assertLeftInOrder(old, openOver(2));
        assertThat(events()).doesNotHaveAnyElementsOfTypes(SessionEvent.Reconnecting.class);
    }

    @Test
    void givenAToolCallWithoutAnswer_whenTheServiceSaysGoAway_thenTheSessionMovesAfterItsTurn() {
        start((turn, reply) -> reply.call(List.of(ToolCall.of("lookUp", Map.of())),
                (results, then) -> then.say(results.get(0).response().path("output").asText()).complete()));
        EmulatedSessions.Fate question = ask("question");
        RecordedSession old = openOver(1);
        await(() -> heard.all(LiveServerMessage.class).stream().anyMatch(message -> message.toolCall().isPresent()));

        goAway(old, MINUTE);
        assertStillOver(old);
        client.send(KEY, new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder().functionResponses(
                FunctionResponse.builder().id("function-call-1").name("lookUp").response(Map.of("output", "found")).build())
                .build()));

        assertThat(question.text()).isEqualTo("found");
        assertLeftInOrder(old, openOver(2));
    }

    @Test
    void givenTheSessionIsAboutToMove_whenQuestionsAndAudioAreSent_thenAudioFlowsAndQuestionsAreAskedOnTheNextConnection() {
        BlockingQueue<Reply> replies = startWithRepliesInTheTestsHand();
        EmulatedSessions.Fate open = ask("open");
        Reply answer = next(replies);
        answer.say("answer");
        RecordedSession old = openOver(1);
        goAway(old, MINUTE);

        EmulatedSessions.Fate awaited = ask("awaited");
        client.send(KEY, audio(SILENCE)).await();
        EmulatedSessions.Fate second = ask("second");
        await(() -> old.messageCount() == 2);
        answer.complete();

        assertThat(open.text()).isEqualTo("answer");
        RecordedSession next = openOver(2);
        next(replies).say("1").complete();
        next(replies).say("2").complete();
        assertThat(awaited.text()).isEqualTo("1");
        assertThat(second.text()).isEqualTo("2");
        assertThat(old.messages()).extracting(RecordedMessage::text).containsExactly("open", "");
        assertThat(next.texts()).containsExactly("awaited", "second");
    }

    private static ClientMessage realtime(LiveSendRealtimeInputParameters.Builder input) {
        return new ClientMessage.RealtimeInput(input.build());
    }

    /** The end of what the user says would mean nothing to a connection that has not heard its begin. */
    @Test
    void givenTheUserIsSpeaking_whenTheServiceSaysGoAway_thenSheIsHeardOutAndAnsweredFirst() {
        service((turn, reply) -> reply.say("heard").complete());
        heard = client(settings -> settings.realtimeInput = RealtimeInputConfig.builder()
                .automaticActivityDetection(AutomaticActivityDetection.builder().disabled(true).build()).build()).listen();
        client.send(KEY, realtime(LiveSendRealtimeInputParameters.builder().activityStart(ActivityStart.builder().build())));
        client.send(KEY, audio(SILENCE));
        RecordedSession old = openOver(1);
        await(() -> old.messageCount() == 2);

        goAway(old, MINUTE);
        assertStillOver(old);
        client.send(KEY, realtime(LiveSendRealtimeInputParameters.builder().activityEnd(ActivityEnd.builder().build())));

        await(() -> heard.all(LiveServerMessage.class).stream().anyMatch(ControlledTime::isEndOfTurn));
        assertLeftInOrder(old, openOver(2));
        assertThat(old.awaitActivities(1, EmulatedSessions.PATIENCE)).hasSize(1);
    }

    @Test
    void givenReconnectIsOff_whenTheServiceSaysGoAway_thenTheSessionStaysToTheEndAndSaysWhy() {
        service(Scenarios.echo());
        heard = client(settings -> settings.reconnect = Profiles.NO_RECONNECT).listen();
        ask("one").text();
        RecordedSession connection = openOver(1);
        goAway(connection, MINUTE);

        assertThat(ask("two").text()).isEqualTo("two");
        pass(MINUTE);

        assertThat(heard.await(SessionEvent.Closed.class).cause().code()).isEqualTo(1011);
        assertThat(connection.texts()).containsExactly("one", "two");
    }

    /** What the model remembered when it was asked: every text that the user has said before, whole or with others. */
    private static final class Memory implements Scenario {

        private final Map<String, Set<String>> atTurn = new ConcurrentHashMap<>();

        @Override
        public void onTurn(UserTurn turn, Reply reply) {
            String said = ((UserTurn.Text) turn).text();
            Set<String> remembered = new HashSet<>();
            for (Conversation.Utterance utterance : reply.conversation().history()) {
                if (utterance.speaker() == Conversation.Speaker.USER) {
                    remembered.addAll(words(utterance.text()));
                }
            }
            words(said).forEach(word -> atTurn.put(word, remembered));
            reply.say("ok").complete();
        }

        /** Texts that were not answered one by one come as one. */
        static List<String> words(String text) {
            return List.of(text.trim().split(" "));
        }

        Set<String> when(String text) {
            return atTurn.get(text.trim());
        }
    }

    /**
     * Un-awaited and awaited questions, contexts and audio while the session moves 20 times. As the model answers at once, a
     * handle knows of exactly what was sent up to the question that was answered before it came: what was written after
     * that question is lost with the connection, no more and no less, and so the number in doubt is exact. (A service that
     * takes in more than that before it gives out the handle loses less than is reported, never more.)
     */
    @Test
    void givenSteadyTraffic_whenTheSessionMoves20Times_thenEveryFrameArrivesOnceAndWhatIsForgottenIsWhatWasReported() {
        int moves = 20;
        Memory memory = new Memory();
        start(memory);
        Random random = new Random(4);
        List<String> unawaited = new ArrayList<>();
        List<String> awaited = new ArrayList<>();
        List<EmulatedSessions.Fate> fates = new ArrayList<>();
        ask("first ").text();
        awaited.add("first ");
        int sounds = 0;
        int number = 0;
        for (int move = 1; move <= moves; move++) {
            RecordedSession old = openOver(move);
            int announcedAfter = random.nextInt(12);
            for (int i = 0; i < 12; i++) {
                String text = "t" + ++number + " ";
                switch (random.nextInt(4)) {
                    case 0 -> {
                        fates.add(ask(text));
                        awaited.add(text);
                    }
                    case 1 -> {
                        fates.add(client.send(KEY, content(text, true)));
                        unawaited.add(text);
                    }
                    case 2 -> {
                        fates.add(client.send(KEY, content(text, false)));
                        unawaited.add(text);
                    }
                    default -> {
                        fates.add(client.send(KEY, audio(SILENCE)));
                        sounds++;
                    }
                }
                if (i == announcedAfter) {
                    pass(MINUTE);
                    old.goAway(MINUTE).join();
                }
            }
            openOver(move + 1);
            heard.await(SessionEvent.Resumed.class, move);
        }
        ask("last ").text();
        awaited.add("last ");
        fates.forEach(EmulatedSessions.Fate::await);

        assertThat(fates).noneMatch(fate -> fate.join() instanceof GenAiLiveException);
        List<RecordedSession> connections = emulator.sessions();
        assertThat(connections).hasSize(moves + 1);
        List<String> arrived = connections.stream().flatMap(connection -> connection.texts().stream()).toList();
        assertThat(arrived).filteredOn(unawaited::contains).containsExactlyElementsOf(unawaited);
        assertThat(arrived).filteredOn(awaited::contains).containsExactlyElementsOf(awaited);
        assertThat(arrived).hasSize(unawaited.size() + awaited.size());
        assertThat(connections.stream().flatMap(connection -> connection.messages().stream())
                .filter(message -> message.audio().length > 0)).hasSize(sounds);

        List<SessionEvent.Resumed> resumed = heard.await(SessionEvent.Resumed.class, moves);
        for (int i = 0; i < moves; i++) {
            assertThat(resumed.get(i).stateRestored()).isTrue();
            assertThat(resumed.get(i).inDoubt()).as("in doubt at move %d", i + 1)
                    .isEqualTo(forgotten(connections.get(i), connections.subList(i + 1, moves + 1), memory));
        }
        long reported = resumed.stream().mapToLong(SessionEvent.Resumed::inDoubt).sum();
        assertThat(reported).isEqualTo(client.session(KEY).statistics().inDoubt()).isPositive();
        assertThat(events()).hasSize(1 + 2 * moves).doesNotHaveAnyElementsOfTypes(SessionEvent.Reconnecting.class);
    }

    /**
     * What arrived over a connection and is not known over the ones after it: everything behind the last text that is still
     * remembered. Silence leaves no trace in a memory, but by its place.
     */
    private static long forgotten(RecordedSession connection, List<RecordedSession> later, Memory memory) {
        Set<String> remembered = later.stream().flatMap(next -> next.texts().stream()).map(memory::when)
                .filter(known -> known != null).findFirst().orElseThrow();
        List<RecordedMessage> messages = connection.messages();
        int known = 0;
        for (int i = 0; i < messages.size(); i++) {
            String text = messages.get(i).text().trim();
            if (remembered.contains(text)) {
                assertThat(messages.subList(0, i)).as("no gap in what is remembered")
                        .allMatch(earlier -> earlier.text().isEmpty() || remembered.contains(earlier.text().trim()));
                known = i + 1;
            }
        }
        return messages.size() - known;
    }
}
