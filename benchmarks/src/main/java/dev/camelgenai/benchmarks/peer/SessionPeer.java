package dev.camelgenai.benchmarks.peer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.google.genai.types.Blob;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.session.HandleStore;
import dev.camelgenai.live.session.HistoryReplay;
import dev.camelgenai.live.session.LaneBounds;
import dev.camelgenai.live.session.LaneOverflow;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.LiveSessions;
import dev.camelgenai.live.session.MaxSessionsPolicy;
import dev.camelgenai.live.session.OutboxBounds;
import dev.camelgenai.live.session.OutboxOverflow;
import dev.camelgenai.live.session.ReceivedMessage;
import dev.camelgenai.live.session.ReconnectPolicy;
import dev.camelgenai.live.session.ReplayOverflow;
import dev.camelgenai.live.session.ResumptionPolicy;
import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.SessionConsumer;
import dev.camelgenai.live.session.SessionEvent;
import dev.camelgenai.live.session.SessionLimits;
import dev.camelgenai.live.session.SessionProfile;
import dev.camelgenai.live.session.SessionServices;
import dev.camelgenai.live.session.WorkerHandoff;
import dev.camelgenai.live.transport.AhcLiveConnector;

/** The session layer with the threads and bounds that the component gives it by default. */
final class SessionPeer implements Peer {

    private static final String GROUP = "benchmark";
    private static final int WORKERS = 24;
    private static final int CONNECTS = 16;
    private static final int MAX_IO_THREADS = 4;
    private static final int SECONDS_TO_CLOSE = 10;

    private final ExecutorService workers = pool(WORKERS, 30, "worker");
    private final ExecutorService connects = pool(CONNECTS, 5, "connect");
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "timer"));
    private final AhcLiveConnector connector = new AhcLiveConnector(
            Math.min(MAX_IO_THREADS, Runtime.getRuntime().availableProcessors()));
    private final LiveSessions sessions = new LiveSessions(
            new SessionServices(connector, connects, new WorkerHandoff(workers, timer, connector), timer, System::nanoTime));
    private final Map<String, Consumer<byte[]>> listeners = new ConcurrentHashMap<>();

    SessionPeer(Target target, int maxSessions) {
        LiveTarget live = LiveTarget.builder().vertexAi(false).apiKey(Target.API_KEY).baseUrl(target.wss()).build(name -> null);
        SessionProfile profile = new SessionProfile(live, LiveModelName.of(Target.MODEL, live.endpoint()),
                LiveConnectConfig.builder().build(), Map.of(), null, null, Duration.ofSeconds(30), Duration.ofSeconds(30),
                Duration.ofSeconds(30), new OutboxBounds(1_024, 4L << 20, 256, OutboxOverflow.block, Duration.ZERO),
                new ReconnectPolicy(true, Duration.ofMillis(500), Duration.ofSeconds(30), 10),
                new ResumptionPolicy(true, new Forgetful(), HistoryReplay.none, 20, 1_024, 4L << 20,
                        ReplayOverflow.failOpenTurn),
                new SessionLimits(Duration.ofMinutes(5), maxSessions, MaxSessionsPolicy.reject, Duration.ofSeconds(60)), null);
        sessions.define(GROUP, () -> profile);
        sessions.subscribe(GROUP, null, new Listener(), new LaneBounds(256, Duration.ofSeconds(30), LaneOverflow.pause, true));
    }

    private static ExecutorService pool(int threads, int seconds, String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, seconds, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon(task, name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        SessionAddress address = new SessionAddress(GROUP, "session-" + index);
        listeners.put(address.key(), onAudio);
        return sessions.open(address).thenApply(opened -> new PeerSession() {
            @Override
            public void send(byte[] pcm, Completion completion) {
                ClientMessage message = new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
                        .audio(Blob.builder().mimeType(Target.AUDIO).data(pcm).build()).build());
                sessions.send(address, List.of(message), (outcome, failure) -> completion.done(failure));
            }

            @Override
            public CompletionStage<Void> close() {
                listeners.remove(address.key());
                return sessions.close(address);
            }
        });
    }

    @Override
    public void close() {
        sessions.close().toCompletableFuture().orTimeout(SECONDS_TO_CLOSE, TimeUnit.SECONDS).join();
        connector.close();
        workers.shutdownNow();
        connects.shutdownNow();
        timer.shutdownNow();
    }

    /** Hands out the audio as the SDK does: inside Google's type. */
    private final class Listener implements SessionConsumer {

        @Override
        public void onMessage(LiveSession session, ReceivedMessage received, Runnable done) {
            Consumer<byte[]> listener = listeners.get(session.address().key());
            if (listener != null) {
                ModelSound.forEach(received.content(), listener);
            }
            done.run();
        }

        @Override
        public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
            done.run();
        }
    }

    /** The counting server gives no handles. */
    private static final class Forgetful implements HandleStore {

        @Override
        public String load(SessionAddress address) {
            return null;
        }

        @Override
        public void save(SessionAddress address, String handle) {
            throw new IllegalStateException("The counting server gives no handles");
        }

        @Override
        public void remove(SessionAddress address) {
            // there is none
        }
    }
}
