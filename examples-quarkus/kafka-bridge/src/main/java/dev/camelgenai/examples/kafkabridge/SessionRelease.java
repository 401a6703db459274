package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
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
 * Closes the sessions of a partition before another instance gets it: a conversation cannot be resumed while its old socket is
 * open. Kafka waits for that, because its consumer thread does; that is also why no record of the partition is under way then.
 * Each topic has a route {@code direct:release-TOPIC} that releases the session of a key.
 */
@ApplicationScoped
@Named(KafkaConstants.KAFKA_SUBSCRIBE_ADAPTER)
public class SessionRelease implements SubscribeAdapter {

    private static final Logger LOG = Logger.getLogger(SessionRelease.class);

    private final PartitionKeys keys;
    private final ProducerTemplate template;
    private final Duration timeout;

    SessionRelease(PartitionKeys keys, ProducerTemplate template,
            @ConfigProperty(name = "bridge.release-timeout") Duration timeout) {
        this.keys = keys;
        this.template = template;
        this.timeout = timeout;
    }

    @Override
    public void subscribe(Consumer<?, ?> consumer, ConsumerRebalanceListener camels, TopicInfo topics) {
        new DefaultSubscribeAdapter().subscribe(consumer, new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                camels.onPartitionsAssigned(partitions);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                camels.onPartitionsRevoked(partitions);
                release(partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                camels.onPartitionsLost(partitions);
                release(partitions);
            }
        }, topics);
    }

    private void release(Collection<TopicPartition> partitions) {
        List<CompletableFuture<Exchange>> releases = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            for (String key : keys.remove(partition)) {
                releases.add(template.asyncSend("direct:release-" + partition.topic(),
                        exchange -> exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key)));
            }
        }
        try {
            CompletableFuture.allOf(releases.toArray(CompletableFuture[]::new)).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            long failed = releases.stream().map(CompletableFuture::join).filter(Exchange::isFailed).count();
            if (failed > 0) {
                LOG.warnf("%d of %d sessions of %s could not be closed", failed, releases.size(), partitions);
            }
            LOG.infof("%s: %d sessions closed", partitions, releases.size() - failed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warnf("Not all sessions of %s are closed: interrupted", partitions);
        } catch (ExecutionException e) {
            LOG.warnf(e.getCause(), "Not all sessions of %s could be closed", partitions);
        } catch (TimeoutException e) {
            LOG.warnf("Not all of %d sessions of %s are closed within bridge.release-timeout=%s; the next owner cannot resume"
                    + " those that are still open", releases.size(), partitions, timeout);
        }
    }
}
