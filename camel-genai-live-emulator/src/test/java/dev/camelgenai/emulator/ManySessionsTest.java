package dev.camelgenai.emulator;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.camelgenai.emulator.internal.audio.Pcm;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class ManySessionsTest {

    private static final int SESSIONS = 5_000;
    private static final int DIALING_AT_ONCE = 200;
    private static final int MAX_CONTROL_BYTES = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** One conversation, as simple as can be: this is about the other end. */
    private static final class Conversation {

        private final WebSocket socket;
        private volatile CompletableFuture<Void> waiting = new CompletableFuture<>();
        private volatile String marker;

        Conversation(WebSocket socket) {
            this.socket = socket;
            socket.handler(message -> {
                // what is longer is sound: decoding it would be most of the work here
                if (message.length() < MAX_CONTROL_BYTES && message.toString().contains(marker)) {
                    waiting.complete(null);
                }
            });
            socket.closeHandler(v -> waiting.completeExceptionally(new IllegalStateException("closed with "
                    + socket.closeStatusCode() + ' ' + socket.closeReason())));
        }

        /** Sends, and completes when a message with that text has come. */
        CompletableFuture<Void> exchange(String answer, String... messages) {
            CompletableFuture<Void> answered = new CompletableFuture<>();
            marker = answer;
            waiting = answered;
            for (String message : messages) {
                socket.writeTextMessage(message);
            }
            return answered;
        }
    }

    private static String audio(int millis, boolean loud) {
        byte[] pcm = new byte[16 * 2 * millis];
        for (int i = 0; loud && i < pcm.length / 2; i++) {
            int sample = (int) (8000 * Math.sin(2 * Math.PI * 300 * i / 16_000));
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\""
                + Base64.getEncoder().encodeToString(pcm) + "\"}}}";
    }

    @Test
    void givenThousandsOfSessionsAtOnce_whenAllWriteAndSpeak_thenAllAreAnsweredAndNothingIsLeftBehind() throws Exception {
        long files = ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        assumeTrue(files > 2L * SESSIONS + 500, "Both ends of " + SESSIONS + " connections need more file descriptors than the "
                + files + " allowed here: ulimit -n");
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().tlsPort(GenAiLiveEmulator.OFF).recordMessages(1)
                .start()) {
            List<Conversation> conversations = dial(emulator);
            assertThat(emulator.counters().openSessions()).isEqualTo(SESSIONS);

            all(conversations, "\"turnComplete\":true",
                    "{\"clientContent\":{\"turns\":[{\"parts\":[{\"text\":\"hi\"}]}],\"turnComplete\":true}}");
            all(conversations, "\"turnComplete\":true", audio(200, true), audio(200, true), audio(900, false));

            assertThat(emulator.counters()).satisfies(counters -> {
                assertThat(counters.openSessions()).isEqualTo(SESSIONS);
                assertThat(counters.clientMessages()).isEqualTo(4L * SESSIONS);
                assertThat(counters.audioBytes()).isEqualTo(SESSIONS * 1300L * 16 * Pcm.SAMPLE_BYTES);
                assertThat(counters.refused()).isZero();
            });
            assertThat(emulator.sessions()).hasSize(SESSIONS).allSatisfy(session -> assertThat(session.activities())
                    .singleElement().satisfies(activity -> assertThat(activity.end()).isPresent()));

            conversations.forEach(conversation -> conversation.socket.close());
            for (RecordedSession session : emulator.sessions()) {
                session.awaitClosed(PATIENCE);
            }
            assertThat(emulator.counters().openSessions()).isZero();
        }
    }

    private List<Conversation> dial(GenAiLiveEmulator emulator) throws Exception {
        WebSocketClient client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(SESSIONS));
        Semaphore dialing = new Semaphore(DIALING_AT_ONCE);
        List<CompletableFuture<Conversation>> dialed = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            assertThat(dialing.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Conversation> ready = new CompletableFuture<>();
            client.connect(emulator.port(), "127.0.0.1", TestClient.DEVELOPER).onComplete(result -> {
                if (result.failed()) {
                    ready.completeExceptionally(result.cause());
                    return;
                }
                Conversation conversation = new Conversation(result.result());
                conversation.exchange("setupComplete", TestClient.setup(""))
                        .whenComplete((v, e) -> {
                            if (e == null) {
                                ready.complete(conversation);
                            } else {
                                ready.completeExceptionally(e);
                            }
                        });
            });
            dialed.add(ready.whenComplete((v, e) -> dialing.release()));
        }
        List<Conversation> conversations = new ArrayList<>();
        for (CompletableFuture<Conversation> ready : dialed) {
            conversations.add(ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        return conversations;
    }

    private void all(List<Conversation> conversations, String answer, String... messages) throws Exception {
        List<CompletableFuture<Void>> answered = new ArrayList<>();
        for (Conversation conversation : conversations) {
            answered.add(conversation.exchange(answer, messages));
        }
        CompletableFuture.allOf(answered.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
