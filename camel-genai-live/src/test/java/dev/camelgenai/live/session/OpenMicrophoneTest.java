package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessage;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.live.session.EmulatedSessions.audio;
import static org.assertj.core.api.Assertions.assertThat;

/** When silence is a reason to end a connection or a session, and when it is none. */
class OpenMicrophoneTest extends ControlledTime {

    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);
    private static final byte[] SECOND_OF_SILENCE = new byte[32_000];

    private EmulatedSessions.Heard heard;

    private void start(Scenario scenario) {
        start(scenario, IDLE_TIMEOUT, STALL_TIMEOUT);
    }

    private void start(Scenario scenario, Duration idleTimeout, Duration stallTimeout) {
        startClient(scenario, limited(idleTimeout, stallTimeout));
        heard = client.listen();
    }

    private void startClient(Scenario scenario, Consumer<EmulatedSessions.Settings> changes) {
        service(scenario);
        client(changes);
    }

    private static Consumer<EmulatedSessions.Settings> limited(Duration idleTimeout, Duration stallTimeout) {
        return settings -> settings.limits = new SessionLimits(idleTimeout, 10, MaxSessionsPolicy.reject, stallTimeout);
    }

    private LiveSessionState state() {
        return client.session(KEY).state();
    }

    /** A question that the service has received. */
    private EmulatedSessions.Fate asked(String text, int connection) {
        EmulatedSessions.Fate question = ask(text);
        RecordedSession over = openOver(connection);
        await(() -> over.texts().contains(text));
        return question;
    }

    // ---- nothing is owed

    @Test
    void givenAnOpenMicrophoneAndASilentUser_whenTenMinutesPass_thenTheSessionStaysOpen() {
        start(Scenarios.echo());

        for (int second = 0; second < 600; second++) {
            assertThat(client.send(KEY, audio(SECOND_OF_SILENCE)).await()).isEqualTo(SendOutcome.WRITTEN);
            pass(Duration.ofSeconds(1));
        }

        assertThat(state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(emulator.sessions()).singleElement().satisfies(connection -> {
            assertThat(connection.awaitMessages(600, EmulatedSessions.PATIENCE)).hasSize(600);
            assertThat(connection.isOpen()).isTrue();
            assertThat(connection.activities()).isEmpty();
        });
        assertThat(heard.all(SessionEvent.class)).containsExactly(new SessionEvent.Opened());
        assertThat(ask("are you there").text()).isEqualTo("are you there");
    }

    // ---- an answer is owed

    @Test
    void givenAnAnswerIsOwed_whenTheServiceIsSilentForTheStallTimeout_thenItEndsLoudly() {
        start(Scenarios.silent());
        EmulatedSessions.Fate question = asked("question", 1);

        timer.advance(STALL_TIMEOUT.minusNanos(1));
        assertThat(question.isDone()).isFalse();
        timer.advance(Duration.ofNanos(1));

        GenAiLiveException failure = question.failure();
        assertThat(failure).isInstanceOf(LiveSessionLostException.class).hasMessageContaining("stallTimeout=60000ms");
        assertThat(failure.isRetriable()).isTrue();
        assertThat(heard.await(SessionEvent.Reconnecting.class).cause().failure()).isSameAs(failure);
        await(() -> heard.all(LiveServerMessage.class).stream().anyMatch(ControlledTime::isEndOfTurn));

        reconnect(2);
        assertThat(openOver(2).setup().orElseThrow().at("/sessionResumption/handle").asText()).isNotEmpty();
    }

    @Test
    void givenAnUnawaitedQuestion_whenTheServiceIsSilentForTheStallTimeout_thenConsumersHearOfIt() {
        start(Scenarios.silent());
        client.send(KEY, EmulatedSessions.content("question", true)).await();

        timer.advance(STALL_TIMEOUT);

        assertThat(heard.await(SessionEvent.Reconnecting.class).cause().failure()).hasMessageContaining("stallTimeout");
    }

    /** Not even though both connections were open for longer than it takes to count as stable: most of that was the stall. */
    @Test
    void givenTheServiceHasStalled_whenItStallsAgainOnTheNextConnection_thenTheSessionEnds() {
        start(Scenarios.silent());
        asked("one", 1);
        timer.advance(STALL_TIMEOUT);
        heard.await(SessionEvent.Reconnecting.class);
        reconnect(2);
        EmulatedSessions.Fate two = asked("two", 2);

        timer.advance(STALL_TIMEOUT);

        assertThat(two.failure()).hasMessageContaining("stallTimeout");
        assertThat(heard.await(SessionEvent.Closed.class).cause().failure()).hasMessageContaining("stallTimeout");
        assertThat(heard.all(SessionEvent.Reconnecting.class)).hasSize(1);
    }

    @Test
    void givenTheServiceHasStalledAndThenAnsweredForAWhile_whenItStallsAgain_thenItIsTriedAgain() {
        start(Scenarios.silent());
        asked("one", 1);
        timer.advance(STALL_TIMEOUT);
        heard.await(SessionEvent.Reconnecting.class);
        reconnect(2);
        openOver(2);
        timer.advance(EmulatedSessions.QUICKLY.maxDelay());
        asked("two", 2);

        timer.advance(STALL_TIMEOUT);

        heard.await(SessionEvent.Reconnecting.class, 2);
        assertThat(heard.all(SessionEvent.Closed.class)).isEmpty();
    }

    // ---- the silence is not the service's

    @Test
    void givenWeHaveStoppedReading_whenAnAnswerIsOwed_thenTheTimeStandsStill() {
        startClient(Scenarios.silent(), limited(Duration.ZERO, STALL_TIMEOUT));
        Queue<Runnable> unread = new ConcurrentLinkedQueue<>();
        client.sessions.subscribe(EmulatedSessions.GROUP, null, new SessionConsumer() {
            @Override
            public void onMessage(LiveSession session, ReceivedMessage received, Runnable done) {
                unread.add(done);
            }

            @Override
            public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
                done.run();
            }
        }, new LaneBounds(1, Duration.ofHours(1), LaneOverflow.pause, true));
        EmulatedSessions.Fate question = asked("question", 1);
        await(() -> unread.size() == 1);
        await(() -> !client.session(KEY).isReading());

        timer.advance(Duration.ofMinutes(30));
        assertThat(question.isDone()).isFalse();
        assertThat(state()).isEqualTo(LiveSessionState.OPEN);

        await(() -> {
            Runnable done = unread.poll();
            if (done != null) {
                done.run();
            }
            return client.session(KEY).isReading();
        });
        timer.advance(STALL_TIMEOUT);
        assertThat(question.failure()).as("from then on").hasMessageContaining("stallTimeout");
    }

    @Test
    void givenAToolCallThatWaitsForItsRoute_whenTheRouteTakesLong_thenTheSessionIsNotStalled() {
        start((turn, reply) -> reply.call(List.of(ToolCall.of("lookUp", Map.of())),
                (results, then) -> then.say("found").complete()), IDLE_TIMEOUT, STALL_TIMEOUT);
        EmulatedSessions.Fate question = asked("question", 1);
        await(() -> heard.all(LiveServerMessage.class).stream().anyMatch(message -> message.toolCall().isPresent()));

        timer.advance(Duration.ofMinutes(30));
        assertThat(state()).as("neither stalled nor idle").isEqualTo(LiveSessionState.OPEN);
        client.send(KEY, new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder().functionResponses(
                FunctionResponse.builder().id("function-call-1").name("lookUp").response(Map.of("output", "x")).build())
                .build()));

        assertThat(question.text()).isEqualTo("found");
        assertThat(emulator.sessions()).hasSize(1);
    }

    @Test
    void givenATurnThatIsGeneratedAndBeingPlayed_whenThatTakesLong_thenTheSessionIsNotStalled() {
        start(Scenarios.silent());
        EmulatedSessions.Fate question = asked("tell me a long story", 1);
        RecordedSession connection = emulator.sessions().get(0);
        connection.send("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"once\"}]}}}").join();
        connection.send("{\"serverContent\":{\"generationComplete\":true}}").join();
        await(() -> heard.all(LiveServerMessage.class).stream()
                .anyMatch(message -> message.serverContent().flatMap(content -> content.generationComplete()).isPresent()));

        timer.advance(Duration.ofMinutes(30));
        assertThat(state()).as("neither stalled nor idle").isEqualTo(LiveSessionState.OPEN);
        connection.send("{\"serverContent\":{\"turnComplete\":true}}").join();

        assertThat(question.text()).isEqualTo("once");
    }

    @Test
    void givenAGenerationThatStopsHalfWay_whenTheServiceIsSilentForTheStallTimeout_thenItEndsLoudly() {
        start(Scenarios.silent());
        EmulatedSessions.Fate question = asked("tell me a long story", 1);
        emulator.sessions().get(0).send("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"once\"}]}}}").join();
        await(() -> heard.all(LiveServerMessage.class).stream()
                .anyMatch(message -> message.serverContent().flatMap(content -> content.modelTurn()).isPresent()));

        timer.advance(STALL_TIMEOUT);

        assertThat(question.failure()).hasMessageContaining("stallTimeout");
    }

    // ---- idleness

    @Test
    void givenNoMessageInEitherDirection_whenTheIdleTimeoutIsOver_thenTheSessionIsClosedAndNobodyIsTold() {
        start(Scenarios.echo());
        ask("one").text();
        awaitHandles(heard, 2);

        timer.advance(IDLE_TIMEOUT.minusNanos(1));
        assertThat(state()).isEqualTo(LiveSessionState.OPEN);
        timer.advance(Duration.ofNanos(1));

        await(() -> client.sessions.all().isEmpty());
        emulator.sessions().get(0).awaitClosed(EmulatedSessions.PATIENCE);
        assertThat(emulator.sessions().get(0).clientClose()).hasValueSatisfying(
                close -> assertThat(close.code()).isEqualTo(1000));
        assertThat(heard.all(SessionEvent.class)).containsExactly(new SessionEvent.Opened());
    }

    @Test
    void givenAMessageNowAndThen_whenTheIdleTimeoutIsOver_thenItCountsFromTheLastOne() {
        start(Scenarios.echo());
        openWith("one");
        timer.advance(IDLE_TIMEOUT.minusSeconds(1));
        client.send(KEY, audio(SECOND_OF_SILENCE)).await();

        timer.advance(IDLE_TIMEOUT.minusNanos(1));
        assertThat(state()).isEqualTo(LiveSessionState.OPEN);
        timer.advance(Duration.ofNanos(1));

        await(() -> client.sessions.all().isEmpty());
    }

    private void openWith(String question) {
        assertThat(ask(question).text()).isEqualTo(question);
        awaitHandles(heard, 2);
    }

    @Test
    void givenATurnIsOpen_whenTheIdleTimeoutIsOver_thenTheSessionStaysOpenUntilAfterItsEnd() {
        start(Scenarios.silent(), IDLE_TIMEOUT, Duration.ZERO);
        EmulatedSessions.Fate question = asked("question", 1);

        timer.advance(IDLE_TIMEOUT.multipliedBy(3));
        assertThat(state()).isEqualTo(LiveSessionState.OPEN);
        emulator.sessions().get(0)
                .send("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"yes\"}]},\"turnComplete\":true}}").join();

        assertThat(question.text()).isEqualTo("yes");
        timer.advance(IDLE_TIMEOUT);
        await(() -> client.sessions.all().isEmpty());
    }

    @Test
    void givenASessionThatIsKeptOpen_whenTheIdleTimeoutIsOver_thenItStaysOpen() {
        start(Scenarios.echo());
        client.sessions.keepOpen(EmulatedSessions.address(KEY));
        openWith("one");

        timer.advance(IDLE_TIMEOUT.multipliedBy(10));

        assertThat(state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(ask("two").text()).isEqualTo("two");
        assertThat(emulator.sessions()).hasSize(1);
    }
}
