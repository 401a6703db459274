package dev.camelgenai.examples.voiceassistant;

import java.net.URI;
import java.util.Map;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.examples.service.LiveService;
import dev.camelgenai.examples.voiceassistant.TestPage.Close;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What one visitor may send, and how many there may be; each limit is a property. */
@QuarkusTest
@TestProfile(VisitLimitsTest.LowLimits.class)
class VisitLimitsTest {

    private static final int MAX_BYTES = 700;
    private static final int PER_SECOND = 5;

    public static class LowLimits implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("voice.max-visitors", "2", "voice.max-message-bytes", Integer.toString(MAX_BYTES),
                    "voice.max-text-length", "20", "voice.max-messages-per-second", Integer.toString(PER_SECOND),
                    "quarkus.websockets-next.server.max-message-size", "2000",
                    "quarkus.websockets-next.server.max-frame-size", "2000");
        }
    }

    @Inject
    LiveService service;

    @Inject
    Visitors visitors;

    @TestHTTPResource
    URI server;

    @AfterEach
    void beAlone() {
        await().atMost(TestPage.PATIENCE).until(() -> visitors.count() == 0);
    }

    @Test
    void refusesOneVisitorTooManyUntilSomebodyLeaves() {
        try (TestPage first = TestPage.open(server); TestPage second = TestPage.open(server)) {
            try (TestPage third = TestPage.connect(server, TestPage.origin(server))) {
                assertThat(third.awaitClose())
                        .isEqualTo(new Close(1013, "There are too many visitors at the moment. Try again later."));
            }
            assertThat(first.isClosed()).isFalse();

            second.close();

            await().atMost(TestPage.PATIENCE).until(() -> visitors.count() == 1);
            try (TestPage another = TestPage.open(server)) {
                assertThat(another.isClosed()).isFalse();
            }
        }
    }

    @Test
    void takesMessagesUpToTheLimit() {
        try (TestPage page = TestPage.open(server)) {
            page.sendSound(new byte[MAX_BYTES]);

            newestSession().awaitMessages(1, TestPage.PATIENCE);
            assertThat(page.isClosed()).isFalse();
        }
    }

    @Test
    void endsTheVisitWithAMessageThatIsTooLarge() {
        try (TestPage sound = TestPage.open(server); TestPage text = TestPage.open(server)) {
            sound.sendSoundUntilClosed(new byte[MAX_BYTES + 2]);
            // fewer characters than bytes
            text.write("ü".repeat(MAX_BYTES / 2));

            assertThat(sound.awaitClose()).isEqualTo(new Close(1009, "Your page sent a message that is too large."));
            assertThat(text.awaitClose().code()).isEqualTo(1009);
            assertThat(newestSession().messages()).isEmpty();
        }
    }

    @Test
    void endsTheConnectionWithAFrameThatIsNotEvenRead() {
        try (TestPage page = TestPage.open(server)) {
            RecordedSession session = newestSession();

            page.sendSoundUntilClosed(new byte[100_000]);

            session.awaitClosed(TestPage.PATIENCE);
            await().atMost(TestPage.PATIENCE).until(page::isClosed);
            assertThat(session.messages()).isEmpty();
        }
    }

    @Test
    void endsTheVisitWhenMessagesComeTooFast() {
        try (TestPage page = TestPage.open(server)) {
            IntStream.range(0, 4 * PER_SECOND).forEach(i -> page.sendSoundUntilClosed(new byte[2]));

            assertThat(page.awaitClose()).isEqualTo(new Close(1008, "Your page sent too many messages at once."));
            assertThat(newestSession().awaitClosed(TestPage.PATIENCE).messageCount()).isBetween(1L, 2L * PER_SECOND);
        }
    }

    @Test
    void saysThatATextIsTooLongAndGoesOn() {
        try (TestPage page = TestPage.open(server)) {
            page.write("x".repeat(21));

            assertThat(page.awaitMessage("notice").path("text").asText())
                    .isEqualTo("Your message has 21 characters; at most 20 are read.");
            page.write("Hello");
            page.awaitTurn(text -> true);
            assertThat(newestSession().texts()).containsExactly("Hello");
        }
    }

    private RecordedSession newestSession() {
        GenAiLiveEmulator emulator = service.emulator().orElseThrow();
        return emulator.sessions().get(emulator.sessions().size() - 1);
    }
}
