package dev.camelgenai.examples.chatbot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.examples.testing.PackagedApplication;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The application as a user starts it: {@code java -jar}, here without a terminal. */
class ChatbotIT {

    private static final String SECRET = "AIza-this-must-not-be-printed";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Pattern HTTP = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
    private static final int LINES = 24;
    private static final String LAST_LINE = "No terminal: serving HTTP until the process is stopped";

    @Test
    void playsTheScriptAndServesHttpWithoutAnyKey() throws Exception {
        try (PackagedApplication application = start(Map.of())) {
            application.awaitLine(LAST_LINE);

            List<String> printed = application.printed();
            assertThat(printed).hasSize(LINES).first().asString()
                    .matches("No GEMINI_API_KEY: talking to the embedded emulator at ws://127\\.0\\.0\\.1:\\d+, model .+");
            assertThat(printed).containsSubsequence("You: Hello, who are you?", "You: Where is order 1042?",
                    "     [orderStatus id=1042]", "You: Where is parcel 77?", "     [trackParcel number=77]",
                    "You: What time is it in Rome and in Tokyo?", "     [localTime city=Rome]", "     [localTime city=Tokyo]",
                    "You: My name is Ada. Now listen to this.", "You: wav: speech/front-center.wav");
            assertThat(printed.get(3)).startsWith("Bot: I am the assistant");
            assertThat(after("     [orderStatus id=1042]", printed))
                    .contains("Order 1042, coffee grinder: sent with parcel 77.");
            assertThat(after("     [trackParcel number=77]", printed)).startsWith("Bot: I have asked for that");
            assertThat(printed).filteredOn(line -> line.contains("arcel 77 is in the depot in Bologna")).hasSize(1);
            assertThat(after("You: wav: speech/front-center.wav", printed)).startsWith("Bot: ")
                    .contains("1.4 seconds of speech");
            assertThat(printed.get(LINES - 2)).matches(" +\\d+\\.\\d\\d s of spoken reply: .+reply.*\\.wav");
            assertThat(post(application, "/chat/anna", "My name is Ada").statusCode()).isEqualTo(200);
            assertThat(post(application, "/chat/anna", "What is my name?").body()).contains("Ada");
            assertThat(post(application, "/chat/anna", "Where is order 1043?").body()).contains("espresso cups: being packed");
            assertThat(post(application, "/yaml/chat/bob", "What is 6 * 7?").body()).contains("42");
            assertThat(post(application, "/yaml/chat/bob", "When do you open on Saturday?").body())
                    .contains("from 10:00 to 16:00");

            application.stop();
            assertThat(application.printed()).hasSize(LINES);
        }
    }

    private static String after(String line, List<String> printed) {
        return printed.get(printed.indexOf(line) + 1);
    }

    @Test
    void talksOverTlsToTheServiceThatKeyAndBaseUrlName() throws Exception {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey(SECRET).start();
                PackagedApplication application = PackagedApplication.builder().environment("GEMINI_API_KEY", SECRET)
                        .environment("GOOGLE_GEMINI_BASE_URL", emulator.wssUrl())
                        .trusting(emulator.clientTrustManager().getAcceptedIssuers()[0]).start()) {
            application.awaitLine(LAST_LINE);

            assertThat(application.printed()).contains("Bot: Hello, who are you?");
            assertThat(emulator.sessions()).hasSize(1).extracting(RecordedSession::credential).containsExactly(SECRET);
            assertThat(application.printed()).noneMatch(line -> line.contains("emulator") || line.contains(SECRET));
        }
    }

    @Test
    void keepsAKeyThatIsRefusedToItself() throws Exception {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey("another").start();
                PackagedApplication application = start(
                        Map.of("GOOGLE_API_KEY", SECRET, "GOOGLE_GEMINI_BASE_URL", emulator.wsUrl()))) {
            application.awaitLine(LAST_LINE);
            HttpResponse<String> answer = post(application, "/chat/anna", "Hello");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("Check the option apiKey").doesNotContain(SECRET);
            assertThat(application.printed()).anyMatch(line -> line.startsWith("Bot: (no answer)"))
                    .noneMatch(line -> line.contains(SECRET));
        }
    }

    private static PackagedApplication start(Map<String, String> environment) throws IOException {
        PackagedApplication.Builder builder = PackagedApplication.builder();
        environment.forEach(builder::environment);
        return builder.start();
    }

    private static HttpResponse<String> post(PackagedApplication application, String path, String text)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(application.address() + path))
                .timeout(Duration.ofSeconds(30)).header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(text)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
