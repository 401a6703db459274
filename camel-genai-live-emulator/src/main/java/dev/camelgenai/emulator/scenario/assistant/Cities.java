package dev.camelgenai.emulator.scenario.assistant;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.type.TypeReference;

/** The cities that the assistant knows. */
final class Cities {

    private static final List<City> ALL = read();

    private Cities() {
    }

    /** A city by one of its names. */
    record City(String name, ZoneId zone, Pattern pattern) {
    }

    /** The cities that are named in the text, in its order. */
    static List<City> in(String text) {
        record Place(int start, City city) {
        }
        List<Place> places = new ArrayList<>();
        String rest = text;
        String lower = text.toLowerCase(Locale.ROOT);
        for (City city : ALL) {
            if (!lower.contains(city.name().toLowerCase(Locale.ROOT))) {
                // a hundred expressions on a long text would take their time
                continue;
            }
            var matcher = city.pattern().matcher(rest);
            while (matcher.find()) {
                places.add(new Place(matcher.start(), city));
            }
            // New Delhi is not Delhi as well
            rest = matcher.replaceAll(name -> " ".repeat(name.group().length()));
        }
        return places.stream().sorted(Comparator.comparingInt(Place::start)).map(Place::city).toList();
    }

    static Optional<City> firstIn(String text) {
        return in(text).stream().findFirst();
    }

    private static List<City> read() {
        Map<String, List<String>> zones = Resources.read("cities.yaml", new TypeReference<>() {
        });
        return zones.entrySet().stream()
                .flatMap(zone -> zone.getValue().stream()
                        .map(name -> new City(name, ZoneId.of(zone.getKey()),
                                Pattern.compile("\\b" + Pattern.quote(name) + "\\b",
                                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS))))
                .sorted(Comparator.comparingInt((City city) -> -city.name().length()).thenComparing(City::name)).toList();
    }
}
