package dev.camelgenai.emulator.scenario.assistant;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.type.TypeReference;

/** Translates the phrases of a small book, and nothing else. */
final class PhraseBook {

    private static final List<Map<String, String>> PHRASES = Resources.read("phrasebook.yaml", new TypeReference<>() {
    });
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+");
    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}' ]+");
    private static final Pattern PUNCTUATION = Pattern.compile("[.!?]+$");

    private PhraseBook() {
    }

    /**
     * @param phrase in any language
     * @param target the code of a language
     */
    static Optional<String> translate(String phrase, String target) {
        String key = key(phrase);
        return PHRASES.stream().filter(entry -> entry.values().stream().anyMatch(known -> key(known).equals(key))).findFirst()
                .map(entry -> entry.get(target));
    }

    /** Sentence by sentence; one that is not in the book stays as it is, behind the name of the language. */
    static String interpret(String text, Language target) {
        return SENTENCE_END.splitAsStream(text).map(sentence -> translate(sentence, target.locale().getLanguage())
                .map(translation -> Character.toUpperCase(translation.charAt(0)) + translation.substring(1) + end(sentence))
                .orElseGet(() -> "[" + target.content().language() + "] " + sentence)).collect(Collectors.joining(" "));
    }

    private static String end(String sentence) {
        Matcher end = PUNCTUATION.matcher(sentence.strip());
        return end.find() ? end.group() : "";
    }

    private static String key(String phrase) {
        return NO_LETTERS.matcher(phrase.toLowerCase(Locale.ROOT)).replaceAll("").strip();
    }
}
