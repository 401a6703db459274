package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.scenario.Conversation.Speaker;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.emulator.Dialogue.TEXT;
import static dev.camelgenai.emulator.Dialogue.inShort;
import static dev.camelgenai.emulator.TestClient.audioOf;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

/** When the model says what. */
class TurnTakingTest {

    private static final String THINKING = "gemini-3.8-live-extended-thinking";

    /** 60 ms each when spoken. */
    private static String characters(int n) {
        return "x".repeat(n);
    }

    private static String written(UserTurn turn) {
        return ((UserTurn.Text) turn).text();
    }

    @Test
    void givenRealisticPace_whenAudioIsGenerated_thenItComesFasterThanItIsPlayedAndTheTurnEndsAfterThePlayback() {
        try (Dialogue dialogue = Dialogue.realistic(Scenarios.echo(), "")) {
            // 6 s of audio
            dialogue.write(characters(100));
            // what may be ahead: 200 ms, in which 800 ms are generated
            int atOnce = audioOf(dialogue.received()).length / 1920;
            List<JsonNode> soon = dialogue.pass(Duration.ofMillis(1_000)).received();
            List<JsonNode> rest = dialogue.pass(Duration.ofMillis(500)).received();
            List<String> whilePlayed = dialogue.pass(Duration.ofMillis(4_400)).soFar();
            List<String> atTheEnd = dialogue.pass(Duration.ofMillis(100)).soFar();

            assertThat(atOnce).isBetween(20, 22);
            assertThat(audioOf(soon).length / 1920).isBetween(99, 101);
            assertThat(inShort(rest)).containsExactly("audio", "generationComplete");
            assertThat(atOnce + (audioOf(soon).length + audioOf(rest).length) / 1920).isEqualTo(150);
            assertThat(whilePlayed).isEmpty();
            assertThat(atTheEnd).containsExactly("turnComplete");
        }
    }

