package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.camelgenai.examples.kafka.EmbeddedKafkaBroker;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class CompactedTopicRepositoryTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration A_DAY = Duration.ofDays(1);

    private static EmbeddedKafkaBroker broker;

    private final String topic = "handles-" + UUID.randomUUID();
    private final List<CompactedTopicRepository> repositories = new ArrayList<>();

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedKafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void stopRepositories() {
        broker.startAgain();
        repositories.forEach(CompactedTopicRepository::stop);
    }

    private CompactedTopicRepository repository(Duration timeout) {
        CompactedTopicRepository repository = new CompactedTopicRepository(
                Map.of("bootstrap.servers", broker.bootstrapServers()), topic, timeout, A_DAY);
        repositories.add(repository);
        return repository;
    }

    private CompactedTopicRepository started() {
        CompactedTopicRepository repository = repository(TIMEOUT);
        repository.start();
        return repository;
    }

    @Test
    void anotherInstanceReadsWhatHasJustBeenWritten() {
        CompactedTopicRepository one = started();
        CompactedTopicRepository other = started();
        assertThat(other.getState("ada")).isNull();

        for (int number = 0; number < 50; number++) {
            one.setState("ada", "handle " + number);
            one.setState("bert", "another " + number);

            assertThat(other.getState("ada")).isEqualTo("handle " + number);
            assertThat(other.getState("bert")).isEqualTo("another " + number);
        }
    }

    @Test
    void instancesThatStartAtTheSameTimeShareTheTopic() throws Exception {
        List<CompactedTopicRepository> starting = IntStream.range(0, 4).mapToObj(number -> repository(TIMEOUT)).toList();
        List<CompletableFuture<Void>> starts = starting.stream()
                .map(repository -> CompletableFuture.runAsync(repository::start)).toList();
        for (CompletableFuture<Void> start : starts) {
            start.get(20, TimeUnit.SECONDS);
        }

        starting.get(0).setState("ada", "handle");

        assertThat(starting).allSatisfy(repository -> assertThat(repository.getState("ada")).isEqualTo("handle"));
    }

    @Test
    void whatIsRemovedIsRemovedForAllAndLeavesATombstone() {
        CompactedTopicRepository one = started();
        CompactedTopicRepository other = started();
        one.setState("ada", "handle");
        one.setState("bert", "another");
        assertThat(other.getState("ada")).isEqualTo("handle");

        one.setState("ada", "");
        other.setState("bert", null);

        assertThat(other.getState("ada")).isNull();
        assertThat(one.getState("bert")).isNull();
        try (KafkaClient client = new KafkaClient(broker.bootstrapServers())) {
            assertThat(client.last(topic, "ada").value()).isNull();
        }
    }

    @Test
    void itIsThereAfterTheBrokerWasRestarted() {
        CompactedTopicRepository before = started();
        before.setState("ada", "handle");
        broker.stop();
        broker.startAgain();

        assertThat(before.getState("ada")).isEqualTo("handle");
        before.setState("ada", "next");
        assertThat(started().getState("ada")).isEqualTo("next");
    }

    @Test
    void whoAsksAtTheSameTimeGetsTheSame() throws Exception {
        CompactedTopicRepository writer = started();
        CompactedTopicRepository reader = started();
        List<String> keys = IntStream.range(0, 200).mapToObj(number -> "key " + number).toList();
        keys.forEach(key -> writer.setState(key, "handle of " + key));

        List<CompletableFuture<String>> read = keys.stream()
                .map(key -> CompletableFuture.supplyAsync(() -> reader.getState(key))).toList();

        for (int number = 0; number < keys.size(); number++) {
            assertThat(read.get(number).get(10, TimeUnit.SECONDS)).isEqualTo("handle of " + keys.get(number));
        }
    }

    @Test
    void withoutABrokerItFailsInTimeAndSaysWhat() {
        CompactedTopicRepository repository = repository(SHORT);
        repository.start();
        broker.stop();

        long began = System.nanoTime();
        assertThatThrownBy(() -> repository.getState("ada")).isInstanceOf(KafkaException.class).hasMessageContaining(topic)
                .hasMessageContaining("could not be read to its end within PT2S");
        assertThatThrownBy(() -> repository.setState("ada", "its secret")).isInstanceOf(KafkaException.class)
                .hasMessageContaining(topic).hasMessageContaining("was not acknowledged").hasMessageNotContaining("its secret");
        assertThat(Duration.ofNanos(System.nanoTime() - began).toMillis()).isCloseTo(4_000, within(3_000L));
    }

    @Test
    void aTopicThatIsNotCompactedIsRefused() {
        broker.createTopics(1, List.of(topic));

        assertThatThrownBy(() -> repository(TIMEOUT).start()).isInstanceOf(KafkaException.class)
                .hasMessageContaining("is not compacted").hasMessageContaining("cleanup.policy");
    }

    @Test
    void whatIsOlderThanTheRetentionIsForgotten() {
        CompactedTopicRepository repository = started();
        long now = System.currentTimeMillis();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, null, now - A_DAY.toMillis() - 1_000, "old", "handle"));
            producer.send(new ProducerRecord<>(topic, null, now - A_DAY.toMillis() + 60_000, "young", "handle"));
        }

        assertThat(repository.getState("young")).isEqualTo("handle");
        assertThat(repository.getState("old")).isNull();
    }
}
