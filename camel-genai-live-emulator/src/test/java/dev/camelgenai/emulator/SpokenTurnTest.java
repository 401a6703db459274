package dev.camelgenai.emulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.RecordedSession.Activity;
import dev.camelgenai.emulator.internal.audio.WavFile;
import dev.camelgenai.emulator.scenario.Conversation.Speaker;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.Dialogue.MANUAL;
import static dev.camelgenai.emulator.Dialogue.inShort;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.audio;
import static dev.camelgenai.emulator.TestClient.audioOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What the user says aloud. */
class SpokenTurnTest {

    /*
     * The recording of a woman who says "front center"; measured apart from the code under test, she speaks from 70 to 430 and
     * from 810 to 1330 of 1428 ms.
     */
    private static final int RATE = 16_000;
    private static final long BEGIN = 70;
    private static final long END = 1_330;
    private static final long TOLERANCE = 100;
    private static final String HALF_A_SECOND = "'realtimeInputConfig':{'automaticActivityDetection':"
            + "{'silenceDurationMs':500}}";

    private static byte[] recording;

    @BeforeAll
    static void read() throws IOException {
        // surefire says where the module is, an IDE starts there
        Path module = Path.of(System.getProperty("basedir", ""));
        WavFile wav = WavFile.read(
                module.resolve("../examples-quarkus/chatbot/src/main/resources/speech/front-center.wav").normalize());
        assertThat(wav.rate()).isEqualTo(RATE);
        recording = wav.pcm();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    private static void assertSpoken(Activity activity, long offset) {
        assertThat(activity.start().toMillis() - offset).isCloseTo(BEGIN, within(TOLERANCE));
        assertThat(activity.end().orElseThrow().toMillis() - offset).isCloseTo(END, within(TOLERANCE));
    }

    @Test
    void givenTheRecordingAtItsPace_whenItIsSpokenAgainDuringTheReply_thenTheReplyIsInterruptedAndTheSecondOneAnswered() {
        // the reply to the first one begins at about 1.9 s and takes as long; the second one begins at 2.4 s
        byte[] pause = Sounds.silence(2_400 - recording.length / (RATE / 500), RATE);
        byte[] stream = concat(recording, pause, recording, Sounds.silence(600, RATE));
        long second = (recording.length + pause.length) / (RATE / 500);
        int frame = RATE / 50 * 2;
        ScheduledExecutorService microphone = Executors.newSingleThreadScheduledExecutor();
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().tlsPort(GenAiLiveEmulator.OFF).scenario(Scenarios.echo())
                .start()) {
            TestClient client = TestClient.open(emulator, HALF_A_SECOND);
            AtomicInteger at = new AtomicInteger();
            microphone.scheduleAtFixedRate(() -> {
                int from = at.getAndAdd(frame);
                if (from < stream.length) {
                    client.send(audio(Arrays.copyOfRange(stream, from, Math.min(stream.length, from + frame)), RATE));
                }
            }, 0, 20, TimeUnit.MILLISECONDS);

            List<JsonNode> interrupted = client.turn();
            List<JsonNode> answered = client.turn();

            assertThat(inShort(interrupted)).startsWith("audio").endsWith("interrupted", "turnComplete");
            assertThat(inShort(answered)).containsExactly("audio", "generationComplete", "turnComplete");
            RecordedSession session = emulator.sessions().get(0);
            List<Activity> activities = session.awaitActivities(2, TIMEOUT);
            assertThat(activities).hasSize(2);
            assertSpoken(activities.get(0), 0);
            assertSpoken(activities.get(1), second);
            assertThat(session.interruptions()).isEqualTo(1);
            // from the lead-in to the silence at the end, all that was said comes back
            assertThat(audioOf(answered).length / 48.0).isCloseTo(END - BEGIN + 300 + 500, within(2.0 * TOLERANCE));
        } finally {
            microphone.shutdownNow();
        }
    }

