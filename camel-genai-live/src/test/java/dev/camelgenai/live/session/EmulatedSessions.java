package dev.camelgenai.live.session;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.Modality;
import com.google.genai.types.Part;
import com.google.genai.types.RealtimeInputConfig;
import com.google.genai.types.SessionResumptionConfig;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.transport.AhcLiveConnector;
import dev.camelgenai.live.transport.LiveConnector;

import static org.awaitility.Awaitility.await;

/** Sessions over real sockets against the emulator, without Camel: what a component has, with the settings in the test's hand. */
final class EmulatedSessions implements AutoCloseable {

    static final String GROUP = "group";
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final TurnBounds TURN = new TurnBounds(PATIENCE, 1 << 20, 1_000);
    static final ReconnectPolicy QUICKLY = new ReconnectPolicy(true, Duration.ofMillis(20), Duration.ofSeconds(2), 10);

    /** What a profile is made of; a test changes what it is about. */
    static final class Settings {

        String model = "gemini-live-test";
        /** {@code null} for that of the emulator. */
        String baseUrl;
        boolean vertexAi;
        boolean transparent;
        OutboxBounds outbox = new OutboxBounds(10_000, 100 << 20, 0, OutboxOverflow.fail, Duration.ZERO);
        ReconnectPolicy reconnect = QUICKLY;
        HandleStore handles = new Profiles.Handles();
        boolean resumption = true;
        /** How the service hears when the user speaks; {@code null} leaves that to it. */
        RealtimeInputConfig realtimeInput;
        HistoryReplay history = HistoryReplay.none;
        int replayMaxMessages = 10_000;
        ReplayOverflow replayOverflow = ReplayOverflow.failOpenTurn;
        SessionLimits limits = new SessionLimits(Duration.ZERO, 10_000, MaxSessionsPolicy.reject, Duration.ZERO);
        Duration connectTimeout = Duration.ofSeconds(5);
        Duration setupTimeout = Duration.ofSeconds(5);
        LaneBounds lane = new LaneBounds(256, Duration.ofSeconds(30), LaneOverflow.pause, true);
        ScheduledExecutorService timer;
        LongSupplier clock = System::nanoTime;
        /** Extra headers of the upgrade. */
        Map<String, String> headers = Map.of();
        /** Put around what opens the sockets, to look at it. */
        UnaryOperator<LiveConnector> around = UnaryOperator.identity();
    }

    /** Hears everything that a consumer does. */
    static final class Heard implements SessionConsumer {

        final List<Object> everything = new CopyOnWriteArrayList<>();

        @Override
        public void onMessage(LiveSession session, ReceivedMessage received, Runnable done) {
            if (received.message() != ServerMessage.nothing()) {
                everything.add(received.message().message());
            }
            done.run();
        }

        @Override
        public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
            everything.add(event);
            done.run();
        }

        <T> List<T> all(Class<T> type) {
            return everything.stream().filter(type::isInstance).map(type::cast).toList();
        }

