package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ClientMessage;
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
        session = new LiveSession(new SessionAddress("group", "key"), Profiles.plain(), services(Runnable::run), ended::add);
    }

    SessionServices services(Executor workers) {
        return new SessionServices(line, Runnable::run, workers, timer, System::nanoTime);
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
        session.open(CompletableFuture.completedFuture(null));
        line.receive(SETUP_COMPLETE);
        line.step();
        line.frames.clear();
        line.batches.clear();
        line.callbacks.clear();
    }
}
