package dev.camelgenai.emulator;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;

import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class TlsTest {

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension();

    @Test
    void givenTheClientSslContext_whenTheJdkConnectsToLocalhost_thenTheNameIsCertified() {
        HttpClient jdk = HttpClient.newBuilder().sslContext(EMULATOR.get().clientSslContext()).build();

        TestClient client = TestClient.connect(jdk,
                "wss://localhost:" + EMULATOR.get().tlsPort() + TestClient.DEVELOPER + "?key=secret");

        assertThat(client.send(TestClient.setup("")).next().json().has("setupComplete")).isTrue();
        assertThat(URI.create(EMULATOR.get().wssUrl()).getPort()).isEqualTo(EMULATOR.get().tlsPort());
    }

    @Test
    void givenAFile_whenTheCaIsExported_thenItIsPem(@TempDir Path dir) {
        assertThat(EMULATOR.get().exportCa(dir.resolve("ca.pem"))).content().startsWith("-----BEGIN CERTIFICATE-----")
                .isEqualTo(EMULATOR.get().caPem());
    }
}
