package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.ToolResult;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.Dialogue.MANUAL;
import static dev.camelgenai.emulator.Dialogue.TEXT;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

/** Functions that block the answer, and others. */
class ToolCallTest {

    private static final String TOOLS = "'tools':[{'functionDeclarations':[{'name':'waits','behavior':'BLOCKING'},"
            + "{'name':'runs','behavior':'NON_BLOCKING'},{'name':'plain'}]}]";
    private static final String WITH_TOOLS = TEXT + ',' + TOOLS;
    private static final RecordedClose NOT_FOUND = new RecordedClose(1008, "Requested entity was not found.");
    private static final RecordedClose INVALID = new RecordedClose(1007, "Request contains an invalid argument.");

    /** Calls the functions that are named after the word "call", and tells their results; repeats everything else. */
    private static final Scenario CALLER = (turn, reply) -> {
        String text = turn instanceof UserTurn.Text written ? written.text() : "audio";
        if (text.startsWith("call ")) {
            List<ToolCall> calls = Arrays.stream(text.substring(5).split(" ")).map(name -> ToolCall.of(name, Map.of("to", "x")))
                    .toList();
            reply.say("calling").call(calls, (results, then) -> then.say(told(results))).say("done").complete();
        } else {
            reply.say(text).complete();
        }
    };

    private static String told(List<ToolResult> results) {
        return String.join(",", results.stream().map(result -> result.name() + '='
                + (result.response().has("error") ? "error" : result.response().path("output").asText())
                + (result.willContinue() ? ".." : "")).toList());
    }

    private static Dialogue open() {
        return Dialogue.immediate(CALLER, WITH_TOOLS);
    }

    /** Asks for functions and gives back the calls. */
    private static JsonNode call(Dialogue dialogue, String functions) {
        dialogue.type("call " + functions);
        assertThat(dialogue.next().at("/serverContent/modelTurn").isObject()).isTrue();
        return dialogue.calls();
    }

    @Test
    void givenABlockingFunction_whenItIsCalled_thenTheTurnWaitsForTheAnswer() {
        try (Dialogue dialogue = open()) {
            JsonNode calls = call(dialogue, "waits");

            assertThat(calls).hasSize(1);
            assertThat(calls.get(0).path("name").asText()).isEqualTo("waits");
            assertThat(calls.get(0).path("args").toString()).isEqualTo("{\"to\":\"x\"}");
            assertThat(dialogue.pass(Duration.ofSeconds(1)).soFar()).isEmpty();
            assertThat(dialogue.answer(calls.get(0), "1").turn()).containsExactly("waits=1", "done", "generationComplete",
                    "turnComplete");
        }
    }

    @Test
    void givenAModelThatEndsItsTurnAtACall_whenItIsAnswered_thenAnotherTurnFollows() {
        try (Dialogue dialogue = Dialogue.model("gemini-2.5-flash-native-audio", CALLER, WITH_TOOLS)) {
            dialogue.type("call waits");

            List<JsonNode> first = dialogue.client().turn();

            assertThat(Dialogue.inShort(first)).containsExactly("calling", "toolCall", "turnComplete");
            dialogue.answer(first.get(1).at("/toolCall/functionCalls/0"), "1");
            assertThat(dialogue.turn()).containsExactly("waits=1", "done", "generationComplete", "turnComplete");
        }
    }

    @ParameterizedTest
    @CsvSource({ "gemini-live-test,runs", "gemini-2.5-flash-live,runs", "gemini-3.8-live,runs", "gemini-3.8-live,plain",
        "gemini-3.8-live-extended-thinking,plain" })
    void givenAFunctionThatDoesNotBlock_whenItIsCalled_thenTheModelTalksOn(String model, String function) {
        String setup = (model.startsWith("gemini-3.8") ? "" : TEXT + ',') + TOOLS;
        try (Dialogue dialogue = Dialogue.model(model, CALLER, setup)) {
            dialogue.type("call " + function);

            List<String> turn = dialogue.turn();
            assertThat(turn).hasSize(5).element(1).isEqualTo("toolCall");
            assertThat(turn.get(4)).startsWith("turnComplete");
        }
    }

