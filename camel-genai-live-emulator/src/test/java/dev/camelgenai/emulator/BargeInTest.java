package dev.camelgenai.emulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.camelgenai.emulator.Dialogue.MANUAL;
import static dev.camelgenai.emulator.Dialogue.TEXT;
import static dev.camelgenai.emulator.TestClient.textOf;
import static org.assertj.core.api.Assertions.assertThat;

/** What happens to an answer when the user does not wait for its end. */
class BargeInTest {

    private static final String NO_INTERRUPTION = "'realtimeInputConfig':{'activityHandling':'NO_INTERRUPTION',"
            + "'automaticActivityDetection':{'disabled':true}}";

    /** Six seconds for what is written, 600 ms for what is spoken; a function where the text says so. */
    private static final Scenario TALKER = (turn, reply) -> {
        String text = turn instanceof UserTurn.Text written ? written.text() : "audio";
        switch (text) {
            case "call" -> reply.call(List.of(ToolCall.of("f", Map.of())), (results, then) -> then.say("result")).complete();
            case "pause" -> reply.pause(Duration.ofSeconds(10)).say("late").complete();
            case "long" -> reply.say("x".repeat(100)).complete();
            default -> reply.say(text).complete();
        }
    };

    private enum Way {
        SPEECH("") {
            @Override
            void interrupt(Dialogue dialogue) {
                dialogue.speak(Sounds.tone(300, 16_000), 16_000);
            }

            @Override
            void finish(Dialogue dialogue) {
                dialogue.speak(Sounds.silence(1_000, 16_000), 16_000);
            }
        },
        ACTIVITY_START(MANUAL) {
            @Override
            void interrupt(Dialogue dialogue) {
                dialogue.activityStart();
            }

            @Override
            void finish(Dialogue dialogue) {
                dialogue.speak(Sounds.tone(300, 16_000), 16_000).activityEnd();
            }
        },
        CLIENT_CONTENT("") {
            @Override
            void interrupt(Dialogue dialogue) {
                dialogue.send("{'clientContent':{'turns':[{'role':'user','parts':[{'text':'au'}]}]}}");
            }

            @Override
            void finish(Dialogue dialogue) {
                dialogue.write("dio");
            }
        },
        /** It does so whatever the setup says. */
        CLIENT_CONTENT_AGAINST_THE_SETUP(NO_INTERRUPTION) {
            @Override
            void interrupt(Dialogue dialogue) {
                dialogue.send("{'clientContent':{'turnComplete':false}}");
            }

            @Override
            void finish(Dialogue dialogue) {
                dialogue.write("audio");
            }
        };

        final String setup;

        Way(String setup) {
            this.setup = setup;
        }

        abstract void interrupt(Dialogue dialogue);

        /** ... and says what is to be answered. */
        abstract void finish(Dialogue dialogue);

        Dialogue open() {
            return Dialogue.realistic(TALKER, "'outputAudioTranscription':{}" + (setup.isEmpty() ? "" : "," + setup));
        }

