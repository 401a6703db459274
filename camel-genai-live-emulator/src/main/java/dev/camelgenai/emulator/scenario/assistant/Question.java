package dev.camelgenai.emulator.scenario.assistant;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Conversation.Speaker;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;
import dev.camelgenai.emulator.scenario.assistant.Language.Found;

/**
 * What the user wants to know, and all that an answer may depend on.
 *
 * @param language the language of the answer
 */
record Question(String text, Language language, Conversation conversation) {

    /** Longer texts are cut before they are looked at. */
    static final int MAX_TEXT = 2_000;

    private static final int MAX_QUOTED = 80;

    /** Looks for a pattern of the language, and for the English one if that is not there. */
    Optional<Found> find(String pattern) {
        return language.find(pattern, text).or(() -> Languages.ENGLISH.find(pattern, text));
    }

    /**
     * A phrase of the language; several are taken in turns.
     *
     * @param namesAndValues of its variables
     */
    String say(String phrase, String... namesAndValues) {
        return fill(rotate(language.phrases(phrase)), namesAndValues);
    }

    /** One of several, as the number of the turn says. */
    String rotate(List<String> texts) {
        return texts.get(Math.floorMod(conversation.turn() - 1, texts.size()));
    }

    /** One of a list of phrases, always the same for the same subject. */
    String pick(String phrase, String subject) {
        List<String> texts = language.phrases(phrase);
        return texts.get(Math.floorMod(subject.hashCode(), texts.size()));
    }

    /** The beginning of the system instruction. */
    String instruction() {
        return cut(conversation.systemInstruction());
    }

    /** What the model said last. */
    Optional<String> lastAnswer() {
        List<Utterance> history = conversation.history();
        for (int i = history.size() - 1; i >= 0; i--) {
            if (history.get(i).speaker() == Speaker.MODEL) {
                return Optional.of(history.get(i).text());
            }
        }
        return Optional.empty();
    }

    /** This question in the language in which the model's last words were this phrase, if they were. */
    Optional<Question> pending(String phrase) {
        return lastAnswer().flatMap(answer -> Languages.ALL.stream()
                .flatMap(spoken -> spoken.isPhrase(phrase, answer) ? Stream.of(in(spoken)) : Stream.empty()).findFirst());
    }

    /** What the user said before, newest first, until something comes of it. */
    <T> Optional<T> recall(BiFunction<Language, String, Optional<T>> search) {
        List<String> said = said();
        for (int i = said.size() - 1; i >= 0; i--) {
            String text = said.get(i);
            Optional<T> found = Languages.ALL.stream().flatMap(spoken -> search.apply(spoken, text).stream()).findFirst();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** What the user said before, oldest first. */
    List<String> said() {
        return conversation.history().stream().filter(utterance -> utterance.speaker() == Speaker.USER).map(Utterance::text)
                .toList();
    }

    Question in(Language other) {
        return new Question(text, other, conversation);
    }

    Question with(String otherText) {
        return new Question(otherText, language, conversation);
    }

    /** As many characters of it as an answer repeats. */
    static String quoted(String text) {
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
    }

    static String cut(String text) {
        return text.substring(0, Math.min(text.length(), MAX_TEXT));
    }

    private static String fill(String phrase, String... namesAndValues) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return Language.fill(phrase, values);
    }
}
