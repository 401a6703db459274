package dev.camelgenai.emulator.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.camelgenai.emulator.scenario.FakeReply.conversation;
import static dev.camelgenai.emulator.scenario.FakeReply.model;
import static dev.camelgenai.emulator.scenario.FakeReply.speech;
import static dev.camelgenai.emulator.scenario.FakeReply.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ScenarioFileTest {

    private static final Path EXAMPLES = Path.of("src/test/resources/scenarios");

    @TempDir
    private Path directory;

    private static FakeReply play(Scenario scenario, UserTurn turn, Conversation conversation,
            Function<ToolCall, JsonNode> functions) {
        FakeReply reply = new FakeReply(conversation, functions);
        scenario.onTurn(turn, reply);
        return reply;
    }

    private static FakeReply play(String example, UserTurn turn) {
        return play(Scenarios.fromYaml(EXAMPLES.resolve(example)), turn, conversation(1), call -> switch (call.name()) {
            case "orderStatus" -> object().put("state", "on its way");
            case "price" -> object().put("amount", 9.5);
            case "stock" -> object().put("count", 3);
            default -> object().put("number", 12);
        });
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static UserTurn.Text text(String text) {
        return new UserTurn.Text(text);
    }

    private Path file(String... lines) {
        try {
            return Files.writeString(directory.resolve("test.yaml"), String.join("\n", lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void givenTheShop_whenRead_thenSettingsAndFaultsAreThere() {
        ScenarioFile shop = ScenarioFile.read(EXAMPLES.resolve("shop.yaml"));

        assertThat(shop.settings()).isEqualTo(new ScenarioFile.Settings(OptionalDouble.of(4), Optional.of(false),
                OptionalInt.of(10), Optional.of(Duration.ofMinutes(10)), List.of("shop-model")));
        assertThat(shop.faults()).isEmpty();
        assertThat(shop.file()).isEqualTo(EXAMPLES.resolve("shop.yaml"));
    }

    @Test
    void givenTheShop_whenPlayed_thenItCallsFunctions() {
        FakeReply order = play("shop.yaml", text("Where is order 0815?"));
        FakeReply compare = play("shop.yaml", text("compare 7 and 8"));

        assertThat(order.steps()).containsExactly("say: Let me look.", "call: orderStatus",
                "say: Order 0815 is on its way.", "complete");
        assertThat(order.calls()).containsExactly(ToolCall.of("orderStatus", Map.of("id", "0815", "urgent", false)));
        assertThat(compare.steps()).containsExactly("call: price, stock",
                "say: The one costs 9.5, of the other there are 3.", "complete");
        assertThat(compare.calls()).extracting(call -> call.args().toString()).containsExactly("{\"item\":7}",
                "{\"items\":[8,1]}");
        assertThat(play("shop.yaml", text("notify me")).steps()).containsExactly("call: subscribe",
                "say: You are on the list as number 12.", "say: I am putting you on the list.", "complete");
    }

    @Test
    void givenTheShop_whenGreetedTwice_thenItWelcomesOnce() {
        Scenario shop = Scenarios.fromYaml(EXAMPLES.resolve("shop.yaml"));

        assertThat(play(shop, text("Hello"), conversation(1), call -> null).said()).isEqualTo("Welcome to the shop!");
        assertThat(play(shop, text("Hello"), conversation(2, user("Hello"), model("Welcome to the shop!")), call -> null)
                .said()).isEqualTo("I did not understand 'Hello'.");
        assertThat(play(shop, text("x"), conversation(20), call -> null).said())
                .isEqualTo("This is turn 20. You are very patient.");
    }

    @Test
    void givenTheVoice_whenPlayed_thenItSounds() {
        FakeReply first = play("voice.yaml", speech(1_500));
        FakeReply second = play(Scenarios.fromYaml(EXAMPLES.resolve("voice.yaml")), speech(100), conversation(2),
                call -> null);

        assertThat(first.steps()).containsExactly("heard: Good morning", "play: (chime)", "pause: PT0.25S",
                "say: I heard 1.5 seconds.", "complete");
        // a tenth of a second, from 16 to 24 kHz
        assertThat(first.sounds().get(0)).hasSize(4_800);
        assertThat(second.steps()).containsExactly("play: (0.10 s of speech)", "play: (beep)", "play: (440.5 Hz for 0.20 s)",
                "complete");
        assertThat(second.sounds().get(1)).hasSize(9_600);
        assertThat(play("voice.yaml", text("Chime!")).steps()).containsExactly("play: (chime.wav)", "complete");
        assertThat(play("voice.yaml", text("other")).steps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Grüß dich     | Grüß Gott, schöner Tag heute!
            ПРИВЕТ        | Привет! Чем могу помочь?
            こんにちは     | こんにちは、元気ですか。
            ¿Qué hora es? | ¿Por qué quiere saber «Qué hora es»? 🙂
            """)
    void givenLanguages_whenPlayed_thenTheirLettersAreRight(String said, String expected) {
        assertThat(play("languages.yaml", text(said)).said()).isEqualTo(expected);
    }

    @Test
    void givenThinking_whenPlayed_thenTurnsThoughtsAndRawMessagesCome() {
        assertThat(play("thinking.yaml", text("I mean...")).steps()).containsExactly("waitForInput");
        assertThat(play("thinking.yaml", text("think twice")).steps()).containsExactly("think: The user wrote think twice.",
                "say: Let me see.", "nextTurn", "say: Now I know.", "complete");
        assertThat(play("thinking.yaml", text("search it")).steps()).containsExactly(
                "send: {\"serverContent\":{\"groundingMetadata\":{\"webSearchQueries\":[\"search it\"]}}}",
                "say: Found it. The variable is written ${text}.", "complete");
        assertThat(play("thinking.yaml", text("hush")).steps()).isEmpty();
    }

    @Test
    void givenNothingButRules_whenRead_thenThereAreNoSettingsAndNoFaults() {
        ScenarioFile file = ScenarioFile.read(file("rules:", "- otherwise: Hi"));

        assertThat(file.settings()).isEqualTo(ScenarioFile.Settings.NONE);
        assertThat(file.faults()).isEmpty();
    }

    @Test
    void givenFaults_whenRead_thenTheyStayTexts() {
        assertThat(ScenarioFile.read(file("faults: [refuse:429, 'drop:after=3']", "rules: [{otherwise: Hi}]")).faults())
                .containsExactly("refuse:429", "drop:after=3");
    }

    static List<Arguments> mistakes() {
        return List.of(
                arguments("rule:\n- otherwise: x",
                        "line 1: unknown key 'rule' in the file; allowed are faults, rules, settings"),
                arguments("settings: {}", "line 1: the file needs the key 'rules'"),
                arguments("rules: []", "line 1: rules is empty"),
                arguments("rules: {}", "line 1: rules is a list, not a map"),
                arguments("", "line 1: the file is empty"),
                arguments("- x", "line 1: the file is a map with the keys faults, rules, settings, not a list"),
                arguments("rules:\n- otherwise: x\n- otherwise: y", "line 3: No rule can come after otherwise"),
                arguments("rules:\n- then: x\n- otherwise: y", "line 3: No rule can come after otherwise or a rule without"),
                arguments("rules:\n- when: {turn: 1}", "line 2: a rule needs the key 'then'"),
                arguments("rules:\n- when: {turn: 1}\n  otherwise: x", "line 2: a rule has either otherwise, or when and then"),
                arguments("rules:\n- then:\n  - say: x\n  - sya: y",
                        "line 4: unknown key 'sya' in a step; allowed are call, heard"),
                arguments("rules:\n- then:\n  - say: x\n  - say: ${y}", "line 4: there is no variable ${y} here; known are"),
                arguments("rules:\n- then:\n  - sing", "line 3: a step is one of call, heard"),
                arguments("rules:\n- then:\n  - {say: x, think: y}", "line 3: a step is one of"),
                arguments("rules:\n- then: 5", "line 2: then is a text or a list of steps, not 5"),
                arguments("rules:\n- then:\n  - say: 5", "line 3: say is a text, not 5; put it in quotes"),
                arguments("rules:\n- then:\n  - playBack: false", "line 3: playBack can only be true"),
                arguments("rules:\n- when:\n    turn: 1\n    text: '('\n  then: x",
                        "line 4: '(' is no regular expression: Unclosed group"),
                arguments("rules:\n- when: {audio: false}\n  then: x", "line 2: audio can only be true"),
                arguments("rules:\n- when: {turn: '1'}\n  then: x", "line 2: turn is a whole number of 1 or more, not \"1\""),
                arguments("rules:\n- when: {turn: 0}\n  then: x", "line 2: turn is a whole number of 1 or more, not 0"),
                arguments("rules:\n- when: {text: x, audio: true}\n  then: x", "line 2: A rule cannot want text and audio"),
                arguments("rules:\n- when: {words: x}\n  then: x", "line 2: unknown key 'words' in when; allowed are audio"),
                arguments("rules:\n- then:\n  - play: no.wav", "line 3: There is no sound file"),
                arguments("rules:\n- then:\n  - play: {transcript: x}", "line 3: play needs the key 'file'"),
                arguments("rules:\n- then:\n  - tone: {frequency: 440}", "line 3: tone needs the key 'duration'"),
                arguments("rules:\n- then:\n  - tone: {frequency: 1, duration: 1s}", "line 3: The frequency of a tone is 20"),
                arguments("rules:\n- then:\n  - pause: 5", "line 3: pause is a duration like 500ms, 1.5s, 10m or 2h, not 5"),
                arguments("rules:\n- then:\n  - pause: 0s", "line 3: pause is more than nothing"),
                arguments("rules:\n- then:\n  - call: {args: {}}", "line 3: a call needs the key 'name'"),
                arguments("rules:\n- then:\n  - call: {name: f, calls: []}", "line 3: call has either name and args, or calls"),
                arguments("rules:\n- then:\n  - call: []", "line 3: A call needs at least one function"),
                arguments("rules:\n- then:\n  - call: {name: f, args: [1]}", "line 3: args is a map, not a list"),
                arguments("rules:\n- then:\n  - call: {name: f, then: [{say: x}, {say: '${b}'}]}",
                        "line 3: there is no variable ${b} here"),
                arguments("rules:\n- then:\n  - waitForInput\n  - say: x", "line 4: Nothing can come after waitForInput"),
                arguments("settings: {speed: 1}\nrules: [{then: x}]", "line 1: unknown key 'speed' in settings; allowed are"),
                arguments("settings: {generationSpeed: 0}\nrules: [{then: x}]", "line 1: generationSpeed is more than 0"),
                arguments("settings: {maxSessions: 1.5}\nrules: [{then: x}]", "line 1: maxSessions is a whole number"),
                arguments("settings: {models: [1]}\nrules: [{then: x}]", "line 1: each of models is a text, not 1"),
                arguments("faults: none\nrules: [{then: x}]", "line 1: faults is a list, not \"none\""),
                arguments("rules:\n- then: x\n  then: y", "line 3: the key 'then' is there twice"),
                arguments("rules:\n- then: x\n---\nrules: []", "there is a second document"),
                arguments("rules:\n- then: &a x\n- then: *a", "line 3: aliases (*a) are not supported"),
                arguments("rules:\n- then: 'x", "test.yaml, line "),
                arguments("rules:\n  - then: x\n - then: y", "expected <block end>, but found"),
                arguments("rules: " + "[".repeat(60) + "]".repeat(60), "test.yaml, line 1: "));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void givenAMistake_whenRead_thenFileLineAndFixAreTold(String yaml, String message) {
        Path file = file(yaml);

        assertThatThrownBy(() -> ScenarioFile.read(file)).isInstanceOf(InvalidScenarioException.class)
                .hasMessageStartingWith("test.yaml, line ").hasMessageContaining(message);
    }

    @Test
    void givenAYamlBomb_whenRead_thenItIsRefusedAtOnce() {
        Path bomb = file("a: &a [x, x]", "b: &b [*a, *a]", "rules: [*b, *b]");

        assertThatThrownBy(() -> ScenarioFile.read(bomb)).isInstanceOf(InvalidScenarioException.class)
                .hasMessageContaining("test.yaml, line 2: aliases (*a) are not supported");
    }

    @Test
    void givenAFileThatIsTooLarge_whenRead_thenItIsRefused() {
        Path large = file("rules: [{then: '" + "x".repeat(1024 * 1024) + "'}]");

        assertThatThrownBy(() -> ScenarioFile.read(large)).isInstanceOf(InvalidScenarioException.class)
                .hasMessageContaining("has more than 1048576 bytes");
    }

    @Test
    void givenAnotherEncoding_whenRead_thenItIsRefused() throws IOException {
        Path latin = Files.write(directory.resolve("latin.yaml"),
                "rules: [{then: Grüße}]".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ScenarioFile.read(latin)).isInstanceOf(InvalidScenarioException.class)
                .hasMessageContaining("latin.yaml is not UTF-8");
    }

    @Test
    void givenNoFile_whenRead_thenItsNameIsTold() {
        assertThatThrownBy(() -> Scenarios.named("missing.yml")).isInstanceOf(InvalidScenarioException.class)
                .hasMessage("There is no scenario file missing.yml");
    }

    @Test
    void givenAWordThatYamlTakesForABoolean_whenReadAsText_thenQuotesAreAskedFor() {
        Path file = file("rules:", "- when: {text: no}", "  then: x");

        assertThatThrownBy(() -> ScenarioFile.read(file))
                .hasMessage("test.yaml, line 2: text is a text, not false; put it in quotes");
    }
}
