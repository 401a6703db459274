package dev.camelgenai.examples.voiceassistant;

import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The time in places that the JDK has a time zone for. */
final class Clocks {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm 'on' EEEE", Locale.ENGLISH);

    private Clocks() {
    }

    /** @param place the name of a zone, or of the city that a zone is named after; any case */
    static Optional<ZoneId> zone(String place) {
        String name = place.strip().replace(' ', '_').toLowerCase(Locale.ROOT);
        return ZoneId.getAvailableZoneIds().stream().filter(id -> {
            String zone = id.toLowerCase(Locale.ROOT);
            return zone.equals(name) || zone.endsWith('/' + name);
        }).min(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder())).map(ZoneId::of);
    }

    static String time(ZoneId zone, InstantSource clock) {
        return TIME.format(clock.instant().atZone(zone));
    }
}
