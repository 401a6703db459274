package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.scenario.Conversation.Speaker;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.camelgenai.emulator.Dialogue.MANUAL;
import static dev.camelgenai.emulator.Dialogue.TEXT;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

/** What a turn costs, and what the model remembers. Four characters to a token, 25 tokens to a second, 258 to a frame. */
class UsageTest {

    private static final String FRAME = "{'realtimeInput':{'video':{'mimeType':'image/jpeg','data':'AQI='}}}";
    private static final RecordedClose INVALID = new RecordedClose(1007, "Request contains an invalid argument.");

    private static JsonNode usage(Dialogue dialogue) {
        List<JsonNode> turn = dialogue.client().turn();
        return turn.get(turn.size() - 1).get("usageMetadata");
    }

    private static int tokens(JsonNode usage, String details, String modality) {
        for (JsonNode detail : usage.path(details)) {
            if (modality.equals(detail.path("modality").asText())) {
                return detail.path("tokenCount").asInt();
            }
        }
        return 0;
    }

    /** The given text of eight characters, two tokens, to everything. */
    private static Scenario eightCharacters() {
        return (turn, reply) -> reply.say("answered").complete();
    }

    @Test
    void givenThreeTurns_whenEachEnds_thenThePromptHasTheContextSoFar() {
        try (Dialogue dialogue = Dialogue.immediate(eightCharacters(),
                TEXT + ",'systemInstruction':{'parts':[{'text':'0123456789ab'}]}")) {
            JsonNode first = usage(dialogue.write("1234"));
            JsonNode second = usage(dialogue.write("1234"));
            JsonNode third = usage(dialogue.write("1234"));

            assertThat(List.of(first.get("promptTokenCount").asInt(), second.get("promptTokenCount").asInt(),
                    third.get("promptTokenCount").asInt())).containsExactly(3 + 1, 3 + 1 + 2 + 1, 3 + 1 + 2 + 1 + 2 + 1);
            assertThat(third.get("responseTokenCount").asInt()).isEqualTo(2);
            assertThat(third.get("totalTokenCount").asInt()).isEqualTo(12);
        }
    }

