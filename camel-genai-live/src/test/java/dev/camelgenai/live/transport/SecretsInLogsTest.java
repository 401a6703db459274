package dev.camelgenai.live.transport;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** With every logger at TRACE, those of AsyncHttpClient and Netty included. */
class SecretsInLogsTest extends ConnectorTestBase {

    private static final String KEY = "AIza/Key+with=odd&chars";
    private static final String PROXY_PASSWORD = "proxy/pass+word=1";
    private static final Pattern DUMP_LINE = Pattern.compile("\\|[0-9a-f]{8}\\|((?: [0-9a-f]{2})+)");

    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final LoggerConfig root = context.getConfiguration().getRootLogger();
    private final Level before = root.getLevel();
    private final Memory memory = new Memory();

    @BeforeEach
    void logAll() {
        memory.start();
        root.getAppenders().keySet().forEach(root::removeAppender);
        root.addAppender(memory, Level.TRACE, null);
        root.setLevel(Level.TRACE);
        context.updateLoggers();
    }

    @AfterEach
    void restore() {
        root.setLevel(before);
        context.reconfigure();
    }

    @Test
    void notWhenTheUpgradeSucceeds() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer()) {
            LiveConnection connection = connect(secret(server.uri(), null));
            send(connection, "hello").get();
            connection.close(1000, "");
            listener.awaitClosed();
            assertThat(server.requests.get(0).get("x-goog-api-key")).isEqualTo(KEY);
        }
        assertThat(String.join("\n", memory.text)).as("the request is logged").contains("sec-websocket-key");
        assertNoSecret();
    }

    @Test
    void notWhenTheServerRefuses() throws Exception {
        byte[] answer = RawTestServer.response(403, "Content-Length: 2\r\n", "no");
        try (RawTestServer server = new RawTestServer(head -> answer, false)) {
            assertNoSecretIn(failure(secret(server.uri(), null)));
            assertThat(server.heads.get(0)).contains(KEY);
        }
        assertNoSecret();
    }

    @Test
    void notWhenTheServerHangsUp() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> null, true)) {
            assertNoSecretIn(failure(secret(server.uri(), null)));
        }
        assertNoSecret();
    }

    @Test
    void notWhenTheServerIsSilent() throws Exception {
        try (RawTestServer server = new RawTestServer(head -> null, false)) {
            assertNoSecretIn(failure(new LiveUpgrade(server.uri(), Map.of(), Map.of("x-goog-api-key", KEY),
                    Duration.ofMillis(300), Duration.ZERO, null, null)));
        }
        assertNoSecret();
    }

    @Test
    void notWhenTheProxyRefuses() throws Exception {
        for (LiveProxy.Type type : List.of(LiveProxy.Type.HTTP, LiveProxy.Type.SOCKS5)) {
            try (TestProxy proxy = new TestProxy(type, 1, "user", "another")) {
                assertNoSecretIn(failure(secret(URI.create("ws://service.invalid"),
                        new LiveProxy(type, "localhost", proxy.port(), "user", PROXY_PASSWORD))));
            }
        }
        assertNoSecret();
    }

    @Test
    void notWhenTheProxyLetsThrough() throws Exception {
        for (LiveProxy.Type type : List.of(LiveProxy.Type.HTTP, LiveProxy.Type.SOCKS5)) {
            try (WebSocketTestServer server = new WebSocketTestServer();
                    TestProxy proxy = new TestProxy(type, server.port(), "user", PROXY_PASSWORD)) {
                connect(secret(URI.create("ws://service.invalid"),
                        new LiveProxy(type, "localhost", proxy.port(), "user", PROXY_PASSWORD))).abort();
                await().until(() -> connector.sockets() == 0);
            }
        }
        assertNoSecret();
    }

    @Test
    void notWhenATokenIsMinted() throws Exception {
        String token = "auth_tokens/0123456789abcdef";
        byte[] answer = RawTestServer.response(200, "Content-Length: " + (token.length() + 11) + "\r\n",
                "{\"name\":\"" + token + "\"}");
        try (RawTestServer server = new RawTestServer(head -> answer, false)) {
            HttpCall call = new HttpCall(URI.create("http://localhost:" + server.port() + "/v1alpha/auth_tokens"), Map.of(),
                    Map.of("x-goog-api-key", KEY), new byte[]{ '{', '}' }, TIMEOUT, null, null);
            assertThat(utf8(connector.call(call).toCompletableFuture().get().body())).contains(token);
            assertThat(server.heads.get(0)).contains(KEY);
        }
        await().until(() -> connector.sockets() == 0);
        assertNoSecret();
        assertThat(String.join("\n", memory.text) + memory.bytes()).doesNotContain(token).doesNotContain("0123456789abcdef");
    }

    /** A test that finds nothing must be able to find something. */
    @Test
    void theSearchFindsWhatItLooksFor() {
        String request = "GET / HTTP/1.1\r\nx-goog-api-key: " + KEY + "\r\n\r\n";
        memory.text.add(ByteBufUtil.prettyHexDump(Unpooled.copiedBuffer(request, StandardCharsets.UTF_8)));
        assertThat(memory.bytes()).contains(KEY);
    }

    private static LiveUpgrade secret(URI uri, LiveProxy proxy) {
        return new LiveUpgrade(uri, Map.of(), Map.of("x-goog-api-key", KEY), TIMEOUT, Duration.ZERO, null, proxy);
    }

    private void assertNoSecret() {
        assertThat(memory.loggers).as("the libraries do log").anyMatch(name -> name.startsWith("org.asynchttpclient"));
        for (String text : List.of(String.join("\n", memory.text), memory.bytes())) {
            assertNoSecretIn(text);
        }
    }

    private static void assertNoSecretIn(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertNoSecretIn(text.toString());
    }

    private static void assertNoSecretIn(String text) {
        for (String secret : List.of(KEY, PROXY_PASSWORD, "user:" + PROXY_PASSWORD)) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            assertThat(text).doesNotContain(secret).doesNotContain(URLEncoder.encode(secret, StandardCharsets.UTF_8))
                    .doesNotContain(Base64.getEncoder().encodeToString(bytes)).doesNotContain(HexFormat.of().formatHex(bytes));
        }
    }

    private static final class Memory extends AbstractAppender {

        final List<String> text = new CopyOnWriteArrayList<>();
        final List<String> loggers = new CopyOnWriteArrayList<>();

        Memory() {
            super("memory", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            StringWriter message = new StringWriter();
            message.write(event.getMessage().getFormattedMessage());
            if (event.getThrown() != null) {
                event.getThrown().printStackTrace(new PrintWriter(message));
            }
            loggers.add(event.getLoggerName());
            text.add(message.toString());
        }

        /** What the hex dumps among the messages show. */
        String bytes() {
            String hex = DUMP_LINE.matcher(String.join("\n", text)).results()
                    .map(line -> line.group(1).replace(" ", "")).collect(Collectors.joining());
            return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
        }
    }
}
