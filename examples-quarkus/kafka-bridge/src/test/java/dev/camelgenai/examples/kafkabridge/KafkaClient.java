package dev.camelgenai.examples.kafkabridge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import static org.assertj.core.api.Assertions.assertThat;

/** What stands on both sides of the bridge in tests. For one thread at a time. */
final class KafkaClient implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String bootstrapServers;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final List<ConsumerRecord<byte[], byte[]>> received = new ArrayList<>();

    /** @param topics to read, from their end on */
    KafkaClient(String bootstrapServers, String... topics) {
        this.bootstrapServers = bootstrapServers;
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", bootstrapServers));
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        admin = Admin.create(settings);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(topics).flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** @return where the broker has put it */
    RecordMetadata send(String topic, byte[] key, byte[] value) {
        try {
            return producer.send(new ProducerRecord<>(topic, key, value)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("A record could not be sent to " + topic, e);
        }
    }

    /** Sends many, in order, and waits for them together. */
    List<RecordMetadata> sendAll(String topic, List<Map.Entry<String, String>> records) {
        List<Future<RecordMetadata>> sent = records.stream()
                .map(record -> producer.send(new ProducerRecord<>(topic, bytes(record.getKey()), bytes(record.getValue()))))
                .toList();
        List<RecordMetadata> places = new ArrayList<>();
        try {
            for (Future<RecordMetadata> each : sent) {
                places.add(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("Records could not be sent to " + topic, e);
        }
        return places;
    }

    RecordMetadata send(String topic, String key, String value) {
        return send(topic, bytes(key), bytes(value));
    }

    /** Reads until there is a record that is wanted. */
    ConsumerRecord<byte[], byte[]> await(Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        return await(wanted, 1).get(0);
    }

    /** Reads until there are so many records that are wanted; gives all of them, those that were read before included. */
    List<ConsumerRecord<byte[], byte[]>> await(Predicate<ConsumerRecord<byte[], byte[]>> wanted, int count) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (received(wanted).size() < count) {
            assertThat(System.nanoTime() - end).as("%d of %d records came in time", received(wanted).size(), count)
                    .isNegative();
            poll(Duration.ofMillis(100));
        }
        return received(wanted);
    }

    /** Reads what is there. */
    int poll(Duration patience) {
        int before = received.size();
        consumer.poll(patience).forEach(received::add);
        return received.size() - before;
    }

    List<ConsumerRecord<byte[], byte[]>> received(Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        return received.stream().filter(wanted).toList();
    }

    /** The last record of a key in a topic. */
    ConsumerRecord<byte[], byte[]> last(String topic, String key) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            poll(Duration.ofMillis(100));
        }
        return received(record -> record.topic().equals(topic) && key.equals(text(record.key()))).stream()
                .reduce((first, second) -> second).orElseThrow();
    }

    /** The offset that the group has committed; -1 for none. */
    long committed(String group, TopicPartition partition) throws ExecutionException, InterruptedException {
        OffsetAndMetadata committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
                .get(partition);
        return committed == null ? -1 : committed.offset();
    }

    void commit(String group, TopicPartition partition, long offset) throws ExecutionException, InterruptedException {
        admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset))).all().get();
    }

    /** Another member of a group, which takes part in it with every poll. */
    Member join(String group, String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "group.id", group, "enable.auto.commit",
                false,
                "partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        Consumer<byte[], byte[]> member = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        member.subscribe(List.of(topic));
        return new Member(member);
    }

    record Member(Consumer<byte[], byte[]> consumer) implements AutoCloseable {

        void poll() {
            consumer.poll(Duration.ofMillis(100));
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    /** How many partitions each consumer of a group has; none while the group is being rebalanced. */
    List<Integer> partitionsByMember(String group) throws ExecutionException, InterruptedException {
        ConsumerGroupDescription description = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
        return description.groupState() != GroupState.STABLE
                ? List.of()
                : description.members().stream().map(member -> member.assignment().topicPartitions().size()).toList();
    }

    void configure(String topic, String option, String value) throws ExecutionException, InterruptedException {
        Collection<AlterConfigOp> change = List
                .of(new AlterConfigOp(new ConfigEntry(option, value), AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), change)).all().get();
    }

    static Predicate<ConsumerRecord<byte[], byte[]>> from(RecordMetadata source) {
        return record -> source(record).equals(source.topic() + '-' + source.partition() + '@' + source.offset());
    }

    static String source(ConsumerRecord<byte[], byte[]> record) {
        return header(record, "source-topic") + '-' + header(record, "source-partition") + '@'
                + header(record, "source-offset");
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
        producer.close();
    }
}
