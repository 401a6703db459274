package dev.camelgenai.examples.kafkabridge;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.examples.kafka.EmbeddedKafkaBroker;
import io.quarkus.arc.properties.UnlessBuildProperty;

/** A broker in this process with the topics of the bridge. A native executable has none. */
@ApplicationScoped
@UnlessBuildProperty(name = "quarkus.native.enabled", stringValue = "true", enableIfMissing = true)
public class EmbeddedKafka {

    private static final int PARTITIONS = 4;

    private final Topics topics;
    private final ReentrantLock lock = new ReentrantLock();
    private EmbeddedKafkaBroker broker;

    EmbeddedKafka(Topics topics) {
        this.topics = topics;
    }

    /** Starts the broker at the first call. */
    String bootstrapServers() {
        return broker().bootstrapServers();
    }

    /** Starts it at the first call. */
    EmbeddedKafkaBroker broker() {
        lock.lock();
        try {
            if (broker == null) {
                broker = EmbeddedKafkaBroker.start();
                broker.createTopics(PARTITIONS, List.of(topics.posts(), topics.verdicts(), topics.sentences(),
                        topics.translations(), topics.mic(), topics.speaker(), topics.deadLetters(), topics.judged()));
            }
            return broker;
        } finally {
            lock.unlock();
        }
    }

    @PreDestroy
    void stop() {
        lock.lock();
        try {
            if (broker != null) {
                broker.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
