package dev.camelgenai.emulator.scenario.assistant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.type.TypeReference;

/** What the assistant understands and says in one language, from a resource file. */
final class Language {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

    private final Locale locale;
    private final Content content;
    private final Set<String> words;
    private final Map<String, Pattern> patterns;
    private final Map<String, Pattern> talk = new LinkedHashMap<>();
    private final Map<String, Pattern> said;

    /** The file. */
    record Content(String language, Set<String> words, Map<String, String> synonyms, Set<String> generic,
            Map<String, String> operators, Map<String, String> languages, Set<String> places, Map<String, Integer> days,
            Map<String, String> patterns, Map<String, List<String>> phrases, Map<String, Talk> talk) {
    }

    /** Something that is answered with ready-made words. */
    record Talk(String match, List<String> say) {
    }

    private Language(String code, Content content) {
        this.locale = Locale.forLanguageTag(code);
        this.content = content;
        this.words = Set.copyOf(content.words());
        this.patterns = content.patterns().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> compile(entry.getValue())));
        content.talk().forEach((name, small) -> talk.put(name, compile(small.match())));
        this.said = content.phrases().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> said(entry.getValue())));
    }

    /**
     * @param code ISO 639-1
     */
    static Language read(String code) {
        return new Language(code, Resources.read(code + ".yaml", new TypeReference<Content>() {
        }));
    }

    Locale locale() {
        return locale;
    }

    Content content() {
        return content;
    }

    /** How many words of the text belong to this language. */
    long familiarity(List<String> textWords) {
        return textWords.stream().filter(words::contains).count();
    }

    Optional<Found> find(String pattern, String text) {
        Matcher matcher = patterns.get(pattern).matcher(text);
        return matcher.find() ? Optional.of(new Found(matcher)) : Optional.empty();
    }

    Pattern pattern(String name) {
        return patterns.get(name);
    }

    /** The name of the first small talk that the text is, if it is any. */
    Optional<String> talk(String text) {
        return talk.entrySet().stream().filter(entry -> entry.getValue().matcher(text).find()).map(Map.Entry::getKey)
                .findFirst();
    }

    List<String> phrases(String name) {
        return content.phrases().get(name);
    }

    /** Whether the words are this phrase, with whatever values. */
    boolean isPhrase(String name, String words) {
        return said.get(name).matcher(words.strip()).matches();
    }

    /** Puts values in; in one pass, so that a value cannot bring variables of its own. */
    static String fill(String phrase, Map<String, String> values) {
        return VARIABLE.matcher(phrase).replaceAll(
                variable -> Matcher.quoteReplacement(values.getOrDefault(variable.group(1), variable.group())));
    }

    /** What was found. */
    record Found(Matcher matcher) {

        /** The group, or the second one that stands for the same; stripped. */
        Optional<String> group(String name) {
            return Optional.ofNullable(named(name)).or(() -> Optional.ofNullable(named(name + "2"))).map(String::strip)
                    .filter(text -> !text.isEmpty());
        }

        private String named(String name) {
            return matcher.pattern().pattern().contains("(?<" + name + ">") ? matcher.group(name) : null;
        }
    }

    private static Pattern said(List<String> phrases) {
        return Pattern.compile(phrases.stream().map(Language::saidOnce).collect(Collectors.joining("|")), Pattern.DOTALL);
    }

    private static String saidOnce(String phrase) {
        StringBuilder regex = new StringBuilder();
        Matcher variable = VARIABLE.matcher(phrase);
        int at = 0;
        while (variable.find()) {
            regex.append(Pattern.quote(phrase.substring(at, variable.start()))).append(".*");
            at = variable.end();
        }
        return regex.append(Pattern.quote(phrase.substring(at))).toString();
    }

    /** From Java 19 on a word boundary knows the letters beyond ASCII only with this flag. */
    private static Pattern compile(String regex) {
        return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
    }
}
