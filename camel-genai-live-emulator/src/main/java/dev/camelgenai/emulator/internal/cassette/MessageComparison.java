package dev.camelgenai.emulator.internal.cassette;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.camelgenai.emulator.internal.protocol.ClientMessages;

/**
 * Finds where a message differs from the recorded one. Both spellings of a name are equal, numbers are equal by value, the order
 * of fields does not matter. Immutable.
 */
final class MessageComparison {

    /**
     * The first difference.
     *
     * @param path     in camelCase, as in {@code realtimeInput.audio.data}; empty for the whole message
     * @param expected for the reader, long values abbreviated
     * @param actual   for the reader, long values abbreviated
     */
    record Found(String path, String expected, String actual) {
    }

    private static final String NOTHING = "nothing";
    private static final int MAX_SHOWN = 160;
    private static final int SHOWN_BEGINNING = 32;
    private static final int SHOWN_BEFORE = 8;
    private static final int SHOWN_FROM = 32;

    private final List<Pattern> ignored;

    /**
     * @param ignored paths whose values may differ, with {@code [*]} for any index
     */
    MessageComparison(List<String> ignored) {
        this.ignored = ignored.stream().map(MessageComparison::pattern).toList();
    }

    private static Pattern pattern(String path) {
        return Pattern.compile(Pattern.quote(ClientMessages.camelPath(path)).replace("[*]", "\\E\\[\\d+]\\Q"));
    }

    Optional<Found> compare(JsonNode expected, JsonNode actual) {
        return compare("", expected, actual);
    }

    /** For what is no JSON object. */
    static Optional<Found> compareText(String expected, String actual) {
        return expected.equals(actual)
                ? Optional.empty()
                : Optional.of(new Found("", shown(expected, expected, actual), shown(actual, expected, actual)));
    }

    private Optional<Found> compare(String path, JsonNode expected, JsonNode actual) {
        if (!path.isEmpty() && ignored.stream().anyMatch(pattern -> pattern.matcher(path).matches())) {
            return Optional.empty();
        }
        if (expected.isObject() && actual.isObject()) {
            return compareFields(path, byCamelName(expected), byCamelName(actual));
        }
        if (expected.isArray() && actual.isArray()) {
            return compareItems(path, expected, actual);
        }
        return isEqual(expected, actual)
                ? Optional.empty()
                : Optional.of(new Found(path, shown(expected, expected, actual), shown(actual, expected, actual)));
    }

    private Optional<Found> compareFields(String path, Map<String, JsonNode> expected, Map<String, JsonNode> actual) {
        String prefix = path.isEmpty() ? "" : path + '.';
        for (Map.Entry<String, JsonNode> field : expected.entrySet()) {
            Optional<Found> found = compare(prefix + field.getKey(), field.getValue(),
                    actual.getOrDefault(field.getKey(), MissingNode.getInstance()));
            if (found.isPresent()) {
                return found;
            }
        }
        return actual.entrySet().stream().filter(field -> !expected.containsKey(field.getKey()))
                .flatMap(field -> compare(prefix + field.getKey(), MissingNode.getInstance(), field.getValue()).stream())
                .findFirst();
    }

    private Optional<Found> compareItems(String path, JsonNode expected, JsonNode actual) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            Optional<Found> found = compare(path + '[' + i + ']', expected.path(i), actual.path(i));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** A name that is there in both spellings, in a map of the user's, stays as it is. */
    private static Map<String, JsonNode> byCamelName(JsonNode object) {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            String camel = ClientMessages.camelPath(field.getKey());
            byName.put(object.has(camel) ? field.getKey() : camel, field.getValue());
        });
        return byName;
    }

    private static boolean isEqual(JsonNode expected, JsonNode actual) {
        if (expected.isNumber() && actual.isNumber()) {
            return expected.isIntegralNumber() && actual.isIntegralNumber()
                    ? expected.bigIntegerValue().equals(actual.bigIntegerValue())
                    : expected.doubleValue() == actual.doubleValue();
        }
        return expected.equals(actual);
    }

    /** A value for the reader. */
    static String shown(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "... (" + text.length() + " characters)";
    }

    private static String shown(JsonNode node, JsonNode expected, JsonNode actual) {
        if (node.isMissingNode()) {
            return NOTHING;
        }
        return shown(node.toString(), expected.toString(), actual.toString());
    }

    /** Audio is long, and begins like other audio: its length and the place where it differs tell more than all of it. */
    private static String shown(String text, String expected, String actual) {
        if (text.length() <= MAX_SHOWN) {
            return text;
        }
        int different = firstDifference(expected, actual);
        int from = Math.max(0, Math.min(different, text.length()) - SHOWN_BEFORE);
        return text.substring(0, SHOWN_BEGINNING) + "... (" + text.length() + " characters; differs at " + different + ": ..."
                + text.substring(from, Math.min(text.length(), from + SHOWN_BEFORE + SHOWN_FROM)) + "...)";
    }

    private static int firstDifference(String one, String other) {
        int i = 0;
        while (i < one.length() && i < other.length() && one.charAt(i) == other.charAt(i)) {
            i++;
        }
        return i;
    }
}
