package dev.camelgenai.examples.kafkabridge;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OffsetCommitTest {

    private static final long TIMEOUT_MILLIS = 5_000;
    private static final TopicPartition PARTITION = new TopicPartition("posts", 3);
    private static final TopicPartition OTHER = new TopicPartition("posts", 1);
    private static final long OFFSET = 41;
    private static final KafkaManualCommit SUCCESS = () -> {
    };

    private final OffsetCommit commits = new OffsetCommit(TIMEOUT_MILLIS);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    static Stream<RuntimeException> ofTheMoment() {
        return Stream.of(new CommitFailedException(), new RebalanceInProgressException(), new TimeoutException());
    }

    @ParameterizedTest
    @MethodSource("ofTheMoment")
    void aCommitThatFailsBecauseOfTheMomentDoesNotFailTheRecord(RuntimeException failure) {
        assertThatCode(() -> new OffsetCommit(TIMEOUT_MILLIS).process(exchange(failing(failure)))).doesNotThrowAnyException();
    }

    @Test
    void aCommitThatIsForbiddenFailsTheRecord() {
        TopicAuthorizationException forbidden = new TopicAuthorizationException("posts");

        assertThatThrownBy(() -> new OffsetCommit(TIMEOUT_MILLIS).process(exchange(failing(forbidden)))).isSameAs(forbidden);
    }

    @Test
    void aRecordThatCannotBeCommittedIsNotPassedOver() {
        assertThatThrownBy(() -> new OffsetCommit(TIMEOUT_MILLIS).process(exchange(null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("allow-manual-commit");
    }

    @ParameterizedTest
    @MethodSource("ofTheMoment")
    void whatFailedIsCommittedLaterByTheConsumerThatHasThePartition(RuntimeException failure) {
        consumer.assign(List.of(PARTITION, OTHER));
        commits.process(exchange(failing(failure)));

        commits.catchUp(consumer, List.of(OTHER));
        assertThat(committed()).isEmpty();
        commits.catchUp(consumer, List.of(OTHER, PARTITION));
        assertThat(committed()).containsExactly(Map.entry(PARTITION, new OffsetAndMetadata(OFFSET + 1)));
    }

    @Test
    void whatALaterCommitStandsForIsNotCommittedAgain() {
        consumer.assign(List.of(PARTITION));
        commits.process(exchange(failing(new RebalanceInProgressException())));
        commits.process(exchange(SUCCESS));

        commits.catchUp(consumer, List.of(PARTITION));

        assertThat(committed()).isEmpty();
    }

    @Test
    void whatIsCommittedLateIsCommittedOnce() {
        consumer.assign(List.of(PARTITION));
        commits.process(exchange(failing(new RebalanceInProgressException())));
        commits.catchUp(consumer, List.of(PARTITION));
        consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(OFFSET + 100)));

        commits.catchUp(consumer, List.of(PARTITION));

        assertThat(committed()).containsExactly(Map.entry(PARTITION, new OffsetAndMetadata(OFFSET + 100)));
    }

    @Test
    void aPartitionThatWasTakenAwayIsLeftToItsNextOwner() {
        consumer.assign(List.of(PARTITION));
        commits.process(exchange(failing(new CommitFailedException())));
        commits.forget(List.of(PARTITION));

        commits.catchUp(consumer, List.of(PARTITION));

        assertThat(committed()).isEmpty();
    }

    @Test
    void whatFailsOnceMoreStaysMissing() {
        MockConsumer<byte[], byte[]> rebalancing = new MockConsumer<>("earliest") {
            @Override
            public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
                throw new RebalanceInProgressException();
            }
        };
        consumer.assign(List.of(PARTITION));
        commits.process(exchange(failing(new RebalanceInProgressException())));

        commits.catchUp(rebalancing, List.of(PARTITION));
        assertThat(committed()).isEmpty();
        commits.catchUp(consumer, List.of(PARTITION));
        assertThat(committed()).containsKey(PARTITION);
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        return consumer.committed(Set.of(PARTITION, OTHER));
    }

    private static KafkaManualCommit failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    private static Exchange exchange(KafkaManualCommit commit) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        Message record = exchange.getMessage();
        record.setHeader(KafkaConstants.TOPIC, PARTITION.topic());
        record.setHeader(KafkaConstants.PARTITION, PARTITION.partition());
        record.setHeader(KafkaConstants.OFFSET, OFFSET);
        record.setHeader(KafkaConstants.MANUAL_COMMIT, commit);
        return exchange;
    }
}