        /** The session goes on as if nothing had been. */
        void assertNextTurn(Dialogue dialogue) {
            finish(dialogue);
            assertThat(dialogue.soFar()).containsExactly("said: audio", "audio", "generationComplete");
            assertThat(dialogue.pass(Duration.ofSeconds(1)).soFar()).containsExactly("turnComplete");
            assertThat(dialogue.session().interruptions()).isEqualTo(1);
            // nothing of the old turn comes later
            assertThat(dialogue.pass(Duration.ofSeconds(10)).soFar()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void givenAnAnswerIsBeingGenerated_whenInterrupted_thenItEndsThereAndTheNextOneIsNormal(Way way) {
        try (Dialogue dialogue = way.open()) {
            dialogue.type("long");
            assertThat(dialogue.soFar()).containsExactly("said: " + "x".repeat(100), "audio");

            way.interrupt(dialogue);

            assertThat(dialogue.soFar()).containsExactly("interrupted", "turnComplete");
            way.assertNextTurn(dialogue);
            assertThat(dialogue.emulator().counters().interruptions()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void givenAnAnswerIsBeingPlayed_whenInterrupted_thenItsTurnEndsAtOnce(Way way) {
        try (Dialogue dialogue = way.open()) {
            dialogue.type("long").pass(Duration.ofSeconds(2));
            assertThat(dialogue.soFar()).endsWith("generationComplete");

            way.interrupt(dialogue);

            assertThat(dialogue.soFar()).containsExactly("interrupted", "turnComplete");
            way.assertNextTurn(dialogue);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void givenABlockingCallIsOpen_whenInterrupted_thenItIsCancelledFirst(Way way) {
        try (Dialogue dialogue = way.open()) {
            dialogue.type("call");
            JsonNode call = dialogue.calls().get(0);

            way.interrupt(dialogue);
            dialogue.answer(call, "too late, and ignored");

            List<JsonNode> received = dialogue.received();
            assertThat(Dialogue.inShort(received)).containsExactly("toolCallCancellation", "interrupted", "turnComplete");
            assertThat(received.get(0).at("/toolCallCancellation/ids")).singleElement().isEqualTo(call.get("id"));
            way.assertNextTurn(dialogue);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void givenNothingIsGeneratedYet_whenInterrupted_thenTheTurnEndsAllTheSame(Way way) {
        try (Dialogue dialogue = way.open()) {
            dialogue.type("pause");

            way.interrupt(dialogue);

            assertThat(dialogue.soFar()).containsExactly("interrupted", "turnComplete");
            way.assertNextTurn(dialogue);
        }
    }

    @Test
    void givenTheAnswerIsOver_whenTheUserSpeaks_thenNothingIsInterrupted() {
        try (Dialogue dialogue = Dialogue.realistic(TALKER, MANUAL)) {
            dialogue.type("x").pass(Duration.ofSeconds(1)).received();

            dialogue.activityStart();

            assertThat(dialogue.soFar()).isEmpty();
            assertThat(dialogue.session().interruptions()).isZero();
        }
    }

    @Test
    void givenRealtimeText_whenTheModelSpeaks_thenItWaitsInLine() {
        try (Dialogue dialogue = Dialogue.realistic(TALKER, "'outputAudioTranscription':{}")) {
            dialogue.type("long").type("second").received();

            assertThat(dialogue.pass(Duration.ofMillis(5_900)).soFar()).containsExactly("audio", "generationComplete");
            assertThat(dialogue.pass(Duration.ofMillis(200)).soFar()).containsExactly("turnComplete", "said: second", "audio",
                    "generationComplete");
        }
    }

    @Test
    void givenATurnInLine_whenTheUserInterrupts_thenItIsAnsweredWhenSheHasSpoken() {
        try (Dialogue dialogue = Dialogue.realistic(TALKER, "'outputAudioTranscription':{}," + MANUAL)) {
            dialogue.type("long").type("second").received();

            assertThat(dialogue.activityStart().soFar()).containsExactly("interrupted", "turnComplete");
            dialogue.speak(Sounds.tone(300, 16_000), 16_000).activityEnd();

            assertThat(dialogue.pass(Duration.ofSeconds(1)).soFar()).containsExactly("said: second", "audio",
                    "generationComplete", "turnComplete", "said: audio", "audio", "generationComplete",
                    "turnComplete");
        }
    }

    @Test
    void givenTheUserSpeaksOn_whenSheWrites_thenThatIsAnsweredMeanwhile() {
        try (Dialogue dialogue = Dialogue.immediate(TALKER, TEXT + ',' + MANUAL)) {
            dialogue.activityStart().type("x");

            assertThat(dialogue.turn()).containsExactly("x", "generationComplete", "turnComplete");
        }
    }

    @Test
    void givenNoInterruption_whenTheUserSpeaks_thenTheTurnIsFinishedAndHersAnsweredAfterwards() {
        try (Dialogue dialogue = Dialogue.realistic(TALKER, "'outputAudioTranscription':{}," + NO_INTERRUPTION)) {
            dialogue.type("long").received();

            dialogue.activityStart().speak(Sounds.tone(300, 16_000), 16_000).activityEnd();

            assertThat(dialogue.pass(Duration.ofMillis(5_900)).soFar()).containsExactly("audio", "generationComplete");
            assertThat(dialogue.pass(Duration.ofMillis(200)).soFar()).containsExactly("turnComplete", "said: audio", "audio",
                    "generationComplete");
            assertThat(dialogue.session().interruptions()).isZero();
        }
    }

    @Test
    void givenAClientThatDoesNotRead_whenItInterrupts_thenWhatWaitsIsNeverSent() {
        int words = 400_000;
        String book = IntStream.range(0, words).mapToObj(i -> "w ").collect(Collectors.joining());
        Scenario reader = (turn, reply) -> {
            String text = ((UserTurn.Text) turn).text();
            reply.say("book".equals(text) ? book : text).complete();
        };
        try (Dialogue dialogue = Dialogue.immediate(reader, TEXT)) {
            dialogue.client().stopReading();
            dialogue.type("book");
            dialogue.session().awaitMessages(1, TestClient.TIMEOUT);

            dialogue.write("stop");
            Dialogue.await(() -> dialogue.session().interruptions() == 1, "the interruption");
            dialogue.client().goOnReading();

            List<JsonNode> interrupted = dialogue.client().turn();
            assertThat(interrupted.size()).isLessThan(words);
            assertThat(Dialogue.inShort(interrupted)).containsExactly("w ", "interrupted", "turnComplete");
            assertThat(textOf(dialogue.client().turn())).isEqualTo("stop");
        }
    }
}
