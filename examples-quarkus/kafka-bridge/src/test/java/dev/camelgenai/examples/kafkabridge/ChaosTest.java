package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import jakarta.inject.Inject;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.examples.service.LiveService;
import io.quarkus.test.junit.QuarkusTest;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.examples.kafkabridge.KafkaClient.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Many conversations while connections to the service break and the broker is restarted. */
@QuarkusTest
@Timeout(300)
class ChaosTest {

    private static final Logger LOG = Logger.getLogger(ChaosTest.class);

    private static final int KEYS = 50;
    private static final int RECORDS = 200;
    private static final int ALL = KEYS * RECORDS;
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    private record Post(String key, int number) {

        private boolean insults() {
            return number % 7 == 0;
        }

        private String text() {
            return insults() ? "You are an idiot, " + number : "Hello number " + number;
        }

        private String verdict() {
            return insults() ? "block: insult" : "allow";
        }
    }

    @Inject
    LiveService service;

    @Inject
    KafkaService kafka;

    @Inject
    EmbeddedKafka embedded;

    @Inject
    Topics topics;

    @AfterEach
    void behaveAgain() {
        service.emulator().orElseThrow().faults().clear();
        embedded.broker().startAgain();
    }

    @Test
    void noRecordStaysWithoutAResultAndNoneIsOvertakenByALaterOneOfItsKey() {
        GenAiLiveEmulator emulator = service.emulator().orElseThrow();
        long began = System.nanoTime();
        try (KafkaClient client = new KafkaClient(kafka.bootstrapServers(), topics.verdicts(), topics.deadLetters())) {
            Map<String, Post> expected = new HashMap<>();
            emulator.faults().arm(Fault.parse("kill@midTurn%1"));
            List<Post> posts = IntStream.range(0, ALL).mapToObj(number -> new Post("chaos-" + number % KEYS, number)).toList();
            List<RecordMetadata> sent = client.sendAll(topics.posts(), posts.stream()
                    .map(post -> Map.entry(post.key(), post.text())).toList());
            for (int number = 0; number < ALL; number++) {
                expected.put(name(sent.get(number)), posts.get(number));
            }

            readUntil(client, ALL / 4);
            embedded.broker().stop();
            embedded.broker().startAgain();
            readUntil(client, ALL / 2);
            embedded.broker().stop();
            embedded.broker().startAgain();
            readUntil(client, ALL);

            List<ConsumerRecord<byte[], byte[]>> verdicts = client.received(ours().and(in(topics.verdicts())));
            List<ConsumerRecord<byte[], byte[]>> deadLetters = client.received(ours().and(in(topics.deadLetters())));
            long kills = emulator.faults().happened().getOrDefault("kill", 0L);
            String duplicates = "%d duplicates among %d results of %d records, %d of them dead letters, after %d broken connections"
                    + " and two restarts of the broker, in %d s";
            duplicates = String.format(duplicates, verdicts.size() + deadLetters.size() - ALL,
                    verdicts.size() + deadLetters.size(),
                    ALL, deadLetters.size(), kills, Duration.ofNanos(System.nanoTime() - began).toSeconds());
            LOG.warn(duplicates);

            Set<String> judged = sources(verdicts);
            Set<String> putAside = sources(deadLetters);
            assertThat(kills).isGreaterThan(10);
            assertThat(union(judged, putAside)).as(duplicates).isEqualTo(expected.keySet());
            assertThat(judged.size() + putAside.size()).as("records with one kind of result; %s", duplicates).isEqualTo(ALL);
            assertThat(verdicts).as(duplicates).allSatisfy(verdict -> {
                Post post = expected.get(KafkaClient.source(verdict));
                assertThat(text(verdict.value())).isEqualTo(post.verdict());
                assertThat(text(verdict.key())).isEqualTo(post.key());
            });
            IntStream.range(0, KEYS).forEach(key -> assertThat(offsetsOnce(verdicts, "chaos-" + key)).isSorted());
        }
    }

    private static String name(RecordMetadata at) {
        return at.topic() + '-' + at.partition() + '@' + at.offset();
    }

    /** Until so many records have a result; fails when nothing comes for a while. */
    private static void readUntil(KafkaClient client, int count) {
        long last = System.nanoTime();
        int done = 0;
        while (done < count) {
            if (client.poll(POLL) > 0) {
                last = System.nanoTime();
                done = sources(client.received(ours())).size();
            }
            assertThat(System.nanoTime() - last).as("no result came any more after %d", done).isLessThan(SILENCE.toNanos());
        }
    }

    private static Predicate<ConsumerRecord<byte[], byte[]>> ours() {
        return record -> record.key() != null && text(record.key()).startsWith("chaos-");
    }

    private static Predicate<ConsumerRecord<byte[], byte[]>> in(String topic) {
        return record -> record.topic().equals(topic);
    }

    private static Set<String> sources(List<ConsumerRecord<byte[], byte[]>> results) {
        Set<String> sources = new HashSet<>();
        results.forEach(result -> sources.add(KafkaClient.source(result)));
        return sources;
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new HashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** The source offsets of a key's verdicts in the order of the verdicts, the first of each. */
    private static List<Long> offsetsOnce(List<ConsumerRecord<byte[], byte[]>> verdicts, String key) {
        List<Long> offsets = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        verdicts.stream().filter(verdict -> key.equals(text(verdict.key())))
                .filter(verdict -> seen.add(KafkaClient.source(verdict)))
                .forEach(verdict -> offsets.add(Long.valueOf(KafkaClient.header(verdict, "source-offset"))));
        return offsets;
    }
}
