package dev.camelgenai.live.transport;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Single requests over the same engine as the sockets. */
class HttpCallTest extends ConnectorTestBase {

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.shutdown();
    }

    private URI uri() {
        return URI.create("http://localhost:" + server.getPort() + "/v1alpha/auth_tokens");
    }

    private static HttpCall post(URI uri, LiveProxy proxy, Duration timeout) {
        return new HttpCall(uri, Map.of("Content-Type", "application/json"), Map.of("x-goog-api-key", "the-key"),
                "{\"uses\":1}".getBytes(StandardCharsets.UTF_8), timeout, null, proxy);
    }

    private HttpAnswer call(HttpCall call) throws Exception {
        return connector.call(call).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private Throwable failure(HttpCall call) throws Exception {
        try {
            call(call);
        } catch (ExecutionException e) {
            await().until(() -> connector.sockets() == 0);
            return e.getCause();
        }
        throw new AssertionError("Answered");
    }

    @Test
    void postsTheBodyWithHeadersAndCredentialsAndReturnsTheAnswer() throws Exception {
        server.enqueue(new MockResponse().setBody("{\"name\":\"x\"}"));

        HttpAnswer answer = call(post(uri(), null, TIMEOUT));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(utf8(answer.body())).isEqualTo("{\"name\":\"x\"}");
        RecordedRequest request = server.takeRequest(20, TimeUnit.SECONDS);
        assertThat(request.getRequestLine()).isEqualTo("POST /v1alpha/auth_tokens HTTP/1.1");
        assertThat(request.getBody().readUtf8()).isEqualTo("{\"uses\":1}");
        assertThat(request.getHeader("x-goog-api-key")).isEqualTo("the-key");
        assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
        assertThat(request.getHeader("Origin")).isNull();
        await().until(() -> connector.sockets() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = { 302, 400, 403, 429, 503 })
    void anyStatusIsAnAnswerAndNoRedirectIsFollowed(int status) throws Exception {
        server.enqueue(new MockResponse().setResponseCode(status).setHeader("Location", uri() + "/2").setBody("why"));

        HttpAnswer answer = call(post(uri(), null, TIMEOUT));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(utf8(answer.body())).isEqualTo("why");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void anAnswerIsBounded() throws Exception {
        server.enqueue(new MockResponse().setBody("x".repeat(64 * 1024)));
        server.enqueue(new MockResponse().setBody("x".repeat(64 * 1024 + 1)));
        server.enqueue(new MockResponse().setResponseCode(500).setChunkedBody("x".repeat(200 * 1024), 1024));

        assertThat(call(post(uri(), null, TIMEOUT)).body()).hasSize(64 * 1024);
        assertThat(failure(post(uri(), null, TIMEOUT))).isInstanceOf(IOException.class).hasMessageContaining("more than 65536");
        assertThat(call(post(uri(), null, TIMEOUT)).body()).hasSize(64 * 1024);
    }

    @Test
    void anAnswerThatDoesNotComeInTimeFails() throws Exception {
        try (RawTestServer silent = new RawTestServer(head -> null, false)) {
            assertThat(failure(post(URI.create("http://localhost:" + silent.port()), null, Duration.ofMillis(300))))
                    .isInstanceOf(TimeoutException.class).hasMessageContaining("No answer to localhost");
        }
    }

    @Test
    void aServerThatHangsUpFails() throws Exception {
        byte[] half = RawTestServer.response(200, "Content-Length: 100\r\n", "half");
        for (byte[] answer : new byte[][]{ null, half }) {
            try (RawTestServer rude = new RawTestServer(head -> answer, true)) {
                assertThat(failure(post(URI.create("http://localhost:" + rude.port()), null, TIMEOUT)))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = LiveProxy.Type.class, names = { "HTTP", "SOCKS5" })
    void goesByWayOfTheProxy(LiveProxy.Type type) throws Exception {
        server.enqueue(new MockResponse().setBody("through"));
        try (TestProxy proxy = new TestProxy(type, server.getPort(), "user", "password")) {
            assertThat(utf8(call(post(URI.create("http://service.invalid/x"),
                    new LiveProxy(type, "localhost", proxy.port(), "user", "password"), TIMEOUT)).body())).isEqualTo("through");
            assertThat(proxy.targets).hasSize(1);
        }
    }

    @Test
    void overTlsOnlyToWhomTheContextTrusts() throws Exception {
        MockWebServer secure = new MockWebServer();
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost").build();
        secure.useHttps(new HandshakeCertificates.Builder().heldCertificate(certificate).build()
                .sslSocketFactory(), false);
        secure.start();
        try {
            secure.enqueue(new MockResponse().setBody("secure"));
            HttpCall call = post(URI.create("https://localhost:" + secure.getPort() + "/"), null, TIMEOUT);

            assertThat(failure(call)).isInstanceOf(SSLException.class);
            assertThat(utf8(call(new HttpCall(call.uri(), call.headers(), call.credentials(), call.body(), TIMEOUT,
                    new HandshakeCertificates.Builder().addTrustedCertificate(certificate.certificate()).build()
                            .sslContext(),
                    null)).body())).isEqualTo("secure");
        } finally {
            secure.shutdown();
        }
    }

    @Test
    void anAddressThatIsNotHttpIsRefusedAndAClosedConnectorCallsNobody() throws Exception {
        assertThat(failure(post(URI.create("ws://localhost:1/"), null, TIMEOUT))).isInstanceOf(IllegalArgumentException.class);
        connector.close();
        assertThatThrownBy(() -> call(post(uri(), null, TIMEOUT))).hasMessageContaining("The connector is closed");
    }

    @Test
    void neitherCallNorAnswerShowsWhatItHolds() {
        assertThat(post(uri(), null, TIMEOUT).toString()).doesNotContain("the-key").doesNotContain("uses");
        assertThat(new HttpAnswer(200, new byte[3])).hasToString("HttpAnswer[200, 3 bytes]");
    }
}
