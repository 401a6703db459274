package dev.camelgenai.walkthrough;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Live coding, as the chatbot's README tells: nothing is configured, and nothing but Maven was started. */
class DevModeTest {

    private static final Path MAVEN = Path.of(System.getProperty("dev-mode.maven"));
    private static final String LAST_LINE = "No terminal: serving HTTP until the process is stopped";
    private static final Pattern EMULATOR = Pattern.compile("Talking to the live service at (ws://127\\.0\\.0\\.1:(\\d+))");
    private static final Pattern STARTED = Pattern.compile("Live reload total time");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CHAT = "http://127.0.0.1:8080/chat/anna";
    private static final String YAML_CHAT = "http://127.0.0.1:8080/yaml/chat/anna";

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
            String emulator = emulator(dev.output());

            // given: two conversations, one per language of routes
            assertThat(say(CHAT, "My name is Ada")).contains("Ada");
            assertThat(say(YAML_CHAT, "My name is Ada")).contains("Ada");
            int open = openSessions(emulator);
            assertThat(open).isGreaterThanOrEqualTo(2);

            // when: a route in Java and one in YAML are changed
            replace(clone.file("examples-quarkus/chatbot/src/main/java/dev/camelgenai/examples/chatbot/HttpRoutes.java"),
                    ".convertBodyTo(String.class)", ".convertBodyTo(String.class).transform(body().prepend(\"Java: \"))");
            replace(clone.file("examples-quarkus/chatbot/src/main/resources/routes/chat.camel.yaml"),
                    "- convertBodyTo: { type: String }",
                    "- convertBodyTo: { type: String }\n        - transform: { simple: \"YAML: ${body}\" }");

            // then: the next request gets the new route, from the same emulator
            await("the changed route").atMost(PATIENCE).pollInterval(Duration.ofSeconds(3))
                    .until(() -> say(CHAT, "What is my name?").startsWith("Java: "));
            assertThat(say(YAML_CHAT, "What is my name?")).startsWith("YAML: ");
            assertThat(openSessions(emulator)).as("the sessions of before are closed").isEqualTo(2);
            dev.awaitOutput("its reload", output -> STARTED.matcher(output).find());
        }
    }

    private static String emulator(String output) {
        Matcher line = EMULATOR.matcher(output);
        assertThat(line.find()).as(output).isTrue();
        return line.group(2);
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