    /** 0 is all at once. */
    @ParameterizedTest
    @ValueSource(ints = { 20, 100, 0 })
    void givenTheRecordingTwiceAtFullSpeed_whenItIsHeard_thenBothAreFoundWhereTheyAreAndAnswered(int chunkMillis) {
        byte[] stream = concat(recording, Sounds.silence(1_000, RATE), recording, Sounds.silence(1_000, RATE));
        int chunk = chunkMillis == 0 ? stream.length : chunkMillis * RATE / 500;
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), HALF_A_SECOND)) {
            for (int at = 0; at < stream.length; at += chunk) {
                dialogue.speak(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + chunk)), RATE);
            }

            // in several messages the second one may come while the first answer waits for the client
            for (int turn = 0; turn < 2; turn++) {
                assertThat(dialogue.turn()).startsWith("audio").endsWith("turnComplete");
            }
            assertThat(dialogue.session().activities()).hasSize(2);
            assertSpoken(dialogue.session().activities().get(0), 0);
            assertSpoken(dialogue.session().activities().get(1), recording.length * 500L / RATE + 1_000);
            if (chunkMillis == 0) {
                assertThat(dialogue.session().interruptions()).isZero();
            }
        }
    }

    @Test
    void givenTwoActivitiesInOneMessage_whenTheModelTakesItsTime_thenBothTurnsAreAnsweredInOrder() {
        byte[] message = concat(Sounds.tone(500, RATE), Sounds.silence(1_000, RATE), Sounds.tone(1_000, RATE),
                Sounds.silence(1_000, RATE));
        try (Dialogue dialogue = Dialogue.realistic(Scenarios.echo(), "'inputAudioTranscription':{}")) {
            dialogue.speak(message, RATE);

            List<JsonNode> received = dialogue.pass(Duration.ofSeconds(6)).received();

            assertThat(inShort(received)).hasSize(8).doesNotContain("interrupted").element(3).isEqualTo("turnComplete");
            assertThat(inShort(received).get(0)).startsWith("heard: (1.3");
            assertThat(inShort(received).get(4)).startsWith("heard: (2.");
        }
    }

    @Test
    void givenAMessageThatEndsOneActivityAndBeginsAnother_whenTheUserGoesOn_thenTheFirstIsAnsweredAfterwards() {
        byte[] message = concat(Sounds.tone(500, RATE), Sounds.silence(1_000, RATE), Sounds.tone(1_000, RATE));
        try (Dialogue dialogue = Dialogue.realistic(Scenarios.echo(), "")) {
            dialogue.speak(message, RATE);
            assertThat(dialogue.soFar()).isEmpty();

            dialogue.speak(Sounds.silence(1_000, RATE), RATE);

            assertThat(dialogue.pass(Duration.ofSeconds(6)).soFar()).containsExactly("audio", "generationComplete",
                    "turnComplete", "audio", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenARecordingInOneMessage_whenTheModelSpeaks_thenItIsInterruptedOnce() {
        byte[] message = concat(Sounds.tone(500, RATE), Sounds.silence(1_000, RATE), Sounds.tone(500, RATE),
                Sounds.silence(1_000, RATE));
        try (Dialogue dialogue = Dialogue.realistic(Scenarios.echo(), "")) {
            dialogue.type("x".repeat(100)).received();

            dialogue.speak(message, RATE);

            // sound of the first answer may still have been on its way
            assertThat(dialogue.pass(Duration.ofSeconds(6)).soFar()).endsWith("interrupted", "turnComplete", "audio",
                    "generationComplete", "turnComplete", "audio", "generationComplete", "turnComplete");
            assertThat(dialogue.session().interruptions()).isEqualTo(1);
        }
    }

    @Test
    void givenVertexAndExplicitVad_whenTheRecordingIsHeard_thenTheClientIsToldWhere() {
        try (Dialogue dialogue = Dialogue.vertex(Scenarios.echo(), "'explicitVadSignal':true," + HALF_A_SECOND)) {
            dialogue.speak(recording, RATE).speak(Sounds.silence(1_000, RATE), RATE);

            JsonNode start = dialogue.next().get("voiceActivity");
            JsonNode end = dialogue.next().get("voiceActivity");

            assertThat(start.get("type").asText()).isEqualTo("ACTIVITY_START");
            assertThat(millis(start)).isCloseTo(BEGIN, within(TOLERANCE));
            assertThat(end.get("type").asText()).isEqualTo("ACTIVITY_END");
            assertThat(millis(end)).isCloseTo(END, within(TOLERANCE));
            assertThat(dialogue.turn()).startsWith("audio");
        }
    }

    /** Of a duration as proto-JSON has it. */
    private static long millis(JsonNode voiceActivity) {
        String offset = voiceActivity.get("audioOffset").asText();
        assertThat(offset).matches("\\d+(\\.\\d{3})?s");
        return Math.round(1000 * Double.parseDouble(offset.substring(0, offset.length() - 1)));
    }

    @Test
    void givenNoExplicitVad_whenTheUserSpeaks_thenTheClientIsNotTold() {
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), "")) {
            dialogue.speak(concat(recording, Sounds.silence(1_000, RATE)), RATE);

            assertThat(dialogue.soFar()).containsExactly("audio", "generationComplete", "turnComplete");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 8_000, 16_000, 24_000, 44_100, 48_000 })
    void givenAnyRate_whenTheUserSpeaks_thenTheActivityIsWhereItWasAndTheAnswerAsLong(int rate) {
        byte[] stream = concat(Sounds.silence(500, rate), Sounds.tone(1_000, rate), Sounds.silence(600, rate));
        int chunk = rate / 50 * 2;
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), HALF_A_SECOND)) {
            for (int at = 0; at < stream.length; at += chunk) {
                dialogue.speak(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + chunk)), rate);
            }

            List<JsonNode> turn = dialogue.client().turn();

            Activity activity = dialogue.session().awaitActivities(1, TIMEOUT).get(0);
            assertThat(activity.start().toMillis()).isCloseTo(500, within(TOLERANCE));
            assertThat(activity.end().orElseThrow().toMillis()).isCloseTo(1_500, within(TOLERANCE));
            assertThat(audioOf(turn).length / 48.0).isCloseTo(300 + 1_000 + 500, within(1.0 * TOLERANCE));
        }
    }

    @Test
    void givenTheStreamEnds_whenTheUserIsSpeaking_thenWhatSheSaidIsATurnAndTheStreamOpensAgain() {
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), "")) {
            for (int i = 1; i <= 2; i++) {
                dialogue.speak(recording, RATE).send("{'realtimeInput':{'audioStreamEnd':true}}");

                assertThat(dialogue.turn()).containsExactly("audio", "generationComplete", "turnComplete");
                assertThat(dialogue.session().activities()).hasSize(i);
                assertSpoken(dialogue.session().activities().get(i - 1), (i - 1) * recording.length * 500L / RATE);
            }
        }
    }

    @Test
    void givenMarksOfTheClient_whenItSpeaks_thenTheActivitiesAreWhereTheMarksAre() {
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), MANUAL)) {
            dialogue.speak(Sounds.tone(500, RATE), RATE).activityStart().speak(Sounds.silence(300, RATE), RATE).activityEnd();

            assertThat(audioOf(dialogue.client().turn())).hasSize(300 * 48);
            assertThat(dialogue.session().activities()).singleElement().satisfies(activity -> {
                assertThat(activity.start()).hasMillis(500);
                assertThat(activity.end().orElseThrow()).hasMillis(800);
            });
            dialogue.activityStart().activityEnd();
            assertThat(dialogue.soFar()).as("an activity without audio").isEmpty();
            assertThat(dialogue.session().activities()).hasSize(2);
        }
    }

    @Test
    void givenTranscriptions_whenBothSpeak_thenBothAreTranscribedAndTheScenarioSaysWhatWasHeard() {
        ConcurrentLinkedQueue<Utterance> history = new ConcurrentLinkedQueue<>();
        Scenario listener = (turn, reply) -> {
            history.addAll(reply.conversation().history());
            if (turn instanceof UserTurn.Audio) {
                reply.heard("front center");
            }
            reply.say("I see").complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(listener,
                "'inputAudioTranscription':{},'outputAudioTranscription':{}," + MANUAL)) {
            dialogue.activityStart().speak(recording, RATE).activityEnd();

            assertThat(dialogue.turn()).containsExactly("heard: front center", "said: I ", "audio", "said: see", "audio",
                    "generationComplete", "turnComplete");
            assertThat(dialogue.type("x").turn()).startsWith("said: I ");
            assertThat(history).containsExactly(new Utterance(Speaker.USER, "front center"),
                    new Utterance(Speaker.MODEL, "I see"));
        }
    }

    @Test
    void givenNoTranscription_whenBothSpeak_thenNothingIsTranscribed() {
        Scenario listener = (turn, reply) -> reply.heard("front center").say("I see").complete();
        try (Dialogue dialogue = Dialogue.immediate(listener, MANUAL)) {
            dialogue.activityStart().speak(recording, RATE).activityEnd();

            assertThat(dialogue.turn()).containsExactly("audio", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenSomethingWrittenAndNotSentOff_whenTheUserSpeaks_thenItCameBefore() {
        ConcurrentLinkedQueue<Utterance> history = new ConcurrentLinkedQueue<>();
        Scenario listener = (turn, reply) -> {
            history.addAll(reply.conversation().history());
            reply.say("ok").complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(listener, MANUAL)) {
            dialogue.send("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'about this'}]}]}}");
            dialogue.activityStart().speak(recording, RATE).activityEnd().turn();

            assertThat(history).containsExactly(new Utterance(Speaker.USER, "about this"));
        }
    }
}
