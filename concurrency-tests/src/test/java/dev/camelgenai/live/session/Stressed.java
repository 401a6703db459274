package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.protocol.ServerMessageDecoder;

/** What the stressed classes are made of, and what hears from them. */
final class Stressed {

    static final SessionAddress ADDRESS = new SessionAddress("group", "key");
    static final OutboxBounds BOUNDS = new OutboxBounds(10, 100_000, 0, OutboxOverflow.fail, Duration.ZERO);
    static final TurnBounds TURN = new TurnBounds(Duration.ofMinutes(1), 10_000, 10);
    static final LaneBounds LANE = new LaneBounds(100, Duration.ofMinutes(1), LaneOverflow.pause, true);
    static final ClientMessage TEXT = new ClientMessage.RealtimeInput(
            LiveSendRealtimeInputParameters.builder().text("text").build());
    static final ClientMessage AUDIO = new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
            .audio(com.google.genai.types.Blob.builder().data(new byte[2]).mimeType("audio/pcm;rate=16000").build()).build());
    static final ServerMessage TURN_COMPLETE = new ServerMessageDecoder()
            .read("{\"serverContent\":{\"turnComplete\":true}}".getBytes(StandardCharsets.UTF_8));

    private static final SessionProfile ENDS = profile(false);
    private static final SessionProfile GOES_ON = profile(true);

    private Stressed() {
    }

    private static SessionProfile profile(boolean reconnects) {
        LiveTarget target = LiveTarget.builder().vertexAi(false).apiKey("key").build(name -> null);
        return new SessionProfile(target, LiveModelName.of("gemini-live", target.endpoint()),
                LiveConnectConfig.builder().build(), Map.of(), null, null, Duration.ofSeconds(5), Duration.ofSeconds(5),
                Duration.ZERO, BOUNDS, new ReconnectPolicy(reconnects, Duration.ofMillis(1), Duration.ofSeconds(30), 10),
                new ResumptionPolicy(false, new Store(), HistoryReplay.none, 20, 1_024, 1 << 20, ReplayOverflow.failOpenTurn),
                new SessionLimits(Duration.ZERO, 10, MaxSessionsPolicy.reject, Duration.ZERO), null);
    }

    static SessionServices services(StressedNetwork network, StressedTimer timer) {
        return new SessionServices(network, Runnable::run, Runnable::run, timer, System::nanoTime);
    }

    static LiveSession session(StressedNetwork network, StressedTimer timer, boolean reconnects, AtomicInteger ends) {
        return new LiveSession(ADDRESS, reconnects ? GOES_ON : ENDS, services(network, timer),
                ended -> ends.incrementAndGet());
    }

    static LiveSessions sessions(StressedNetwork network) {
        LiveSessions sessions = new LiveSessions(services(network, new StressedTimer()));
        sessions.define(ADDRESS.group(), () -> ENDS);
        return sessions;
    }

    static Outbox.Entry entry(ClientMessage message, SendCallback callback) {
        return new Outbox.Entry(List.of(message), callback, 0);
    }

    /** How often a sender or a caller was told. */
    static final class Told extends AtomicInteger implements SendCallback, TurnCallback {

        private static final long serialVersionUID = 1L;

        @Override
        public void onSent(SendOutcome outcome, GenAiLiveException failure) {
            incrementAndGet();
        }

        @Override
        public void onTurn(LiveTurn turn, GenAiLiveException failure) {
            incrementAndGet();
        }
    }

    /** How often a consumer hears of an event. */
    static final class Hearing implements SessionConsumer {

        private final Class<? extends SessionEvent> wanted;
        private final AtomicInteger heard = new AtomicInteger();

        Hearing(Class<? extends SessionEvent> wanted) {
            this.wanted = wanted;
        }

        int heard() {
            return heard.get();
        }

        @Override
        public void onMessage(LiveSession session, ReceivedMessage received, Runnable done) {
            done.run();
        }

        @Override
        public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
            if (wanted.isInstance(event)) {
                heard.incrementAndGet();
            }
            done.run();
        }
    }

    /** A store for handles. */
    static final class Store implements HandleStore {

        private final Map<SessionAddress, String> handles = new ConcurrentHashMap<>();

        @Override
        public String load(SessionAddress address) {
            return handles.get(address);
        }

        @Override
        public void save(SessionAddress address, String handle) {
            handles.put(address, handle);
        }

        @Override
        public void remove(SessionAddress address) {
            handles.remove(address);
        }
    }
}