    @ParameterizedTest
    @CsvSource({ "gemini-live-test,waits", "gemini-live-test,plain", "gemini-3.1-flash-live,runs", "gemini-3.8-live,waits" })
    void givenAFunctionThatBlocks_whenItIsCalled_thenTheModelWaits(String model, String function) {
        String setup = (model.startsWith("gemini-3.8") ? "" : TEXT + ',') + TOOLS;
        try (Dialogue dialogue = Dialogue.model(model, CALLER, setup)) {
            dialogue.type("call " + function);

            assertThat(dialogue.soFar()).hasSize(2).element(1).isEqualTo("toolCall");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ",'scheduling':'WHEN_IDLE'" })
    void givenTheModelTalks_whenAResultIsForLater_thenItIsToldAfterTheTurn(String scheduling) {
        try (Dialogue dialogue = Dialogue.realistic(CALLER, "'outputAudioTranscription':{}," + TOOLS)) {
            dialogue.type("call runs").settle();
            assertThat(dialogue.soFar()).containsExactly("said: calling", "audio", "toolCall", "said: done", "audio",
                    "generationComplete");

            dialogue.answer("function-call-1", "runs", "1", scheduling);

            assertThat(dialogue.soFar()).isEmpty();
            assertThat(dialogue.pass(Duration.ofSeconds(1)).soFar()).containsExactly("turnComplete", "said: runs=1", "audio",
                    "generationComplete");
        }
    }

