package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

/** Getting to an open connection, or not. */
class AhcLiveConnectorTest extends ConnectorTestBase {

    @Test
    void runsATaskAfterTheRoundOfItsOwnThreadsOnly() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(upgrade(server.uri()));
            List<String> order = new CopyOnWriteArrayList<>();

            connection.execute(() -> {
                assertThat(connector.afterwards(() -> order.add("afterwards on " + Thread.currentThread().getName()))).isTrue();
                order.add("first on " + Thread.currentThread().getName());
            });

            await().until(() -> order.size() == 2);
            assertThat(order.get(0)).startsWith("first on genai-live-io");
            assertThat(order.get(1)).isEqualTo(order.get(0).replace("first", "afterwards"));
            assertThat(connector.afterwards(() -> order.add("elsewhere"))).isFalse();
            assertThat(order).hasSize(2);
        }
    }

    @Test
    void sendsHeadersAndCredentialsAndNoOrigin() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(new LiveUpgrade(URI.create(server.uri() + "?a=b%2Fc"), Map.of("x-plain", "one"),
                    Map.of("x-goog-api-key", "two"), TIMEOUT, Duration.ZERO, null, null));
            HttpHeaders request = server.requests.get(0);
            assertThat(request.get("x-test-path")).isEqualTo("/ws/live?a=b%2Fc");
            assertThat(request.get("x-plain")).isEqualTo("one");
            assertThat(request.get("x-goog-api-key")).isEqualTo("two");
            assertThat(request.get("host")).isEqualTo("localhost:" + server.port());
            assertThat(request.get("user-agent")).startsWith("camel-genai-live");
            assertThat(request.contains("origin")).isFalse();
            assertThat(request.contains("sec-websocket-extensions")).isFalse();
        }
    }

    @Test
    void keepsUserAgentAndOriginOfTheCaller() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            connect(new LiveUpgrade(server.uri(), Map.of("User-Agent", "mine", "Origin", "https://here"), Map.of(), TIMEOUT,
                    Duration.ZERO, null, null));
            assertThat(server.requests.get(0).get("user-agent")).isEqualTo("mine");
            assertThat(server.requests.get(0).get("origin")).isEqualTo("https://here");
        }
    }

    @Test
    void refusesCredentialsThatAreNoHeaderWithoutQuotingThem() throws Exception {
        Throwable failure = failure(new LiveUpgrade(URI.create("ws://localhost:1"), Map.of(),
                Map.of("x-goog-api-key", "secret\nvalue"), TIMEOUT, Duration.ZERO, null, null));
        assertThat(failure).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("x-goog-api-key").hasNoCause();
        assertThat(failure.getMessage()).doesNotContain("secret");
    }

    @Test
    void refusesOtherSchemes() throws Exception {
        assertThat(failure(upgrade(URI.create("https://localhost:1")))).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- TLS

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
    void speaksTls(String protocol) throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost", protocol), true)) {
            LiveConnection connection = connect(upgrade(server.uri(), TestTls.client(), null));
            send(connection, "hello").get();
            await().until(() -> server.frames.size() == 1);
        }
    }

    @Test
    void doesNotSpeakOlderTls() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost", "TLSv1.1"), true)) {
            assertThat(failure(upgrade(server.uri(), TestTls.client(), null))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void doesNotTrustUnknownAuthorities() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost"), true)) {
            assertThat(failure(upgrade(server.uri()))).isInstanceOf(SSLException.class);
            await().until(server.sockets::isEmpty);
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void doesNotTrustACertificateForAnotherHost() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("other.example"), true)) {
            assertThat(failure(upgrade(server.uri(), TestTls.client(), null))).isInstanceOf(SSLException.class)
                    .hasStackTraceContaining("localhost");
            await().until(server.sockets::isEmpty);
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void manySslContextsShareTheThreads() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost"), true)) {
            List<LiveConnection> connections = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                connections.add(connect(upgrade(server.uri(), TestTls.client(), null)));
            }
            for (LiveConnection connection : connections) {
                send(connection, "hello").get();
            }
            assertThat(ioThreads()).isLessThanOrEqualTo(2);
        }
    }

    private static long ioThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("genai-live-io-"))
                .peek(thread -> assertThat(thread.isDaemon()).isTrue()).count();
    }

    // ---- refusals

    @ParameterizedTest
    @ValueSource(ints = { 200, 400, 401, 403, 404, 407, 429, 500, 503 })
    void tellsStatusAndBodyOfARefusal(int status) throws Exception {
        String body = "{\"error\":{\"code\":" + status + ",\"message\":\"Grüße\"}}";
        byte[] answer = RawTestServer.response(status,
                "WWW-Authenticate: Basic\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.getBytes(StandardCharsets.UTF_8).length + "\r\n",
                body);
        try (RawTestServer server = new RawTestServer(head -> answer, false)) {
            assertThat(failure(upgrade(server.uri()))).asInstanceOf(type(LiveUpgradeRefusedException.class)).satisfies(e -> {
                assertThat(e.status()).isEqualTo(status);
                assertThat(e.body()).isEqualTo(body);
                assertThat(e.byProxy()).isFalse();
            });
            await().untilAsserted(() -> assertThat(server.ended).hasValue(1));
            assertThat(server.accepted).hasValue(1);
        }
    }

    @Test
    void tellsABodyThatEndsWithTheConnection() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> RawTestServer.response(503, "", "out of order"), true)) {
            assertThat(failure(upgrade(server.uri()))).hasMessageContaining("503").hasMessageContaining("out of order");
        }
    }

    @Test
    void tellsWhatCameOfABodyThatDoesNotEnd() throws Exception {
        byte[] answer = RawTestServer.response(503, "Content-Length: 1000\r\n", "wait for");
        try (RawTestServer server = new RawTestServer(head -> answer, false)) {
            assertThat(failure(upgrade(server.uri()))).asInstanceOf(type(LiveUpgradeRefusedException.class))
                    .satisfies(e -> assertThat(e.body()).isEqualTo("wait for"));
        }
    }

    @Test
    void cutsALongBody() throws Exception {
        byte[] answer = RawTestServer.response(500, "Content-Length: 100000\r\n", "x".repeat(100_000));
        try (RawTestServer server = new RawTestServer(head -> answer, false)) {
            assertThat(failure(upgrade(server.uri()))).asInstanceOf(type(LiveUpgradeRefusedException.class))
                    .satisfies(e -> assertThat(e.body()).hasSize(8192));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 301, 302, 307, 308 })
    void doesNotFollowRedirects(int status) throws Exception {
        try (RawTestServer target = new RawTestServer(head -> null, false);
                RawTestServer server = new RawTestServer(head -> RawTestServer.response(status,
                        "Location: " + target.uri() + "\r\nContent-Length: 0\r\n", ""), false)) {
            assertThat(failure(upgrade(server.uri()))).asInstanceOf(type(LiveUpgradeRefusedException.class))
                    .satisfies(e -> assertThat(e.status()).isEqualTo(status));
            assertThat(target.accepted).hasValue(0);
        }
    }

    @Test
    void skipsInformationalResponses() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> ("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + RawTestServer.switching(head)).getBytes(StandardCharsets.UTF_8), false)) {
            connect(upgrade(server.uri()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n" })
    void refusesWhatIsNoHandshake(String answer) throws Exception {
        try (RawTestServer server = new RawTestServer(head -> answer.getBytes(StandardCharsets.UTF_8), false)) {
            assertThat(failure(upgrade(server.uri()))).isInstanceOf(IOException.class);
            await().untilAsserted(() -> assertThat(server.ended).hasValue(1));
        }
    }

    @Test
    void tellsThatTheServerHungUp() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> null, true)) {
            assertThat(failure(upgrade(server.uri()))).isInstanceOf(IOException.class).hasMessageContaining("closed");
            assertThat(server.accepted).as("no retry").hasValue(1);
        }
    }

    // ---- unreachable

    @Test
    void tellsThatNobodyListens() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        assertThat(failure(upgrade(URI.create("ws://localhost:" + port)))).isInstanceOf(ConnectException.class)
                .hasMessageContaining(String.valueOf(port));
    }

    @Test
    void tellsThatAHostIsUnknown() throws Exception {
        assertThat(failure(upgrade(URI.create("ws://nowhere.invalid")))).isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("nowhere.invalid");
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> null, false)) {
            assertThat(failure(within(server.uri(), Duration.ofMillis(300)))).isInstanceOf(TimeoutException.class)
                    .hasMessageContaining("localhost:" + server.port()).hasMessageContaining("PT0.3S");
            await().untilAsserted(() -> assertThat(server.ended).hasValue(1));
        }
    }

    @Test
    void givesUpOnTlsThatNeverAnswers() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> null, false)) {
            URI uri = URI.create("wss://localhost:" + server.port());
            assertThat(failure(within(uri, Duration.ofMillis(300)))).isInstanceOf(TimeoutException.class);
            await().untilAsserted(() -> assertThat(server.ended).hasValue(1));
        }
    }

    @Test
    void givesUpOnTcpThatNeverConnects() throws Exception {
        List<SocketChannel> fill = new ArrayList<>();
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort());
            for (int i = 0; i < 8; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(address);
                fill.add(channel);
            }
            URI uri = URI.create("ws://127.0.0.1:" + deaf.getLocalPort());
            // TCP may still succeed where the system takes more than was asked for; the upgrade never does
            assertThat(failure(within(uri, Duration.ofMillis(300)))).isInstanceOf(TimeoutException.class);
        } finally {
            for (SocketChannel channel : fill) {
                channel.close();
            }
        }
    }

    // ---- proxies

    @Test
    void tunnelsThroughAnHttpProxy() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer();
                TestProxy proxy = new TestProxy(LiveProxy.Type.HTTP, server.port(), null, null)) {
            LiveConnection connection = connect(upgrade(URI.create("ws://service.invalid/ws/live"), null,
                    new LiveProxy(LiveProxy.Type.HTTP, "localhost", proxy.port(), null, null)));
            send(connection, "hello").get();
            await().until(() -> server.frames.size() == 1);
            assertThat(proxy.targets).containsExactly("CONNECT service.invalid:80");
            assertThat(server.requests.get(0).get("x-test-path")).isEqualTo("/ws/live");
            assertThat(server.requests.get(0).get("host")).isEqualTo("service.invalid");
        }
    }

    @Test
    void tunnelsTlsThroughAnHttpProxyWithPassword() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("service.invalid"), true);
                TestProxy proxy = new TestProxy(LiveProxy.Type.HTTP, server.port(), "user", "pass:wörd")) {
            LiveConnection connection = connect(upgrade(URI.create("wss://service.invalid/ws/live"), TestTls.client(),
                    new LiveProxy(LiveProxy.Type.HTTP, "localhost", proxy.port(), "user", "pass:wörd")));
            send(connection, "hello").get();
            await().until(() -> server.frames.size() == 1);
            assertThat(proxy.targets).containsExactly("CONNECT service.invalid:443");
            assertThat(server.requests.get(0).contains("proxy-authorization")).isFalse();
        }
    }

    @Test
    void tellsThatTheProxyRefused() throws Exception {
        try (TestProxy proxy = new TestProxy(LiveProxy.Type.HTTP, 1, "user", "right")) {
            Throwable failure = failure(upgrade(URI.create("wss://service.invalid"), TestTls.client(),
                    new LiveProxy(LiveProxy.Type.HTTP, "localhost", proxy.port(), "user", "wrong")));
            assertThat(failure).hasMessageContaining("proxy").asInstanceOf(type(LiveUpgradeRefusedException.class))
                    .satisfies(e -> {
                        assertThat(e.byProxy()).isTrue();
                        assertThat(e.status()).isEqualTo(407);
                        assertThat(e.body()).isEqualTo("who are you");
                    });
            assertThat(proxy.targets).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void goesThroughASocksProxy(boolean password) throws Exception {
        String user = password ? "user" : null;
        String pass = password ? "pass" : null;
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("service.invalid"), true);
                TestProxy proxy = new TestProxy(LiveProxy.Type.SOCKS5, server.port(), user, pass)) {
            LiveConnection connection = connect(upgrade(URI.create("wss://service.invalid/ws/live"), TestTls.client(),
                    new LiveProxy(LiveProxy.Type.SOCKS5, "localhost", proxy.port(), user, pass)));
            send(connection, "hello").get();
            await().until(() -> server.frames.size() == 1);
            assertThat(proxy.targets).hasSize(1).first().asString().endsWith("service.invalid:443");
        }
    }

    @Test
    void tellsThatTheSocksProxyRefused() throws Exception {
        try (TestProxy proxy = new TestProxy(LiveProxy.Type.SOCKS5, 1, "user", "right")) {
            Throwable failure = failure(upgrade(URI.create("ws://service.invalid"), null,
                    new LiveProxy(LiveProxy.Type.SOCKS5, "localhost", proxy.port(), "user", "wrong-password")));
            assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("socks5");
            assertThat(failure).hasMessageNotContaining("wrong-password");
        }
    }

    @Test
    void givesUpOnAProxyThatNeverAnswers() throws Exception {
        try (RawTestServer proxy = new RawTestServer(head -> null, false)) {
            Throwable failure = failure(new LiveUpgrade(URI.create("ws://service.invalid"), Map.of(), Map.of(),
                    Duration.ofMillis(300), Duration.ZERO, null,
                    new LiveProxy(LiveProxy.Type.HTTP, "localhost", proxy.port(), null, null)));
            assertThat(failure).isInstanceOf(TimeoutException.class).hasMessageContaining("LiveProxy");
            await().untilAsserted(() -> assertThat(proxy.ended).hasValue(1));
        }
    }

    @Test
    void tellsThatTheProxyIsDown() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        assertThat(failure(upgrade(URI.create("ws://service.invalid"), null,
                new LiveProxy(LiveProxy.Type.HTTP, "localhost", port, null, null)))).isInstanceOf(ConnectException.class);
    }

    // ---- silence

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void dropsAPeerThatHasGoneSilent(boolean tls) throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(tls ? TestTls.server("localhost") : null, true);
                AhcLiveConnector impatient = new AhcLiveConnector(1, Duration.ofSeconds(1))) {
            LiveConnection connection = impatient.connect(new LiveUpgrade(server.uri(), Map.of(), Map.of(), TIMEOUT,
                    Duration.ofMillis(50), tls ? TestTls.client() : null, null), listener).toCompletableFuture().get();
            Channel peer = server.connection();
            await().until(() -> server.frames.size() >= 3);
            assertThat(listener.closes).isEmpty();

            peer.config().setAutoRead(false);

            LiveClose close = listener.awaitClosed();
            assertThat(close.code()).isEqualTo(1006);
            assertThat(close.remote()).isTrue();
            assertThat(close.cause()).hasMessageContaining("Nothing was heard from the service for 1 s");
            assertThat(impatient.sockets()).isZero();
            assertThatThrownBy(() -> send(connection, "late").get()).hasCauseInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void keepsAPeerThatOnlyAnswersPings(boolean tls) throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(tls ? TestTls.server("localhost") : null, true);
                AhcLiveConnector impatient = new AhcLiveConnector(1, Duration.ofSeconds(2))) {
            impatient.connect(new LiveUpgrade(server.uri(), Map.of(), Map.of(), TIMEOUT,
                    Duration.ofMillis(50), tls ? TestTls.client() : null, null), listener).toCompletableFuture().get();
            // sixty pings take longer than the silence that is allowed
            await().until(() -> server.frames.size() >= 60);
            assertThat(listener.closes).isEmpty();
        }
    }

    // ---- the connector's end

    @Test
    void closeEndsConnectionsAndAttempts() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer();
                RawTestServer silent = new RawTestServer(head -> null, false)) {
            LiveConnection connection = connect(upgrade(server.uri()));
            var pending = connector.connect(upgrade(silent.uri()), new RecordingListener()).toCompletableFuture();
            await().untilAsserted(() -> assertThat(silent.accepted).hasValue(1));

            connector.close();
            connector.close();

            assertThat(listener.awaitClosed()).isEqualTo(new LiveClose(1001, "", false, null));
            await().until(() -> server.frames.contains(new WebSocketTestServer.Frame("close", "", 1001)));
            assertThatThrownBy(pending::get).hasCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> connect(upgrade(server.uri()))).hasRootCauseMessage("The connector is closed");
            assertThatThrownBy(() -> send(connection, "late").get()).hasCauseInstanceOf(IOException.class);
            connection.pauseReading();
            connection.resumeReading();
            connection.close(1000, "");
            connection.abort();
        }
    }

    @Test
    void connectionsThatAreAbortedDuringTheEndEndOnce() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(null, false)) {
            Map<LiveConnection, RecordingListener> connections = new LinkedHashMap<>();
            for (int i = 0; i < 20; i++) {
                RecordingListener each = new RecordingListener();
                connections.put(connect(upgrade(server.uri()), each), each);
            }
            CompletableFuture<Void> closing = CompletableFuture.runAsync(connector::close);
            connections.keySet().forEach(LiveConnection::abort);
            closing.get();
            connections.keySet().forEach(LiveConnection::abort);
            connections.values().forEach(RecordingListener::awaitClosed);
        }
    }

    /** From a thread of its own the connector does not wait for anything, so the loops end with connections open. */
    @Test
    void aConnectionThatIsAbortedOnALoopThatIsEndingEndsOnce() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(null, false)) {
            AtomicReference<LiveConnection> connection = new AtomicReference<>();
            RecordingListener ending = new RecordingListener() {

                @Override
                public void onMessage(ByteBuf utf8Json) {
                    connector.close();
                    connection.get().abort();
                }
            };
            connection.set(connect(upgrade(server.uri()), ending));
            RecordingListener other = new RecordingListener();
            LiveConnection second = connect(upgrade(server.uri()), other);
            server.connection().writeAndFlush(new TextWebSocketFrame("end"));
            await().until(() -> !ending.closes.isEmpty());
            second.abort();
            ending.awaitClosed();
            other.awaitClosed();
            await().until(server.sockets::isEmpty);
            assertThat(ending.closes).hasSize(1);
            assertThat(other.closes).hasSize(1);
        }
    }
}
