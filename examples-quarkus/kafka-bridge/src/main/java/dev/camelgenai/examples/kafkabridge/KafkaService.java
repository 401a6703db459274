package dev.camelgenai.examples.kafkabridge;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;

import io.smallrye.common.annotation.Identifier;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.quarkus.core.events.ComponentAddEvent;
import org.apache.kafka.clients.CommonClientConfigs;
import org.eclipse.microprofile.config.Config;

/**
 * Which Kafka the bridge talks to: the one that {@code kafka.bootstrap.servers} or {@code camel.component.kafka.brokers} names, and
 * without either of them a broker in this process.
 */
@ApplicationScoped
public class KafkaService {

    private final Config config;
    private final Instance<EmbeddedKafka> embedded;
    private final Map<String, Object> configured;

    /** @param configured all properties {@code kafka.*} */
    KafkaService(Config config, Instance<EmbeddedKafka> embedded,
            @Identifier("default-kafka-broker") Map<String, Object> configured) {
        this.config = config;
        this.embedded = embedded;
        this.configured = configured;
    }

    /** Before Camel sets the properties of the component, so that those win. */
    void configure(@Observes ComponentAddEvent added) {
        if (added.getComponent() instanceof KafkaComponent component) {
            component.getConfiguration().setBrokers(bootstrapServers());
        }
    }

    boolean isEmbedded() {
        return configuredServers().isEmpty();
    }

    private Optional<String> configuredServers() {
        return Stream.of("camel.component.kafka.brokers", "kafka.bootstrap.servers")
                .flatMap(name -> config.getOptionalValue(name, String.class).stream()).filter(servers -> !servers.isBlank())
                .findFirst();
    }

    /**
     * Starts the broker in this process, if it is needed and not running.
     *
     * @throws IllegalStateException when no broker is configured and there is none in this process
     */
    String bootstrapServers() {
        return configuredServers().orElseGet(() -> {
            if (!embedded.isResolvable()) {
                throw new IllegalStateException("There is no Kafka broker in a native executable: set kafka.bootstrap.servers");
            }
            return embedded.get().bootstrapServers();
        });
    }

    /** What any Kafka client of this application is made with: the properties {@code kafka.*}, and which servers to talk to. */
    Map<String, Object> clientSettings() {
        Map<String, Object> settings = new HashMap<>(configured);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        return settings;
    }

    /** One line for the user. */
    String description() {
        return isEmbedded()
                ? "No kafka.bootstrap.servers: using an embedded Kafka broker at " + bootstrapServers()
                : "Using Kafka at " + bootstrapServers();
    }
}
