package dev.camelgenai.emulator.scenario.assistant;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a text says that can be an argument of a function. Each fact is taken once; not thread-safe. */
final class Facts {

    private static final Pattern QUOTED = Pattern
            .compile("[\"“„«](?<value>[^\"”“»]+)[\"”“»]|(?<!\\p{L})'(?<value2>[^']+)'(?!\\p{L})");
    private static final Pattern EMAIL = Pattern.compile("(?<![\\w.+-])[\\w.+-]++@[\\w-]++(?:\\.[\\w-]++)++");
    /** Something with a slash, or with a dot and letters at its end. Possessive: long texts must not be gone through again. */
    private static final Pattern PATH = Pattern.compile("(?<![\\w./-])(?:[\\w.-]*+/)++(?:\\.?[\\w-]++(?:\\.[\\w-]++)*+)?"
            + "|(?<![\\w./-])\\.?[\\w-]++(?:\\.[\\w-]++)*+(?<=\\.[A-Za-z]\\w{0,9})");
    private static final Pattern DATE = Pattern.compile("\\b\\d{4}-\\d{2}-\\d{2}\\b");
    private static final Pattern TIME = Pattern.compile("\\b\\d{1,2}:\\d{2}\\b");
    private static final Pattern CODE = Pattern.compile("(?<![\\w-])(?=[\\w-]*\\d)(?=[\\w-]*\\p{Lu})[\\p{Lu}\\d][\\w-]*\\w\\b");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?\\d{1,15}(?:\\.\\d{1,9})?(?!\\w)");
    private static final Pattern NAME = Pattern.compile("\\p{Lu}[\\p{L}'-]*(?: \\p{Lu}[\\p{L}'-]*)*");
    private static final Pattern WORD = Pattern.compile("[\\p{L}'-]+");

    private final Deque<String> quoted = new ArrayDeque<>();
    private final Deque<String> emails = new ArrayDeque<>();
    private final Deque<String> paths = new ArrayDeque<>();
    private final Deque<String> dates = new ArrayDeque<>();
    private final Deque<String> times = new ArrayDeque<>();
    private final Deque<String> cities = new ArrayDeque<>();
    private final Deque<String> codes = new ArrayDeque<>();
    private final Deque<String> numbers = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();
    private final Deque<String> objects = new ArrayDeque<>();
    private final String text;

    private Facts(String text) {
        this.text = text;
    }

    static Facts of(Question question, InstantSource clock) {
        Facts facts = new Facts(question.text());
        String rest = take(question.text(), QUOTED, facts.quoted);
        rest = take(rest, EMAIL, facts.emails);
        rest = take(rest, DATE, facts.dates);
        rest = take(rest, TIME, facts.times);
        for (Cities.City city : Cities.in(rest)) {
            facts.cities.add(city.name());
        }
        for (Cities.City city : Cities.in(rest)) {
            rest = city.pattern().matcher(rest).replaceAll("; ");
        }
        rest = take(rest, PATH, facts.paths);
        rest = take(rest, CODE, facts.codes);
        rest = take(rest, NUMBER, facts.numbers);
        facts.takeDays(question.language().content().days(), LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        facts.takeNames(rest);
        facts.takeObjects(rest, question.language());
        return facts;
    }

    Optional<String> next(Kind kind) {
        return Optional.ofNullable(switch (kind) {
            case EMAIL -> emails.poll();
            case DATE -> dates.poll();
            case TIME -> times.poll();
            case PLACE -> first(cities, quoted, names, objects);
            case PATH -> paths.poll();
            case CODE -> first(codes, numbers);
            case NUMBER -> numbers.poll();
            case NAME -> first(quoted, names);
            case ANY -> first(quoted, names, codes, cities, objects);
        });
    }

    /** What kind of value a parameter takes. */
    enum Kind {
        EMAIL,
        DATE,
        TIME,
        PLACE,
        PATH,
        CODE,
        NUMBER,
        NAME,
        ANY
    }

    /** Words in quotes, without using them up. */
    Optional<String> firstQuoted() {
        return Optional.ofNullable(quoted.peek());
    }

    /** All of the text. */
    String text() {
        return text;
    }

    @SafeVarargs
    private static String first(Deque<String>... sources) {
        for (Deque<String> source : sources) {
            if (!source.isEmpty()) {
                return source.poll();
            }
        }
        return null;
    }

    /** Moves what matches from the text to the list. */
    private static String take(String text, Pattern pattern, Deque<String> found) {
        return pattern.matcher(text).replaceAll(match -> {
            String value = match.groupCount() == 0
                    ? match.group()
                    : match.group(1) != null ? match.group(1) : match.group(2);
            found.add(value);
            // no sentence ends here, and no name goes on
            return "; ";
        });
    }

    private void takeDays(Map<String, Integer> days, LocalDate today) {
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            Optional.ofNullable(days.get(word.group())).ifPresent(day -> dates.add(today.plusDays(day).toString()));
        }
    }

    /** Capital letters make a name, unless the word begins the text or is an ordinary one. */
    private void takeNames(String rest) {
        Matcher name = NAME.matcher(rest);
        while (name.find()) {
            String words = name.group();
            if (name.start() == 0 || Words.isOrdinary(words.split(" ")[0])) {
                int space = words.indexOf(' ');
                words = space < 0 ? "" : words.substring(space + 1);
            }
            if (!words.isEmpty() && !Words.isOrdinary(words)) {
                names.add(words);
            }
        }
    }

    /** The words after "in", "to" and the like. */
    private void takeObjects(String rest, Language language) {
        Matcher word = WORD.matcher(rest);
        boolean after = false;
        while (word.find()) {
            String lower = word.group().toLowerCase(Locale.ROOT);
            if (language.content().places().contains(lower)) {
                after = true;
            } else if (after && !Words.isOrdinary(lower) && !language.content().days().containsKey(lower)) {
                objects.add(word.group());
                after = false;
            }
        }
    }
}