    @Test
    void givenASpokenTurn_whenItIsAnswered_thenBothSidesAreCountedAsAudio() {
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), MANUAL)) {
            JsonNode usage = usage(dialogue.activityStart().speak(Sounds.tone(2_000, 16_000), 16_000).activityEnd());

            assertThat(usage.get("promptTokensDetails").toString())
                    .isEqualTo(TestClient.json("[{'modality':'AUDIO','tokenCount':50}]"));
            assertThat(usage.get("responseTokensDetails").toString())
                    .isEqualTo(TestClient.json("[{'modality':'AUDIO','tokenCount':50}]"));
        }
    }

    @Test
    void givenVertex_whenATurnEnds_thenTheAnswerAreCandidates() {
        try (Dialogue dialogue = Dialogue.vertex(eightCharacters(), TEXT)) {
            JsonNode usage = usage(dialogue.write("1234"));

            assertThat(usage.get("candidatesTokenCount").asInt()).isEqualTo(2);
            assertThat(tokens(usage, "candidatesTokensDetails", "TEXT")).isEqualTo(2);
            assertThat(usage.has("responseTokenCount") || usage.has("responseTokensDetails")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({ "TURN_INCLUDES_ONLY_ACTIVITY,1", "TURN_INCLUDES_ALL_INPUT,3",
        "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO,3", "TURN_COVERAGE_UNSPECIFIED,1" })
    void givenVideo_whenItComesBeforeAndDuringAnActivity_thenTheCoverageTellsWhichFramesCount(String coverage, int frames) {
        String setup = "'realtimeInputConfig':{'turnCoverage':'" + coverage
                + "','automaticActivityDetection':{'disabled':true}}";
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), setup)) {
            dialogue.send(FRAME).send(FRAME).activityStart().send(FRAME).speak(Sounds.tone(400, 16_000), 16_000).activityEnd();

            JsonNode usage = usage(dialogue);

            assertThat(tokens(usage, "promptTokensDetails", "IMAGE")).isEqualTo(frames * 258);
            assertThat(tokens(usage, "promptTokensDetails", "AUDIO")).isEqualTo(10);
            assertThat(dialogue.session().videoFrames()).isEqualTo(3);
            assertThat(dialogue.emulator().counters().videoFrames()).isEqualTo(3);
        }
    }

    @Test
    void givenThoughts_whenTheTurnEnds_thenTheyAreCountedApart() {
        Scenario thinker = (turn, reply) -> reply.think("hm, hm, hm, ").say("answered").complete();
        String setup = "'generationConfig':{'responseModalities':['TEXT'],'thinkingConfig':{'includeThoughts':true}}";
        try (Dialogue dialogue = Dialogue.immediate(thinker, setup)) {
            JsonNode usage = usage(dialogue.write("1234"));

            assertThat(usage.get("thoughtsTokenCount").asInt()).isEqualTo(3);
            assertThat(usage.get("responseTokenCount").asInt()).isEqualTo(2);
            assertThat(usage.get("totalTokenCount").asInt()).isEqualTo(1 + 2 + 3);
        }
    }

    private static Scenario caller(String function) {
        return (turn, reply) -> {
            if ("call".equals(((UserTurn.Text) turn).text())) {
                reply.say("answered").call(List.of(ToolCall.of(function, Map.of())), (results, then) -> then.say("1234"))
                        .complete();
            } else {
                reply.say("answered").complete();
            }
        };
    }

    @Test
    void givenABlockingFunction_whenTheTurnEnds_thenItsAnswerIsToolUseAndLaterPartOfThePrompt() {
        try (Dialogue dialogue = Dialogue.immediate(caller("f"), TEXT)) {
            dialogue.type("call");
            // {"output":"x"}: 14 characters, 4 tokens
            JsonNode usage = usage(dialogue.settle().answer("function-call-1", "f", "x", ""));
            JsonNode next = usage(dialogue.type("1234"));

            assertThat(usage.get("promptTokenCount").asInt()).isEqualTo(1);
            assertThat(usage.get("toolUsePromptTokenCount").asInt()).isEqualTo(4);
            assertThat(tokens(usage, "toolUsePromptTokensDetails", "TEXT")).isEqualTo(4);
            assertThat(usage.get("responseTokenCount").asInt()).isEqualTo(3);
            assertThat(next.get("promptTokenCount").asInt()).isEqualTo(1 + 4 + 3 + 1);
            assertThat(next.has("toolUsePromptTokenCount")).isFalse();
        }
    }

    @Test
    void givenAModelThatEndsItsTurnAtACall_whenBothTurnsEnd_thenNothingIsCountedTwice() {
        try (Dialogue dialogue = Dialogue.model("gemini-2.5-flash-live", caller("f"), TEXT)) {
            JsonNode first = usage(dialogue.type("call"));
            JsonNode second = usage(dialogue.answer("function-call-1", "f", "x", ""));

            assertThat(first.get("promptTokenCount").asInt()).isEqualTo(1);
            assertThat(first.get("responseTokenCount").asInt()).isEqualTo(2);
            assertThat(first.has("toolUsePromptTokenCount")).isFalse();
            assertThat(second.get("promptTokenCount").asInt()).isEqualTo(1 + 2);
            assertThat(second.get("responseTokenCount").asInt()).isEqualTo(1);
            assertThat(second.get("toolUsePromptTokenCount").asInt()).isEqualTo(4);
        }
    }

    @Test
    void givenAFunctionThatDoesNotBlock_whenItIsAnsweredInAnotherTurn_thenOnlyItsOwnTurnCountsIt() {
        String tools = ",'tools':[{'functionDeclarations':[{'name':'f','behavior':'NON_BLOCKING'}]}]";
        Scenario slow = (turn, reply) -> {
            if ("slow".equals(((UserTurn.Text) turn).text())) {
                reply.say("1234").pause(Duration.ofSeconds(1)).complete();
            } else {
                caller("f").onTurn(turn, reply);
            }
        };
        try (Dialogue dialogue = Dialogue.immediate(slow, TEXT + tools)) {
            usage(dialogue.type("call"));
            dialogue.type("slow").answer("function-call-1", "f", "x", "").settle();

            JsonNode other = usage(dialogue.pass(Duration.ofSeconds(1)));
            JsonNode its = usage(dialogue);

            assertThat(other.has("toolUsePromptTokenCount")).isFalse();
            assertThat(other.get("promptTokenCount").asInt()).isEqualTo(1 + 2 + 1);
            assertThat(its.get("toolUsePromptTokenCount").asInt()).isEqualTo(4);
            assertThat(its.get("promptTokenCount").asInt()).isEqualTo(1 + 2 + 1 + 1);
        }
    }

    @Test
    void givenAnInterruptedTurn_whenItEnds_thenWhatWasGeneratedIsCounted() {
        Scenario slow = (turn, reply) -> reply.say("12345678").pause(Duration.ofSeconds(1)).say("never").complete();
        try (Dialogue dialogue = Dialogue.immediate(slow, TEXT)) {
            dialogue.type("1234").send("{'clientContent':{}}");

            JsonNode usage = usage(dialogue);

            assertThat(usage.get("responseTokenCount").asInt()).isEqualTo(2);
        }
    }

    @Test
    void givenSeveralTurnsOfTheModel_whenEachEnds_thenItsOwnTokensAreCounted() {
        Scenario thinker = (turn, reply) -> reply.say("12345678").nextTurn().say("1234").complete();
        try (Dialogue dialogue = Dialogue.immediate(thinker, TEXT)) {
            dialogue.type("1234");

            assertThat(usage(dialogue).get("responseTokenCount").asInt()).isEqualTo(2);
            assertThat(usage(dialogue).toString()).contains("\"promptTokenCount\":3,\"responseTokenCount\":1");
        }
    }

    /** Tells what it remembers. */
    private static Scenario remembering(ConcurrentLinkedQueue<List<Utterance>> histories) {
        return (turn, reply) -> {
            histories.add(reply.conversation().history());
            String text = turn instanceof UserTurn.Text written ? written.text() : "audio";
            reply.say("re " + text).complete();
        };
    }

    private static Utterance user(String text) {
        return new Utterance(Speaker.USER, text);
    }

    private static Utterance model(String text) {
        return new Utterance(Speaker.MODEL, text);
    }

    @Test
    void givenCompression_whenTheContextIsLargerThanTheTrigger_thenItIsCutAtATurnOfTheUserToTheTarget() {
        ConcurrentLinkedQueue<List<Utterance>> histories = new ConcurrentLinkedQueue<>();
        // each exchange has 1 + 1 tokens
        String setup = TEXT + ",'contextWindowCompression':{'triggerTokens':'7','slidingWindow':{'targetTokens':5}},"
                + "'systemInstruction':{'parts':[{'text':'four'}]}";
        try (Dialogue dialogue = Dialogue.immediate(remembering(histories), setup)) {
            for (int i = 0; i < 3; i++) {
                dialogue.write("" + i).turn();
            }
            assertThat(dialogue.session().compressions()).isZero();

            JsonNode usage = usage(dialogue.write("3"));
            dialogue.write("4").turn();

            assertThat(dialogue.session().compressions()).isEqualTo(1);
            assertThat(usage.get("promptTokenCount").asInt()).isEqualTo(1 + 2 + 1);
            List<Utterance> last = List.copyOf(histories).get(4);
            assertThat(last).containsExactly(user("2"), model("re 2"), user("3"), model("re 3"));
        }
    }

    @Test
    void givenCompressionByDefault_whenTheModelHoldsLittle_thenTheContextFitsAllTheSame() {
        ConcurrentLinkedQueue<List<Utterance>> histories = new ConcurrentLinkedQueue<>();
        GenAiLiveEmulator.Builder small = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).contextWindow(20)
                .scenario(remembering(histories));
        try (Dialogue dialogue = Dialogue.with(small, "gemini-live-test", TEXT + ",'contextWindowCompression':{}")) {
            for (int i = 0; i < 20; i++) {
                assertThat(textOf(dialogue.write("question " + i).client().turn())).startsWith("re ");
            }

            assertThat(dialogue.session().compressions()).isPositive();
            assertThat(histories).allSatisfy(
                    history -> assertThat(history).filteredOn(utterance -> utterance.equals(history.get(0)))
                            .allMatch(first -> first.speaker() == Speaker.USER));
        }
    }

    @Test
    void givenNoCompression_whenTheContextIsExhausted_thenClosedWith1007() {
        GenAiLiveEmulator.Builder small = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).contextWindow(20)
                .scenario(eightCharacters());
        try (Dialogue dialogue = Dialogue.with(small, "gemini-live-test", TEXT)) {
            dialogue.write("x".repeat(40)).turn();

            dialogue.write("x".repeat(40));

            assertThat(dialogue.client().awaitClose()).isEqualTo(INVALID);
            assertThat(dialogue.session().serverCloseDetail().orElseThrow()).contains("context");
        }
    }

    @Test
    void givenInitialHistory_whenItIsComplete_thenTheModelKnowsItAndSaysNothing() {
        ConcurrentLinkedQueue<List<Utterance>> histories = new ConcurrentLinkedQueue<>();
        String setup = TEXT + ",'historyConfig':{'initialHistoryInClientContent':true}";
        try (Dialogue dialogue = Dialogue.immediate(remembering(histories), setup)) {
            dialogue.send("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'a'}]},"
                    + "{'role':'model','parts':[{'text':'b'}]}]}}");
            dialogue.send("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'c'}]}],'turnComplete':true}}");
            assertThat(dialogue.soFar()).isEmpty();

            JsonNode usage = usage(dialogue.write("d"));

            assertThat(histories).containsExactly(List.of(user("a"), model("b"), user("c")));
            assertThat(usage.get("promptTokenCount").asInt()).isEqualTo(4);
        }
    }

    @Test
    void givenAudioWithoutTranscription_whenTheModelHasSpoken_thenItRemembersItsWordsAllTheSame() {
        ConcurrentLinkedQueue<List<Utterance>> histories = new ConcurrentLinkedQueue<>();
        try (Dialogue dialogue = Dialogue.immediate(remembering(histories), "")) {
            dialogue.write("a").turn();
            dialogue.write("b").turn();

            assertThat(List.copyOf(histories).get(1)).containsExactly(user("a"), model("re a"));
        }
    }

    @Test
    void givenAnInterruption_whenTheUserGoesOn_thenTheModelRemembersWhatItHasSaid() {
        ConcurrentLinkedQueue<List<Utterance>> histories = new ConcurrentLinkedQueue<>();
        Scenario slow = (turn, reply) -> {
            histories.add(reply.conversation().history());
            reply.say("well").pause(Duration.ofSeconds(1)).say("never").complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(slow, TEXT)) {
            dialogue.write("a").write("b").settle();

            assertThat(List.copyOf(histories).get(1)).containsExactly(user("a"), model("well"));
        }
    }
}
