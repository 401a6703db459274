package dev.camelgenai.emulator;

import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FaultsAndActionsTest {

    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";
    private static final String HI = json("{'realtimeInput':{'text':'hi'}}");

    @RegisterExtension
    final GenAiLiveEmulatorExtension emulator = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).contextWindow(Integer.MAX_VALUE).tlsPort(-1));

    private TestClient connect() {
        return TestClient.connect(emulator.get().wsUrl() + DEVELOPER);
    }

    private RecordedSession session() {
        return emulator.get().awaitSessions(1, TIMEOUT).get(0);
    }

    @Test
    void givenRefusedUpgrades_whenTheyAreUsedUp_thenAccepted() {
        emulator.get().faults().refuseUpgrade(503, "The service is currently unavailable.", 2);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::connect).cause().isInstanceOfSatisfying(WebSocketHandshakeException.class,
                    e -> assertThat(e.getResponse().statusCode()).isEqualTo(503));
        }
        assertThat(connect()).isNotNull();
        // the client may know of its upgrade before it is counted
        emulator.get().awaitSession(TIMEOUT);
        assertThat(emulator.get().counters()).extracting(Counters::upgrades, Counters::refused).containsExactly(1L, 2L);
    }

    @Test
    void givenCloseInsteadOfSetupComplete_whenSetup_thenClosed() {
        emulator.get().faults().closeInsteadOfSetupComplete(1011, "The service is currently unavailable.");

        assertThat(connect().send(setup("")).awaitClose())
                .isEqualTo(new RecordedClose(1011, "The service is currently unavailable."));

        emulator.get().faults().clear();
        assertThat(connect().send(setup("")).next().json().has("setupComplete")).isTrue();
    }

    @Test
    void givenSetupIsNeverAnswered_whenSetup_thenOpenAndSilent() {
        emulator.get().faults().neverAnswerSetup();
        TestClient client = connect().send(setup("")).send(HI);

        session().awaitMessages(1, TIMEOUT);
        session().ping().orTimeout(10, TimeUnit.SECONDS).join();

        assertThat(client.hasReceived()).isFalse();
        assertThat(session().isOpen()).isTrue();
    }

    @Test
    void givenKillTcp_whenEnoughMessagesHaveCome_thenTheConnectionIsLostWithoutACloseFrame() throws IOException {
        try (RawConnection client = RawConnection.open(emulator.get(), TEXT)) {
            emulator.get().faults().killTcpAfter(2, 1);

            client.sendText(HI);
            client.turn();
            client.sendText(HI);

            assertThat(client.isLost()).isTrue();
        }
        RecordedSession session = session().awaitClosed(TIMEOUT);
        assertThat(session.messages()).hasSize(2);
        assertThat(session.clientClose()).isEmpty();
        assertThat(session.serverClose()).isEmpty();
        // once only
        TestClient next = TestClient.open(emulator.get(), TEXT);
        next.send(HI).turn();
        next.send(HI).turn();
    }

    @Test
    void givenCloseAfter_whenEnoughMessagesHaveCome_thenClosedWithTheReasonCut() {
        emulator.get().faults().closeAfter(1, 1011, "x".repeat(200));

        TestClient client = TestClient.open(emulator.get(), TEXT).send(HI);

        assertThat(client.awaitClose()).isEqualTo(new RecordedClose(1011, "x".repeat(123)));
    }

    @Test
    void givenStopReading_whenTheClientSends_thenNothingIsReadUntilReadingGoesOn() {
        emulator.get().faults().stopReading();
        TestClient client = TestClient.open(emulator.get(), TEXT);
        String big = json("{'realtimeInput':{'text':'" + "x".repeat(1_000_000) + "'}}");

        // more than the sockets' buffers take: TCP must hold the client up
        CompletableFuture<WebSocket> sent = client.socket().sendText(big, true);
        for (int i = 0; i < 29; i++) {
            sent = sent.thenCompose(socket -> socket.sendText(big, true));
        }

        CompletableFuture<WebSocket> last = sent;
        assertThatThrownBy(() -> last.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(session().messageCount()).isLessThanOrEqualTo(1);

        session().resumeReading().join();
        assertThat(session().awaitMessages(30, TIMEOUT)).hasSize(30);
    }

    @Test
    void givenASession_whenRawMessagesAreSent_thenTheyArriveInOrderInTheWantedFrames() {
        TestClient client = TestClient.open(emulator.get(), TEXT);
        RecordedSession session = session();

        session.send(json("{'goAway':{'timeLeft':'9.500s'}}")).join();
        session.send(json("{'a':'ü'}"), FrameType.TEXT).join();
        session.sendFragmented(json("{'b':'üüüü'}"), 7).join();

        assertThat(client.next().json().at("/goAway/timeLeft").asText()).isEqualTo("9.500s");
        TestClient.Received text = client.next();
        assertThat(text.type()).isEqualTo(FrameType.TEXT);
        assertThat(text.json().get("a").asText()).isEqualTo("ü");
        TestClient.Received fragmented = client.next();
        assertThat(fragmented.json().get("b").asText()).isEqualTo("üüüü");
        assertThat(fragmented.frames()).isEqualTo(7);
    }

    @Test
    void givenASession_whenClosedByTheTest_thenWhatWasSentBeforeArrives() {
        TestClient client = TestClient.open(emulator.get(), TEXT);
        RecordedSession session = session();

        session.send(json("{'goAway':{'timeLeft':'1s'}}"));
        session.close(1011, "Deadline expired before operation could complete.");

        assertThat(client.next().json().has("goAway")).isTrue();
        assertThat(client.awaitClose().reason()).isEqualTo("Deadline expired before operation could complete.");
        session.awaitClosed(TIMEOUT);
        assertThatThrownBy(() -> session.send("{}").join()).hasMessageContaining("has ended");
        assertThatThrownBy(() -> session.ping().join()).hasMessageContaining("has ended");
        assertThatThrownBy(() -> session.close(1006, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenASession_whenItsTcpIsDropped_thenTheClientSeesNoCloseFrame() throws IOException {
        try (RawConnection client = RawConnection.open(emulator.get(), TEXT)) {
            session().dropTcp().join();

            assertThat(client.isLost()).isTrue();
        }
        session().awaitClosed(TIMEOUT);
    }

    @Test
    void givenPings_whenEitherSideSendsThem_thenAnsweredAndCounted() {
        TestClient client = TestClient.open(emulator.get(), TEXT);

        client.socket().sendPing(ByteBuffer.wrap(new byte[]{ 1 })).join();

        session().awaitPings(1, TIMEOUT);
        assertThat(session().ping().orTimeout(10, TimeUnit.SECONDS).join()).isPositive();
    }

    @Test
    void givenTheClientCloses_whenItSaysWhy_thenRecorded() {
        TestClient client = TestClient.open(emulator.get(), TEXT);

        client.socket().sendClose(1000, "Client closing").join();

        RecordedSession session = session().awaitClosed(TIMEOUT);
        assertThat(session.clientClose()).contains(new RecordedClose(1000, "Client closing"));
        assertThat(session.serverClose()).isEmpty();
        assertThat(emulator.get().counters().openSessions()).isZero();
    }

    @Test
    void givenOpenSessions_whenReset_thenEverythingBeginsAnew() throws IOException {
        try (RawConnection client = RawConnection.upgraded(emulator.get().port())) {
            client.sendText(setup(TEXT));
            session().awaitSetup(TIMEOUT);
            emulator.get().faults().refuseUpgrade(500, "no");

            emulator.get().reset();

            assertThat(client.isLost()).isTrue();
        }
        assertThat(emulator.get().sessions()).isEmpty();
        TestClient.open(emulator.get(), TEXT);
        assertThat(session().number()).isEqualTo(1);
    }

    @Test
    void givenTooFewSessionsOrMessages_whenAwaited_thenTheFailureTellsHowManyThereWere() {
        assertThatThrownBy(() -> emulator.get().awaitSessions(1, Duration.ofMillis(10)))
                .isInstanceOf(AwaitTimeoutException.class).hasMessageContaining("0 of 1 sessions");
        TestClient.open(emulator.get(), TEXT);
        assertThatThrownBy(() -> session().awaitMessages(3, Duration.ofMillis(10)))
                .isInstanceOf(AwaitTimeoutException.class).hasMessageContaining("got 0 of 3 messages");
    }
}
