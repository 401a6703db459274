package dev.camelgenai.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

class EmulatorCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Runs with the stop already asked for, so that it starts and ends. */
    private int run(String... args) {
        return EmulatorCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), new CountDownLatch(0), args);
    }

    @Test
    void givenDefaults_whenRun_thenOneReadyLineWithBothAddresses() {
        assertThat(run("--api-key", "hush")).isZero();

        assertThat(out.toString()).matches("READY ws://127\\.0\\.0\\.1:\\d+ wss://127\\.0\\.0\\.1:\\d+\\R")
                .doesNotContain("hush");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void givenAListenerThatIsOff_whenRun_thenItIsLeftOut() {
        assertThat(run("--tls-port", "-1")).isZero();
        assertThat(out.toString()).matches("READY ws://127\\.0\\.0\\.1:\\d+\\R");
    }

    @Test
    void givenAFile_whenRun_thenTheCaIsExported(@TempDir Path dir) {
        Path pem = dir.resolve("ca.pem");

        assertThat(run("--port", "-1", "--export-ca", pem.toString())).isZero();

        assertThat(pem).content().startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(out.toString()).matches("READY wss://127\\.0\\.0\\.1:\\d+\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = { "--record=x", "--fault=x", "--port=x", "--port=70000", "--scenario=parrot", "--frames=big",
        "--port=-1 --tls-port=-1", "--tls-port=-1 --export-ca=x", "extra", "--api-key= " })
    void givenAWrongCall_whenRun_thenUsageOnStandardErrorAndExitCode2(String args) {
        assertThat(run(args.equals("--api-key= ") ? new String[]{ args } : args.split(" "))).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("Usage: camel-genai-live-emulator");
    }

    @Test
    void givenAPortInUse_whenRun_thenExitCode1AndAMessageThatHelps() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(run("--tls-port", String.valueOf(taken.getLocalPort()))).isEqualTo(1);

            assertThat(err.toString()).contains("port " + taken.getLocalPort()).contains("choose another with --tls-port");
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void givenHelp_whenRun_thenOnlyWhatWorksIsShown() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--scenario", "echo, silent", "--export-ca").doesNotContain("--record", "--fault",
                "--seed", "--replay", "--control-port", "parrot");
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("camel-genai-live-emulator ");
    }

    @Test
    void givenAProcess_whenItGetsASigterm_thenItEndsWithExitCode0() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), EmulatorCommand.class.getName(), "--frames", "text"))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            Matcher ready = Pattern.compile("READY (ws://\\S+) (wss://\\S+)").matcher(String.valueOf(lines.readLine()));
            assertThat(ready.matches()).isTrue();
            TestClient client = TestClient.connect(ready.group(1) + TestClient.DEVELOPER);
            assertThat(client.send(TestClient.setup("")).next().type()).isEqualTo(FrameType.TEXT);

            // not Process.destroy(): that closes the streams as well
            process.toHandle().destroy();

            assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(lines.readLine()).as("nothing else on standard output").isNull();
            assertThat(client.awaitClose().code()).isEqualTo(1001);
        } finally {
            process.destroyForcibly();
        }
    }
}
