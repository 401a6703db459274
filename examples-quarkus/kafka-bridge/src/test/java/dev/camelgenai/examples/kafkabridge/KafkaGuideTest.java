package dev.camelgenai.examples.kafkabridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** What the Kafka guide shows is what this example has. */
class KafkaGuideTest {

    private static final Path GUIDE = Path.of("..", "..", "docs", "kafka.adoc");
    private static final Path RESOURCES = Path.of("src", "main", "resources");
    /** A listing with the file that it is from. */
    private static final Pattern LISTING = Pattern.compile("(?ms)^\\.(\\S+)\n\\[source,\\w+\\]\n----\n(.*?)^----$");

    @TestFactory
    List<DynamicTest> everyListingIsInTheFileThatItNames() throws IOException {
        List<MatchResult> listings = LISTING.matcher(Files.readString(GUIDE)).results().toList();
        assertThat(listings).hasSizeGreaterThan(6);
        return listings.stream().map(listing -> DynamicTest.dynamicTest(listing.group(1), () -> {
            String file = Files.readString(RESOURCES.resolve(listing.group(1)));
            if (listing.group(1).endsWith(".properties")) {
                assertThat(file.lines()).containsSubsequence(listing.group(2).lines().toList());
            } else {
                assertThat(file).contains(listing.group(2));
            }
        })).toList();
    }

    @Test
    void everyListingNamesItsFile() throws IOException {
        String guide = Files.readString(GUIDE);

        assertThat(Pattern.compile("(?m)^\\[source,").matcher(guide).results().count())
                .isEqualTo(LISTING.matcher(guide).results().count());
    }

    @Test
    void theRecordsOfAPollAreDoneWithinItsInterval() throws IOException {
        Properties settings = new Properties();
        settings.load(Files.newBufferedReader(RESOURCES.resolve("application.properties")));
        int redeliveries = Integer.parseInt(settings.getProperty("bridge.redeliveries"));
        Duration turn = Duration.parse("PT" + settings.getProperty("bridge.turn-timeout"));
        long pauses = 0;
        long pause = Long.parseLong(settings.getProperty("bridge.redelivery-delay"));
        for (int redelivery = 0; redelivery < redeliveries; redelivery++) {
            pauses += Math.min(pause << redelivery, 8_000);
        }
        int records = Integer.parseInt(settings.getProperty("camel.component.kafka.max-poll-records"));

        assertThat(records * ((1 + redeliveries) * turn.toMillis() + pauses))
                .isLessThan(Long.parseLong(settings.getProperty("camel.component.kafka.max-poll-interval-ms")));
    }
}
