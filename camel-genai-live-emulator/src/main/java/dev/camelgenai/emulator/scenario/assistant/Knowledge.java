package dev.camelgenai.emulator.scenario.assistant;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.camelgenai.emulator.scenario.assistant.Language.Found;

/** What the assistant knows without functions: mostly made up, and always the same. */
final class Knowledge {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final Map<String, String> SNIPPETS = Resources.read("snippets.yaml", new TypeReference<>() {
    });
    private static final Pattern DIGITS = Pattern.compile("\\d{1,12}");
    private static final Pattern FOLLOW_UP = Pattern
            .compile("(?iu)^\\W*(?:and|und|et|y|e|what about|how about)(?!\\p{L})|^\\W*(?:in|en|à|a|em)\\s");
    private static final Pattern END = Pattern.compile("[\\s.,;:!?]+$");
    private static final int MAX_CITY = 40;
    private static final int MAX_FOLLOW_UP = 40;
    private static final int MAX_OPERATOR = 20;

    private final InstantSource clock;
    private final List<Function<Question, Optional<String>>> skills = List.of(this::name, this::said, this::translation,
            this::sum, this::clock, this::date, this::weather, this::orderCancel, this::orderStatus, this::code,
            Support::begin, this::story, this::talk);

    Knowledge(InstantSource clock) {
        this.clock = clock;
    }

    /** The first answer that one of the skills has. */
    Optional<String> answer(Question question) {
        return skills.stream().flatMap(skill -> skill.apply(question).stream()).findFirst();
    }

    private Optional<String> name(Question question) {
        if (question.find("nameAsk").isPresent()) {
            return Optional.of(question.recall((language, text) -> language.find("nameSet", text))
                    .flatMap(found -> found.group("name")).map(name -> question.say("nameAsk", "name", name))
                    .orElseGet(() -> question.say("nameUnknown")));
        }
        return question.find("nameSet").flatMap(found -> found.group("name"))
                .map(name -> question.say("nameSet", "name", name));
    }

    private Optional<String> said(Question question) {
        return question.find("said").map(found -> {
            List<String> said = question.said();
            return said.isEmpty() ? question.say("saidNothing") : question.say("said", "text", said.get(said.size() - 1));
        });
    }

    private Optional<String> translation(Question question) {
        return question.find("translate").map(found -> {
            String name = found.group("language").orElseThrow();
            String phrase = found.group("phrase").orElse("");
            return languageNamed(name).flatMap(target -> PhraseBook.translate(phrase, target))
                    .map(translation -> question.say("translation", "language", name, "translation", translation))
                    .orElseGet(() -> question.say("translationUnknown", "language", name, "phrase", Question.quoted(phrase)));
        });
    }

    /** The code of a language by its name in any language. */
    static Optional<String> languageNamed(String name) {
        return Languages.ALL.stream().map(language -> language.content().languages().get(name.toLowerCase(Locale.ROOT)))
                .flatMap(Stream::ofNullable).findFirst();
    }

    private Optional<String> sum(Question question) {
        Map<String, String> operators = question.language().content().operators();
        String words = operators.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|"));
        Matcher sum = Pattern
                .compile("(?iu)(?<![\\d.,:/-])(?<a>-?\\d{1,15}(?:[.,]\\d{1,6})?)(?<op>\\s*[+*/x×÷]\\s*|\\s+-\\s+|\\s+(?:"
                        + words + ")\\s+)(?<b>-?\\d{1,15}(?:[.,]\\d{1,6})?)(?![.,:/-]?\\d)")
                .matcher(question.text());
        if (!sum.find()) {
            return Optional.empty();
        }
        if (isPart(sum, question.text(), words)) {
            return Optional.of(question.say("sumTwo"));
        }
        String operator = sum.group("op").strip().toLowerCase(Locale.ROOT);
        BigDecimal a = number(sum.group("a"));
        BigDecimal b = number(sum.group("b"));
        return Optional.of(result(a, operators.getOrDefault(operator, operator), b)
                .map(result -> question.say("sum", "a", sum.group("a"), "operator", operator, "b", sum.group("b"), "result",
                        result.stripTrailingZeros().toPlainString()))
                .orElseGet(() -> question.say("divisionByZero")));
    }

    /** Whether an operator or a bracket says that this is not all there is to calculate. */
    private static boolean isPart(Matcher sum, String text, String words) {
        String after = text.substring(sum.end(), Math.min(text.length(), sum.end() + MAX_OPERATOR));
        String before = text.substring(Math.max(0, sum.start() - MAX_OPERATOR), sum.start());
        return Pattern.compile("(?iu)^\\s*(?:[)+*/×÷-]|(?:x|" + words + ")\\s*[\\d(-])").matcher(after).find()
                || Pattern.compile("[(+*/×÷]\\s*$").matcher(before).find();
    }

    private static BigDecimal number(String text) {
        return new BigDecimal(text.replace(',', '.'));
    }

