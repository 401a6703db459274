package dev.camelgenai.live;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
                "maxWaitingTurns", "audioMimeType", "laneMaxMessages", "onSuspend", "steeringHeaders", "bridgeErrorHandler",
                "exceptionHandler", "exchangePattern", "lazyStartProducer");
        Set<String> all = new TreeSet<>(own);
        ProfileOption.ALL.forEach(option -> all.add(option.name()));

        assertThat(names(catalog.path("properties"))).isEqualTo(all);
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
    void theComponentIsVisibleToQuarkus() {
        assertThat(CatalogTest.class.getResource("/META-INF/jandex.idx")).isNotNull();
    }
}
