package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveSessionLostException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.camelgenai.live.session.EmulatedSessions.PATIENCE;
import static dev.camelgenai.live.session.EmulatedSessions.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A connection that breaks, or cannot be opened, against the emulator's own log. */
class ReconnectTest {

    private GenAiLiveEmulator emulator;
    private EmulatedSessions client;

    @BeforeEach
    void startEmulator() {
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.echo()).start();
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        emulator.close();
    }

    private EmulatedSessions client(Consumer<EmulatedSessions.Settings> changes) {
        client = new EmulatedSessions(emulator, changes);
        return client;
    }

    private EmulatedSessions client() {
        return client(settings -> {
        });
    }

    private RecordedSession connection(int number) {
        return emulator.awaitSessions(number, PATIENCE).get(number - 1);
    }

    @Test
    void givenADroppedConnection_whenTheNextMessageIsSent_thenTheConversationGoesOnOverAnotherOne() {
        EmulatedSessions.Heard heard = client().listen();
        assertThat(client.ask("k", "one").text()).isEqualTo("one");

        connection(1).dropTcp().join();
        EmulatedSessions.Fate two = client.ask("k", "two");

        assertThat(two.await()).isNotNull();
        SessionEvent.Resumed resumed = heard.await(SessionEvent.Resumed.class);
        assertThat(resumed.stateRestored()).isTrue();
        assertThat(heard.all(SessionEvent.class)).first().isInstanceOf(SessionEvent.Opened.class);
        assertThat(heard.all(SessionEvent.Reconnecting.class)).hasSize(1);
        assertThat(connection(2).setup().orElseThrow().at("/sessionResumption/handle").asText()).isNotEmpty();
        assertThat(client.session("k").statistics().reconnects()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({ "1000,''", "1011,Internal error occurred.", "1011,Deadline expired before operation could complete.",
        "1012,''", "1013,''" })
    void givenARetriableCloseCode_whenItComes_thenTheSessionGoesOn(int code, String reason) {
        client().listen();
        client.ask("k", "one").text();

        connection(1).close(code, reason);
        connection(2);

        assertThat(client.ask("k", "two").text()).isEqualTo("two");
    }

    @Test
    void givenAPermanentEnd_whenItComes_thenTheSessionEndsOnceAndDoesNotLoop() {
        EmulatedSessions.Heard heard = client().listen();
        client.ask("k", "one").text();

        connection(1).close(1008, "models/x is not found for API version v1beta");

        SessionEvent.Closed closed = heard.await(SessionEvent.Closed.class);
        assertThat(closed.cause().code()).isEqualTo(1008);
        assertThat(closed.cause().failure().isRetriable()).isFalse();
        assertThat(heard.all(SessionEvent.Reconnecting.class)).isEmpty();
        assertThat(client.sessions.all()).isEmpty();
        assertThat(emulator.sessions()).hasSize(1);
    }

    @Test
    void givenTheServiceIsDownForAWhile_whenASessionIsFirstUsed_thenItIsOpenedWhenItCan() {
        emulator.faults().refuseUpgrade(503, "The service is currently unavailable.", 3);

        assertThat(client().ask("k", "patience").text()).isEqualTo("patience");

        assertThat(emulator.counters().refused()).isEqualTo(3);
    }

    @Test
    void givenTheServiceStaysDown_whenTheBudgetIsUsedUp_thenEverybodyHearsTheCause() {
        emulator.faults().refuseUpgrade(429, "Quota exceeded", 1_000);
        client(settings -> settings.reconnect = new ReconnectPolicy(true, Duration.ofMillis(5), Duration.ofMillis(10), 3));
        EmulatedSessions.Heard heard = client.listen();

        EmulatedSessions.Fate ask = client.ask("k", "hello");
        EmulatedSessions.Fate send = client.send("k", content("more", false));

        assertThat(ask.failure()).isInstanceOf(LiveRateLimitException.class);
        assertThat(send.failure()).isInstanceOf(LiveRateLimitException.class);
        assertThat(heard.await(SessionEvent.Closed.class).cause().code()).isEqualTo(429);
        assertThat(heard.all(SessionEvent.Reconnecting.class)).extracting(SessionEvent.Reconnecting::attempt)
                .containsExactly(1, 2, 3);
        assertThat(emulator.counters().refused()).isEqualTo(4);
    }

    @Test
    void givenABadKey_whenASessionIsOpened_thenItIsTriedOnce() {
        emulator.faults().closeInsteadOfSetupComplete(1007, "API key not valid. Please pass a valid API key.");

        assertThat(client().ask("k", "hello").failure()).isInstanceOf(LiveAuthenticationException.class);

        assertThat(emulator.sessions()).hasSize(1);
    }

    @Test
    void givenAnOpenTurn_whenTheConnectionBreaks_thenItFailsAtOnceAndConsumersGetItsEnd() {
        emulator.close();
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()).start();
        EmulatedSessions.Heard heard = client().listen();
        EmulatedSessions.Fate open = client.ask("k", "never answered");
        EmulatedSessions.Fate waiting = client.ask("k", "waits for its turn");
        connection(1).awaitMessages(1, PATIENCE);

        connection(1).dropTcp().join();

        GenAiLiveException failure = open.failure();
        assertThat(failure).isInstanceOf(LiveSessionLostException.class);
        assertThat(failure.isRetriable()).isTrue();
        heard.await(SessionEvent.Resumed.class);
        assertThat(heard.all(com.google.genai.types.LiveServerMessage.class))
                .filteredOn(message -> message.serverContent().flatMap(content -> content.turnComplete()).orElse(false))
                .singleElement()
                .satisfies(message -> assertThat(message.serverContent().get().interrupted()).contains(true));
        assertThat(waiting.isDone()).as("was not asked yet, so it is asked now").isFalse();
        assertThat(connection(2).awaitMessages(1, PATIENCE).get(0).json().toString()).contains("waits for its turn");
    }

    @Test
    void givenMessagesThatWaitForTheSocket_whenTheConnectionBreaks_thenTheyAreSentOverTheNextOne() {
        client().ask("k", "one").text();
        emulator.faults().refuseUpgrade(503, "down", 3);
        connection(1).dropTcp().join();
        client.awaitState("k", LiveSessionState.WAITING);

        List<EmulatedSessions.Fate> fates = List.of(client.send("k", content("a", false)),
                client.send("k", content("b", false)), client.send("k", content("c", false)));

        fates.forEach(fate -> assertThat(fate.await()).isEqualTo(SendOutcome.WRITTEN));
        assertThat(connection(2).awaitMessages(3, PATIENCE)).extracting(message -> message.json().toString())
                .satisfiesExactly(a -> assertThat(a).contains("\"a\""), b -> assertThat(b).contains("\"b\""),
                        c -> assertThat(c).contains("\"c\""));
    }

    @Test
    void givenMessagesAfterTheLastHandle_whenTheConnectionBreaks_thenTheyAreReportedInDoubt() {
        EmulatedSessions.Heard heard = client().listen();
        client.ask("k", "one").text();
        await().atMost(PATIENCE).until(() -> handles(heard) >= 2);
        client.send("k", content("a", false)).await();
        client.send("k", content("b", false)).await();

        connection(1).dropTcp().join();

        assertThat(heard.await(SessionEvent.Resumed.class).inDoubt()).isEqualTo(2);
        assertThat(client.session("k").statistics().inDoubt()).isEqualTo(2);
    }

    private static long handles(EmulatedSessions.Heard heard) {
        return heard.all(com.google.genai.types.LiveServerMessage.class).stream()
                .filter(message -> message.sessionResumptionUpdate().flatMap(update -> update.newHandle())
                        .filter(handle -> !handle.isEmpty()).isPresent())
                .count();
    }

    @Test
    void givenTheHandleIsRefused_whenTheSessionResumes_thenItStartsAfreshOnceAndSaysSo() {
        EmulatedSessions.Heard heard = client(
                settings -> settings.handles.save(EmulatedSessions.address("k"), "no-such-handle"))
                .listen();

        assertThat(client.ask("k", "hello").text()).isEqualTo("hello");

        assertThat(heard.await(SessionEvent.Resumed.class).stateRestored()).isFalse();
        assertThat(emulator.sessions()).hasSize(2);
        assertThat(connection(2).setup().orElseThrow().at("/sessionResumption/handle").isMissingNode()).isTrue();
    }

    @Test
    void givenReconnectIsOff_whenTheConnectionBreaks_thenTheSessionEnds() {
        EmulatedSessions.Heard heard = client(settings -> settings.reconnect = Profiles.NO_RECONNECT).listen();
        client.ask("k", "one").text();

        connection(1).dropTcp().join();

        assertThat(heard.await(SessionEvent.Closed.class).cause().failure()).isInstanceOf(LiveSessionLostException.class);
        assertThat(client.ask("k", "two").text()).as("the next use opens another one").isEqualTo("two");
    }
}
