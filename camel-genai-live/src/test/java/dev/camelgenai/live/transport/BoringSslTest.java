package dev.camelgenai.live.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;

import javax.net.ssl.SSLException;

import io.netty.handler.ssl.OpenSslEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** With {@code netty-tcnative-boringssl-static} on the class path, where no SSL context is given. */
class BoringSslTest extends ConnectorTestBase {

    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String PASSWORD = "not-a-secret";

    @TempDir
    static Path directory;

    @BeforeEach
    void trustTheAuthority() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", TestTls.authority());
        Path file = directory.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        System.setProperty(TRUST_STORE, file.toString());
        System.setProperty(TRUST_STORE + "Password", PASSWORD);
    }

    @AfterEach
    void trustWhatTheJdkBrings() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE + "Password");
    }

    @Test
    void isUsedWhereNoContextIsGiven() {
        assertThat(new TlsEngines(null).newSslEngine(null, "localhost", 443)).isInstanceOf(OpenSslEngine.class);
        assertThat(new TlsEngines(TestTls.client()).newSslEngine(null, "localhost", 443)).isNotInstanceOf(OpenSslEngine.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
    void speaksTls(String protocol) throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost", protocol), true)) {
            LiveConnection connection = connect(upgrade(server.uri()));
            send(connection, "hello").get();
            await().until(() -> server.frames.size() == 1);
        }
    }

    @Test
    void doesNotSpeakOlderTls() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost", "TLSv1.1"), true)) {
            assertThat(failure(upgrade(server.uri()))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void doesNotTrustACertificateForAnotherHost() throws Exception {
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("other.example"), true)) {
            assertThat(failure(upgrade(server.uri()))).isInstanceOf(SSLException.class).hasStackTraceContaining("localhost");
            await().until(server.sockets::isEmpty);
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void doesNotTrustUnknownAuthorities() throws Exception {
        trustWhatTheJdkBrings();
        try (WebSocketTestServer server = new WebSocketTestServer(TestTls.server("localhost"), true)) {
            assertThat(failure(upgrade(server.uri()))).isInstanceOf(SSLException.class);
            await().until(server.sockets::isEmpty);
            assertThat(server.requests).isEmpty();
        }
    }
}
