package dev.camelgenai.emulator;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.audio;
import static dev.camelgenai.emulator.TestClient.audioOf;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.outputTranscriptOf;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

class ConversationTest {

    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    private static String turn(String text) {
        return json("{'clientContent':{'turns':[{'parts':[{'text':'" + text + "'}],'role':'user'}],'turnComplete':true}}");
    }

    /** A voice, as far as the energy tells. */
    private static byte[] loud(int millis, int rate) {
        byte[] pcm = new byte[rate / 1000 * millis * 2];
        for (int i = 0; i < pcm.length / 2; i++) {
            int sample = (int) (8000 * Math.sin(2 * Math.PI * 300 * i / rate));
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }

    @Test
    void givenTextModality_whenATurnIsComplete_thenTheSameTextComesBackWordByWord() {
        TestClient client = TestClient.open(EMULATOR.get(), TEXT);

        List<JsonNode> turn = client.send(turn("Hello  dear world ")).turn();

        assertThat(turn).extracting(JsonNode::toString).containsExactly(
                json("{'serverContent':{'modelTurn':{'role':'model','parts':[{'text':'Hello  '}]}}}"),
                json("{'serverContent':{'modelTurn':{'role':'model','parts':[{'text':'dear '}]}}}"),
                json("{'serverContent':{'modelTurn':{'role':'model','parts':[{'text':'world '}]}}}"),
                json("{'serverContent':{'generationComplete':true}}"),
                json("{'serverContent':{'turnComplete':true},'usageMetadata':{'promptTokenCount':5,'responseTokenCount':5,"
                        + "'totalTokenCount':10,'promptTokensDetails':[{'modality':'TEXT','tokenCount':5}],"
                        + "'responseTokensDetails':[{'modality':'TEXT','tokenCount':5}]}}"));
    }

    @Test
    void givenSeveralContents_whenTheTurnIsCompleted_thenAllSinceTheLastAnswerComesBack() {
        TestClient client = TestClient.open(EMULATOR.get(), TEXT);

        client.send(json("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'old'}]},"
                + "{'role':'model','parts':[{'text':'answered'}]},{'role':'user','parts':[{'text':'a'},{'text':'b'}]}]}}"));
        client.send(json("{'clientContent':{'turns':[{'parts':[{'text':'c'}]}]}}"));
        client.send(json("{'clientContent':{'turnComplete':true}}"));

        assertThat(textOf(client.turn())).isEqualTo("abc");
        assertThat(textOf(client.send(json("{'realtime_input':{'text':'now'}}")).turn())).isEqualTo("now");
    }

    @Test
    void givenHistoryFirst_whenItIsComplete_thenOnlyTheNextTurnIsAnswered() {
        TestClient client = TestClient.open(EMULATOR.get(), TEXT + ",'historyConfig':{'initialHistoryInClientContent':true}");

        client.send(turn("long ago")).send(turn("today"));

        assertThat(textOf(client.turn())).isEqualTo("today");
    }

    @Test
    void givenVertex_whenATurnIsComplete_thenTheUsageHasItsOtherNames() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + VERTEX);
        client.send(json("{'setup':{'model':'publishers/google/models/gemini-x'," + TEXT + "}}"));
        client.next();

        List<JsonNode> turn = client.send(turn("four")).turn();