    @Test
    void givenRealisticPace_whenTheAnswerIsText_thenItComesAtOnce() {
        try (Dialogue dialogue = Dialogue.realistic(Scenarios.echo(), TEXT)) {
            dialogue.write("a b");

            assertThat(dialogue.turn()).containsExactly("a ", "b", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenAPause_whenTheAnswerIsPlayed_thenWhatFollowsComesAfterIt() {
        Scenario pausing = (turn, reply) -> reply.say("a").pause(Duration.ofSeconds(2)).say("b").complete();
        try (Dialogue dialogue = Dialogue.immediate(pausing, TEXT)) {
            dialogue.write("?");

            assertThat(dialogue.soFar()).containsExactly("a");
            assertThat(dialogue.pass(Duration.ofMillis(1_900)).soFar()).isEmpty();
            assertThat(dialogue.pass(Duration.ofMillis(100)).soFar()).containsExactly("b", "generationComplete",
                    "turnComplete");
        }
    }

    @Test
    void givenAPauseInAudio_whenThePaceGoesOn_thenThePlaybackIncludesIt() {
        // 600 ms, a second of nothing, 600 ms
        Scenario pausing = (turn, reply) -> reply.say(characters(10)).pause(Duration.ofSeconds(1)).say(characters(10))
                .complete();
        try (Dialogue dialogue = Dialogue.realistic(pausing, "")) {
            dialogue.write("?");

            assertThat(dialogue.soFar()).containsExactly("audio");
            assertThat(dialogue.pass(Duration.ofMillis(900)).soFar()).isEmpty();
            assertThat(dialogue.pass(Duration.ofMillis(100)).soFar()).containsExactly("audio", "generationComplete");
            assertThat(dialogue.pass(Duration.ofMillis(500)).soFar()).isEmpty();
            assertThat(dialogue.pass(Duration.ofMillis(100)).soFar()).containsExactly("turnComplete");
        }
    }

    @Test
    void givenStepsFromAnotherThread_whenTheyComeLate_thenTheyArePlayedAndNoneAfterTheEnd() {
        ConcurrentLinkedQueue<Reply> replies = new ConcurrentLinkedQueue<>();
        try (Dialogue dialogue = Dialogue.immediate((turn, reply) -> replies.add(reply.say("a")), TEXT)) {
            dialogue.write("?");
            assertThat(dialogue.soFar()).containsExactly("a");

            ForkJoinPool.commonPool().submit(() -> replies.remove().say("b").nextTurn().say("c").complete()).join();

            assertThat(dialogue.soFar()).containsExactly("b", "generationComplete", "turnComplete", "c", "generationComplete",
                    "turnComplete");
        }
    }

    @Test
    void givenACompleteAnswer_whenMoreIsSaid_thenItIsNotSent() {
        Scenario talkative = (turn, reply) -> {
            reply.say("a").complete();
            reply.say("too late").complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(talkative, TEXT)) {
            assertThat(dialogue.write("?").soFar()).containsExactly("a", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenThoughts_whenTheSetupIncludesThem_thenTheyAreSentAndOtherwiseNot() {
        Scenario thinker = (turn, reply) -> reply.think("hm").say("a").complete();
        String included = "'generationConfig':{'responseModalities':['TEXT'],'thinkingConfig':{'includeThoughts':true}}";
        try (Dialogue with = Dialogue.immediate(thinker, included); Dialogue without = Dialogue.immediate(thinker, TEXT)) {
            assertThat(with.write("?").turn()).startsWith("thought: hm", "a");
            assertThat(without.write("?").turn()).startsWith("a");
        }
    }

    @Test
    void givenAMessageOfTheScenario_whenItsTurnComes_thenItIsSentAsItIsAndTheScenarioMayUseItAgain() {
        ObjectNode grounding = JsonNodeFactory.instance.objectNode();
        grounding.putObject("serverContent").putObject("groundingMetadata").put("x", 1);
        String before = grounding.toString();
        Scenario raw = (turn, reply) -> {
            reply.say("a").send(grounding).say("b");
            grounding.put("changed", true);
            reply.complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(raw, TEXT)) {
            dialogue.write("?");
            dialogue.next();

            assertThat(dialogue.next().toString()).isEqualTo(before);
            assertThat(dialogue.soFar()).containsExactly("b", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenAFunctionCallAmongTheRawMessages_whenItIsAnswered_thenItIsKnown() {
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.putObject("toolCall").putArray("functionCalls").addObject().put("id", "mine").put("name", "f");
        try (Dialogue dialogue = Dialogue.immediate((turn, reply) -> reply.send(call).complete(), TEXT)) {
            dialogue.write("?").turn();

            dialogue.answer("mine", "f", "x", "").settle();

            assertThat(dialogue.session().isOpen()).isTrue();
        }
    }

    @Test
    void givenAModelThatThinksOn_whenItHasSeveralTurns_thenOnlyTheLastOneIsIdle() {
        Scenario thinker = (turn, reply) -> reply.say("wait").nextTurn().say("here").complete();
        try (Dialogue thinking = Dialogue.model(THINKING, thinker, "'outputAudioTranscription':{}");
                Dialogue other = Dialogue.immediate(thinker, TEXT)) {
            thinking.write("?");
            assertThat(thinking.turn()).containsExactly("said: wait", "audio", "generationComplete",
                    "turnComplete+IN_PROGRESS");
            assertThat(thinking.turn()).containsExactly("said: here", "audio", "generationComplete", "turnComplete+IDLE");

            other.write("?");
            assertThat(other.turn()).containsExactly("wait", "generationComplete", "turnComplete");
            assertThat(other.turn()).containsExactly("here", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenSeveralTurnsOfTheModel_whenTheyAreSpoken_thenEachOneIsPlayedFirst() {
        Scenario thinker = (turn, reply) -> reply.say(characters(10)).nextTurn().say(characters(10)).complete();
        try (Dialogue dialogue = Dialogue.realistic(thinker, "")) {
            dialogue.write("?");

            assertThat(dialogue.soFar()).containsExactly("audio", "generationComplete");
            assertThat(dialogue.pass(Duration.ofMillis(600)).soFar()).containsExactly("turnComplete", "audio",
                    "generationComplete");
            assertThat(dialogue.pass(Duration.ofMillis(600)).soFar()).containsExactly("turnComplete");
        }
    }

    /** Waits for more until the text has a full stop. */
    private static Scenario patient(ConcurrentLinkedQueue<String> seen) {
        return (turn, reply) -> {
            String text = turn instanceof UserTurn.Text written ? written.text() : "audio.";
            seen.add(reply.conversation().turn() + ":" + text);
            if (text.endsWith(".")) {
                reply.say(text).complete();
            } else {
                reply.waitForInput();
            }
        };
    }

    @Test
    void givenTheModelWaitsForInput_whenTheUserWritesOn_thenBothArePutTogether() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        try (Dialogue dialogue = Dialogue.immediate(patient(seen), TEXT)) {
            assertThat(dialogue.write("one ").soFar()).containsExactly("waitingForInput");
            assertThat(dialogue.type("two ").soFar()).containsExactly("waitingForInput");

            assertThat(textOf(dialogue.write("three.").client().turn())).isEqualTo("one two three.");
            assertThat(seen).containsExactly("1:one ", "1:one two ", "1:one two three.");
            assertThat(textOf(dialogue.write("four.").client().turn())).isEqualTo("four.");
        }
    }

    @Test
    void givenTurnsInLine_whenTheModelWaitsForInput_thenTheNextOneIsTheRestOfTheTurn() {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        Scenario slow = (turn, reply) -> {
            if ("first".equals(written(turn))) {
                reply.say("a").pause(Duration.ofSeconds(1)).complete();
            } else {
                patient(seen).onTurn(turn, reply);
            }
        };
        try (Dialogue dialogue = Dialogue.immediate(slow, TEXT)) {
            dialogue.type("first").type("one ").type("two.").type("three.").settle();

            dialogue.pass(Duration.ofSeconds(1));

            assertThat(seen).containsExactly("2:one ", "2:one two.", "3:three.");
        }
    }

    @Test
    void givenTheModelWaitsForInput_whenTheUserSpeaks_thenWhatSheWroteIsHistory() {
        ConcurrentLinkedQueue<Utterance> history = new ConcurrentLinkedQueue<>();
        Scenario scenario = (turn, reply) -> {
            history.addAll(reply.conversation().history());
            if (turn instanceof UserTurn.Text) {
                reply.waitForInput();
            } else {
                reply.say("a").complete();
            }
        };
        try (Dialogue dialogue = Dialogue.immediate(scenario, TEXT + ',' + Dialogue.MANUAL)) {
            dialogue.type("look").activityStart().speak(new byte[4_800], 24_000).activityEnd().turn();

            assertThat(history).containsExactly(new Utterance(Speaker.USER, "look"));
        }
    }

    @Test
    void givenManyTurnsAtOnce_whenTheyAreAnswered_thenAllAreAndInOrder() {
        try (Dialogue dialogue = Dialogue.immediate(Scenarios.echo(), TEXT)) {
            IntStream.range(0, 500).forEach(i -> dialogue.type("t" + i));

            for (int i = 0; i < 500; i++) {
                assertThat(textOf(dialogue.client().turn())).isEqualTo("t" + i);
            }
        }
    }

    @Test
    void givenASlowAnswer_whenTooManyTurnsWait_thenReadingRestsAndAllAreAnsweredInOrder() {
        Scenario slow = (turn, reply) -> {
            reply.say(written(turn));
            if ("t0".equals(written(turn))) {
                reply.pause(Duration.ofSeconds(1));
            }
            reply.complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(slow, TEXT)) {
            dialogue.type("t0").settle();
            IntStream.range(1, 200).forEach(i -> dialogue.type("t" + i));
            // one is being answered, 64 wait
            dialogue.session().awaitMessages(65, TestClient.TIMEOUT);
            // on the event loop, after what was read
            dialogue.session().send("{}").orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(dialogue.session().messageCount()).isEqualTo(65);

            dialogue.advance(Duration.ofSeconds(1));

            assertThat(textOf(dialogue.client().turn())).isEqualTo("t0");
            for (int i = 1; i < 200; i++) {
                assertThat(textOf(dialogue.client().turn())).isEqualTo("t" + i);
            }
        }
    }

    @Test
    void givenASilentModel_whenManyTurnsCome_thenTheSessionGoesOnReading() {
        Scenario silentButOnce = (turn, reply) -> {
            if ("now".equals(written(turn))) {
                reply.say("yes").complete();
            }
        };
        try (Dialogue dialogue = Dialogue.immediate(silentButOnce, TEXT)) {
            IntStream.range(0, 300).forEach(i -> dialogue.type("t" + i));
            assertThat(dialogue.soFar()).isEmpty();

            // interrupts what has not begun
            IntStream.range(0, 100).forEach(i -> dialogue.write("t" + i));
            dialogue.write("now");
            IntStream.range(0, 100).forEach(i -> dialogue.type("t" + i));

            assertThat(textOf(dialogue.client().turn())).isEqualTo("yes");
        }
    }

    @Test
    void givenASilentTurn_whenTheClientWritesAgain_thenThatIsAnswered() {
        Scenario scenario = (turn, reply) -> {
            if (!"psst".equals(written(turn))) {
                reply.say(written(turn)).complete();
            }
        };
        try (Dialogue dialogue = Dialogue.immediate(scenario, TEXT)) {
            dialogue.write("psst").write("hello");

            assertThat(dialogue.turn()).containsExactly("hello", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenAScenarioThatThrows_whenATurnIsComplete_thenThatSessionOnlyIsClosedWith1011() {
        Scenario broken = (turn, reply) -> {
            if ("bang".equals(written(turn))) {
                throw new IllegalStateException("broken");
            }
            reply.say(written(turn)).complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(broken, TEXT)) {
            TestClient other = TestClient.open(dialogue.emulator(), TEXT);

            dialogue.write("bang");

            assertThat(dialogue.client().awaitClose()).isEqualTo(new RecordedClose(1011, "Internal error occurred."));
            assertThat(dialogue.session().serverCloseDetail().orElseThrow()).contains("broken");
            assertThat(textOf(other.send(TestClient.json("{'realtimeInput':{'text':'x'}}")).turn())).isEqualTo("x");
        }
    }

    @Test
    void givenAScenarioThatThrows_whenItsTurnComesByATimer_thenClosedWith1011() {
        Scenario broken = (turn, reply) -> {
            if ("bang".equals(written(turn))) {
                throw new AssertionError("an expectation of a test");
            }
            reply.say("a").pause(Duration.ofSeconds(1)).complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(broken, TEXT)) {
            dialogue.type("x").type("bang").settle();
            assertThat(dialogue.session().isOpen()).isTrue();

            dialogue.advance(Duration.ofSeconds(1));

            assertThat(dialogue.client().awaitClose().code()).isEqualTo(1011);
        }
    }
}
