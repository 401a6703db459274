package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.Properties;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.processor.idempotent.kafka.KafkaIdempotentRepository;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the instances of the bridge know together. Camel starts what its routes use, and stops it after them. */
@Singleton
public class Repositories {

    /** Offsets that come again are recent ones. */
    private static final int JUDGED_IN_MEMORY = 100_000;
    private static final int POLL_MILLIS = 100;

    private final KafkaService kafka;
    private final Topics topics;

    Repositories(KafkaService kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    @Produces
    @Singleton
    @Named("handles")
    CompactedTopicRepository handles(@ConfigProperty(name = "bridge.handles-timeout") Duration timeout,
            @ConfigProperty(name = "bridge.handles-retention") Duration retention) {
        return new CompactedTopicRepository(kafka.clientSettings(), topics.handles(), timeout, retention);
    }

    @Produces
    @Singleton
    @Named("judged")
    KafkaIdempotentRepository judged() {
        Properties consumer = new Properties();
        consumer.putAll(kafka.clientSettings());
        Properties producer = new Properties();
        producer.putAll(kafka.clientSettings());
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaIdempotentRepository(topics.judged(), consumer, producer, JUDGED_IN_MEMORY, POLL_MILLIS);
    }
}
