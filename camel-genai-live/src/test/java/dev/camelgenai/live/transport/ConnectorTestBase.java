package dev.camelgenai.live.transport;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One connector with two threads per test, that leaves nothing behind. */
abstract class ConnectorTestBase {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static BufferLeaks leaks;

    final AhcLiveConnector connector = new AhcLiveConnector(2);
    final RecordingListener listener = new RecordingListener();

    @BeforeAll
    static void watchBuffers() {
        leaks = new BufferLeaks();
    }

    @AfterAll
    static void buffersWereReleased() {
        try {
            assertThat(leaks.found()).isEmpty();
        } finally {
            leaks.close();
        }
    }

    @AfterEach
    void closeConnector() {
        connector.close();
        assertThat(connector.sockets()).isZero();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("genai-live-io")));
    }

    static LiveUpgrade upgrade(URI uri) {
        return upgrade(uri, null, null);
    }

    static LiveUpgrade upgrade(URI uri, SSLContext tls, LiveProxy proxy) {
        return new LiveUpgrade(uri, Map.of(), Map.of(), TIMEOUT, Duration.ZERO, tls, proxy);
    }

    static LiveUpgrade within(URI uri, Duration timeout) {
        return new LiveUpgrade(uri, Map.of(), Map.of(), timeout, Duration.ZERO, null, null);
    }

    LiveConnection connect(LiveUpgrade upgrade) throws Exception {
        return connect(upgrade, listener);
    }

    LiveConnection connect(LiveUpgrade upgrade, LiveConnectionListener with) throws Exception {
        return connector.connect(upgrade, with).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** The failure of the stage; no socket may be left by then, and nobody may have been told of a connection. */
    Throwable failure(LiveUpgrade upgrade) throws Exception {
        try {
            connect(upgrade);
        } catch (ExecutionException e) {
            await().until(() -> connector.sockets() == 0);
            assertThat(listener.messages).isEmpty();
            assertThat(listener.closes).isEmpty();
            return e.getCause();
        }
        throw new AssertionError("Connected");
    }

    static CompletableFuture<Void> send(LiveConnection connection, String text) {
        ByteBuf buffer = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        CompletableFuture<Void> sent = new CompletableFuture<>();
        connection.send(List.of(buffer), failure -> {
            boolean first = failure == null ? sent.complete(null) : sent.completeExceptionally(failure);
            assertThat(first).as("told once").isTrue();
        });
        return sent;
    }

    static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
