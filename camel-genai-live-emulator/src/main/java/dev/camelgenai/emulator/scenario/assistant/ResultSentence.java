package dev.camelgenai.emulator.scenario.assistant;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.scenario.ToolResult;

/** Puts what a function has answered into words. */
final class ResultSentence {

    private static final int MAX_PARTS = 12;
    private static final int MAX_TEXT = 2_000;
    private static final Pattern CAMEL = Pattern.compile("(?<=[\\p{Ll}\\d])(?=\\p{Lu})|[_-]+");
    private static final Pattern ENDS = Pattern.compile("(?s).*[.!?…:]\\s*");

    private ResultSentence() {
    }

    static String of(ToolResult result, Question question) {
        JsonNode response = unwrapped(result.response());
        if (response.path("error").isValueNode() || response.path("error").isObject()) {
            JsonNode error = response.path("error");
            return question.say("toolError", "error",
                    sentence(words(error.path("message").isTextual() ? error.path("message") : error, question)));
        }
        String words = words(response, question);
        return words.isBlank()
                ? question.say("toolDone")
                : question.say("toolResult", "result", sentence(Character.toUpperCase(words.charAt(0)) + words.substring(1)));
    }

    /** SDKs put a value that is no object into one of these. */
    private static JsonNode unwrapped(JsonNode response) {
        for (String wrapper : List.of("result", "output")) {
            if (response.size() == 1 && response.has(wrapper)) {
                return response.get(wrapper);
            }
        }
        return response;
    }

    private static String words(JsonNode value, Question question) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        String words = value.isObject() ? fields(value, question) : value.isArray() ? items(value, question) : value.asText();
        return words.length() <= MAX_TEXT ? words : words.substring(0, MAX_TEXT) + "…";
    }

    private static String fields(JsonNode object, Question question) {
        List<String> parts = new ArrayList<>();
        object.properties().forEach(field -> {
            String words = words(field.getValue(), question);
            if (!words.isBlank() && parts.size() < MAX_PARTS) {
                parts.add(CAMEL.matcher(field.getKey()).replaceAll(" ").toLowerCase(Locale.ROOT).strip() + ": "
                        + (field.getValue().isObject() ? "(" + words + ")" : words));
            }
        });
        return String.join(", ", parts);
    }

    private static String items(JsonNode array, Question question) {
        List<String> parts = new ArrayList<>();
        array.forEach(item -> {
            String words = words(item, question);
            if (!words.isBlank() && parts.size() < MAX_PARTS) {
                parts.add(item.isObject() ? "(" + words + ")" : words);
            }
        });
        int last = parts.size() - 1;
        return last < 1
                ? String.join("", parts)
                : String.join(", ", parts.subList(0, last)) + ' ' + question.say("listAnd") + ' ' + parts.get(last)
                        + (array.size() > MAX_PARTS ? ", …" : "");
    }

    private static String sentence(String words) {
        return ENDS.matcher(words).matches() ? words : words + '.';
    }
}
