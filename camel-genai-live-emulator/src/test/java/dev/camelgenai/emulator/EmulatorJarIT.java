package dev.camelgenai.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.outputTranscriptOf;
import static org.assertj.core.api.Assertions.assertThat;

/** The executable jar: what was put into it has to work from there, resources, YAML and certificates included. */
class EmulatorJarIT {

    private static final Path JAR = Path.of(System.getProperty("basedir", ""), "target", "camel-genai-live-emulator.jar");
    private static final Pattern READY = Pattern.compile("READY (ws://127\\.0\\.0\\.1:\\d+) (wss://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    private Path directory;

    @Test
    void givenTheJar_whenItIsRunWithoutOptions_thenTheAssistantAnswersAndASignalEndsItWith0() throws Exception {
        Process process = start("--export-ca", directory.resolve("ca.pem").toString());
        try {
            Matcher ready = awaitReady(process);

            assertThat(answer(TestClient.connect(trusting(directory.resolve("ca.pem")), ready.group(2) + DEVELOPER),
                    "What is 6 * 7?")).contains("42");

            process.toHandle().destroy();
            assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void givenTheJar_whenItIsRunWithAScenarioFile_thenItsRulesAnswer() throws Exception {
        Path file = Files.writeString(directory.resolve("shop.yaml"), """
                settings: {awaitPlayback: false}
                rules:
                  - when: {text: "order (?<id>\\\\d+)"}
                    then: Order ${id} is on its way.
                """);
        Process process = start("--scenario", file.toString());
        try {
            Matcher ready = awaitReady(process);

            assertThat(answer(TestClient.connect(ready.group(1) + DEVELOPER), "order 7")).isEqualTo("Order 7 is on its way.");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(String... options) throws IOException {
        assertThat(JAR).isRegularFile();
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                JAR.toString());
        builder.command().addAll(List.of(options));
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static Matcher awaitReady(Process process) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Matcher ready = READY.matcher(String.valueOf(out.readLine()));
        assertThat(ready.matches()).as("it is ready").isTrue();
        return ready;
    }

    private static HttpClient trusting(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var pem = Files.newInputStream(ca)) {
            store.setCertificateEntry("emulator", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static String answer(TestClient client, String question) {
        client.send(TestClient.setup("'outputAudioTranscription':{}"));
        assertThat(client.next().json().has("setupComplete")).isTrue();
        return outputTranscriptOf(client.send(json("{'realtimeInput':{'text':'" + question + "'}}")).turn());
    }
}