    private static Optional<BigDecimal> result(BigDecimal a, String operator, BigDecimal b) {
        return switch (operator) {
            case "+" -> Optional.of(a.add(b));
            case "-" -> Optional.of(a.subtract(b));
            case "*", "x", "×" -> Optional.of(a.multiply(b));
            default -> b.signum() == 0
                    ? Optional.empty()
                    : Optional.of(a.divide(b, MathContext.DECIMAL64).setScale(4, RoundingMode.HALF_UP));
        };
    }

    private Optional<String> clock(Question question) {
        Optional<Question> before = followUp(question, "clock");
        if (before.isPresent()) {
            return Cities.firstIn(question.text())
                    .map(city -> before.get().say("clock", "city", city.name(), "time", time(city.zone())));
        }
        return question.find("clock").map(found -> Cities.firstIn(question.text())
                .map(city -> question.say("clock", "city", city.name(), "time", time(city.zone())))
                .or(() -> place(question, found)
                        .map(city -> question.say("clockUnknown", "city", city, "other", "Paris", "time",
                                time(ZoneId.of("Europe/Paris")))))
                .orElseGet(() -> question.say("clockHere", "time", time(ZoneOffset.UTC))));
    }

    private String time(ZoneId zone) {
        return TIME.format(clock.instant().atZone(zone));
    }

    private Optional<String> date(Question question) {
        return question.find("date")
                .map(found -> question.say("date", "date", DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                        .withLocale(question.language().locale())
                        .format(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC))));
    }

    private Optional<String> weather(Question question) {
        Optional<Question> pending = question.pending("weatherWhere").filter(asked -> Cities.firstIn(asked.text()).isPresent())
                .or(() -> followUp(question, "weather"));
        if (pending.isPresent()) {
            return Cities.firstIn(question.text()).map(city -> weather(pending.get(), city.name()));
        }
        return question.find("weather")
                .map(found -> Cities.firstIn(question.text()).map(Cities.City::name).or(() -> place(question, found))
                        .map(city -> weather(question, city)).orElseGet(() -> question.say("weatherWhere")));
    }

    /** The question in the language of the model's last words, if those were this phrase and the user just names a city. */
    private static Optional<Question> followUp(Question question, String phrase) {
        return question.pending(phrase).filter(asked -> asked.text().length() <= MAX_FOLLOW_UP
                && !Cities.in(asked.text()).isEmpty() && FOLLOW_UP.matcher(asked.text()).find());
    }

    private static String weather(Question question, String city) {
        String key = city.toLowerCase(Locale.ROOT);
        return question.say("weather", "city", city, "condition", question.pick("conditions", key), "degrees",
                Integer.toString(5 + Math.floorMod(key.hashCode() / 8, 22)));
    }

    /** The place of a pattern, without what came after it. */
    private static Optional<String> place(Question question, Found found) {
        return found.group("city").map(text -> END.matcher(text).replaceAll("")).map(text -> {
            String place = text;
            for (String day : question.language().content().days().keySet()) {
                place = place.replaceFirst("(?iuU)\\s+\\b" + Pattern.quote(day) + "\\b.*$", "");
            }
            return question.language().pattern("and").split(place, 2)[0].strip();
        }).filter(place -> !place.isEmpty() && place.length() <= MAX_CITY);
    }

    private Optional<String> orderCancel(Question question) {
        return question.find("orderCancel").map(found -> found.group("id")
                .map(id -> question.say("orderCancelled", "id", id)).orElseGet(() -> question.say("orderWhich")));
    }

    private Optional<String> orderStatus(Question question) {
        Matcher digits = DIGITS.matcher(question.text());
        Optional<Question> pending = question.pending("orderWhich");
        if (pending.isPresent() && digits.find()) {
            return Optional.of(wasToBeCancelled(question)
                    ? pending.get().say("orderCancelled", "id", digits.group())
                    : orderStatus(pending.get(), digits.group()));
        }
        return question.find("orderStatus").map(found -> found.group("id").map(id -> orderStatus(question, id))
                .orElseGet(() -> question.say("orderWhich")));
    }

    /** Whether the number of an order was asked for because of this. */
    private static boolean wasToBeCancelled(Question question) {
        List<String> said = question.said();
        return !said.isEmpty() && Languages.ALL.stream()
                .anyMatch(language -> language.find("orderCancel", said.get(said.size() - 1)).isPresent());
    }

    private static String orderStatus(Question question, String id) {
        return question.say("orderStatus", "id", id, "state", question.pick("orderStates", id));
    }

    private Optional<String> story(Question question) {
        return question.find("story").map(found -> question.say("story"));
    }

    private Optional<String> code(Question question) {
        return question.find("code").flatMap(found -> found.group("language"))
                .map(name -> question.say("code", "language", name,
                        "snippet", SNIPPETS.get(name.toLowerCase(Locale.ROOT))));
    }

    private Optional<String> talk(Question question) {
        return question.language().talk(question.text()).or(() -> Languages.ENGLISH.talk(question.text()))
                .map(name -> question.rotate(question.language().content().talk().get(name).say()));
    }
}
