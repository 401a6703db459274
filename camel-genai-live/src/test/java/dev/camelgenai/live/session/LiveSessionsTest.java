package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import dev.camelgenai.live.transport.LiveUpgradeRefusedException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The registry and the clock of a session, raced and starved. */
class LiveSessionsTest {

    private static final class NeverConnects implements LiveConnector {
        @Override
        public CompletableFuture<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
            return new CompletableFuture<>();
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private static SessionProfile profile(LiveTarget target, Duration connectTimeout) {
        return new SessionProfile(target, LiveModelName.of("gemini-3.8-live", target.endpoint()),
                LiveConnectConfig.builder().build(), Map.of(), null, null, connectTimeout, Duration.ofSeconds(5),
                Duration.ZERO, Profiles.OUTBOX, Profiles.NO_RECONNECT, Profiles.resumption(false), Profiles.NO_LIMITS, null);
    }

    private static List<ClientMessage> text() {
        return List.of(new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder().text("x").build()));
    }

    /** A close that meets a session between its registration and its open(). */
    @Test
    void aSessionThatIsClosedWhileItIsBeingOpenedFailsNobodyWithAnIllegalState() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ExecutorService connects = Executors.newSingleThreadExecutor();
        LiveTarget target = LiveTarget.builder().vertexAi(false).apiKey("key").build(name -> null);
        LiveSessions sessions = new LiveSessions(
                new SessionServices(new NeverConnects(), connects, connects, timer, System::nanoTime));
        SessionProfile profile = profile(target, Duration.ofSeconds(5));
        sessions.define("g", () -> profile);
        for (int i = 0; i < 3; i++) {
            sessions.subscribe("g", null, new SessionConsumer() {
                @Override
                public void onMessage(LiveSession s, ReceivedMessage received, Runnable done) {
                    done.run();
                }

                @Override
                public void onEvent(LiveSession s, SessionEvent event, Runnable done) {
                    done.run();
                }
            }, Profiles.LANE);
        }
        SessionAddress address = new SessionAddress("g", "k");
        Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        Thread closer = new Thread(() -> {
            while (System.nanoTime() < end && wrong.isEmpty()) {
                sessions.close(address);
            }
        });
        closer.start();
        while (System.nanoTime() < end && wrong.isEmpty()) {
            try {
                sessions.send(address, text(), (o, f) -> {
                });
            } catch (GenAiLiveException fine) {
                // refused
            } catch (RuntimeException e) {
                wrong.add(e);
            }
        }
        closer.join();
        sessions.close(address).toCompletableFuture().get(10, TimeUnit.SECONDS);
        sessions.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
        connects.shutdown();
        timer.shutdown();
        assertThat(wrong).isEmpty();
        assertThat(sessions.all()).as("ended sessions that are still listed").isEmpty();
    }

    /** Token services that hang hold up all connect threads; nobody's connectTimeout fires then. */
    @Test
    void connectTimeoutHoldsEvenWhenAllConnectThreadsHang() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        GoogleCredentials hanging = new GoogleCredentials() {
            @Override
            public AccessToken refreshAccessToken() {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException();
            }
        };
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ExecutorService connects = Executors.newFixedThreadPool(2);
        LiveTarget target = LiveTarget.builder().vertexAi(true).credentials(hanging).project("p").location("us-central1")
                .build(name -> null);
        LiveSessions sessions = new LiveSessions(
                new SessionServices(new NeverConnects(), connects, connects, timer, System::nanoTime));
        SessionProfile profile = profile(target, Duration.ofMillis(200));
        sessions.define("g", () -> profile);
        Queue<Object> told = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 3; i++) {
            sessions.send(new SessionAddress("g", "k" + i), text(), (o, f) -> told.add(f));
        }
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> told.size() == 3);
        } finally {
            never.countDown();
            connects.shutdownNow();
            timer.shutdownNow();
        }
    }

    /** Refused before whoever had it opened could say a word: one attempt per call, and the refusal is the answer. */
    @Test
    void aSessionThatFailsAtOnceIsNotOpenedTwiceForTheSameCall() {
        AtomicInteger attempts = new AtomicInteger();
        LiveConnector refusing = new LiveConnector() {
            @Override
            public CompletableFuture<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
                return attempts.incrementAndGet() > 2
                        ? new CompletableFuture<>()
                        : CompletableFuture.failedFuture(new LiveUpgradeRefusedException(403, "{}"));
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        LiveTarget target = LiveTarget.builder().vertexAi(false).apiKey("key").build(name -> null);
        LiveSessions sessions = new LiveSessions(
                new SessionServices(refusing, Runnable::run, Runnable::run, timer, System::nanoTime));
        SessionProfile profile = profile(target, Duration.ofSeconds(5));
        sessions.define("g", () -> profile);
        SessionAddress address = new SessionAddress("g", "k");
        TurnBounds bounds = new TurnBounds(Duration.ofSeconds(5), 10_000, 64);
        try {
            assertThatThrownBy(() -> sessions.ask(address, text(), bounds, (turn, failure) -> {
            })).isInstanceOf(GenAiLiveException.class).hasMessageContaining("403");
            assertThat(attempts).hasValue(1);

            assertThatThrownBy(() -> sessions.send(address, text(), (outcome, failure) -> {
            })).isInstanceOf(GenAiLiveException.class).hasMessageContaining("403");
            assertThat(attempts).hasValue(2);
        } finally {
            timer.shutdownNow();
        }
    }
}
