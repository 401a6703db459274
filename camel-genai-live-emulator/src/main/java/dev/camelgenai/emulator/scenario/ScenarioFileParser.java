package dev.camelgenai.emulator.scenario;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** From YAML to rules, through the same builder that Java code uses; says where a mistake is. */
final class ScenarioFileParser {

    private static final Pattern DURATION = Pattern.compile("(?<amount>\\d{1,9}(?:\\.\\d{1,6})?)(?<unit>ms|s|m|h)");
    private static final Set<String> PLAIN_STEPS = Set.of("playBack", "nextTurn", "waitForInput");
    private static final Set<String> STEPS = Set.of("heard", "think", "say", "play", "tone", "playBack", "pause", "call",
            "send", "nextTurn", "waitForInput");

    private static final int MAX_BYTES = 1024 * 1024;

    private final Path file;

    private ScenarioFileParser(Path file) {
        this.file = file;
    }

    static ScenarioFile read(Path file) {
        ScenarioFileParser parser = new ScenarioFileParser(file);
        try {
            return parser.file(YamlNode.read(parser.content()));
        } catch (YamlNode.YamlException e) {
            throw parser.invalid(e.line(), e.getMessage(), e);
        }
    }

    private String content() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InvalidScenarioException(file + " has more than " + MAX_BYTES
                        + " bytes, which is too much for a scenario");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new InvalidScenarioException("There is no scenario file " + file, e);
        } catch (CharacterCodingException e) {
            throw new InvalidScenarioException(file + " is not UTF-8; save it in that encoding", e);
        } catch (IOException e) {
            throw new InvalidScenarioException("The scenario file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private ScenarioFile file(YamlNode root) {
        YamlNode.Fields fields = fields(root, "the file", Set.of("rules", "settings", "faults"));
        YamlNode rules = required(fields, "rules", "the file").value();
        ScriptedScenario.Builder builder = ScriptedScenario.builder();
        List<YamlNode> items = items(rules, "rules");
        if (items.isEmpty()) {
            throw invalid(rules.line(), "rules is empty; a scenario needs at least one rule");
        }
        items.forEach(rule -> rule(builder, rule));
        return new ScenarioFile(file, builder.build(),
                optional(fields, "settings").map(this::settings).orElse(ScenarioFile.Settings.NONE),
                optional(fields, "faults").map(faults -> texts(faults, "faults")).orElse(List.of()));
    }

    private ScenarioFile.Settings settings(YamlNode node) {
        YamlNode.Fields fields = fields(node, "settings",
                Set.of("generationSpeed", "awaitPlayback", "maxSessions", "connectionLifetime", "models"));
        return new ScenarioFile.Settings(
                optional(fields, "generationSpeed").map(value -> OptionalDouble.of(speed(value)))
                        .orElse(OptionalDouble.empty()),
                optional(fields, "awaitPlayback").map(value -> bool(value, "awaitPlayback")),
                optional(fields, "maxSessions").map(value -> OptionalInt.of(count(value, "maxSessions")))
                        .orElse(OptionalInt.empty()),
                optional(fields, "connectionLifetime").map(value -> duration(value, "connectionLifetime")),
                optional(fields, "models").map(value -> texts(value, "models")).orElse(List.of()));
    }

    private double speed(YamlNode node) {
        double speed = number(node, "generationSpeed");
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw invalid(node.line(), "generationSpeed is more than 0, not " + speed);
        }
        return speed;
    }

    private void rule(ScriptedScenario.Builder builder, YamlNode node) {
        YamlNode.Fields rule = fields(node, "a rule", Set.of("when", "then", "otherwise"));
        Optional<YamlNode> otherwise = optional(rule, "otherwise");
        if (otherwise.isPresent()) {
            if (rule.fields().size() > 1) {
                throw invalid(node.line(), "a rule has either otherwise, or when and then");
            }
            at(node.line(), () -> builder.otherwise(answer -> steps(answer, otherwise.get(), "otherwise")));
            return;
        }
        YamlNode then = required(rule, "then", "a rule").value();
        ScriptedScenario.When when = at(node.line(), builder::when);
        optional(rule, "when").ifPresent(conditions -> conditions(when, conditions));
        at(node.line(), () -> when.then(answer -> steps(answer, then, "then")));
    }

    private void conditions(ScriptedScenario.When when, YamlNode node) {
        YamlNode.Fields conditions = fields(node, "when", Set.of("text", "audio", "turn", "every", "times"));
        conditions.fields().forEach((name, field) -> at(field.line(), () -> switch (name) {
            case "text" -> when.text(text(field.value(), "text"));
            case "turn" -> when.turn(count(field.value(), "turn"));
            case "every" -> when.every(count(field.value(), "every"));
            case "times" -> when.times(count(field.value(), "times"));
            default -> {
                if (!bool(field.value(), "audio")) {
                    throw invalid(field.line(), "audio can only be true; for written turns use text, with '' for any");
                }
                yield when.audio();
            }
        }));
    }

    private void steps(Answer answer, YamlNode node, String place) {
        if (node instanceof YamlNode.Value value && value.json().isTextual()) {
            at(node.line(), () -> answer.say(value.json().textValue()));
            return;
        }
        if (!(node instanceof YamlNode.Items)) {
            throw invalid(node.line(), place + " is a text or a list of steps, not " + describe(node));
        }
        items(node, place).forEach(step -> step(answer, step));
    }

    private void step(Answer answer, YamlNode node) {
        if (node instanceof YamlNode.Value value && PLAIN_STEPS.contains(value.json().asText())) {
            at(node.line(), () -> plain(answer, value.json().asText()));
            return;
        }
        if (!(node instanceof YamlNode.Fields step) || step.fields().size() != 1) {
            throw invalid(node.line(), "a step is one of " + sorted(STEPS) + " with its value, like 'say: Hello', or one of "
                    + sorted(PLAIN_STEPS) + " alone, not " + describe(node));
        }
        fields(node, "a step", STEPS);
        step.fields().forEach((name, field) -> at(field.line(), () -> step(answer, name, field.value())));
    }

    private Answer step(Answer answer, String name, YamlNode value) {
        return switch (name) {
            case "heard" -> answer.heard(text(value, name));
            case "think" -> answer.think(text(value, name));
            case "say" -> answer.say(text(value, name));
            case "play" -> play(answer, value);
            case "tone" -> tone(answer, value);
            case "pause" -> answer.pause(duration(value, name));
            case "call" -> call(answer, value);
            case "send" -> answer.send(fields(value, name, Set.of()).json());
            default -> {
                if (!bool(value, name)) {
                    throw invalid(value.line(), name + " can only be true; leave it out otherwise");
                }
                yield plain(answer, name);
            }
        };
    }

    private static Answer plain(Answer answer, String name) {
        return switch (name) {
            case "playBack" -> answer.playBack();
            case "nextTurn" -> answer.nextTurn();
            default -> answer.waitForInput();
        };
    }

    private Answer play(Answer answer, YamlNode node) {
        if (node instanceof YamlNode.Value) {
            return answer.play(beside(text(node, "play")));
        }
        YamlNode.Fields play = fields(node, "play", Set.of("file", "transcript"));
        Path wav = beside(text(required(play, "file", "play").value(), "file"));
        return optional(play, "transcript").map(transcript -> answer.play(wav, text(transcript, "transcript")))
                .orElseGet(() -> answer.play(wav));
    }

    private Path beside(String name) {
        return file.toAbsolutePath().resolveSibling(name).normalize();
    }

    private Answer tone(Answer answer, YamlNode node) {
        YamlNode.Fields tone = fields(node, "tone", Set.of("frequency", "duration", "transcript"));
        double frequency = number(required(tone, "frequency", "tone").value(), "frequency");
        Duration duration = duration(required(tone, "duration", "tone").value(), "duration");
        return optional(tone, "transcript")
                .map(transcript -> answer.tone(frequency, duration, text(transcript, "transcript")))
                .orElseGet(() -> answer.tone(frequency, duration));
    }

    private Answer call(Answer answer, YamlNode node) {
        if (node instanceof YamlNode.Items) {
            return answer.callAll(calls(node));
        }
        YamlNode.Fields call = fields(node, "call", Set.of("name", "args", "calls", "then"));
        if (call.fields().containsKey("calls") && (call.fields().containsKey("name") || call.fields().containsKey("args"))) {
            throw invalid(node.line(), "call has either name and args, or calls");
        }
        List<ToolCall> calls = optional(call, "calls").map(this::calls).orElseGet(() -> List.of(toolCall(call)));
        return optional(call, "then").map(then -> answer.callAll(calls, after -> steps(after, then, "then")))
                .orElseGet(() -> answer.callAll(calls));
    }

    private List<ToolCall> calls(YamlNode node) {
        return items(node, "calls").stream().map(call -> toolCall(fields(call, "a call", Set.of("name", "args")))).toList();
    }

    private ToolCall toolCall(YamlNode.Fields call) {
        String name = text(required(call, "name", "a call").value(), "name");
        return new ToolCall(name, optional(call, "args").<JsonNode>map(args -> fields(args, "args", Set.of()).json())
                .orElse(JsonNodeFactory.instance.objectNode()));
    }

    /**
     * @param allowed the keys; empty for any
     */
    private YamlNode.Fields fields(YamlNode node, String place, Set<String> allowed) {
        if (!(node instanceof YamlNode.Fields fields)) {
            throw invalid(node.line(), place + " is a map" + (allowed.isEmpty() ? "" : " with the keys " + sorted(allowed))
                    + ", not " + describe(node));
        }
        fields.fields().forEach((key, field) -> {
            if (!allowed.isEmpty() && !allowed.contains(key)) {
                throw invalid(field.line(),
                        "unknown key '" + key + "' in " + place + "; allowed are " + sorted(allowed));
            }
        });
        return fields;
    }

    private YamlNode.Field required(YamlNode.Fields fields, String key, String place) {
        YamlNode.Field field = fields.fields().get(key);
        if (field == null) {
            throw invalid(fields.line(), place + " needs the key '" + key + "'");
        }
        return field;
    }

    private static Optional<YamlNode> optional(YamlNode.Fields fields, String key) {
        return Optional.ofNullable(fields.fields().get(key)).map(YamlNode.Field::value);
    }

    private List<YamlNode> items(YamlNode node, String place) {
        if (node instanceof YamlNode.Items items) {
            return items.items();
        }
        throw invalid(node.line(), place + " is a list, not " + describe(node));
    }

    private List<String> texts(YamlNode node, String place) {
        List<String> texts = new ArrayList<>();
        items(node, place).forEach(item -> texts.add(text(item, "each of " + place)));
        return texts;
    }

    private String text(YamlNode node, String place) {
        return value(node, place, "a text", JsonNode::isTextual).textValue();
    }

    private boolean bool(YamlNode node, String place) {
        return value(node, place, "true or false", JsonNode::isBoolean).booleanValue();
    }

    private double number(YamlNode node, String place) {
        return value(node, place, "a number", JsonNode::isNumber).doubleValue();
    }

    private int count(YamlNode node, String place) {
        return value(node, place, "a whole number of 1 or more", json -> json.isInt() && json.intValue() > 0).intValue();
    }

    private Duration duration(YamlNode node, String place) {
        String what = "a duration like 500ms, 1.5s, 10m or 2h";
        String text = value(node, place, what, json -> json.isTextual() && DURATION.matcher(json.textValue()).matches())
                .textValue();
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException(text);
        }
        long nanosPerUnit = switch (parts.group("unit")) {
            case "ms" -> Duration.ofMillis(1).toNanos();
            case "s" -> Duration.ofSeconds(1).toNanos();
            case "m" -> Duration.ofMinutes(1).toNanos();
            default -> Duration.ofHours(1).toNanos();
        };
        Duration duration = Duration.ofNanos(Math.round(Double.parseDouble(parts.group("amount")) * nanosPerUnit));
        if (duration.isZero()) {
            throw invalid(node.line(), place + " is more than nothing");
        }
        return duration;
    }

    private JsonNode value(YamlNode node, String place, String expected, Predicate<JsonNode> right) {
        if (node instanceof YamlNode.Value value && right.test(value.json())) {
            return value.json();
        }
        throw invalid(node.line(), place + " is " + expected + ", not " + describe(node)
                + (node instanceof YamlNode.Value value && "a text".equals(expected) && !value.json().isNull()
                        ? "; put it in quotes"
                        : ""));
    }

    private static String describe(YamlNode node) {
        if (node instanceof YamlNode.Value value) {
            return value.json().toString();
        }
        return node instanceof YamlNode.Items
                ? "a list"
                : "a map with the keys " + String.join(", ", ((YamlNode.Fields) node).fields().keySet());
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }

    /** Adds file and line to what the builder objects to, unless that is known already. */
    private <T> T at(int line, Supplier<T> part) {
        try {
            return part.get();
        } catch (InvalidScenarioException e) {
            if (e.located()) {
                throw e;
            }
            throw invalid(line, e.getMessage(), e);
        }
    }

    private InvalidScenarioException invalid(int line, String message) {
        return invalid(line, message, null);
    }

    private InvalidScenarioException invalid(int line, String message, Throwable cause) {
        return InvalidScenarioException.at(file.getFileName() + ", line " + line + ": " + message, cause);
    }
}
