package dev.camelgenai.emulator.scenario.assistant;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.camelgenai.emulator.scenario.Conversation;

/** The languages of the assistant. */
final class Languages {

    static final List<Language> ALL = List.of("en", "de", "fr", "es", "it", "pt").stream().map(Language::read).toList();
    static final Language ENGLISH = ALL.get(0);

    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}']+");

    private Languages() {
    }

    static Optional<Language> of(String code) {
        return ALL.stream().filter(language -> language.locale().getLanguage().equals(code)).findFirst();
    }

    /**
     * The language of an answer: that of the session, else the one that most words of the text belong to, else that of what the
     * user said before, else English.
     */
    static Language of(Conversation conversation, String text) {
        return conversation.language().flatMap(tag -> of(Locale.forLanguageTag(tag).getLanguage()))
                .orElseGet(() -> guess(conversation, text));
    }

    private static Language guess(Conversation conversation, String text) {
        List<Language> best = best(ALL, text);
        List<Conversation.Utterance> history = conversation.history();
        for (int i = history.size() - 1; i >= 0 && best.size() > 1; i--) {
            if (history.get(i).speaker() == Conversation.Speaker.USER) {
                best = best(best, history.get(i).text());
            }
        }
        return best.get(0);
    }

    /** Those that share the most words with the text; never empty. */
    private static List<Language> best(List<Language> candidates, String text) {
        List<String> words = NO_WORD.splitAsStream(text.toLowerCase(Locale.ROOT)).toList();
        long most = candidates.stream().map(language -> language.familiarity(words)).max(Comparator.naturalOrder())
                .orElse(0L);
        return candidates.stream().filter(language -> language.familiarity(words) == most).toList();
    }
}
