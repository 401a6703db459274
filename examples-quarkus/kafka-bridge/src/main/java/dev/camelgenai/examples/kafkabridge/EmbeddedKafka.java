package dev.camelgenai.examples.kafkabridge;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.examples.kafka.EmbeddedKafkaBroker;
import io.quarkus.arc.properties.UnlessBuildProperty;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker in this process with the topics of the bridge. A native executable has none. */
@ApplicationScoped
@UnlessBuildProperty(name = "quarkus.native.enabled", stringValue = "true", enableIfMissing = true)
public class EmbeddedKafka {

    private static final int PARTITIONS = 4;
    private static final short ONE_REPLICA = 1;

    private final Topics topics;
    private final ReentrantLock lock = new ReentrantLock();
    private EmbeddedKafkaBroker broker;

    EmbeddedKafka(Topics topics) {
        this.topics = topics;
    }

    /** Starts it at the first call. */
    EmbeddedKafkaBroker broker() {
        lock.lock();
        try {
            if (broker == null) {
                EmbeddedKafkaBroker started = EmbeddedKafkaBroker.start();
                broker = started;
                createTopics(started.bootstrapServers());
            }
            return broker;
        } finally {
            lock.unlock();
        }
    }

    private void createTopics(String address) {
        List<NewTopic> wanted = Stream.of(topics.posts(), topics.verdicts(), topics.sentences(), topics.translations(),
                topics.mic(), topics.speaker(), topics.deadLetters(), topics.judged())
                .map(topic -> new NewTopic(topic, PARTITIONS, ONE_REPLICA)).toList();
        try (Admin admin = Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address))) {
            admin.createTopics(wanted).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topics of the bridge cannot be created", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the topics were being created", e);
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
