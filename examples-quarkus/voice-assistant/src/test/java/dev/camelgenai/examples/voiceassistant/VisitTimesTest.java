package dev.camelgenai.examples.voiceassistant;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import jakarta.inject.Inject;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.examples.service.LiveService;
import dev.camelgenai.examples.voiceassistant.TestPage.Close;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How long a visit may last, and speech be on its way; each time is a property. */
@QuarkusTest
@TestProfile(VisitTimesTest.ShortTimes.class)
class VisitTimesTest {

    public static class ShortTimes implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("voice.max-visit", "8s", "voice.idle-timeout", "4s", "voice.max-speech-age", "200ms",
                    "camel.component.genai-live.reconnect-initial-delay", "1500");
        }
    }

    @Inject
    LiveService service;

    @TestHTTPResource
    URI server;

    @Test
    void endsTheVisitOfWhoSaysNothing() {
        try (TestPage page = TestPage.open(server)) {
            RecordedSession session = newestSession();

            assertThat(page.awaitClose())
                    .isEqualTo(new Close(4001, "Nobody has said anything for a while. Connect again to go on."));
            session.awaitClosed(TestPage.PATIENCE);
        }
    }

    @Test
    void endsTheVisitOfWhoNeverStops() {
        try (TestPage page = TestPage.open(server)) {
            await().atMost(TestPage.PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                if (!page.isClosed()) {
                    page.sendSoundUntilClosed(new byte[640]);
                }
                return page.isClosed();
            });

            assertThat(page.awaitClose())
                    .isEqualTo(new Close(4000, "The time of this conversation is up. Connect again for another one."));
        }
    }

    @Test
    void dropsSpeechThatWasTooLongOnItsWay() {
        try (TestPage page = TestPage.open(server)) {
            newestSession().dropTcp().join();
            page.awaitMessage("session", message -> "reconnecting".equals(message.path("event").asText()));
            page.sendSound(new byte[]{ 1, 1 });

            page.awaitMessage("session", message -> "resumed".equals(message.path("event").asText()));
            page.sendSound(new byte[]{ 2, 2 });

            newestSession().awaitMessages(1, TestPage.PATIENCE);
            assertThat(newestSession().audio()).containsExactly(2, 2);
        }
    }

    private RecordedSession newestSession() {
        GenAiLiveEmulator emulator = service.emulator().orElseThrow();
        return emulator.sessions().isEmpty() ? null : emulator.sessions().get(emulator.sessions().size() - 1);
    }
}
