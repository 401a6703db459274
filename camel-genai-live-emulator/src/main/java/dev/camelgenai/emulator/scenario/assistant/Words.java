package dev.camelgenai.emulator.scenario.assistant;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brings words of users and of declarations into a form in which they can be compared. */
final class Words {

    private static final Pattern CAMEL = Pattern.compile("(?<=[\\p{Ll}\\d])(?=\\p{Lu})");
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\d]+");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    private static final Map<String, String> SYNONYMS = Languages.ALL.stream()
            .flatMap(language -> language.content().synonyms().entrySet().stream())
            .collect(Collectors.toUnmodifiableMap(entry -> stem(entry.getKey()), entry -> stem(entry.getValue()),
                    (first, second) -> first));
    private static final Set<String> GENERIC = Languages.ALL.stream()
            .flatMap(language -> language.content().generic().stream()).map(Words::stem)
            .collect(Collectors.toUnmodifiableSet());

    private Words() {
    }

    /** The words of a name like {@code getWeather} or {@code order_status}, or of a text; stems, lower case. */
    static List<String> of(String text) {
        return split(text).map(Words::stem).toList();
    }

    /** As {@link #of}; where the user's word means another one, that too. */
    static Set<String> meant(String text) {
        return split(text).map(Words::stem).flatMap(word -> Stream.of(word, SYNONYMS.getOrDefault(word, word)))
                .collect(Collectors.toSet());
    }

    /** Whether the stem says nothing about what is meant. */
    static boolean isGeneric(String stem) {
        return GENERIC.contains(stem);
    }

    /** Whether the word is an ordinary one, and no name. */
    static boolean isOrdinary(String word) {
        String stem = stem(word.toLowerCase(Locale.ROOT));
        return SYNONYMS.containsKey(stem) || GENERIC.contains(stem)
                || Languages.ALL.stream()
                        .anyMatch(language -> language.familiarity(List.of(word.toLowerCase(Locale.ROOT))) > 0);
    }

    private static Stream<String> split(String text) {
        return NO_WORD.splitAsStream(CAMEL.matcher(text).replaceAll(" ").toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty());
    }

    /** Rough, and the same for both sides. */
    private static String stem(String word) {
        String plain = MARKS.matcher(Normalizer.normalize(word, Normalizer.Form.NFD)).replaceAll("");
        if (plain.length() > 5 && plain.endsWith("ing")) {
            return plain.substring(0, plain.length() - 3);
        }
        return plain.length() > 3 && plain.endsWith("s") && !plain.endsWith("ss") && !plain.endsWith("us")
                ? plain.substring(0, plain.length() - 1)
                : plain;
    }
}
