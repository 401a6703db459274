package dev.camelgenai.examples.kafkabridge;

import java.util.Map;

import jakarta.inject.Inject;

import dev.camelgenai.examples.service.LiveService;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.examples.kafkabridge.KafkaClient.PATIENCE;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The variant of {@code moderation-once.camel.yaml}. */
@QuarkusTest
@TestProfile(IdempotentBridgeTest.Once.class)
class IdempotentBridgeTest {

    public static class Once implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("bridge.idempotent", "true");
        }
    }

    @Inject
    LiveService service;

    @Inject
    KafkaService kafka;

    @Inject
    Topics topics;

    @Inject
    CamelContext camel;

    @ConfigProperty(name = "bridge.group")
    String group;

    private KafkaClient client;

    @BeforeEach
    void connect() {
        client = new KafkaClient(kafka.bootstrapServers(), topics.verdicts(), topics.deadLetters());
    }

    @AfterEach
    void disconnect() {
        service.emulator().orElseThrow().faults().clear();
        client.close();
    }

    @Test
    void aPostThatComesAgainIsCommittedAndGetsNoSecondVerdict() throws Exception {
        RecordMetadata post = client.send(topics.posts(), "ada", "a post that comes again");
        client.await(from(post));
        awaitCommitted(post);

        comeAgain(post);
        awaitCommitted(post);
        client.await(from(client.send(topics.posts(), "ada", "the next post")));

        assertThat(client.received(from(post))).hasSize(1);
        assertThat(service.emulator().orElseThrow().sessions()).flatExtracting(session -> session.texts())
                .containsOnlyOnce("a post that comes again", "the next post");
    }

    @Test
    void aPostThatWasGivenUpIsTriedAgainWhenItComesAgain() throws Exception {
        service.emulator().orElseThrow().faults().refuseUpgrade(503, "The service is currently unavailable.");
        RecordMetadata post = client.send(topics.posts(), "unlucky", "Hello");
        assertThat(client.await(from(post)).topic()).isEqualTo(topics.deadLetters());
        awaitCommitted(post);
        service.emulator().orElseThrow().faults().clear();

        comeAgain(post);

        assertThat(client.await(from(post), 2)).extracting(ConsumerRecord::topic).containsExactly(topics.deadLetters(),
                topics.verdicts());
    }

    @Test
    void aPoisonRecordThatComesAgainIsPutAsideAgain() throws Exception {
        RecordMetadata poison = client.send(topics.posts(), null, "nobody's");
        client.await(from(poison));
        awaitCommitted(poison);

        comeAgain(poison);

        assertThat(client.await(from(poison), 2)).allMatch(record -> record.topic().equals(topics.deadLetters()));
    }

    /** As if its commit had failed. */
    private void comeAgain(RecordMetadata record) throws Exception {
        camel.getRouteController().stopRoute("moderation-once");
        client.commit(group + "-moderation", partition(record), record.offset());
        camel.getRouteController().startRoute("moderation-once");
    }

    private void awaitCommitted(RecordMetadata record) {
        await().atMost(PATIENCE).until(() -> client.committed(group + "-moderation", partition(record)) > record.offset());
    }

    private static TopicPartition partition(RecordMetadata record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
