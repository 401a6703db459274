package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Commits the offset of the record. A commit that fails because the group is being rebalanced or the broker is away is no reason
 * to fail the record, whose result is out: the commit of a later record stands for it, or {@link #catchUp} after the rebalance.
 * If there is neither, it comes once more. Thread-safe.
 */
@ApplicationScoped
@Named("commit")
public class OffsetCommit implements Processor {

    private static final Logger LOG = Logger.getLogger(OffsetCommit.class);

    /** Where the group goes on after records that are done, of partitions whose last commit failed. */
    private final Map<TopicPartition, OffsetAndMetadata> missing = new ConcurrentHashMap<>();
    private final Duration timeout;

    OffsetCommit(@ConfigProperty(name = "camel.component.kafka.commit-timeout-ms") long timeoutMillis) {
        this.timeout = Duration.ofMillis(timeoutMillis);
    }

    @Override
    public void process(Exchange exchange) {
        Message record = exchange.getMessage();
        KafkaManualCommit commit = record.getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class);
        if (commit == null) {
            throw new IllegalStateException(
                    "The record cannot be committed: camel.component.kafka.allow-manual-commit is not true");
        }
        TopicPartition partition = new TopicPartition(record.getHeader(KafkaConstants.TOPIC, String.class),
                record.getHeader(KafkaConstants.PARTITION, Integer.class));
        long offset = record.getHeader(KafkaConstants.OFFSET, Long.class);
        try {
            commit.commit();
            missing.remove(partition);
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
            OffsetAndMetadata next = new OffsetAndMetadata(offset + 1);
            missing.put(partition, next);
            warn(Map.of(partition, next), e);
        }
    }

    /**
     * Commits what is missing, of some partitions of a consumer. On the consumer's thread, when it may commit again. What fails
     * because of the moment stays missing.
     */
    void catchUp(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> late = new HashMap<>(missing);
        late.keySet().retainAll(partitions);
        if (late.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(late, timeout);
            late.forEach(missing::remove);
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
            warn(late, e);
        }
    }

    /** Leaves partitions to their next owner. */
    void forget(Collection<TopicPartition> partitions) {
        missing.keySet().removeAll(partitions);
    }

    private static void warn(Map<TopicPartition, ?> offsets, KafkaException failure) {
        LOG.warnf(
                "Not committed until a later record is, or the rebalance is over, or else records may come again; offsets %s: %s",
                offsets, failure.getMessage());
    }
}