        JsonNode usage = turn.get(turn.size() - 1).get("usageMetadata");
        assertThat(usage.get("candidatesTokenCount").asInt()).isEqualTo(1);
        assertThat(usage.has("responseTokenCount")).isFalse();
    }

    @Test
    void givenAudioModality_whenATurnIsComplete_thenTonesAndTheTranscriptionThatWasAskedFor() {
        TestClient client = TestClient.open(EMULATOR.get(), "'outputAudioTranscription':{}");

        List<JsonNode> turn = client.send(turn("Hello dear world")).turn();

        assertThat(outputTranscriptOf(turn)).isEqualTo("Hello dear world");
        assertThat(audioOf(turn)).hasSize(16 * 60 / 40 * 1920);
        assertThat(turn).filteredOn(message -> message.at("/serverContent/modelTurn").isObject()).allSatisfy(
                message -> assertThat(message.at("/serverContent/modelTurn/parts/0/inlineData/mimeType").asText())
                        .isEqualTo("audio/pcm;rate=24000"));
    }

    @Test
    void givenNoTranscriptionAskedFor_whenATurnIsComplete_thenNoneComes() {
        TestClient client = TestClient.open(EMULATOR.get(), "");

        List<JsonNode> turn = client.send(turn("x")).turn();

        assertThat(outputTranscriptOf(turn)).isEmpty();
        assertThat(audioOf(turn)).hasSize(2 * 1920);
    }

    @Test
    void givenResumption_whenATurnEnds_thenANewHandleComes() {
        TestClient client = TestClient.open(EMULATOR.get(), TEXT + ",'sessionResumption':{}");
        String first = client.next().json().at("/sessionResumptionUpdate/newHandle").asText();

        client.send(turn("x")).turn();

        assertThat(client.next().json().at("/sessionResumptionUpdate/newHandle").asText()).isNotEmpty().isNotEqualTo(first);
    }

    @Test
    void givenAStream_whenItEnds_thenExactlyWhatWasSaidComesBack() {
        TestClient client = TestClient.open(EMULATOR.get(), "'inputAudioTranscription':{},'outputAudioTranscription':{}");
        byte[] pcm = new byte[24_000 * 2 + 30];
        IntStream.range(0, pcm.length).forEach(i -> pcm[i] = (byte) (i % 5));

        // cut in the middle of a sample, too
        client.send(audio(Arrays.copyOfRange(pcm, 0, 1001), 24_000));
        client.send(audio(Arrays.copyOfRange(pcm, 1001, pcm.length), 24_000));
        List<JsonNode> turn = client.send(json("{'realtimeInput':{'audioStreamEnd':true}}")).turn();

        assertThat(audioOf(turn)).isEqualTo(pcm);
        assertThat(turn.get(0).at("/serverContent/inputTranscription/text").asText()).isEqualTo("(1.00 s of speech)");
        assertThat(outputTranscriptOf(turn)).isEqualTo("(1.00 s of speech)");
    }

    @ParameterizedTest
    @ValueSource(ints = { 8_000, 16_000, 44_100, 48_000 })
    void givenAnotherRate_whenTheStreamEnds_thenTheAnswerLastsAsLongAt24kHz(int rate) {
        TestClient client = TestClient.open(EMULATOR.get(), "");

        client.send(audio(loud(1000, rate), rate));
        List<JsonNode> turn = client.send(json("{'realtimeInput':{'audioStreamEnd':true}}")).turn();

        assertThat(audioOf(turn).length).isCloseTo(48_000, Offset.offset(200));
    }

    @Test
    void givenSpeechAndThenSilence_whenTheSilenceIsLongEnough_thenTheTurnEndsByItself() {
        TestClient client = TestClient.open(EMULATOR.get(), "'realtimeInputConfig':{'automaticActivityDetection':"
                + "{'silenceDurationMs':500}},'inputAudioTranscription':{}");
        byte[] silence = new byte[640];

        for (int i = 0; i < 100; i++) {
            client.send(audio(silence, 16_000));
        }
        client.send(audio(loud(1000, 16_000), 16_000));
        for (int i = 0; i < 25; i++) {
            client.send(audio(silence, 16_000));
        }

        List<JsonNode> turn = client.turn();
        // 300 ms before the speech, the speech, and the silence that ended it
        assertThat(turn.get(0).at("/serverContent/inputTranscription/text").asText()).isEqualTo("(1.80 s of speech)");
        // the silence goes on and is not another turn
        client.send(audio(silence, 16_000)).send(json("{'realtimeInput':{'audioStreamEnd':true}}"));
        assertThat(textOrAudioAfter(client)).isEqualTo("text");
    }

    /** What is answered next if the client writes something now. */
    private static String textOrAudioAfter(TestClient client) {
        List<JsonNode> turn = client.send(json("{'realtimeInput':{'text':'x'}}")).turn();
        return turn.get(0).at("/serverContent/inputTranscription").isMissingNode() ? "text" : "audio";
    }

    @Test
    void givenManualActivity_whenItEnds_thenOnlyWhatWasSaidBetweenTheMarksComesBack() {
        TestClient client = TestClient.open(EMULATOR.get(),
                "'realtime_input_config':{'automatic_activity_detection':{'disabled':true}}");
        byte[] said = loud(100, 24_000);

        client.send(audio(loud(500, 24_000), 24_000));
        client.send(json("{'realtime_input':{'activity_start':{}}}"));
        client.send(audio(said, 24_000));
        List<JsonNode> turn = client.send(json("{'realtimeInput':{'activityEnd':{}}}")).turn();

        assertThat(audioOf(turn)).isEqualTo(said);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'realtimeInput':{'activityStart':{}}}", "{'realtimeInput':{'activityEnd':{}}}",
        "{'clientContent':{},'realtimeInput':{}}", "{}", "{'clientContent':{'turns':{}}}",
        "{'clientContent':{'turns':[{'role':'system','parts':[]}]}}", "{'realtimeInput':{'audio':{'mimeType':'audio/mp3'}}}",
        "{'realtimeInput':{'audio':{'mimeType':'audio/pcm','data':'?'}}}",
        "{'realtimeInput':{'video':{'mimeType':'video/mp4'}}}", "{'toolResponse':{'functionResponses':[{'name':'f'}]}}" })
    void givenASession_whenAMessageIsInvalid_thenClosedWith1007(String message) {
        TestClient client = TestClient.open(EMULATOR.get(), "");

        assertThat(client.send(json(message)).awaitClose())
                .isEqualTo(new RecordedClose(1007, "Request contains an invalid argument."));
    }

    @Test
    void givenMalformedJson_whenSent_thenClosedAndRecordedAsInvalid() {
        TestClient client = TestClient.open(EMULATOR.get(), "");

        assertThat(client.send("{]").awaitClose().reason()).isEqualTo("Invalid JSON payload received. Unexpected token.");

        assertThat(EMULATOR.get().sessions().get(0).messages()).singleElement().extracting(RecordedMessage::kind)
                .isEqualTo("invalid");
    }

    @Test
    void givenNoOpenCall_whenAToolResponseComes_thenClosedWith1008AndNotAfterACallWasMade() {
        TestClient client = TestClient.open(EMULATOR.get(), "");
        String response = json("{'toolResponse':{'functionResponses':[{'id':'1','name':'f','response':{'o':'x'}}]}}");
        RecordedSession session = EMULATOR.get().sessions().get(0);

        session.send(json("{'toolCall':{'functionCalls':[{'id':'1','name':'f','args':{}}]}}")).join();
        assertThat(client.next().json().has("toolCall")).isTrue();
        client.send(response);
        session.awaitMessages(1, TIMEOUT);
        assertThat(session.isOpen()).isTrue();

        assertThat(client.send(response).awaitClose()).isEqualTo(new RecordedClose(1008, "Requested entity was not found."));
    }

    @Test
    void givenContextUpdatesAndImages_whenSent_thenTakenNoteOf() {
        TestClient client = TestClient.open(EMULATOR.get(), TEXT);

        client.send(json("{'contextUpdate':{'systemInstruction':{'parts':[{'text':'new'}],'role':'user'}}}"));
        client.send(json("{'realtimeInput':{'video':{'mimeType':'image/jpeg','data':'AQI='}}}"));
        client.send(turn("x")).turn();

        assertThat(EMULATOR.get().sessions().get(0).messages()).extracting(RecordedMessage::kind)
                .containsExactly("contextUpdate", "realtimeInput", "clientContent");
    }

    @Test
    void givenTheSilentScenario_whenATurnIsComplete_thenNothingComesAndAllIsRecorded() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1)
                .scenario(Scenarios.silent()).start()) {
            TestClient client = TestClient.open(emulator, "");
            client.send(turn("anyone?"));

            RecordedSession session = emulator.sessions().get(0);
            session.awaitMessages(1, TIMEOUT);
            // an answer would have been on its way before this pong
            session.ping().orTimeout(10, TimeUnit.SECONDS).join();

            assertThat(client.hasReceived()).isFalse();
        }
    }

    @Test
    void givenAScenarioOfMyOwn_whenATurnIsComplete_thenItAnswersLaterFromAnyThread() {
        Scenario later = (turn, reply) -> ForkJoinPool.commonPool()
                .execute(() -> reply.say("one ").say("two").complete());
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1).scenario(later)
                .start()) {
            assertThat(textOf(TestClient.open(emulator, TEXT).send(turn("?")).turn())).isEqualTo("one two");
        }
    }
}
