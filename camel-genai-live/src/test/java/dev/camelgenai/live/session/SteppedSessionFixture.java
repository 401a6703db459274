package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveTarget;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A session on a {@link SteppedLine}. */
abstract class SteppedSessionFixture {

    static final String SETUP_COMPLETE = "{\"setupComplete\":{}}";

    final SteppedLine line = new SteppedLine();
    final List<Object> told = new ArrayList<>();
    final List<LiveSession> ended = new ArrayList<>();
    LiveSession session;
    private ScheduledExecutorService timer;

    @BeforeEach
    void createSession() {
        timer = newTimer();
        LiveTarget target = LiveTarget.builder().vertexAi(false).apiKey("key").build(name -> null);
        SessionProfile profile = new SessionProfile(target, LiveModelName.of("gemini-3.8-live", target.endpoint()),
                LiveConnectConfig.builder().build(), Map.of(), null, null, Duration.ofSeconds(5), Duration.ofSeconds(5),
                Duration.ZERO, new OutboxBounds(10, 100_000, 0, OutboxOverflow.fail));
        session = new LiveSession(new SessionAddress("group", "key"), profile,
                new SessionServices(line, Runnable::run, Runnable::run, timer), ended::add);
    }

    @AfterEach
    void stopTimer() {
        timer.shutdownNow();
    }

    ScheduledExecutorService newTimer() {
        return Executors.newSingleThreadScheduledExecutor();
    }

    static List<ClientMessage> text(String text) {
        return List.of(new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder().text(text).build()));
    }

    void tell(SendOutcome outcome, GenAiLiveException failure) {
        told.add(outcome != null ? outcome : failure);
    }

    void open() {
        session.open();
        line.receive(SETUP_COMPLETE);
        line.step();
        line.frames.clear();
        line.callbacks.clear();
    }
}