    @Test
    void givenTheModelTalks_whenAResultIsUrgent_thenItInterrupts() {
        try (Dialogue dialogue = Dialogue.realistic(CALLER, "'outputAudioTranscription':{}," + TOOLS)) {
            dialogue.type("call runs").type("in line").settle();
            dialogue.received();

            dialogue.answer("function-call-1", "runs", "1", ",'scheduling':'INTERRUPT'");

            assertThat(dialogue.soFar()).containsExactly("interrupted", "turnComplete", "said: runs=1", "audio",
                    "generationComplete");
            assertThat(dialogue.pass(Duration.ofSeconds(1)).soFar()).startsWith("turnComplete", "said: in ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "INTERRUPT", "WHEN_IDLE" })
    void givenTheUserSpeaks_whenAResultComes_thenItIsToldWhenSheHasFinished(String scheduling) {
        try (Dialogue dialogue = Dialogue.immediate(CALLER, WITH_TOOLS + ',' + MANUAL)) {
            call(dialogue, "runs");
            dialogue.turn();
            dialogue.activityStart();

            dialogue.answer("function-call-1", "runs", "1", ",'scheduling':'" + scheduling + "'");

            assertThat(dialogue.soFar()).isEmpty();
            dialogue.speak(Sounds.tone(100, 16_000), 16_000).activityEnd();
            assertThat(dialogue.turn()).startsWith("runs=1");
            assertThat(dialogue.turn()).startsWith("audio");
        }
    }

    @Test
    void givenTheModelMayNotBeInterruptedBySpeech_whenAnUrgentResultComesMeanwhile_thenItInterruptsAfterTheSpeech() {
        String setup = "'outputAudioTranscription':{}," + TOOLS + ",'realtimeInputConfig':{'activityHandling':"
                + "'NO_INTERRUPTION','automaticActivityDetection':{'disabled':true}}";
        try (Dialogue dialogue = Dialogue.realistic(CALLER, setup)) {
            dialogue.type("call runs").activityStart().received();

            dialogue.answer("function-call-1", "runs", "1", ",'scheduling':'INTERRUPT'");
            assertThat(dialogue.soFar()).isEmpty();
            dialogue.activityEnd();

            assertThat(dialogue.soFar()).startsWith("interrupted", "turnComplete", "said: runs=1");
        }
    }

    @Test
    void givenASilentResult_whenItComes_thenNothingIsSaidAndTheCallIsClosed() {
        try (Dialogue dialogue = open()) {
            call(dialogue, "runs");
            dialogue.turn();

            dialogue.answer("function-call-1", "runs", "1", ",'scheduling':'SILENT'");

            assertThat(dialogue.soFar()).isEmpty();
            dialogue.answer("function-call-1", "runs", "2", "");
            assertThat(dialogue.client().awaitClose()).isEqualTo(NOT_FOUND);
        }
    }

    @Test
    void givenAFunctionThatContinues_whenItAnswersSeveralTimes_thenEachIsToldUntilTheLast() {
        try (Dialogue dialogue = open()) {
            call(dialogue, "runs");
            dialogue.turn();

            dialogue.answer("function-call-1", "runs", "1", ",'willContinue':true");
            dialogue.answer("function-call-1", "runs", "2", ",'willContinue':true");
            dialogue.answer("function-call-1", "runs", "3", ",'willContinue':false");

            assertThat(dialogue.turn()).startsWith("runs=1..");
            assertThat(dialogue.turn()).startsWith("runs=2..");
            assertThat(dialogue.turn()).startsWith("runs=3");
            dialogue.answer("function-call-1", "runs", "4", "");
            assertThat(dialogue.client().awaitClose()).isEqualTo(NOT_FOUND);
        }
    }

    @Test
    void givenABlockingFunction_whenItSaysThatItContinuesAndSchedules_thenNeitherMatters() {
        try (Dialogue dialogue = open()) {
            call(dialogue, "waits");

            dialogue.answer("function-call-1", "waits", "1", ",'willContinue':true,'scheduling':'SILENT'");

            assertThat(dialogue.turn()).containsExactly("waits=1", "done", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenParallelCalls_whenTheyAreAnsweredInAnyOrder_thenTheTurnGoesOnWithAllResultsInTheOrderOfTheCalls() {
        try (Dialogue dialogue = open()) {
            JsonNode calls = call(dialogue, "waits plain waits");
            assertThat(calls).hasSize(3);
            assertThat(calls.findValuesAsText("id")).doesNotHaveDuplicates();

            dialogue.answer(calls.get(2), "3");
            assertThat(dialogue.soFar()).isEmpty();
            dialogue.send("{'toolResponse':{'functionResponses':["
                    + "{'id':'" + calls.get(1).path("id").asText() + "','name':'plain','response':{'output':'2'}},"
                    + "{'id':'" + calls.get(0).path("id").asText() + "','name':'waits','response':{'output':'1'}}]}}");

            assertThat(dialogue.turn()).startsWith("waits=1,plain=2,waits=3", "done");
        }
    }

    @Test
    void givenBlockingAndOtherFunctionsInOneCall_whenTheyAreAnswered_thenOnlyTheBlockingOnesHoldTheTurn() {
        try (Dialogue dialogue = open()) {
            JsonNode calls = call(dialogue, "runs waits");

            dialogue.answer(calls.get(0), "1");
            assertThat(dialogue.soFar()).isEmpty();
            dialogue.answer(calls.get(1), "2");

            assertThat(dialogue.turn()).startsWith("waits=2", "done");
            assertThat(dialogue.turn()).startsWith("runs=1");
        }
    }

    @Test
    void givenABargeIn_whenBothKindsAreOpen_thenOnlyTheBlockingOneIsCancelled() {
        try (Dialogue dialogue = open()) {
            JsonNode calls = call(dialogue, "runs waits");

            dialogue.write("stop");

            JsonNode cancellation = dialogue.next();
            assertThat(cancellation.at("/toolCallCancellation/ids")).singleElement().isEqualTo(calls.get(1).get("id"));
            assertThat(dialogue.turn()).containsExactly("interrupted", "turnComplete");
            assertThat(dialogue.turn()).startsWith("stop");
            dialogue.answer(calls.get(1), "ignored").answer(calls.get(0), "1");
            assertThat(dialogue.turn()).startsWith("runs=1");
        }
    }

    @Test
    void givenAFunctionInTheThen_whenBothRoundsAreAnswered_thenTheStepsBehindThemComeLast() {
        Scenario twoRounds = (turn, reply) -> reply
                .call(List.of(ToolCall.of("plain", Map.of())), (first, then) -> then.say(told(first))
                        .call(List.of(ToolCall.of("waits", Map.of())), (second, last) -> last.say(told(second))).say("between"))
                .say("done").complete();
        try (Dialogue dialogue = Dialogue.immediate(twoRounds, WITH_TOOLS)) {
            dialogue.type("?");

            dialogue.answer(dialogue.calls().get(0), "1");
            assertThat(dialogue.soFar()).containsExactly("plain=1", "toolCall");
            dialogue.answer("function-call-2", "waits", "2", "");

            assertThat(dialogue.turn()).containsExactly("waits=2", "between", "done", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenThenCompletes_whenStepsWouldFollow_thenTheyDoNot() {
        Scenario early = (turn, reply) -> reply
                .call(List.of(ToolCall.of("plain", Map.of())), (results, then) -> then.say("enough").complete()).say("done")
                .complete();
        try (Dialogue dialogue = Dialogue.immediate(early, WITH_TOOLS)) {
            dialogue.type("?").answer(dialogue.calls().get(0), "1");

            assertThat(dialogue.soFar()).containsExactly("enough", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenAResultThatTheScenarioIgnores_whenItDidNotBlock_thenTheModelIsSilent() {
        ConcurrentLinkedQueue<ToolResult> seen = new ConcurrentLinkedQueue<>();
        Scenario listener = (turn, reply) -> reply
                .call(List.of(ToolCall.of("runs", Map.of())), (results, then) -> seen.addAll(results)).complete();
        try (Dialogue dialogue = Dialogue.immediate(listener, WITH_TOOLS)) {
            dialogue.type("?").turn();

            assertThat(dialogue.answer("function-call-1", "runs", "1", "").soFar()).isEmpty();

            assertThat(seen).extracting(ToolResult::id).containsExactly("function-call-1");
        }
    }

    @Test
    void givenAThenThatThrows_whenTheFunctionIsAnswered_thenClosedWith1011() {
        Scenario broken = (turn, reply) -> reply.call(List.of(ToolCall.of("plain", Map.of())), (results, then) -> {
            throw new IllegalStateException("broken");
        }).complete();
        try (Dialogue dialogue = Dialogue.immediate(broken, WITH_TOOLS)) {
            dialogue.type("?").answer(dialogue.calls().get(0), "1");

            assertThat(dialogue.client().awaitClose().code()).isEqualTo(1011);
        }
    }

    @Test
    void givenAnUnknownId_whenItIsAnswered_thenClosedWith1008() {
        try (Dialogue dialogue = open()) {
            call(dialogue, "waits");

            dialogue.answer("function-call-2", "waits", "1", "");

            assertThat(dialogue.client().awaitClose()).isEqualTo(NOT_FOUND);
        }
    }

    @Test
    void givenNoId_whenTheDeveloperApiIsAnswered_thenClosedWith1007() {
        try (Dialogue dialogue = open()) {
            call(dialogue, "waits");

            dialogue.send("{'toolResponse':{'functionResponses':[{'name':'waits','response':{}}]}}");

            assertThat(dialogue.client().awaitClose()).isEqualTo(INVALID);
        }
    }

    @Test
    void givenNoId_whenTheNameTellsWhichCallIsMeantOnVertex_thenItIsTaken() {
        try (Dialogue dialogue = Dialogue.vertex(CALLER, WITH_TOOLS)) {
            call(dialogue, "waits");

            dialogue.answer("", "waits", "1", "");

            assertThat(dialogue.turn()).startsWith("waits=1");
        }
    }

    @Test
    void givenNoId_whenTheNameTellsNothingOnVertex_thenRefused() {
        try (Dialogue several = Dialogue.vertex(CALLER, WITH_TOOLS); Dialogue none = Dialogue.vertex(CALLER, WITH_TOOLS)) {
            call(several, "waits waits");

            assertThat(several.answer("", "waits", "1", "").client().awaitClose()).isEqualTo(INVALID);
            assertThat(none.answer("", "waits", "1", "").client().awaitClose()).isEqualTo(NOT_FOUND);
        }
    }

    @Test
    void givenNoId_whenTheCallWasCancelledOnVertex_thenIgnored() {
        try (Dialogue dialogue = Dialogue.vertex(CALLER, WITH_TOOLS)) {
            call(dialogue, "waits");
            dialogue.write("stop").client().turn();
            dialogue.turn();

            assertThat(dialogue.answer("", "waits", "1", "").soFar()).isEmpty();
            assertThat(dialogue.session().isOpen()).isTrue();
        }
    }

    @Test
    void givenExtendedThinking_whenTheResponseHasNoName_thenItIsAFailureOfTheFunction() {
        try (Dialogue dialogue = Dialogue.model("gemini-3.8-live-extended-thinking", CALLER,
                "'outputAudioTranscription':{}," + TOOLS)) {
            dialogue.type("call plain").turn();

            dialogue.send("{'toolResponse':{'functionResponses':[{'id':'function-call-1','response':{'output':'1'}}]}}");

            assertThat(dialogue.turn()).startsWith("said: plain=error");
        }
    }

    @Test
    void givenOtherModels_whenTheResponseHasNoName_thenTheIdIsEnough() {
        try (Dialogue dialogue = open()) {
            call(dialogue, "waits");

            dialogue.send("{'toolResponse':{'functionResponses':[{'id':'function-call-1','response':{'output':'1'}}]}}");

            assertThat(dialogue.turn()).startsWith("waits=1");
        }
    }

    @Test
    void givenAContextUpdate_whenTheFunctionIsDeclaredAnew_thenItsNewBehaviourCounts() {
        ConcurrentLinkedQueue<String> declared = new ConcurrentLinkedQueue<>();
        Scenario scenario = (turn, reply) -> {
            reply.conversation().functions().forEach(function -> declared.add(function.path("name").asText()));
            CALLER.onTurn(turn, reply);
        };
        try (Dialogue dialogue = Dialogue.immediate(scenario, WITH_TOOLS)) {
            dialogue.send("{'contextUpdate':{'tools':{'tools':[{'function_declarations':[{'name':'waits',"
                    + "'behavior':'NON_BLOCKING'}]}]}}}");

            assertThat(dialogue.type("call waits").turn()).containsExactly("calling", "toolCall", "done", "generationComplete",
                    "turnComplete");
            assertThat(declared).containsExactly("waits");
        }
    }

    @Test
    void givenMoreTurnsInLineThanAreTaken_whenABlockingCallIsAnswered_thenTheAnswerIsReadAllTheSame() {
        try (Dialogue dialogue = open()) {
            JsonNode calls = call(dialogue, "waits");
            IntStream.range(0, 100).forEach(i -> dialogue.type("t" + i));

            dialogue.answer(calls.get(0), "1");

            assertThat(dialogue.turn()).startsWith("waits=1");
            for (int i = 0; i < 100; i++) {
                assertThat(textOf(dialogue.client().turn())).isEqualTo("t" + i);
            }
        }
    }

    @Test
    void givenABlockingCallThatIsNeverAnswered_whenFarTooManyTurnsWait_thenClosedWith1007() {
        try (Dialogue dialogue = open()) {
            call(dialogue, "waits");

            for (int i = 0; i < 128; i++) {
                dialogue.type("t" + i);
            }

            assertThat(dialogue.client().awaitClose()).isEqualTo(INVALID);
            assertThat(dialogue.session().serverCloseDetail().orElseThrow()).contains("128 turns wait");
        }
    }
}
