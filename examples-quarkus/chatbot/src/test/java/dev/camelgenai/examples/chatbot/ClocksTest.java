package dev.camelgenai.examples.chatbot;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ClocksTest {

    @ParameterizedTest
    @CsvSource({ "Rome,Europe/Rome", "tokyo,Asia/Tokyo", "New York,America/New_York", "Europe/Rome,Europe/Rome",
        "america/new_york,America/New_York", "Louisville,America/Louisville", "' UTC ',UTC" })
    void findsTheZoneOfACityAndAZoneByItsName(String place, String zone) {
        assertThat(Clocks.zone(place)).contains(ZoneId.of(zone));
    }

    @ParameterizedTest
    @ValueSource(strings = { "Atlantis", "", " ", "/", "ome", "../Rome", "Europe", "$%" })
    void findsNothingElse(String place) {
        assertThat(Clocks.zone(place)).isEmpty();
    }

    @Test
    void tellsTheTimeWithTheDay() {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-22T17:30:00Z"));

        assertThat(Clocks.time(ZoneId.of("Europe/Rome"), clock)).isEqualTo("18:30 on Sunday");
        assertThat(Clocks.time(ZoneId.of("Asia/Tokyo"), clock)).isEqualTo("02:30 on Monday");
    }
}