        <T> T await(Class<T> type) {
            org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> !all(type).isEmpty());
            return all(type).get(0);
        }

        <T> List<T> await(Class<T> type, int count) {
            org.awaitility.Awaitility.await().atMost(PATIENCE).until(() -> all(type).size() >= count);
            return all(type);
        }
    }

    /** What became of a send or of a question. */
    static final class Fate extends CompletableFuture<Object> implements SendCallback, TurnCallback {

        @Override
        public void onSent(SendOutcome outcome, GenAiLiveException failure) {
            complete(outcome != null ? outcome : failure);
        }

        @Override
        public void onTurn(LiveTurn turn, GenAiLiveException failure) {
            complete(turn != null ? turn : failure);
        }

        Object await() {
            return orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        String text() {
            Object fate = await();
            if (fate instanceof LiveTurn turn) {
                return turn.text();
            }
            throw new AssertionError("no turn but " + fate, fate instanceof Throwable failure ? failure : null);
        }

        GenAiLiveException failure() {
            Object fate = await();
            if (fate instanceof GenAiLiveException failure) {
                return failure;
            }
            throw new AssertionError("no failure but " + fate);
        }
    }

    final GenAiLiveEmulator emulator;
    final LiveSessions sessions;
    final AhcLiveConnector connector = new AhcLiveConnector(2);
    private final List<ExecutorService> executors = new ArrayList<>();

    EmulatedSessions(GenAiLiveEmulator emulator, Consumer<Settings> changes) {
        this.emulator = emulator;
        Settings settings = new Settings();
        changes.accept(settings);
        ExecutorService connects = own(Executors.newFixedThreadPool(4));
        ExecutorService workers = own(Executors.newFixedThreadPool(4));
        ScheduledExecutorService timer = settings.timer != null
                ? settings.timer
                : (ScheduledExecutorService) own(Executors.newSingleThreadScheduledExecutor());
        // with a timer of its own, as the other may be one whose time stands still
        WorkerHandoff handoff = new WorkerHandoff(workers, own(Executors.newSingleThreadScheduledExecutor()), connector);
        sessions = new LiveSessions(
                new SessionServices(settings.around.apply(connector), connects, handoff, timer, settings.clock));
        SessionProfile profile = profile(settings);
        sessions.define(GROUP, () -> profile);
    }

    /** Another group; its settings have nothing to do with those of {@link #GROUP}. */
    void define(String group, Consumer<Settings> changes) {
        Settings settings = new Settings();
        changes.accept(settings);
        SessionProfile profile = profile(settings);
        sessions.define(group, () -> profile);
    }

    private <T extends ExecutorService> T own(T executor) {
        executors.add(executor);
        return executor;
    }

    private SessionProfile profile(Settings settings) {
        LiveTarget.Builder target = LiveTarget.builder().vertexAi(settings.vertexAi).apiKey("key")
                .baseUrl(settings.baseUrl != null ? settings.baseUrl : emulator.wsUrl());
        LiveTarget built = target.build(name -> null);
        LiveConnectConfig.Builder config = LiveConnectConfig.builder()
                .responseModalities(new Modality(Modality.Known.TEXT));
        if (settings.resumption) {
            SessionResumptionConfig.Builder resumption = SessionResumptionConfig.builder();
            if (settings.transparent) {
                resumption.transparent(true);
            }
            config.sessionResumption(resumption.build());
        }
        if (settings.realtimeInput != null) {
            config.realtimeInputConfig(settings.realtimeInput);
        }
        return new SessionProfile(built, LiveModelName.of(settings.model, built.endpoint()), config.build(),
                settings.headers, null, null, settings.connectTimeout, settings.setupTimeout, Duration.ZERO, settings.outbox,
                settings.reconnect, new ResumptionPolicy(settings.resumption, settings.handles, settings.history, 20,
                        settings.replayMaxMessages, 10 << 20, settings.replayOverflow),
                settings.limits, null);
    }

    static URI uri(GenAiLiveEmulator emulator) {
        return URI.create(emulator.wsUrl());
    }

    Heard listen(String key, LaneBounds bounds) {
        Heard heard = new Heard();
        sessions.subscribe(GROUP, key, heard, bounds);
        return heard;
    }

    Heard listen() {
        return listen(null, new LaneBounds(10_000, Duration.ofSeconds(30), LaneOverflow.pause, true));
    }

    static SessionAddress address(String key) {
        return new SessionAddress(GROUP, key);
    }

    Fate ask(String key, String text) {
        return ask(key, text, TURN);
    }

    Fate ask(String key, String text, TurnBounds bounds) {
        Fate fate = new Fate();
        sessions.ask(address(key), List.of(content(text, true)), bounds, fate);
        return fate;
    }

    Fate send(String key, ClientMessage... messages) {
        Fate fate = new Fate();
        sessions.send(address(key), List.of(messages), fate);
        return fate;
    }

    LiveSession session(String key) {
        return sessions.all().stream().filter(session -> session.address().key().equals(key)).findFirst().orElseThrow();
    }

    void awaitState(String key, LiveSessionState state) {
        await().atMost(PATIENCE).until(() -> sessions.all().stream()
                .anyMatch(session -> session.address().key().equals(key) && session.state() == state));
    }

    static ClientMessage content(String text, boolean turnComplete) {
        return new ClientMessage.ClientContent(LiveSendClientContentParameters.builder()
                .turns(List.of(Content.builder().role("user").parts(Part.fromText(text)).build())).turnComplete(turnComplete)
                .build());
    }

    static ClientMessage audio(byte[] pcm) {
        return new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
                .audio(Blob.builder().data(pcm).mimeType("audio/pcm;rate=16000").build()).build());
    }

    @Override
    public void close() {
        sessions.close().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).handle((nothing, failure) -> nothing).join();
        connector.close();
        executors.forEach(ExecutorService::shutdownNow);
    }
}
