package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.support.subcription.DefaultSubscribeAdapter;
import org.apache.camel.component.kafka.consumer.support.subcription.SubscribeAdapter;
import org.apache.camel.component.kafka.consumer.support.subcription.TopicInfo;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Commits what could not be committed while the group was being rebalanced, and closes the sessions of a partition before another
 * instance gets it: a conversation cannot be resumed while its old socket is open. Kafka waits for both, because its consumer
 * thread does; that is also why no record of the partition is under way then. Each topic has a route
 * {@code direct:release-TOPIC} that releases the session of a key.
 */
@ApplicationScoped
@Named(KafkaConstants.KAFKA_SUBSCRIBE_ADAPTER)
public class PartitionHandover implements SubscribeAdapter {

    private static final Logger LOG = Logger.getLogger(PartitionHandover.class);

    private final OffsetCommit commits;
    private final PartitionKeys keys;
    private final CamelContext camel;
    private final Duration timeout;

    PartitionHandover(OffsetCommit commits, PartitionKeys keys, CamelContext camel,
            @ConfigProperty(name = "bridge.release-timeout") Duration timeout) {
        this.commits = commits;
        this.keys = keys;
        this.camel = camel;
        this.timeout = timeout;
    }

    @Override
    public void subscribe(Consumer<?, ?> consumer, ConsumerRebalanceListener camels, TopicInfo topics) {
        new DefaultSubscribeAdapter().subscribe(consumer, new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                camels.onPartitionsAssigned(partitions);
                // also called when there are no new ones: this is the end of the rebalance
                commits.catchUp(consumer, consumer.assignment());
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                camels.onPartitionsRevoked(partitions);
                try {
                    commits.catchUp(consumer, partitions);
                } finally {
                    commits.forget(partitions);
                    release(partitions);
                }
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                camels.onPartitionsLost(partitions);
                commits.forget(partitions);
                release(partitions);
            }
        }, topics);
    }

    private void release(Collection<TopicPartition> partitions) {
        List<CompletableFuture<Exchange>> releases = partitions.stream().map(this::release).flatMap(List::stream).toList();
        try {
            allOf(releases).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            List<Exception> failures = releases.stream().map(CompletableFuture::join).map(Exchange::getException)
                    .filter(Objects::nonNull).toList();
            if (!failures.isEmpty()) {
                LOG.warnf(failures.get(0), "%d of %d sessions of %s could not be closed", failures.size(), releases.size(),
                        partitions);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warnf("Not all of %d sessions of %s are closed: interrupted", releases.size(), partitions);
        } catch (ExecutionException e) {
            LOG.warnf(e.getCause(), "Not all of %d sessions of %s could be closed", releases.size(), partitions);
        } catch (TimeoutException e) {
            LOG.warnf("Not all of %d sessions of %s are closed within bridge.release-timeout=%s; the next owner cannot resume"
                    + " those that are still open", releases.size(), partitions, timeout);
        }
    }

    /** All at a time; no thread waits for any of them. */
    private List<CompletableFuture<Exchange>> release(TopicPartition partition) {
        Set<String> used = keys.remove(partition);
        if (used.isEmpty()) {
            return List.of();
        }
        Endpoint route = camel.getEndpoint("direct:release-" + partition.topic());
        AsyncProducer producer;
        try {
            producer = route.createAsyncProducer();
        } catch (Exception e) {
            return List.of(CompletableFuture.failedFuture(e));
        }
        producer.start();
        List<CompletableFuture<Exchange>> releases = used.stream().map(key -> {
            Exchange exchange = route.createExchange();
            exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key);
            return producer.processAsync(exchange);
        }).toList();
        allOf(releases).whenComplete((nothing, failure) -> producer.stop());
        return releases;
    }

    private static CompletableFuture<Void> allOf(List<CompletableFuture<Exchange>> exchanges) {
        return CompletableFuture.allOf(exchanges.toArray(CompletableFuture[]::new));
    }
}
