package dev.camelgenai.examples.voiceassistant;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.examples.testing.PackagedApplication;
import dev.camelgenai.examples.voiceassistant.TestPage.Sound;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The application as a user starts it. */
class VoiceAssistantIT {

    private static final String SECRET = "AIza-this-must-not-be-printed";
    private static final int CHUNK_BYTES = 640;
    private static final int CHUNK_MILLIS = 20;
    private static final byte[] SPEECH = Speech.joined(Speech.utterance(), Speech.silence(Duration.ofSeconds(2)));

    @Test
    void talksWithoutAnyKey() throws Exception {
        try (PackagedApplication application = PackagedApplication.builder().start();
                TestPage page = TestPage.open(URI.create(application.address()))) {
            page.speak(SPEECH);

            assertThat(page.awaitTurn(text -> true)).contains("seconds of speech").contains("You said:");
            assertThat(loudness(page)).isGreaterThan(3_000);
            assertThat(page.awaitMessage("light").path("room").asText()).isEqualTo("living room");

            page.write("Kitchen light on");

            assertThat(page.awaitTurn(text -> text.contains("kitchen"))).isEqualTo("The light in the kitchen is on now.");
            assertThat(page.awaitMessage("toolResult").path("failed").asBoolean()).isFalse();
            application.stop();
            assertThat(application.printed()).hasSize(2);
            assertThat(application.printed().get(0))
                    .matches(
                            "No GEMINI_API_KEY: talking to the embedded emulator at ws://127\\.0\\.0\\.1:\\d+, model gemini-3.8-live");
            assertThat(application.printed().get(1)).matches("Voice assistant: http://127\\.0\\.0\\.1:\\d+/");
        }
    }

    @Test
    void servesThePageAndLetsNoOtherPageConnect() throws Exception {
        try (PackagedApplication application = PackagedApplication.builder().start()) {
            URI server = URI.create(application.address());

            HttpResponse<String> page = get(server.resolve("/"));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("<title>Voice assistant</title>");
            assertThat(page.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(
                    policy -> assertThat(policy).startsWith("default-src 'self'"));
            assertThat(get(server.resolve("/js/app.js")).headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).contains("javascript"));
            assertThat(get(server.resolve("/audio/player-worklet.js")).statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> TestPage.connect(server, "https://evil.example")).cause()
                    .isInstanceOf(WebSocketHandshakeException.class);
        }
    }

    @Test
    void stopsAtOnceAlthoughVisitorsSpeak() throws Exception {
        ScheduledExecutorService microphones = Executors.newSingleThreadScheduledExecutor();
        try (PackagedApplication application = PackagedApplication.builder().start();
                TestPage page = TestPage.open(URI.create(application.address()));
                TestPage other = TestPage.open(URI.create(application.address()))) {
            List.of(page, other).forEach(each -> microphones.scheduleAtFixedRate(() -> each.sendSound(new byte[CHUNK_BYTES]),
                    0, CHUNK_MILLIS, TimeUnit.MILLISECONDS));
            other.write("Tell me a story");
            other.awaitSound();
            long begin = System.nanoTime();

            application.stop();

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
            assertThat(application.printed()).hasSize(2);
        } finally {
            microphones.shutdownNow();
        }
    }

    @Test
    void letsTheOriginsThatAreNamedConnectInstead() throws Exception {
        try (PackagedApplication application = PackagedApplication.builder()
                .property("voice.allowed-origins", "https://voice.example.org,https://voice.example.net").start()) {
            URI server = URI.create(application.address());

            try (TestPage page = TestPage.connect(server, "https://voice.example.net")) {
                page.awaitMessage("welcome");
            }
            assertThatThrownBy(() -> TestPage.connect(server, TestPage.origin(server))).cause()
                    .isInstanceOf(WebSocketHandshakeException.class);
        }
    }

    @Test
    void talksOverTlsToTheServiceThatKeyAndBaseUrlName() throws Exception {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey(SECRET).scenario("parrot").start();
                PackagedApplication application = PackagedApplication.builder().environment("GEMINI_API_KEY", SECRET)
                        .property("live.base-url", emulator.wssUrl())
                        .trusting(emulator.clientTrustManager().getAcceptedIssuers()[0]).start();
                TestPage page = TestPage.open(URI.create(application.address()))) {
            page.speak(SPEECH);

            page.awaitMessage("turnComplete");
            assertThat(loudness(page)).isGreaterThan(3_000);
            assertThat(page.awaitMessage("welcome").path("emulated").asBoolean()).isFalse();
            RecordedSession session = emulator.sessions().get(0);
            assertThat(session.credential()).isEqualTo(SECRET);
            assertThat(session.audio()).isEqualTo(SPEECH);

            page.close();

            session.awaitClosed(TestPage.PATIENCE);
            application.stop();
            assertThat(application.printed()).first().asString().startsWith("Talking to the live service");
            assertThat(application.printed()).noneMatch(line -> line.contains(SECRET));
        }
    }

    private static int loudness(TestPage page) {
        return Speech.loudest(Speech.joined(page.sounds().stream().map(Sound::pcm).toArray(byte[][]::new)));
    }

    private static HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(address).timeout(TestPage.PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
