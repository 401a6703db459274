package dev.camelgenai.live;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What tools and editors read about the component. */
class CatalogTest {

    private static JsonNode catalog;

    @BeforeAll
    static void readCatalog() throws IOException {
        try (InputStream json = CatalogTest.class.getResourceAsStream("/META-INF/dev/camelgenai/live/genai-live.json")) {
            catalog = new ObjectMapper().readTree(json);
        }
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void everyProfileOptionIsInTheCatalog() {
        assertThat(names(catalog.path("properties")))
                .containsAll(ProfileOption.ALL.stream().map(ProfileOption::name).toList());
    }

    @Test
    void everyOptionOfTheConfigurationIsEitherSharedByTheGroupOrOneOfTheEndpointsOwn() {
        Set<String> own = Set.of("model", "sessionGroup", "sessionKey", "operation", "response", "turnTimeout", "turnMaxBytes",
                "maxWaitingTurns", "streamMaxMessages", "textMode", "audioMimeType", "chunkMillis", "pace", "deliver", "events",
                "laneMaxMessages", "laneStallTimeout",
                "laneOverflow", "dropAudioOnInterrupt", "sessionStart", "sessionEvents", "onSuspend", "steeringHeaders",
                "bridgeErrorHandler",
                "exceptionHandler", "exchangePattern", "lazyStartProducer");
        Set<String> all = new TreeSet<>(own);
        ProfileOption.ALL.forEach(option -> all.add(option.name()));

        assertThat(names(catalog.path("properties"))).isEqualTo(all);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "sessionStart            | common   | onDemand     | onDemand,onStart",
        "sessionIdleTimeout      | common   | 5m           | -",
        "maxSessions             | common   | 1000         | -",
        "maxSessionsPolicy       | common   | reject       | reject,evictIdle",
        "reconnect               | advanced | true         | -",
        "reconnectInitialDelay   | advanced | 500ms        | -",
        "reconnectMaxDelay       | advanced | 30s          | -",
        "reconnectMaxAttempts    | advanced | 10           | -",
        "sessionResumption       | common   | true         | -",
        "resumptionRepository    | advanced | -            | -",
        "historyReplay           | advanced | none         | none,onFresh",
        "historyMaxTurns         | advanced | 20           | -",
        "replayBufferMaxMessages | advanced | 1024         | -",
        "replayBufferMaxBytes    | advanced | 4MB          | -",
        "replayOverflow          | advanced | failOpenTurn | failOpenTurn,closeSession",
        "stallTimeout            | advanced | 60s          | -",
        "realtimeMaxAge          | producer | 0            | -",
        "streamMaxMessages       | producer | 1024         | -",
        "textMode                | producer | auto         | auto,clientContent,realtime",
        "chunkMillis             | producer | 20           | -",
        "pace                    | producer | asap         | asap,realtime",
        "tags                    | common   | -            | -",
        "toolExecution           | common   | auto         | auto,manual",
        "toolTimeout             | common   | 30s          | -",
        "deliver                 | consumer | message      | message,event",
        "events                  | consumer | -            | -",
        "sessionEvents           | consumer | -            | -",
        "laneStallTimeout        | consumer | 30s          | -",
        "laneOverflow            | consumer | pause        | pause,dropOldestAudio,closeSession",
        "dropAudioOnInterrupt    | consumer | true         | -" })
    void theOptionsOfSessionsThatHoldAreThereWithTheirDefaults(String name, String group, String defaultValue,
            String values) {
        JsonNode option = catalog.path("properties").path(name);

        assertThat(option.path("group").asText()).isEqualTo(group);
        assertThat(option.path("defaultValue").asText(null)).isEqualTo(defaultValue);
        if (values != null) {
            assertThat(option.path("enum")).extracting(JsonNode::asText).containsExactly(values.split(","));
        }
    }

    @Test
    void defaultsInTheCatalogAreThoseOfTheCode() {
        GenAiLiveConfiguration options = new GenAiLiveConfiguration();

        assertThat(options.getReconnectInitialDelay()).isEqualTo(Duration.ofMillis(500).toMillis());
        assertThat(options.getReconnectMaxDelay()).isEqualTo(Duration.ofSeconds(30).toMillis());
        assertThat(options.getSessionIdleTimeout()).isEqualTo(Duration.ofMinutes(5).toMillis());
        assertThat(options.getStallTimeout()).isEqualTo(Duration.ofSeconds(60).toMillis());
        assertThat(options.getLaneStallTimeout()).isEqualTo(Duration.ofSeconds(30).toMillis());
        assertThat(options.getRealtimeMaxAge()).isZero();
        assertThat(options.getReplayBufferMaxBytes()).isEqualTo("4MB");
        assertThat(List.of(options.getMaxSessions(), options.getReconnectMaxAttempts(), options.getHistoryMaxTurns(),
                options.getReplayBufferMaxMessages())).containsExactly(1000, 10, 20, 1024);
        assertThat(List.of(options.isReconnect(), options.isSessionResumption(), options.isDropAudioOnInterrupt()))
                .containsOnly(true);
    }

    @Test
    void everyOptionSaysWhatItIsFor() {
        catalog.path("properties").fields()
                .forEachRemaining(option -> assertThat(option.getValue().path("description").asText())
                        .as(option.getKey()).isNotBlank().endsWith("."));
    }

    @Test
    void secretsAreMarked() {
        Set<String> secrets = new TreeSet<>();
        catalog.path("properties").fields().forEachRemaining(option -> {
            if (option.getValue().path("secret").asBoolean()) {
                secrets.add(option.getKey());
            }
        });

        assertThat(secrets).containsExactly("apiKey", "client", "credentials", "proxyPassword", "proxyUsername");
    }

    @Test
    void headersAreNamedAsCamelWantsThem() {
        assertThat(names(catalog.path("headers"))).isNotEmpty().allSatisfy(
                name -> assertThat(name).startsWith("CamelGenAiLive").doesNotContain("."));
    }

    @Test
    void theHeadersOfSessionEventsAreThere() {
        assertThat(names(catalog.path("headers"))).contains("CamelGenAiLiveEvent", "CamelGenAiLiveTimeLeft",
                "CamelGenAiLiveCloseCode", "CamelGenAiLiveCloseReason", "CamelGenAiLiveReconnectAttempt",
                "CamelGenAiLiveStateRestored", "CamelGenAiLiveInDoubt");
    }

    @Test
    void theComponentIsVisibleToQuarkus() {
        assertThat(CatalogTest.class.getResource("/META-INF/jandex.idx")).isNotNull();
    }
}
