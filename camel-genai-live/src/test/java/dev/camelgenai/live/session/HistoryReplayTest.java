package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

import com.google.genai.types.LiveConnectConfig;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.transport.LiveClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.live.session.EmulatedSessions.content;
import static org.assertj.core.api.Assertions.assertThat;

/** What a fresh session is told, step by step. */
class HistoryReplayTest extends SteppedSessionFixture {

    private final ManualTimer timer = new ManualTimer();

    @Override
    ScheduledExecutorService newTimer() {
        return timer;
    }

    @BeforeEach
    void openSessionThatKeepsHistory() {
        LiveTarget target = LiveTarget.builder().vertexAi(false).apiKey("key").build(name -> null);
        session = new LiveSession(new SessionAddress("group", "key"),
                Profiles.profile(target, LiveConnectConfig.builder().build(), Profiles.OUTBOX, Profiles.RECONNECT,
                        new ResumptionPolicy(false, new Profiles.Handles(), HistoryReplay.onFresh, 20, 10, 1 << 20,
                                ReplayOverflow.failOpenTurn),
                        Profiles.NO_LIMITS),
                services(Runnable::run), ended::add);
        open();
    }

    private void reconnect() {
        line.frames.clear();
        line.callbacks.clear();
        line.listener.onClosed(new LiveClose(1006, "", false, null));
        timer.advance(Duration.ofSeconds(1));
        line.receive(SETUP_COMPLETE);
        line.step();
    }

    @Test
    void givenAMessageThatTheSocketHasNotTaken_whenTheSessionStartsAfresh_thenItIsSentAndNotToldAsHistory() {
        session.send(List.of(content("told", false)), this::tell);
        line.step();
        assertThat(line.frames).hasSize(1);

        reconnect();

        assertThat(line.frames).hasSize(2);
        assertThat(line.frames.get(0)).startsWith("{\"setup\"");
        assertThat(line.frames.get(1)).containsOnlyOnce("told");
    }

    @Test
    void givenAMessageThatTheSocketHasTaken_whenTheSessionStartsAfresh_thenItIsToldAsHistoryAndNotSent() {
        session.send(List.of(content("told", false)), this::tell);
        line.step();
        line.callbacks.get(0).onSent(null);

        reconnect();

        assertThat(line.frames).hasSize(2);
        assertThat(line.frames.get(1)).containsOnlyOnce("told").contains("\"turnComplete\":false");
    }
}
