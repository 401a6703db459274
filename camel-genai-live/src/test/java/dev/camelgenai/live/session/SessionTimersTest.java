package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.google.genai.types.LiveConnectConfig;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.transport.LiveClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A session that has ended waits for nothing: a task left in the timer would keep it, and all that it knows, in memory. */
class SessionTimersTest {

    private static final String GO_AWAY = "{\"goAway\":{\"timeLeft\":\"60s\"}}";

    private final ManualTimer timer = new ManualTimer();
    private final SteppedLine line = new SteppedLine();
    private final List<Object> heard = new ArrayList<>();
    private LiveSession session;

    @BeforeEach
    void createSession() {
        SessionLimits limits = new SessionLimits(Duration.ofMinutes(5), 10, MaxSessionsPolicy.reject, Duration.ofMinutes(1));
        SessionProfile profile = Profiles.profile(
                LiveTarget.builder().vertexAi(false).apiKey("key").build(name -> null), LiveConnectConfig.builder().build(),
                Profiles.OUTBOX, Profiles.RECONNECT, Profiles.resumption(false), limits);
        session = new LiveSession(new SessionAddress("group", "key"), profile,
                new SessionServices(line, Runnable::run, Runnable::run, timer, timer.clock()), ended -> {
                });
        session.open(CompletableFuture.completedFuture(null));
    }

    private void open() {
        line.receive(SteppedSessionFixture.SETUP_COMPLETE);
        line.step();
    }

    private void ask() {
        session.ask(SteppedSessionFixture.text("question"), new TurnBounds(Duration.ofMinutes(1), 1_000, 10),
                (turn, failure) -> heard.add(turn != null ? turn : failure));
        line.step();
    }

    private void closedByTheService() {
        line.listener.onClosed(new LiveClose(1000, "", true, null));
    }

    @Test
    void givenAnOpenSession_whenItIsClosed_thenNothingIsLeftInTheTimer() {
        open();
        ask();
        line.receive(GO_AWAY);
        assertThat(timer.pending()).as("idleness, silence, the turn's time, and the time to leave are watched").isEqualTo(4);

        session.close();
        line.step();
        closedByTheService();

        assertThat(session.state()).isEqualTo(LiveSessionState.CLOSED);
        assertThat(heard).hasSize(1);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void givenASessionThatWaitsForItsNextConnection_whenItIsClosed_thenNothingIsLeftInTheTimer() {
        open();
        closedByTheService();
        assertThat(session.state()).isEqualTo(LiveSessionState.WAITING);
        assertThat(timer.pending()).isPositive();

        session.close();

        assertThat(session.state()).isEqualTo(LiveSessionState.CLOSED);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void givenASessionThatConnects_whenItIsClosed_thenNothingIsLeftInTheTimer() {
        assertThat(session.state()).isEqualTo(LiveSessionState.SETTING_UP);
        assertThat(timer.pending()).isPositive();

        session.close();

        assertThat(session.state()).isEqualTo(LiveSessionState.CLOSED);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void givenAConnectionThatWasAnnouncedToEnd_whenTheSessionHasMoved_thenNobodyWaitsForTheEndOfTheOldOne() {
        open();
        int before = timer.pending();
        line.receive(GO_AWAY);
        closedByTheService();
        timer.advance(Duration.ofSeconds(1));
        open();

        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(timer.pending()).isEqualTo(before);
    }

    @Test
    void givenATimerThatIsShutDown_whenTheSessionIsClosed_thenItSaysGoodbyeNevertheless() {
        open();
        timer.shutdown();

        session.close();
        line.step();

        assertThat(line.closedWith).isEqualTo(1000);
    }
}
