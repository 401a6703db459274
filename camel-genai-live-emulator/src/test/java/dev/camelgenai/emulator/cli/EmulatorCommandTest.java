package dev.camelgenai.emulator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EmulatorCommandTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String LIVE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
    private static final String SETUP = "{\"setup\":{\"model\":\"models/gemini-live-test\",\"generationConfig\":"
            + "{\"responseModalities\":[\"TEXT\"]}}}";
    private static final String READY = "READY ws://127\\.0\\.0\\.1:\\d+ wss://127\\.0\\.0\\.1:\\d+\\R";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Runs with the stop already asked for, so that it starts and ends. */
    private int run(String... args) {
        return EmulatorCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), new CountDownLatch(0), args);
    }

    /** The command in a JVM of its own. */
    private static final class Running implements AutoCloseable {

        private final Process process;
        private final BufferedReader out;
        private final Matcher ready;

        Running(Map<String, String> environment, String... args) throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp", System.getProperty("java.class.path"), EmulatorCommand.class.getName()));
            command.addAll(List.of(args));
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            ready = Pattern.compile("READY (ws://\\S+)( wss://\\S+)?").matcher(String.valueOf(out.readLine()));
            assertThat(ready.matches()).as("it is ready").isTrue();
        }

        String wsUrl() {
            return ready.group(1);
        }

        /** Asks it to end and waits until it has. */
        int terminate() throws InterruptedException {
            // not Process.destroy(): that closes the streams as well
            process.toHandle().destroy();
            assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** The command in this JVM, for as long as wanted. */
    private static final class Here implements AutoCloseable {

        private final CountDownLatch stop = new CountDownLatch(1);
        private final StringWriter err = new StringWriter();
        private final CompletableFuture<Integer> exitCode;
        private final String wsUrl;

        Here(String... args) throws IOException {
            PipedReader reader = new PipedReader();
            PrintWriter out = new PrintWriter(new PipedWriter(reader), true);
            exitCode = CompletableFuture.supplyAsync(() -> {
                try (out) {
                    return EmulatorCommand.run(out, new PrintWriter(err, true), stop, args);
                }
            });
            String ready = String.valueOf(new BufferedReader(reader).readLine());
            assertThat(ready).as("%s", err).startsWith("READY ws://");
            wsUrl = ready.split(" ")[1];
        }

        int stop() throws Exception {
            stop.countDown();
            return Client.within(exitCode);
        }

        @Override
        public void close() {
            stop.countDown();
            exitCode.join();
        }
    }

    /** Says its setup, and keeps the first answer and the close code. */
    private static final class Client implements WebSocket.Listener {

        private final CompletableFuture<String> answer = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private WebSocket socket;

        static Client connect(String url, String... headers) {
            Client client = new Client();
            WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
            for (int i = 0; i < headers.length; i += 2) {
                builder.header(headers[i], headers[i + 1]);
            }
            // not awaited: who has the wrong key may be closed before it has said its setup
            client.socket = builder.buildAsync(URI.create(url + LIVE), client).join();
            client.socket.sendText(SETUP, true);
            return client;
        }

        /** Says something after the setup, and good-bye. */
        void sayAndClose(String message) throws Exception {
            within(answer);
            socket.sendText(message, true).join();
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
            within(closed);
        }

        void sayAndAwaitClose(String message) throws Exception {
            within(answer);
            socket.sendText(message, true).join();
            within(closed);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            answer.complete(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        static <T> T within(CompletableFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
            return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void givenDefaults_whenRun_thenOneReadyLineWithBothAddresses() {
        assertThat(run()).isZero();

        assertThat(out.toString()).matches(READY);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void givenEveryOption_whenRun_thenStillOneLineOnStandardOutputAndNoKeyAnywhere(@TempDir Path dir) {
        Path pem = dir.resolve("ca.pem");

        assertThat(run("--port", "0", "--tls-port=0", "--host", "127.0.0.1", "--scenario", "parrot", "--api-key", "hush-hush",
                "--export-ca", pem.toString(), "--frames", "text", "--control-port", "0", "--seed", "7", "--fault",
                "kill@midTurn*2", "--fault", "refuse=503%10")).isZero();

        assertThat(out.toString()).matches(READY);
        assertThat(err.toString()).matches("Control API: http://127\\.0\\.0\\.1:\\d+\\R");
        assertThat(out.toString() + err).doesNotContain("hush-hush");
        assertThat(pem).content().startsWith("-----BEGIN CERTIFICATE-----");
    }

    @ParameterizedTest
    @CsvSource({ "--tls-port, ws", "--port, wss" })
    void givenAListenerThatIsOff_whenRun_thenItIsLeftOut(String option, String left) {
        assertThat(run(option, "-1")).isZero();
        assertThat(out.toString()).matches("READY " + left + "://127\\.0\\.0\\.1:\\d+\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = { "assistant", "parrot", "echo", "silent" })
    void givenANamedScenario_whenRun_thenItStarts(String name) {
        assertThat(run("--tls-port=-1", "--scenario", name)).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = { "--fault=x | 'x' is no kind of fault; the kinds are refuse=",
        "--fault=kill@never | the moments are @connect", "--port=x | --port", "--port=70000 | A port is 0 to 65535",
        "--control-port=-2 | A port is 0 to 65535", "--seed=x | --seed",
        "--scenario=nobody | choose one of assistant, parrot, echo, silent", "--frames=big | binary, text, not big",
        "--port=-1 --tls-port=-1 | nothing left to start", "--record=a --replay=b | --record and --replay",
        "--tls-port=-1 --export-ca=x | no certificate without wss",
        "--api-key= | apiKey must not be blank", "--host= | host must not be blank", "--api-key | --api-key" })
    void givenAWrongCall_whenRun_thenTheReasonAndTheUsageOnStandardErrorAndExitCode2(String args, String reason) {
        assertThat(run(args.split(" "))).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains(reason, "Usage: camel-genai-live-emulator", "--help tells more");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "--apikey=hush-hush | There is no option --apikey",
        "--apikey hush-hush | There is no option --apikey", "--api-key a hush-hush | arguments without an option, 1 of them",
        "--api-key hush-hush --port=x | --port", "--api-key hush-hush --api-key=hush-hush | only once" })
    void givenAKeyInAWrongCall_whenRun_thenItIsNotShown(String args, String reason) {
        assertThat(run(args.split(" "))).isEqualTo(2);

        assertThat(err.toString()).contains(reason).doesNotContain("hush-hush");
    }

    @Test
    void givenAPortInUse_whenRun_thenExitCode1AndAMessageThatHelps() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            for (String option : List.of("--tls-port", "--port", "--control-port")) {
                assertThat(run(option, String.valueOf(taken.getLocalPort()))).isEqualTo(1);

                assertThat(err.toString()).contains("port " + taken.getLocalPort()).contains("choose another with " + option);
            }
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void givenAScenarioFileThatIsNotRight_whenRun_thenExitCode1AndThePlace(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("shop.yaml"), "rules:\n  - wenn: {}\n");

        assertThat(run("--scenario", file.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("shop.yaml, line 2").contains("wenn").doesNotContain("Usage");

        assertThat(run("--scenario", "nowhere.yaml")).isEqualTo(1);
        assertThat(err.toString()).contains("nowhere.yaml");
    }

    @Test
    void givenADirectoryThatIsNotThere_whenTheCaIsExported_thenExitCode1(@TempDir Path dir) {
        assertThat(run("--export-ca", dir.resolve("no").resolve("ca.pem").toString())).isEqualTo(1);

        assertThat(err.toString()).contains("Cannot write the CA certificate");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void givenHelp_whenRun_thenEveryOptionScenarioFaultMomentAndExitCodeIsShown() {
        assertThat(run("--help", "--api-key", "hush-hush")).isZero();

        assertThat(out.toString())
                .contains("--port", "--tls-port", "--host", "--scenario", "--api-key", "--record", "--replay", "--export-ca",
                        "--frames", "--control-port", "--seed", "--fault", "--help", "--version", "binary, text",
                        "GENAI_LIVE_EMULATOR_API_KEY", "KIND[=VALUE][@MOMENT][*TIMES][%PERCENT]", "Examples:",
                        "--fault refuse=503%10 --seed 7")
                .contains(Scenarios.names()).contains(Fault.kinds()).contains(Fault.moments())
                .containsPattern("0 +stopped").containsPattern("1 +cannot start").containsPattern("2 +wrong usage")
                .containsPattern("3 +stopped by a signal after a replay")
                .doesNotContain("hush-hush", "%%");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(120));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void givenVersion_whenRun_thenShown() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("camel-genai-live-emulator .+\\R");
    }

    @Test
    void givenAProcess_whenItGetsASigterm_thenItEndsWithExitCode0() throws Exception {
        try (Running emulator = new Running(Map.of(), "--frames", "text")) {
            Client client = Client.connect(emulator.wsUrl());
            assertThat(Client.within(client.answer)).contains("setupComplete");

            assertThat(emulator.terminate()).isZero();

            assertThat(emulator.out.readLine()).as("nothing else on standard output").isNull();
            assertThat(Client.within(client.closed)).isEqualTo(1001);
        }
    }

    @Test
    void givenAControlPort_whenItIsAsked_thenItTellsAboutSessionsAndFaults() throws Exception {
        try (Here emulator = new Here("--tls-port=-1", "--control-port=0", "--fault", "latePong=1h%50")) {
            String url = emulator.err.toString().strip().substring("Control API: ".length());

            String faults = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url + "/faults")).build(),
                    HttpResponse.BodyHandlers.ofString()).body();

            assertThat(faults).contains("latePong=1h%50");
            assertThat(emulator.stop()).isZero();
        }
    }

    @Test
    void givenARecording_whenItIsReplayed_thenTheExitCodeTellsWhetherClientsDidTheSame(@TempDir Path dir) throws Exception {
        String cassette = dir.resolve("cassette.jsonl").toString();
        try (Here recording = new Here("--frames=text", "--scenario=silent", "--record", cassette)) {
            Client.connect(recording.wsUrl).sayAndClose("{\"realtimeInput\":{\"text\":\"hello\"}}");
            assertThat(recording.stop()).isZero();
        }

        try (Here same = new Here("--frames=text", "--replay", cassette)) {
            Client.connect(same.wsUrl).sayAndClose("{\"realtimeInput\":{\"text\":\"hello\"}}");
            assertThat(same.stop()).as("%s", same.err).isZero();
            assertThat(same.err.toString()).isEmpty();
        }
        try (Here other = new Here("--frames=text", "--replay", cassette)) {
            // who says something else is sent away
            Client.connect(other.wsUrl).sayAndAwaitClose("{\"realtimeInput\":{\"text\":\"good-bye\"}}");
            assertThat(other.stop()).isEqualTo(3);
            assertThat(other.err.toString()).startsWith("session 1: message 1 differs at realtimeInput.text")
                    .contains("hello", "good-bye");
        }
        try (Here nobody = new Here("--frames=text", "--replay", cassette)) {
            assertThat(nobody.stop()).isEqualTo(3);
            assertThat(nobody.err.toString().strip()).isEqualTo("session 1: no client came for it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "--record", "--replay" })
    void givenACassetteThatCannotBeUsed_whenRun_thenExitCode1AndItsName(String option, @TempDir Path dir) {
        assertThat(run(option, dir.resolve("no").resolve("cassette.jsonl").toString())).isEqualTo(1);

        assertThat(err.toString()).contains("cassette.jsonl").doesNotContain("Usage");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void givenTheKeyInTheEnvironment_whenRun_thenOnlyItIsAccepted() throws Exception {
        try (Running emulator = new Running(Map.of("GENAI_LIVE_EMULATOR_API_KEY", "hush-hush"), "--frames=text",
                "--tls-port=-1")) {
            requireKey(emulator.wsUrl());
        }
    }

    @Test
    void givenTheKeyInAFileOfArguments_whenRun_thenOnlyItIsAccepted(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("arguments"), "--api-key hush-hush");
        try (Here emulator = new Here("--frames=text", "--tls-port=-1", "@" + file)) {
            requireKey(emulator.wsUrl);
        }
    }

    private static void requireKey(String wsUrl) throws Exception {
        assertThat(Client.within(Client.connect(wsUrl).closed)).isEqualTo(1007);
        assertThat(Client.within(Client.connect(wsUrl, "x-goog-api-key", "hush-hush").answer)).contains("setupComplete");
    }
}
