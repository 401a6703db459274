package dev.camelgenai.examples.voiceassistant;

import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.Faults;
import dev.camelgenai.examples.service.LiveService;
import dev.camelgenai.examples.voiceassistant.TestPage.Close;
import dev.camelgenai.examples.voiceassistant.TestPage.Json;
import dev.camelgenai.examples.voiceassistant.TestPage.Received;
import dev.camelgenai.examples.voiceassistant.TestPage.Sound;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@QuarkusTest
@TestProfile(VoiceAssistantTest.Impatient.class)
class VoiceAssistantTest {

    private static final Duration PATIENCE = TestPage.PATIENCE;
    private static final int SOUND_BYTES = 1_000_000;
    private static final int SOUNDS = 40;
    private static final byte[] PAUSE = Speech.silence(Duration.ofSeconds(2));

    public static class Impatient implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("camel.component.genai-live.reconnect-max-attempts", "1",
                    "camel.component.genai-live.reconnect-initial-delay", "100", "voice.send-timeout", "2s");
        }
    }

    @Inject
    LiveService service;

    @Inject
    Visitors visitors;

    @Inject
    CamelContext camel;

    @TestHTTPResource
    URI server;

    private GenAiLiveEmulator emulator;

    @BeforeEach
    void findEmulator() {
        emulator = service.emulator().orElseThrow();
    }

    @AfterEach
    void behaveAgainAndBeAlone() {
        emulator.faults().clear();
        await().atMost(PATIENCE).until(() -> visitors.count() == 0);
    }

    @Test
    void tellsFirstWhatToExpect() {
        try (TestPage page = TestPage.open(server)) {
            assertThat(((Json) page.received().get(0)).message().toString()).isEqualTo("{\"type\":\"welcome\",\"model\":"
                    + "\"gemini-3.8-live\",\"emulated\":true,\"inputRate\":16000,\"outputRate\":24000,"
                    + "\"rooms\":[\"living room\",\"kitchen\",\"bedroom\"]}");
        }
    }

    @Test
    void carriesSpeechUpAndTheReplyDown() {
        try (TestPage page = TestPage.open(server)) {
            RecordedSession session = newestSession();
            byte[] speech = Speech.joined(Speech.utterance(), PAUSE);

            page.speak(speech);

            assertThat(page.awaitSpeechOfUser()).contains("of speech");
            page.awaitMessage("turnComplete");
            assertThat(session.audio()).hasSameSizeAs(speech).isEqualTo(speech);
            assertThat(session.messages()).filteredOn(message -> message.kind().equals("realtimeInput"))
                    .extracting(RecordedMessage::mimeType).containsOnly("audio/pcm;rate=16000");
            assertThat(page.awaitTurn(text -> true)).contains("seconds of speech").contains("You said:");
            assertThat(page.sounds()).extracting(Sound::generation).containsOnly(1L);
            byte[] reply = Speech.joined(page.sounds().stream().map(Sound::pcm).toArray(byte[][]::new));
            assertThat(Speech.loudest(reply)).isGreaterThan(3_000);
        }
    }

    @Test
    void carriesTextUpAndTheWordsDown() {
        try (TestPage page = TestPage.open(server)) {
            page.write("Hello");

            assertThat(page.awaitTurn(text -> true)).startsWith("Hello! Ask me");
            assertThat(newestSession().texts()).containsExactly("Hello");
            assertThat(page.messages("transcript")).hasSizeGreaterThan(3);
            page.awaitSound();
        }
    }

    @Test
    void passesOnThatTheMicrophoneIsOff() {
        try (TestPage page = TestPage.open(server)) {
            page.speak(Speech.utterance());
            page.send("{\"type\":\"microphoneOff\"}");

            newestSession().awaitMessage(
                    message -> message.json().path("realtimeInput").path("audioStreamEnd").asBoolean(), PATIENCE);
            // the service need not wait for a pause
            page.awaitSpeechOfUser();
        }
    }

    @Test
    void flushesWhatIsInterruptedBeforeAnythingElseIsSaid() {
        try (TestPage page = TestPage.open(server)) {
            page.write("Tell me a story");
            page.awaitSound();

            page.speak(Speech.joined(Speech.utterance(), PAUSE));

            long interrupted = page.awaitMessage("interrupted").path("generation").asLong();
            await().atMost(PATIENCE).until(() -> page.sounds().stream().anyMatch(sound -> sound.generation() > interrupted));
            List<Received> received = page.received();
            int flush = received.indexOf(new Json(page.awaitMessage("interrupted")));
            assertThat(received.subList(0, flush)).filteredOn(Sound.class::isInstance).isNotEmpty()
                    .allMatch(sound -> ((Sound) sound).generation() == interrupted);
            assertThat(received.subList(flush, received.size())).filteredOn(Sound.class::isInstance)
                    .allMatch(sound -> ((Sound) sound).generation() > interrupted);
            assertThat(newestSession().interruptions()).isEqualTo(1);
            assertThat(page.awaitTurn(text -> text.startsWith("Once"))).doesNotContain("whenever you like");
        }
    }

    @Test
    void givesWhatIsSaidAfterAnInterruptionAndAfterATurnAnotherGeneration() {
        String sound = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\","
                + "\"data\":\"AAAA\"}}]}}}";
        try (TestPage page = TestPage.open(server)) {
            RecordedSession session = newestSession();
            session.send(sound);
            page.awaitSound();
            session.send("{\"serverContent\":{\"interrupted\":true}}");
            session.send(sound);
            session.send("{\"serverContent\":{\"turnComplete\":true}}");
            session.send(sound);

            await().atMost(PATIENCE).until(() -> page.sounds().size() == 3);
            assertThat(page.sounds()).extracting(Sound::generation).containsExactly(1L, 2L, 3L);
            assertThat(page.awaitMessage("interrupted").path("generation").asLong()).isEqualTo(1);
            assertThat(page.awaitMessage("turnComplete").path("generation").asLong()).isEqualTo(2);
        }
    }

    @Test
    void showsWhichToolsAreCalledAndWhatTheyDo() {
        try (TestPage page = TestPage.open(server)) {
            page.write("Kitchen light on");

            JsonNode call = page.awaitMessage("toolCall");
            JsonNode result = page.awaitMessage("toolResult");
            assertThat(call.path("name").asText()).isEqualTo("switchLight");
            assertThat(call.path("args").toString()).isEqualTo("{\"room\":\"Kitchen\",\"on\":true}");
            assertThat(result.path("id")).isEqualTo(call.path("id"));
            assertThat(result.path("result").asText()).isEqualTo("The light in the kitchen is on now");
            assertThat(result.path("failed").asBoolean()).isFalse();
            assertThat(page.awaitMessage("light").toString())
                    .isEqualTo("{\"type\":\"light\",\"room\":\"kitchen\",\"on\":true}");
            assertThat(page.awaitTurn(text -> true)).isEqualTo("The light in the kitchen is on now.");
        }
    }

    @Test
    void showsWhatAToolRefuses() {
        try (TestPage page = TestPage.open(server)) {
            page.write("What time is it in Atlantis");

            assertThat(page.awaitMessage("toolResult").path("failed").asBoolean()).isTrue();
            assertThat(page.awaitTurn(text -> true)).startsWith("There is no time zone Atlantis");

            page.write("A timer of 61 seconds");

            assertThat(page.awaitTurn(text -> text.contains("1 to 60"))).contains("A timer runs for");
        }
    }

    @Test
    void showsThatAToolFailedAndKeepsTheReasonToItself() {
        try (TestPage page = TestPage.open(server)) {
            newestSession().send("{\"toolCall\":{\"functionCalls\":[{\"id\":\"7\",\"name\":\"waterPlants\",\"args\":{}}]}}");

            assertThat(page.awaitMessage("toolResult").toString()).isEqualTo("{\"type\":\"toolResult\",\"id\":\"7\","
                    + "\"name\":\"waterPlants\",\"result\":\"The tool failed.\",\"failed\":true}");
            assertThat(page.awaitMessage("toolCall").path("id").asText()).isEqualTo("7");
        }
    }

    @Test
    void showsWhichToolsAreNotWaitedForAnyMore() {
        try (TestPage page = TestPage.open(server)) {
            newestSession().send("{\"toolCallCancellation\":{\"ids\":[\"7\"]}}");

            assertThat(page.awaitMessage("toolCancelled").path("id").asText()).isEqualTo("7");
        }
    }

    @Test
    void talksOnWhileATimerRuns() {
        try (TestPage page = TestPage.open(server)) {
            page.write("A timer of 3 seconds");
            page.awaitTurn(text -> text.startsWith("I tell you"));

            page.write("What time is it in Tokyo");

            page.awaitTurn(text -> text.endsWith("in Tokyo."));
            assertThat(page.awaitTurn(text -> text.contains("timer")))
                    .isEqualTo("The timer of 3 seconds is over.");
        }
    }

    @Test
    void keepsVisitorsApart() {
        try (TestPage anna = TestPage.open(server)) {
            RecordedSession sessionOfAnna = newestSession();
            try (TestPage bob = TestPage.open(server)) {
                RecordedSession sessionOfBob = newestSession();
                assertThat(sessionOfBob).isNotSameAs(sessionOfAnna);

                anna.write("Kitchen light on");
                bob.write("Hello");

                anna.awaitTurn(text -> text.contains("kitchen is on"));
                bob.awaitTurn(text -> text.startsWith("Hello!"));
                anna.awaitMessage("turnComplete");
                bob.awaitMessage("turnComplete");
                assertThat(bob.messages("light")).isEmpty();
                assertThat(bob.messages("toolCall")).isEmpty();
                assertThat(bob.messages("toolResult")).isEmpty();
                assertThat(anna.messages("transcript")).noneMatch(message -> message.toString().contains("Hello"));
                assertThat(sessionOfAnna.texts()).containsExactly("Kitchen light on");
                assertThat(sessionOfBob.texts()).containsExactly("Hello");
            }
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "https://evil.example", "null", "http://localhost:1" })
    void refusesPagesOfOtherOrigins(String origin) {
        int sessions = emulator.sessions().size();

        assertThatThrownBy(() -> TestPage.connect(server, origin)).isInstanceOf(CompletionException.class).cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class,
                        refusal -> assertThat(refusal.getResponse().statusCode()).isEqualTo(403));
        assertThat(emulator.sessions()).hasSize(sessions);
    }

    @Test
    void closesTheLiveSessionWhenTheVisitorGoes() {
        TestPage page = TestPage.open(server);
        RecordedSession session = newestSession();

        page.close();

        session.awaitClosed(PATIENCE);
        assertThat(session.clientClose()).isPresent();
        await().atMost(PATIENCE).until(() -> visitors.count() == 0);
    }

    @Test
    void endsTheVisitOfWhoDoesNotListenAndNoOther() {
        int sessions = emulator.sessions().size();
        try (TestPage deaf = TestPage.connectAndReadNothing(server)) {
            await().atMost(PATIENCE).until(() -> emulator.sessions().size() > sessions);
            RecordedSession session = newestSession();
            session.awaitSetup(PATIENCE);
            try (TestPage other = TestPage.open(server)) {
                String sound = "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":"
                        + "\"audio/pcm;rate=24000\",\"data\":\""
                        + Base64.getEncoder().encodeToString(new byte[SOUND_BYTES]) + "\"}}]}}}";
                // more than the sockets on the way can hold
                IntStream.range(0, SOUNDS).forEach(i -> session.send(sound));

                other.write("Hello");

                other.awaitTurn(text -> text.startsWith("Hello!"));
                session.awaitClosed(PATIENCE);
                await().atMost(PATIENCE).until(() -> visitors.count() == 1);
                assertThat(other.isClosed()).isFalse();

                deaf.read();

                assertThat(deaf.awaitClose()).isEqualTo(new Close(4002, "Your connection is too slow for speech."));
                assertThat(deaf.sounds()).hasSizeLessThan(SOUNDS);
            }
        }
    }

    @Test
    void waitsForNoRouteThatIsStopped() throws Exception {
        try (TestPage page = TestPage.open(server)) {
            camel.getRouteController().stopRoute("speak");
            try {
                page.speak(Speech.utterance());
                page.write("Hello");

                page.awaitTurn(text -> text.startsWith("Hello!"));
                assertThat(newestSession().audio()).isEmpty();
            } finally {
                camel.getRouteController().startRoute("speak");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "no JSON", "{\"type\":\"unknown\"}", "{}", "[]" })
    void endsTheVisitOfAPageThatCannotBeRead(String message) {
        try (TestPage page = TestPage.open(server)) {
            page.send(message);

            assertThat(page.awaitClose()).isEqualTo(new Close(1008, "Your page sent a message that cannot be read."));
            newestSession().awaitClosed(PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 641 })
    void endsTheVisitOfAPageThatSendsNoSound(int bytes) {
        try (TestPage page = TestPage.open(server)) {
            page.sendSound(new byte[bytes]);

            assertThat(page.awaitClose().code()).isEqualTo(1008);
        }
    }

    @Test
    void saysThatAnEmptyMessageIsEmpty() {
        try (TestPage page = TestPage.open(server)) {
            page.write(" ");

            assertThat(page.awaitMessage("notice").path("text").asText()).isEqualTo("There is nothing in your message.");
            page.send("{\"type\":\"text\"}");
            await().atMost(PATIENCE).until(() -> page.messages("notice").size() == 2);
            assertThat(newestSession().texts()).isEmpty();
        }
    }

    @Test
    void tellsThatTheLiveConnectionBrokeAndCameBack() {
        try (TestPage page = TestPage.open(server)) {
            page.write("Hello");
            page.awaitMessage("turnComplete");

            newestSession().dropTcp().join();

            assertThat(page.awaitMessage("session", message -> "reconnecting".equals(message.path("event").asText()))
                    .path("attempt").asInt()).isEqualTo(1);
            assertThat(page.awaitMessage("session", message -> "resumed".equals(message.path("event").asText()))
                    .path("stateRestored").asBoolean()).isTrue();
            page.write("Kitchen light on");
            page.awaitTurn(text -> text.contains("kitchen is on"));
            assertThat(page.isClosed()).isFalse();
        }
    }

    static List<Arguments> refusals() {
        return List.of(
                refusal(new Close(4004, "The live service cannot be reached at the moment. Try again later."),
                        faults -> faults.refuseUpgrade(503, "The service is currently unavailable.")),
                refusal(new Close(4005, "The quota of the live service is used up. Try again later."),
                        faults -> faults.refuseUpgrade(429, "Resource has been exhausted (e.g. check quota).")),
                refusal(new Close(4003, "The live service refused the session; the server's log says why."),
                        faults -> faults.closeInsteadOfSetupComplete(1007, "API key not valid. Please pass a valid API key.")));
    }

    private static Arguments refusal(Close close, Consumer<Faults> arming) {
        return Arguments.of(close, arming);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void tellsWhyThereIsNoLiveSession(Close close, Consumer<Faults> arming) {
        arming.accept(emulator.faults());

        try (TestPage page = TestPage.connect(server, TestPage.origin(server))) {
            assertThat(page.awaitClose()).isEqualTo(close);
        }
    }

    @Test
    void tellsThatTheLiveSessionEndedInTheMiddle() {
        try (TestPage page = TestPage.open(server)) {
            newestSession().close(1008, "models/gemini-0 is not found").join();

            assertThat(page.awaitClose().code()).isEqualTo(4003);
        }
    }

    private RecordedSession newestSession() {
        List<RecordedSession> sessions = emulator.sessions();
        return sessions.get(sessions.size() - 1);
    }
}
