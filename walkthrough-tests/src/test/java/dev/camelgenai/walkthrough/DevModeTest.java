package dev.camelgenai.walkthrough;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Live coding, as the chatbot's README tells: nothing is configured, and nothing but Maven was started. */
class DevModeTest {

    private static final Path MAVEN = Path.of(System.getProperty("dev-mode.maven"));
    private static final String LAST_LINE = "No terminal: serving HTTP until the process is stopped";
    private static final Pattern EMULATOR = Pattern.compile("Talking to the live service at (ws://127\\.0\\.0\\.1:\\d+), ");
    private static final URI DEV_UI = URI.create("ws://127.0.0.1:8080/q/dev-ui/json-rpc-ws");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CHAT = "http://127.0.0.1:8080/chat/anna";
    private static final String YAML_CHAT = "http://127.0.0.1:8080/yaml/chat/anna";

    /** The end of the answer of the route in YAML. */
    private static final String CONVERTED = "        - convertBodyTo:\n            type: String\n";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @Test
    void aChangedRouteIsTakenOverWhileItRunsAndItsSessionsAreClosed() throws Exception {
        Clone clone = Clone.make("dev-mode-clone");
        Map<String, String> environment = new HashMap<>(Clone.mavenEnvironment());
        environment.put("PATH", MAVEN.getParent() + ":" + System.getenv("PATH"));
        String command = Document.read(clone.file("examples-quarkus/chatbot/README.md")).blocks().stream()
                .map(Document.Block::text).filter(text -> text.contains("quarkus:dev")).findFirst().orElseThrow();
        // two artifacts that dev mode adds are not in every repository; nothing of the chatbot needs them
        try (Shell dev = Shell.start(command + " -Pwithout-camel-console", clone.directory(), environment)) {
            dev.awaitOutput("the conversation", output -> output.contains(LAST_LINE));
            Matcher emulator = EMULATOR.matcher(dev.output());
            assertThat(emulator.find()).as(dev.output()).isTrue();

            // given: two conversations, one per language of routes, and that of the script
            assertThat(say(CHAT, "My name is Ada")).contains("Ada");
            assertThat(say(YAML_CHAT, "My name is Bob")).contains("Bob");
            JsonNode before = emulator();
            assertThat(before.path("url").textValue()).isEqualTo(emulator.group(1));
            List<Integer> conversations = openSessions(before);
            assertThat(conversations).hasSize(3);

            // when: a route in Java and one in YAML are changed
            replace(clone.file("examples-quarkus/chatbot/src/main/java/dev/camelgenai/examples/chatbot/HttpRoutes.java"),
                    ".convertBodyTo(String.class)", ".convertBodyTo(String.class).transform(body().prepend(\"Java: \"))");
            replace(clone.file("examples-quarkus/chatbot/src/main/resources/routes/chat.camel.yaml"), CONVERTED,
                    CONVERTED + "        - transform:\n            simple: \"YAML: ${body}\"\n");

            // then: the next requests get the new routes, from the same emulator, and the sessions of before are closed
            await("the changed route").atMost(PATIENCE).pollInterval(Duration.ofSeconds(3))
                    .until(() -> say(CHAT, "My name is Ada").startsWith("Java: "));
            assertThat(say(YAML_CHAT, "My name is Bob")).startsWith("YAML: ");
            JsonNode after = emulator();
            assertThat(after.path("url")).isEqualTo(before.path("url"));
            assertThat(openSessions(after)).hasSize(2).doesNotContainAnyElementsOf(conversations);
        }
    }

    private static List<Integer> openSessions(JsonNode emulator) {
        return StreamSupport.stream(emulator.path("sessions").spliterator(), false)
                .filter(session -> session.path("open").booleanValue()).map(session -> session.path("number").intValue())
                .toList();
    }

    /** What the Dev UI shows of the emulator that dev mode has started. */
    private JsonNode emulator() throws IOException {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket socket = http.newWebSocketBuilder().buildAsync(DEV_UI, new WebSocket.Listener() {

            private final StringBuilder text = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                    answer.complete(text.toString());
                }
                from.request(1);
                return null;
            }

            @Override
            public void onError(WebSocket from, Throwable error) {
                answer.completeExceptionally(error);
            }
        }).join();
        try {
            socket.sendText("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"camel-quarkus-genai-live_emulator\",\"params\":{}}",
                    true).join();
            return MAPPER.readTree(answer.orTimeout(30, TimeUnit.SECONDS).join()).path("result").path("object");
        } finally {
            socket.abort();
        }
    }

    private static void replace(Path file, String before, String after) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(before);
        Files.writeString(file, text.replaceFirst(Pattern.quote(before), Matcher.quoteReplacement(after)));
    }

    private String say(String address, String text) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60))
                .header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString(text)).build(),
                BodyHandlers.ofString()).body();
    }
}
