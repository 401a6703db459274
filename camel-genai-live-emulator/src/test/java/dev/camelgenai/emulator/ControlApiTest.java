package dev.camelgenai.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.internal.control.ControlServer;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ControlApiTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = "hush-hush";
    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";
    private static final String HI = json("{'realtimeInput':{'text':'hi'}}");

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().host("0.0.0.0").controlPort(0).tlsPort(-1).apiKey(KEY).pacing(Pacing.IMMEDIATE)
                    .faults(armed -> armed.arm(Fault.parse("latePong=1h"))));

    private record Result(int status, JsonNode body, String text) {

        String error() {
            return body.at("/error/message").asText();
        }
    }

    private static Result call(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(EMULATOR.get().controlUrl() + path)).timeout(TIMEOUT)
                .method(method, HttpRequest.BodyPublishers.ofString(json(body)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean isJson = response.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
            return new Result(response.statusCode(), isJson ? TestClient.JSON.readTree(response.body()) : null,
                    response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private static Result get(String path) {
        return call("GET", path, "");
    }

    private static Result post(String path, String body) {
        return call("POST", path, body);
    }

    private static TestClient open() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER + "?key=" + KEY, "x-goog-api-key", KEY);
        assertThat(client.send(setup(TEXT)).next().json().has("setupComplete")).isTrue();
        return client;
    }

    private static RawConnection openRaw() throws IOException {
        return RawConnection.open(EMULATOR.get(), TEXT, "x-goog-api-key: " + KEY + "\r\n");
    }

    /** Sends bytes as they are and reads all that comes until the connection ends. */
    private static String raw(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void givenNothingIsSaid_whenStarted_thenThereIsNoControlApi() {
        try (GenAiLiveEmulator plain = GenAiLiveEmulator.builder().tlsPort(-1).start()) {
            assertThatThrownBy(plain::controlPort).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("controlPort(0)");
        }
    }

    @Test
    void givenAnEmulatorOnAllAddresses_whenItsControlApiIsAsked_thenThatIsOnLoopbackOnly() {
        assertThat(EMULATOR.get().controlUrl()).isEqualTo("http://127.0.0.1:" + EMULATOR.get().controlPort());
        // another loopback address than the one that is bound: 0.0.0.0 would answer
        assertThatThrownBy(() -> new Socket(InetAddress.getByName("127.0.0.2"), EMULATOR.get().controlPort()).close())
                .isInstanceOf(IOException.class);
    }

    @Test
    void givenTheOverview_whenItsRoutesAreCalled_thenAllExist() {
        JsonNode overview = get("/").body();

        assertThat(overview.get("emulator").asText()).contains(EMULATOR.get().wsUrl());
        assertThat(overview.get("routes")).hasSize(16).allSatisfy(route -> {
            Result result = call(route.get("method").asText(), route.get("path").asText().replaceAll("\\{\\w+}", "77"), "");
            assertThat(result.status()).as(route.toString()).isIn(200, 400, 404);
            assertThat(result.text()).doesNotContain("lists what there is");
        }).noneSatisfy(route -> assertThat(route.get("does").asText()).isBlank());
    }

    @Test
    void givenSessions_whenListed_thenTheLastOnesWithoutCredentials() {
        open();
        TestClient ended = open();
        ended.socket().sendClose(1000, "bye").join();
        EMULATOR.get().sessions().get(1).awaitClosed(TIMEOUT);

        Result all = get("/sessions");
        Result openOnly = get("/sessions?open=true");
        Result last = get("/sessions?limit=1");

        assertThat(all.body().get("total").asInt()).isEqualTo(2);
        assertThat(all.body().get("sessions")).extracting(session -> session.get("number").asInt()).containsExactly(1, 2);
        assertThat(all.body().at("/sessions/1/clientClose/reason").asText()).isEqualTo("bye");
        assertThat(all.body().at("/sessions/0/credentialForm").asText()).isEqualTo("API_KEY_HEADER");
        assertThat(all.text()).doesNotContain(KEY);
        assertThat(openOnly.body().get("sessions")).extracting(session -> session.get("open").asBoolean())
                .containsExactly(true);
        assertThat(last.body().get("sessions")).extracting(session -> session.get("number").asInt()).containsExactly(2);
    }

    @Test
    void givenASession_whenLookedAt_thenItsLastMessagesWithLongTextsCut() {
        TestClient client = open();
        String text = "x".repeat(1000);
        client.send(HI).turn();
        client.send(json("{'realtimeInput':{'text':'" + text + "'}}")).turn();

        Result two = get("/sessions/1");
        Result one = get("/sessions/last?limit=1&full=true");

        assertThat(two.body().at("/setup/model").asText()).isEqualTo("models/gemini-live-test");
        assertThat(two.body().get("messages")).extracting(message -> message.at("/json/realtimeInput/text").asText())
                .containsExactly("hi", "x".repeat(200) + "... (1000 characters)");
        assertThat(two.text()).doesNotContain(KEY);
        assertThat(one.body().get("messages")).extracting(message -> message.at("/json/realtimeInput/text").asText())
                .containsExactly(text);
    }

    @Test
    void givenHeadersForMcpServers_whenASessionIsLookedAt_thenTheirValuesAreNotShown() {
        String tools = "'tools':[{'mcpServers':[{'name':'s','streamableHttpTransport':{'url':'http://tools',"
                + "'headers':{'Authorization':'Bearer for-somebody-else'}}}]}]";
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER, "x-goog-api-key", KEY)
                .send(setup(TEXT + "," + tools));
        client.next();
        client.send(json("{'contextUpdate':{'tools':{" + tools + "}}}")).send(HI).turn();

        Result whole = get("/sessions/1?full=true");

        assertThat(whole.text()).contains("http://tools").doesNotContain("for-somebody-else");
        assertThat(get("/sessions/1").text()).contains("http://tools").doesNotContain("for-somebody-else");
        assertThat(EMULATOR.get().sessions().get(0).messages().get(0).toString()).contains("http://tools")
                .doesNotContain("for-somebody-else");
    }

    @Test
    void givenASession_whenAMessageIsSent_thenItArrivesAsItIs() {
        TestClient client = open();

        assertThat(post("/sessions/1/send", "{ 'goAway' : {'timeLeft':'9s'} }").status()).isEqualTo(200);

        assertThat(client.next().json().at("/goAway/timeLeft").asText()).isEqualTo("9s");
        assertThat(post("/sessions/1/send", "").error()).contains("the body is the message");
    }

    @Test
    void givenASession_whenTold_thenItGoesAway() {
        TestClient client = open();

        assertThat(post("/sessions/1/goAway", "{'timeLeft':'0.05s'}").status()).isEqualTo(200);

        assertThat(client.next().json().has("goAway")).isTrue();
        assertThat(client.awaitClose().code()).isEqualTo(1011);
    }

    @Test
    void givenASession_whenTold_thenItIsClosedAndAfterThatNothingCanBeDone() {
        TestClient client = open();

        Result closing = post("/sessions/1/close", "{'code':1011,'reason':'Internal error occurred.'}");

        assertThat(closing.body().at("/serverClose/code").asInt()).isEqualTo(1011);
        assertThat(client.awaitClose()).isEqualTo(new RecordedClose(1011, "Internal error occurred."));
        EMULATOR.get().sessions().get(0).awaitClosed(TIMEOUT);
        for (String action : List.of("send", "close", "drop", "stopReading", "resumeReading")) {
            Result late = post("/sessions/1/" + action, "send".equals(action) ? "x" : "");
            assertThat(late.status()).as(action).isEqualTo(409);
            assertThat(late.error()).isEqualTo("Session 1 has ended");
        }
        assertThat(post("/sessions/1/goAway", "{'timeLeft':'1s'}").status()).isEqualTo(409);
    }

    @Test
    void givenASession_whenTold_thenItIsDropped() throws IOException {
        try (RawConnection client = openRaw()) {
            assertThat(post("/sessions/1/drop", "").status()).isEqualTo(200);

            assertThat(client.isLost()).isTrue();
        }
    }

    @Test
    void givenASession_whenItIsToStopReading_thenItReadsAgainWhenItIsTold() {
        TestClient client = open();
        RecordedSession session = EMULATOR.get().awaitSession(TIMEOUT);

        assertThat(post("/sessions/1/stopReading", "").status()).isEqualTo(200);
        client.send(HI);
        assertThatThrownBy(() -> session.awaitMessages(1, Duration.ofMillis(200)))
                .isInstanceOf(AwaitTimeoutException.class);
        assertThat(post("/sessions/1/resumeReading", "").status()).isEqualTo(200);

        assertThat(session.awaitMessages(1, TIMEOUT)).extracting(RecordedMessage::text).containsExactly("hi");
    }

    @Test
    void givenAFault_whenArmed_thenItHappensIsCountedAndCanBeDisarmed() throws IOException {
        Result armed = post("/faults", "{'fault':'kill@messages:1*2'}");
        long id = armed.body().get("id").asLong();

        try (RawConnection client = openRaw()) {
            client.sendText(HI);
            assertThat(client.isLost()).isTrue();
        }

        JsonNode faults = get("/faults").body();
        assertThat(faults.get("armed")).extracting(fault -> fault.get("fault").asText()).containsExactly("latePong=1h",
                "kill@messages:1*2");
        assertThat(faults.at("/armed/1/happened").asInt()).isEqualTo(1);
        assertThat(faults.at("/happened/kill").asInt()).isEqualTo(1);
        assertThat(faults.at("/grammar/kinds")).hasSameSizeAs(Fault.kinds());
        assertThat(call("DELETE", "/faults/" + id, "").body().get("armed")).hasSize(1);
        assertThat(call("DELETE", "/faults/" + id, "").status()).isEqualTo(404);
        assertThat(call("DELETE", "/faults", "").body().get("armed")).isEmpty();
    }

    @Test
    void givenSessionsAndFaults_whenReset_thenOnlyTheFaultsOfTheStartAreThere() throws IOException {
        try (RawConnection client = openRaw()) {
            post("/faults", "{'fault':'kill'}");

            assertThat(post("/reset", "").status()).isEqualTo(200);

            assertThat(client.isLost()).isTrue();
        }
        assertThat(get("/sessions").body().get("total").asInt()).isZero();
        assertThat(get("/faults").body().get("armed")).extracting(fault -> fault.get("fault").asText())
                .containsExactly("latePong=1h");
    }

    @Test
    void givenTraffic_whenMetricsAreScraped_thenEachCounterHasHelpTypeAndValue() {
        open().send(HI).turn();

        String metrics = get("/metrics").text();

        assertThat(Arrays.stream(Counters.class.getRecordComponents()).map(component -> component.getName()
                .replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))).allSatisfy(
                        name -> assertThat(metrics).containsPattern(
                                "# HELP genai_live_emulator_" + name + "(_total)? \\w.*\n# TYPE genai_live_emulator_" + name
                                        + "(_total counter| gauge)\ngenai_live_emulator_" + name + "(_total)? \\d+\n"));
        assertThat(metrics).contains("\ngenai_live_emulator_client_messages_total 1\n",
                "\ngenai_live_emulator_open_sessions 1\n", "\ngenai_live_emulator_faults_total{kind=\"latePong\"} 1\n",
                "\ngenai_live_emulator_faults_total{kind=\"kill\"} 0\n");
    }

    @Test
    void givenARunningEmulator_whenAskedForItsHealth_thenItServes() {
        assertThat(get("/health").body().get("status").asText()).isEqualTo("SERVING");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "GET    | /nowhere            |                        | 404 | There is no /nowhere; GET / lists what there is",
        "PUT    | /faults             |                        | 405 | /faults takes GET and POST and DELETE, not PUT",
        "POST   | /sessions           |                        | 405 | /sessions takes GET, not POST",
        "GET    | /sessions/9         |                        | 404 | There is no session 9; there are 1 to 1, and last",
        "GET    | /sessions?limit=-1  |                        | 400 | limit is a number from 0 to 10000, not '-1'",
        "GET    | /sessions?open=yes  |                        | 400 | open is true or false, not 'yes'",
        "GET    | /sessions?max=1     |                        | 400 | There is no parameter 'max' here; the parameters are [limit, open]",
        "GET    | /health?x=1         |                        | 400 | There is no parameter 'x' here; this route has none",
        "POST   | /sessions/1/close   | {'code':1005}          | 400 | A Close frame cannot carry the code 1005; use 1000 to 1003, 1007 to 1014 or 3000 to 4999",
        "POST   | /sessions/1/close   | {'code':'x'}           | 400 | code is a number and reason a string",
        "POST   | /sessions/1/close   | {'kode':1000}          | 400 | There is no field 'kode' here; the body is an object with the fields code, reason",
        "POST   | /sessions/1/close   | [1]                    | 400 | The body is no JSON object",
        "POST   | /sessions/1/close   | {                      | 400 | The body is not JSON",
        "POST   | /sessions/1/goAway  | {'timeLeft':'10'}      | 400 | timeLeft is a number of seconds",
        "POST   | /sessions/1/goAway  |                        | 400 | timeLeft is a number of seconds",
        "POST   | /faults             | {'fault':'explode'}    | 400 | 'explode' is no kind of fault; the kinds are refuse=",
        "POST   | /faults             | {'fault':'kill@never'} | 400 | the moments are @connect",
        "POST   | /faults             |                        | 400 | fault is a string",
        "DELETE | /faults/x           |                        | 404 | No fault with the id x is armed; armed are [" })
    void givenARequestThatCannotBeDone_whenSent_thenGooglesErrorShapeSaysWhatCan(String method, String path, String body,
            int status, String message) {
        open();

        Result result = call(method, path, body == null ? "" : body);

        assertThat(result.status()).isEqualTo(status);
        assertThat(result.error()).contains(message);
        assertThat(result.body().at("/error/code").asInt()).isEqualTo(status);
        assertThat(result.body().at("/error/status").asText()).isEqualTo(Map.of(400, "INVALID_ARGUMENT", 404, "NOT_FOUND", 405,
                "UNIMPLEMENTED").get(status));
    }

    @Test
    void givenNoSession_whenTheLastIsAskedFor_thenNobodyHasConnected() {
        assertThat(get("/sessions/last").error()).contains("nobody has connected yet");
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://evil.example", "null", "http://localhost" })
    void givenAnOrigin_whenAsked_thenRefused(String origin) {
        open();

        Result result = call("POST", "/sessions/1/drop", "", "Origin", origin);

        assertThat(result.status()).isEqualTo(403);
        assertThat(result.error()).contains("not for web pages");
        assertThat(EMULATOR.get().sessions().get(0).isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "Host: evil.example|403", "Host: localhost.evil.example:80|403",
        "Host: 127.0.0.1.evil.example|403", "Host: 10.0.0.1|403", "Host: 0.0.0.0|403", "X-No: host|4..",
        "Host: localhost|200", "Host: LOCALHOST:99|200", "Host: 127.0.0.1:1|200", "Host: 127.1.2.3|200", "Host: [::1]:80|200" })
    void givenAHostHeader_whenAsked_thenOnlyLoopbackIsServed(String header, String status) throws IOException {
        String answer = raw(EMULATOR.get().controlPort(), "GET /health HTTP/1.1\r\n" + header + "\r\n\r\n");

        assertThat(answer).matches("(?s)HTTP/1.1 " + status + " .*");
    }

    @Test
    void givenTwoHostHeaders_whenAsked_thenRefused() throws IOException {
        assertThat(raw(EMULATOR.get().controlPort(),
                "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")).startsWith("HTTP/1.1 4");
    }

    @Test
    void givenAnAddressThatIsNotWellFormed_whenAsked_thenRefusedWithAReason() throws IOException {
        assertThat(raw(EMULATOR.get().controlPort(), "GET /sessions?limit=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400").contains("not well-formed");
    }

    @Test
    void givenALargeBody_whenSent_thenRefusedAboveTheLimitOnly() {
        TestClient client = open();

        assertThat(post("/sessions/1/send", "{'a':'" + "x".repeat(8 * 1024 * 1024 - 8) + "'}").status()).isEqualTo(200);
        Result tooLarge = post("/sessions/1/send", "x".repeat(8 * 1024 * 1024 + 1));

        assertThat(client.next().json().get("a").asText()).hasSize(8 * 1024 * 1024 - 8);
        assertThat(tooLarge.status()).isEqualTo(413);
        assertThat(tooLarge.error()).contains("up to 8388608 bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "''|''", "GET /health HTTP/1.1|''",
        "POST /reset HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 10\\r\\n\\r\\nabc|did not arrive within" })
    void givenASlowRequest_whenItsTimeIsOver_thenTheConnectionEnds(String part, String answered) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            ControlServer server = new ControlServer(EMULATOR.get(), 0, Duration.ofMillis(200));
            vertx.deployVerticle(server).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);

            String answer = raw(server.port(), part.replace("\\r\\n", "\r\n"));

            assertThat(answer).contains(answered);
            assertThat(answer.isEmpty()).isEqualTo(answered.isEmpty());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void givenAPortInUse_whenStarted_thenTheMessageNamesTheOption() {
        int taken = EMULATOR.get().controlPort();

        assertThatThrownBy(() -> GenAiLiveEmulator.builder().controlPort(taken).start())
                .isInstanceOf(EmulatorStartException.class).hasMessageContaining("port " + taken + " on 127.0.0.1")
                .hasMessageContaining("--control-port").hasMessageContaining("controlPort(0)");
    }
}
