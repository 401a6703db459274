package dev.camelgenai.examples.livetranslation;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.examples.testing.PackagedApplication;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The application as a user starts it: {@code java -jar}, here without a terminal. */
class LiveTranslationIT {

    private static final String SECRET = "AIza-this-must-not-be-printed";
    private static final String LAST_LINE = "No terminal: serving HTTP until the process is stopped";
    private static final Path SPEECH = Path.of("src/main/resources/speech/front-center.wav");

    @Test
    void givesItsTalkAndServesHttpWithoutAnyKey() throws Exception {
        try (PackagedApplication application = PackagedApplication.builder().start()) {
            application.awaitLine(LAST_LINE);

            List<String> printed = application.printed();
            assertThat(printed).first().asString()
                    .matches("No GEMINI_API_KEY: talking to the embedded emulator at ws://127\\.0\\.0\\.1:\\d+, model .+");
            assertThat(printed.get(1)).endsWith("{de=German, es=Spanish, fr=French}");
            assertThat(printed).containsSubsequence("You: Good morning.", "  de: Guten Morgen.", "  es: Buenos días.",
                    "  fr: Bonjour.", "You: My hovercraft is full of eels.", "  de: [Deutsch] My hovercraft is full of eels.",
                    "You: wav: speech/front-center.wav", "You: Thank you. Goodbye.", "  fr: Merci. Au revoir.");
            String address = application.address();
            try (Listener german = Listener.join(address, "/talks/it/de");
                    Listener spanish = Listener.join(address, "/talks/it/es")) {
                assertThat(post(address, "text/plain", BodyPublishers.ofString("Good evening.")).body())
                        .isEqualTo("de: Guten Abend.\nes: Buenas tardes.\n");
                german.awaitEvent("translation: Guten Abend.");
                spanish.awaitEvent("translation: Buenas tardes.");
                assertThat(post(address, "audio/wav", BodyPublishers.ofFile(SPEECH)).statusCode()).isEqualTo(200);
                german.awaitEvent(event -> event.startsWith("translation: ") && event.contains("1.4 seconds"));
                HttpResponse<byte[]> speech = HttpClient.newHttpClient().send(
                        HttpRequest.newBuilder(URI.create(address + "/talks/it/es/speech")).build(),
                        BodyHandlers.ofByteArray());
                assertThat(speech.headers().firstValue("Content-Type")).contains("audio/wav");
                assertThat(speech.body()).startsWith("RIFF".getBytes()).hasSizeGreaterThan(10_000);
            }
            application.stop();
            assertThat(application.printed()).last().isEqualTo(LAST_LINE);
        }
    }

    @Test
    void talksToTheServiceThatKeyAndBaseUrlName() throws Exception {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey(SECRET).pacing(Pacing.IMMEDIATE)
                .scenario(Scenarios.assistant()).start();
                PackagedApplication application = with("GEMINI_API_KEY", emulator)) {
            application.awaitLine(LAST_LINE);

            assertThat(application.printed()).contains("  de: Guten Morgen.");
            assertThat(emulator.sessions()).hasSize(3).extracting(RecordedSession::credential).containsOnly(SECRET);
            assertThat(application.printed()).noneMatch(line -> line.contains(SECRET));
            emulator.sessions().forEach(session -> session.awaitClosed(Duration.ofSeconds(20)));
        }
    }

    @Test
    void keepsAKeyThatIsRefusedToItself() throws Exception {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey("another").start();
                PackagedApplication application = with("GOOGLE_API_KEY", emulator)) {
            application.awaitLine(LAST_LINE);
            String address = application.address();
            try (Listener german = Listener.join(address, "/talks/it/de")) {
                HttpResponse<String> answer = post(address, "text/plain", BodyPublishers.ofString("Good evening."));

                assertThat(answer.statusCode()).isEqualTo(502);
                assertThat(answer.body()).contains("Check the option apiKey").doesNotContain(SECRET);
                assertThat(german.awaitEvent(event -> event.startsWith("trouble: "))).doesNotContain(SECRET);
            }
            assertThat(application.printed()).anyMatch(line -> line.startsWith("  de: (failed) "))
                    .noneMatch(line -> line.contains(SECRET));
        }
    }

    private static PackagedApplication with(String key, GenAiLiveEmulator emulator) throws IOException {
        return PackagedApplication.builder().environment(key, SECRET).environment("GOOGLE_GEMINI_BASE_URL", emulator.wsUrl())
                .start();
    }

    private static HttpResponse<String> post(String address, String type, BodyPublisher body)
            throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(address + "/talks/it"))
                .timeout(Duration.ofSeconds(30)).header("Content-Type", type).POST(body).build(), BodyHandlers.ofString());
    }
}
