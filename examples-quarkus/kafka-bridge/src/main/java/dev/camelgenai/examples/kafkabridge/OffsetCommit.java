package dev.camelgenai.examples.kafkabridge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jboss.logging.Logger;

/**
 * Commits the offset of the record. A commit that fails because the group is being rebalanced or the broker is away is no reason
 * to fail the record, whose result is out: the commit of a later record stands for it, or else it comes once more.
 */
@ApplicationScoped
@Named("commit")
public class OffsetCommit implements Processor {

    private static final Logger LOG = Logger.getLogger(OffsetCommit.class);

    @Override
    public void process(Exchange exchange) {
        KafkaManualCommit commit = exchange.getMessage().getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class);
        if (commit == null) {
            throw new IllegalStateException(
                    "The record cannot be committed: camel.component.kafka.allow-manual-commit is not true");
        }
        try {
            commit.commit();
        } catch (CommitFailedException | RebalanceInProgressException | RetriableException e) {
            LOG.warnf("Offset %s of %s-%s is not committed, so the record may come again: %s",
                    exchange.getMessage().getHeader(KafkaConstants.OFFSET),
                    exchange.getMessage().getHeader(KafkaConstants.TOPIC),
                    exchange.getMessage().getHeader(KafkaConstants.PARTITION), e.getMessage());
        }
    }
}
