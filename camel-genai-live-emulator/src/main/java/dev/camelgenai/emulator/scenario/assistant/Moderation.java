package dev.camelgenai.emulator.scenario.assistant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** Judges a text, if the system instruction asks for that; only words count. */
final class Moderation {

    private static final Pattern ASKED = Pattern.compile("(?i)\\b(?:moderat\\w+|classif\\w+)\\b");
    private static final Pattern GOOD = label("allow|allowed|approve|approved|accept|accepted|safe|pass|clean|ok");
    private static final Pattern BAD = label("block|blocked|reject|rejected|deny|denied|unsafe|flag|flagged|remove|toxic");
    private static final Map<String, List<Pattern>> CATEGORIES = read();

    private Moderation() {
    }

    /** The verdict: JSON if the instruction has that word, otherwise like {@code block: insult}. */
    static Optional<String> judge(Question question) {
        String instruction = question.instruction();
        if (!ASKED.matcher(instruction).find()) {
            return Optional.empty();
        }
        Optional<String> category = category(question.text());
        String verdict = category.isPresent() ? first(BAD, instruction, "block") : first(GOOD, instruction, "allow");
        String reason = category.orElse("none");
        return Optional.of(instruction.toLowerCase(Locale.ROOT).contains("json")
                ? JsonNodeFactory.instance.objectNode().put("verdict", verdict).put("category", reason).toString()
                : category.isPresent() ? verdict + ": " + reason : verdict);
    }

    /** What is doubtful about the text. */
    static Optional<String> category(String text) {
        return CATEGORIES.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(pattern -> pattern.matcher(text).find()))
                .map(Map.Entry::getKey).findFirst();
    }

    /** The label as the instruction writes it. */
    private static String first(Pattern labels, String instruction, String otherwise) {
        Matcher label = labels.matcher(instruction);
        return label.find() ? label.group() : otherwise;
    }

    private static Pattern label(String words) {
        return Pattern.compile("(?i)\\b(?:" + words + ")\\b");
    }

    private static Map<String, List<Pattern>> read() {
        Map<String, List<String>> file = Resources.read("moderation.yaml", new TypeReference<>() {
        });
        Map<String, List<Pattern>> categories = new LinkedHashMap<>();
        file.forEach((category, words) -> categories.put(category,
                words.stream().map(regex -> Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS)).toList()));
        return categories;
    }
}
