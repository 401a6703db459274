package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

import org.apache.camel.spi.StateRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * States by key that all instances of an application share, in a compacted topic: the last record of a key is its state. A write is
 * done when all in-sync replicas have it. A read first reads the topic to the end that it has now, so it sees whatever was
 * written before, by whomever. A state that is {@code null} or blank is removed. States that have not been written for longer than
 * the retention are forgotten, so that memory and topic do not grow for ever. Thread-safe; all methods block, within bounds.
 */
public class CompactedTopicRepository extends ServiceSupport implements StateRepository<String, String> {

    private record State(String value, long writtenAt) {
    }

    private final Map<String, Object> clientSettings;
    private final String topic;
    private final Duration timeout;
    private final Duration retention;
    private final ReentrantLock lock = new ReentrantLock();
    /** The state written last is the last one. */
    private final LinkedHashMap<String, State> states = new LinkedHashMap<>();
    private List<TopicPartition> partitions;
    private Consumer<String, String> consumer;
    private Producer<String, String> producer;
    /** Whether it was read to the end, and when the last such read began, in nanoseconds. */
    private boolean everRead;
    private long lastRead;

    /**
     * @param clientSettings of all Kafka clients, {@code bootstrap.servers} among them
     * @param topic          is created if it is not there
     * @param timeout        of the start, of a write and of a read
     * @param retention      how long a state is kept after it was written; for the topic only if it is created here
     */
    public CompactedTopicRepository(Map<String, Object> clientSettings, String topic, Duration timeout, Duration retention) {
        this.clientSettings = Map.copyOf(clientSettings);
        this.topic = topic;
        this.timeout = timeout;
        this.retention = retention;
    }

    @Override
    protected void doStart() throws Exception {
        partitions = IntStream.range(0, prepareTopic()).mapToObj(number -> new TopicPartition(topic, number)).toList();
        try {
            consumer = new KafkaConsumer<>(with(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                    ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis())), new StringDeserializer(),
                    new StringDeserializer());
            producer = new KafkaProducer<>(with(Map.of(ProducerConfig.ACKS_CONFIG, "all",
                    ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                    ProducerConfig.LINGER_MS_CONFIG, 0, ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) millis(),
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(),
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis())), new StringSerializer(), new StringSerializer());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (KafkaException e) {
            doStop();
            throw e;
        }
    }

    /** @return how many partitions the topic has */
    private int prepareTopic() throws InterruptedException, TimeoutException {
        NewTopic wanted = new NewTopic(topic, Optional.empty(), Optional.empty()).configs(Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT + ',' + TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis())));
        try (Admin admin = Admin.create(clientSettings)) {
            try {
                return inTime(admin.createTopics(List.of(wanted)).numPartitions(topic));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException("The topic " + topic + " cannot be created", e.getCause());
                }
            }
            return inspectTopic(admin);
        }
    }

    private int inspectTopic(Admin admin) throws InterruptedException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        long began = System.nanoTime();
        while (true) {
            try {
                String policy = inTime(admin.describeConfigs(Set.of(resource)).values().get(resource))
                        .get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
                if (!policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
                    throw new KafkaException("The topic " + topic + " is not compacted (cleanup.policy=" + policy + "), so it"
                            + " would grow with every write. Set cleanup.policy to compact,delete");
                }
                return inTime(admin.describeTopics(List.of(topic)).topicNameValues().get(topic)).partitions().size();
            } catch (ExecutionException e) {
                // another instance may have created it a moment ago
                boolean justCreated = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!justCreated || System.nanoTime() - began > timeout.toNanos()) {
                    throw new KafkaException("The topic " + topic + " cannot be inspected", e.getCause());
                }
            }
        }
    }

    private <T> T inTime(KafkaFuture<T> answer) throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<String, Object> with(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(clientSettings);
        all.putAll(more);
        return all;
    }

    private int millis() {
        return Math.toIntExact(timeout.toMillis());
    }

    /**
     * @throws KafkaException        when it is not acknowledged in time; it may be written nevertheless
     * @throws IllegalStateException when the repository is not started
     */
    @Override
    public void setState(String key, String value) {
        refuseUnlessStarted();
        try {
            producer.send(new ProducerRecord<>(topic, key, value == null || value.isBlank() ? null : value))
                    .get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException(notWritten(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException(notWritten(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while a state was written to the topic " + topic, e);
        }
    }

    private void refuseUnlessStarted() {
        if (!isStarted()) {
            throw new IllegalStateException("The repository of the topic " + topic + " is not started");
        }
    }

    private String notWritten() {
        return "A state was not acknowledged by the topic " + topic + " within " + timeout
                + ". Are enough replicas in sync (min.insync.replicas)?";
    }

    /**
     * @return                       the state written last, or {@code null}
     * @throws KafkaException        when the topic cannot be read to its end in time
     * @throws IllegalStateException when the repository is not started
     */
    @Override
    public String getState(String key) {
        refuseUnlessStarted();
        long asked = System.nanoTime();
        try {
            if (!lock.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KafkaException(notRead());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while the topic " + topic + " was being read", e);
        }
        try {
            // others that waited with this one have read for it
            if (!everRead || lastRead - asked < 0) {
                readInTime();
            }
            State state = states.get(key);
            return state == null ? null : state.value();
        } finally {
            lock.unlock();
        }
    }

    private void readInTime() {
        try {
            readToTheEnd();
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            throw new KafkaException(notRead(), e);
        }
    }

    private void readToTheEnd() {
        long began = System.nanoTime();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, timeout);
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            Duration left = timeout.minusNanos(System.nanoTime() - began);
            if (left.isNegative()) {
                throw new KafkaException(notRead());
            }
            consumer.poll(left).forEach(this::keep);
        }
        forgetOldest();
        everRead = true;
        lastRead = began;
    }

    private void forgetOldest() {
        long oldest = System.currentTimeMillis() - retention.toMillis();
        Iterator<State> firstWritten = states.values().iterator();
        while (firstWritten.hasNext() && firstWritten.next().writtenAt() < oldest) {
            firstWritten.remove();
        }
    }

    private void keep(ConsumerRecord<String, String> written) {
        states.remove(written.key());
        if (written.value() != null) {
            states.put(written.key(), new State(written.value(), written.timestamp()));
        }
    }

    private String notRead() {
        return "The topic " + topic + " could not be read to its end within " + timeout + ". Is the broker there?";
    }

    @Override
    protected void doStop() {
        lock.lock();
        try {
            if (producer != null) {
                producer.close(timeout);
                producer = null;
            }
            if (consumer != null) {
                consumer.close();
                consumer = null;
            }
            states.clear();
            everRead = false;
        } finally {
            lock.unlock();
        }
    }
}
