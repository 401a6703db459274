package dev.camelgenai.emulator.scenario;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.scenario.FakeReply.conversation;
import static dev.camelgenai.emulator.scenario.FakeReply.model;
import static dev.camelgenai.emulator.scenario.FakeReply.speech;
import static dev.camelgenai.emulator.scenario.FakeReply.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScriptedScenarioTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static FakeReply play(Scenario scenario, UserTurn turn, Conversation conversation) {
        FakeReply reply = new FakeReply(conversation, call -> {
            throw new AssertionError(call);
        });
        scenario.onTurn(turn, reply);
        return reply;
    }

    private static FakeReply write(Scenario scenario, String text) {
        return play(scenario, new UserTurn.Text(text), conversation(1));
    }

    private static Scenario always(Consumer<Answer> steps) {
        return ScriptedScenario.builder().otherwise(steps).build();
    }

    @Test
    void givenTheShopOfTheJavadoc_whenAnOrderIsAskedFor_thenTheFunctionIsCalledAndItsResultTold() {
        Scenario shop = ScriptedScenario.builder()
                .whenText("(?i)where is order (?<id>\\d+)")
                .then(answer -> answer.call("orderStatus", Map.of("id", "${id}")).say("Order ${id} is ${result.state}."))
                .whenAudio().then(answer -> answer.playBack())
                .whenTurn(3).then(answer -> answer.say("That was our third turn."))
                .otherwise(answer -> answer.say("I did not understand '${text}'."))
                .build();
        FakeReply reply = new FakeReply(conversation(1), call -> json("{'state':'on its way'}"));

        shop.onTurn(new UserTurn.Text("Hey, where is order 0042?"), reply);

        assertThat(reply.steps()).containsExactly("call: orderStatus", "say: Order 0042 is on its way.", "complete");
        assertThat(reply.calls()).containsExactly(ToolCall.of("orderStatus", Map.of("id", "0042")));
        assertThat(play(shop, speech(500), conversation(2)).steps()).containsExactly("play: (0.50 s of speech)", "complete");
        assertThat(play(shop, new UserTurn.Text("x"), conversation(3)).said()).isEqualTo("That was our third turn.");
        assertThat(play(shop, new UserTurn.Text("x"), conversation(4)).said()).isEqualTo("I did not understand 'x'.");
    }

    @Test
    void givenTwoRulesThatMatch_whenPlayed_thenTheFirstOneWins() {
        Scenario scenario = ScriptedScenario.builder().whenText("a").then(answer -> answer.say("first"))
                .whenText("ab").then(answer -> answer.say("second")).build();

        assertThat(write(scenario, "ab").said()).isEqualTo("first");
    }

    @Test
    void givenNoRuleThatMatches_whenPlayed_thenTheModelStaysSilent() {
        Scenario scenario = ScriptedScenario.builder().whenText("a").then(answer -> answer.say("first")).build();

        assertThat(write(scenario, "b").steps()).isEmpty();
        assertThat(play(scenario, speech(10), conversation(1)).steps()).isEmpty();
    }

    @Test
    void givenARuleWithoutSteps_whenItMatches_thenTheModelStaysSilentAndTheTurnStaysOpen() {
        Scenario scenario = ScriptedScenario.builder().whenText("hush").then(answer -> {
        }).otherwise(answer -> answer.say("loud")).build();

        assertThat(write(scenario, "hush").steps()).isEmpty();
        assertThat(write(scenario, "other").said()).isEqualTo("loud");
    }

    @ParameterizedTest
    @CsvSource({ "1,other", "2,even", "3,other", "4,fourth hello", "6,even" })
    void givenCombinedConditions_whenPlayed_thenAllOfThemMustHold(int turn, String expected) {
        Scenario scenario = ScriptedScenario.builder().whenTurn(4).text("hello").then(answer -> answer.say("fourth hello"))
                .whenEvery(2).then(answer -> answer.say("even")).otherwise(answer -> answer.say("other")).build();

        assertThat(play(scenario, new UserTurn.Text("hello"), conversation(turn)).said()).isEqualTo(expected);
        assertThat(play(scenario, new UserTurn.Text("bye"), conversation(4)).said()).isEqualTo("even");
    }

    @Test
    void givenALimit_whenTheHistoryShowsThatTheRuleHasAnswered_thenTheNextRuleAnswers() {
        Scenario scenario = ScriptedScenario.builder().whenText("hello").times(2).then(answer -> answer.say("Hello!"))
                .otherwise(answer -> answer.say("Again?")).build();

        assertThat(play(scenario, new UserTurn.Text("hello"), conversation(2, user("hello"), model("Hello!"))).said())
                .isEqualTo("Hello!");
        assertThat(play(scenario, new UserTurn.Text("hello"),
                conversation(4, user("hello"), model("Hello!"), user("what"), model("Again?"), user("hello"), model("Hello!")))
                .said()).isEqualTo("Again?");
    }

    @Test
    void givenALimit_whenTheClientBroughtAHistory_thenThatIsNotCounted() {
        Scenario scenario = ScriptedScenario.builder().whenText("hello").times(1).then(answer -> answer.say("Hello!")).build();

        assertThat(play(scenario, new UserTurn.Text("hello"), conversation(1, user("hello"), model("told before"))).said())
                .isEqualTo("Hello!");
    }

    @Test
    void givenALimitOnSpeech_whenTheRuleWroteItsOwnTranscript_thenItIsCountedAllTheSame() {
        Scenario scenario = ScriptedScenario.builder().whenAudio().times(1)
                .then(answer -> answer.heard("my ${seconds} words").say("once")).whenAudio()
                .then(answer -> answer.say("later")).build();

        assertThat(play(scenario, speech(100), conversation(1)).steps()).containsExactly("heard: my 0.1 words", "say: once",
                "complete");
        assertThat(play(scenario, speech(100), conversation(2, user("my 0.1 words"), model("once"))).said())
                .isEqualTo("later");
        assertThat(play(scenario, speech(100), conversation(2, user("written"), model(""))).said()).isEqualTo("once");
    }

    @Test
    void givenTwoEqualRulesWithALimit_whenPlayed_thenEachCountsForItself() {
        Scenario scenario = ScriptedScenario.builder().whenEvery(1).times(1).then(answer -> answer.say("hi")).whenEvery(1)
                .times(1).then(answer -> answer.say("hi")).build();

        assertThat(play(scenario, new UserTurn.Text("b"), conversation(2, user("a"))).said()).isEqualTo("hi");
        assertThat(play(scenario, new UserTurn.Text("c"), conversation(3, user("a"), user("b"))).steps()).isEmpty();
    }

    @Test
    void givenAllSteps_whenPlayed_thenTheyComeInOrder() {
        Scenario scenario = always(answer -> answer.think("Hm, ${text}").pause(Duration.ofMillis(200)).say("One")
                .nextTurn().tone(440, Duration.ofMillis(100)).send("{\"x\":[\"${turn}\",\"a ${turn}\",1,true,null]}")
                .playBack().waitForInput());

        assertThat(write(scenario, "so").steps()).containsExactly("think: Hm, so", "pause: PT0.2S", "say: One", "nextTurn",
                "play: (440 Hz for 0.10 s)", "send: {\"x\":[1,\"a 1\",1,true,null]}", "say: so", "waitForInput");
    }

    @Test
    void givenATone_whenPlayed_thenItHasItsLengthAndItsPitch() {
        FakeReply reply = write(always(answer -> answer.tone(1_000, Duration.ofMillis(500), "beep")), "x");

        byte[] pcm = reply.sounds().get(0);
        assertThat(reply.steps()).first().isEqualTo("play: beep");
        assertThat(pcm).hasSize(24_000);
        int crossings = 0;
        for (int i = 2; i < pcm.length; i += 2) {
            crossings += pcm[i - 1] < 0 && pcm[i + 1] >= 0 ? 1 : 0;
        }
        assertThat(crossings).isBetween(498, 501);
    }

    @Test
    void givenVariables_whenRendered_thenEachHasItsValue() {
        Scenario scenario = ScriptedScenario.builder().clock(InstantSource.fixed(Instant.parse("2026-11-22T17:30:00.5Z")))
                .otherwise(answer -> answer.say("${text}|${turn}|${seconds}|${now}|${model}|${language}|$${text}|$1 {}"))
                .build();
        Conversation german = new Conversation("m", 7, List.of(), "", List.of(), Optional.of("de-DE"));

        assertThat(play(scenario, speech(1_840), german).said())
                .isEqualTo("(1.84 s of speech)|7|1.8|2026-11-22T17:30:00Z|m|de-DE|${text}|$1 {}");
        assertThat(play(scenario, new UserTurn.Text("${turn}"), german).said()).startsWith("${turn}|7||2026");
    }

    @Test
    void givenAGroupThatTookNoPart_whenRendered_thenItIsEmptyInTextAndNullAlone() {
        Scenario scenario = ScriptedScenario.builder().whenText("order(?: (?<id>\\d+))?")
                .then(answer -> answer.call("f", Map.of("alone", "${id}", "within", "<${id}>"))).build();
        FakeReply reply = new FakeReply(conversation(1), call -> MissingNode.getInstance());

        scenario.onTurn(new UserTurn.Text("order"), reply);

        assertThat(reply.calls().get(0).args()).isEqualTo(json("{'alone':null,'within':'<>'}"));
    }

    @Test
    void givenTypedVariables_whenCalled_thenArgumentsKeepTheirTypesAtAnyDepth() {
        Scenario scenario = ScriptedScenario.builder().whenText("(?<n>\\S+) (?<flag>\\S+)")
                .then(answer -> answer.call("f", Map.of("nested", Map.of("list", List.of("${n:number}", "${n}", 5, true)),
                        "flag", "${flag:boolean}", "turn", "${turn}", "text", "n=${n:number}")))
                .build();
        FakeReply whole = new FakeReply(conversation(2), call -> MissingNode.getInstance());
        FakeReply words = new FakeReply(conversation(2), call -> MissingNode.getInstance());

        scenario.onTurn(new UserTurn.Text("007 TRUE"), whole);
        scenario.onTurn(new UserTurn.Text("12.50x maybe"), words);

        assertThat(whole.calls().get(0).args().toString()).contains("\"list\":[7,\"007\",5,true]", "\"flag\":true",
                "\"turn\":2", "\"text\":\"n=7\"");
        assertThat(words.calls().get(0).args().toString()).contains("\"12.50x\"", "\"flag\":\"maybe\"");
    }

    @Test
    void givenADecimal_whenAskedForANumber_thenNothingIsLost() {
        Scenario scenario = ScriptedScenario.builder().whenText("(?<n>[\\d.]+)")
                .then(answer -> answer.call("f", Map.of("n", "${n:number}"))).build();
        FakeReply reply = new FakeReply(conversation(1), call -> MissingNode.getInstance());

        scenario.onTurn(new UserTurn.Text("123456789.000000001"), reply);

        assertThat(reply.calls().get(0).args().path("n").decimalValue()).isEqualTo(new BigDecimal("123456789.000000001"));
    }

    @Test
    void givenAResult_whenItsFieldsAreUsed_thenPathsIndexesAndWholeValuesWork() {
        Scenario scenario = always(answer -> answer.call("f", Map.of())
                .say("${result.a.b[1]}|${result.none.x}|${result}|${results.f.n}|${results[\"f\"].a[\"b\"][0]}")
                .call("g", Map.of("list", "${result.a.b}", "number", "${result.n}")));
        FakeReply reply = new FakeReply(conversation(1),
                call -> json(call.name().equals("f") ? "{'a':{'b':['x','y']},'n':1.5}" : "{}"));

        scenario.onTurn(new UserTurn.Text("x"), reply);

        assertThat(reply.said()).isEqualTo("y||{\"a\":{\"b\":[\"x\",\"y\"]},\"n\":1.5}|1.5|x");
        assertThat(reply.calls().get(1).args()).isEqualTo(json("{'list':['x','y'],'number':1.5}"));
    }

    @Test
    void givenParallelCalls_whenAnswered_thenEachResultIsFoundByItsName() {
        Scenario scenario = always(answer -> answer
                .callAll(List.of(ToolCall.of("weather", Map.of("city", "${text}")), ToolCall.of("clock", Map.of())))
                .say("${results.weather.sky} at ${results.clock.time}; ${result.sky}"));
        FakeReply reply = new FakeReply(conversation(1),
                call -> json(call.name().equals("clock") ? "{'time':'9:00'}" : "{'sky':'blue'}"));

        scenario.onTurn(new UserTurn.Text("Rome"), reply);

        assertThat(reply.steps()).containsExactly("call: weather, clock", "say: blue at 9:00; blue", "complete");
    }

    @Test
    void givenStepsForTheResultsAlone_whenPlayed_thenTheOthersDoNotWaitForThem() {
        Scenario scenario = always(answer -> answer
                .call("f", Map.of(), then -> then.say("It is ${result.x}.")).say("Meanwhile."));
        FakeReply reply = new FakeReply(conversation(1), call -> json("{'x':1}"));

        scenario.onTurn(new UserTurn.Text("x"), reply);

        assertThat(reply.steps()).containsExactly("call: f", "say: It is 1.", "say: Meanwhile.", "complete");
    }

    @Test
    void givenAnswersThatCannotWork_whenBuilt_thenTheyAreRefusedWithAReason() {
        assertRefused(answer -> answer.say("${nope}"), "there is no variable ${nope} here", "text, turn");
        assertRefused(answer -> answer.say("${result.x}"), "${result} has a value only after a call");
        assertRefused(answer -> answer.say("${text.x}"), "${text} has no fields");
        assertRefused(answer -> answer.say("${text"), "without its }", "$${");
        assertRefused(answer -> answer.say("${a b}"), "${a b} is no variable");
        assertRefused(answer -> answer.say("${turn:date}"), "number or boolean, not date");
        assertRefused(answer -> answer.say("x").heard("y"), "heard comes before all other steps");
        assertRefused(answer -> answer.waitForInput().say("y"), "Nothing can come after waitForInput");
        assertRefused(answer -> answer.pause(Duration.ZERO), "A pause is longer than nothing");
        assertRefused(answer -> answer.pause(Duration.ofHours(2)), "at most an hour");
        assertRefused(answer -> answer.tone(5, Duration.ofSeconds(1)), "20 to 12000 Hz");
        assertRefused(answer -> answer.tone(Double.NaN, Duration.ofSeconds(1)), "20 to 12000 Hz");
        assertRefused(answer -> answer.tone(440, Duration.ofMinutes(2)), "1 ms to 60 s");
        assertRefused(answer -> answer.callAll(List.of()), "at least one function");
        assertRefused(answer -> answer.call("f", Map.of("x", List.of("${y}"))), "there is no variable ${y}");
        assertRefused(answer -> answer.call("f", Map.of()).say("${results}"), "needs the name of a function");
        assertRefused(answer -> answer.send("[]"), "a JSON object");
        assertRefused(answer -> answer.send("{"), "This is no JSON");
        assertRefused(answer -> answer.play(Path.of("missing.wav")), "There is no sound file missing.wav");
    }

    private static void assertRefused(Consumer<Answer> steps, String... messages) {
        assertThatThrownBy(() -> always(steps)).isInstanceOf(InvalidScenarioException.class).message().contains(messages);
    }

    @Test
    void givenRulesThatCannotWork_whenBuilt_thenTheyAreRefusedWithAReason() {
        ScriptedScenario.Builder builder = ScriptedScenario.builder();

        assertThatThrownBy(builder::build).hasMessageContaining("at least one rule");
        assertThatThrownBy(() -> builder.whenText("(")).isInstanceOf(InvalidScenarioException.class)
                .hasMessageContaining("'(' is no regular expression");
        assertThatThrownBy(() -> builder.whenText("(?<text>x)"))
                .hasMessageContaining("the group text has the name of a variable");
        assertThatThrownBy(() -> builder.whenTurn(0)).hasMessageContaining("turn is 1 or more, not 0");
        assertThatThrownBy(() -> builder.whenEvery(-1)).hasMessageContaining("every is 1 or more");
        assertThatThrownBy(() -> builder.whenTurn(1).turn(2)).hasMessageContaining("one turn only");
        assertThatThrownBy(() -> builder.whenText("x").audio().then(Answer::playBack))
                .hasMessageContaining("cannot want text and audio");
        assertThatThrownBy(() -> builder.whenText("x").then(answer -> answer.say("${seconds}")))
                .hasMessageContaining("there is no variable ${seconds}");
        assertThatThrownBy(() -> builder.otherwise(Answer::playBack).whenAudio())
                .hasMessageContaining("No rule can come after otherwise");
    }

    @ParameterizedTest
    @ValueSource(strings = { "\\(?<id>x", "[(?<id>]x", "(?x) a # (?<id>", "\\Q(?<id>\\E" })
    void givenSomethingThatOnlyLooksLikeAGroup_whenUsedAsVariable_thenItIsRefused(String regex) {
        assertThatThrownBy(() -> ScriptedScenario.builder().whenText(regex).then(answer -> answer.say("${id}")))
                .hasMessageContaining("there is no variable ${id}");
    }

    @Test
    void givenAnExpressionThatNeverEnds_whenMatched_thenItIsGivenUp() {
        Scenario scenario = ScriptedScenario.builder().whenText("^(a+)+\\1c").then(answer -> answer.say("yes")).build();

        assertThatThrownBy(() -> write(scenario, "a".repeat(40) + "b")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'^(a+)+\\1c' takes too long");
    }

    @Test
    void givenALongText_whenMatched_thenOnlyItsBeginningCounts() {
        Scenario scenario = ScriptedScenario.builder().whenText("x").then(answer -> answer.say("found")).build();

        assertThat(write(scenario, "-".repeat(TextPattern.MAX_TEXT - 1) + "x").said()).isEqualTo("found");
        assertThat(write(scenario, "-".repeat(TextPattern.MAX_TEXT) + "x").steps()).isEmpty();
    }

    @Test
    void givenAStereoWavAtAnotherRate_whenPlayed_thenItIsMonoAt24Kilohertz(@TempDir Path directory) throws Exception {
        Path wav = Files.write(directory.resolve("hello.wav"), WavBytes.of(48_000, 2, new byte[48_000 * 4 / 2]));

        FakeReply reply = write(always(answer -> answer.play(wav).play(wav, "Hello ${text}")), "you");

        assertThat(reply.steps()).containsExactly("play: (hello.wav)", "play: Hello you", "complete");
        assertThat(reply.sounds()).extracting(sound -> sound.length).containsExactly(24_000, 24_000);
    }

    @Test
    void givenAFileThatIsNoSound_whenTheScenarioIsBuilt_thenItIsRefused(@TempDir Path directory) throws Exception {
        Path wav = Files.writeString(directory.resolve("hello.wav"), "no sound");

        assertThatThrownBy(() -> always(answer -> answer.play(wav))).isInstanceOf(InvalidScenarioException.class)
                .hasMessageContaining("hello.wav");
    }

    @Test
    void givenSoundThatIsChangedLater_whenPlayed_thenTheScenarioHasItsOwn() {
        byte[] pcm = new byte[100];
        Scenario scenario = always(answer -> answer.play(pcm, "beep"));

        Arrays.fill(pcm, (byte) 1);

        assertThat(write(scenario, "x").sounds().get(0)).containsOnly(0);
    }
}
