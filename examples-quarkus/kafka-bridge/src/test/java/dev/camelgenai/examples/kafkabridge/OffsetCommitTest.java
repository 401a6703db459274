package dev.camelgenai.examples.kafkabridge;

import java.util.stream.Stream;

import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OffsetCommitTest {

    static Stream<RuntimeException> ofTheMoment() {
        return Stream.of(new CommitFailedException(), new RebalanceInProgressException(), new TimeoutException());
    }

    @ParameterizedTest
    @MethodSource("ofTheMoment")
    void aCommitThatFailsBecauseOfTheMomentDoesNotFailTheRecord(RuntimeException failure) {
        assertThatCode(() -> new OffsetCommit().process(exchange(failing(failure)))).doesNotThrowAnyException();
    }

    @Test
    void aCommitThatIsForbiddenFailsTheRecord() {
        TopicAuthorizationException forbidden = new TopicAuthorizationException("posts");

        assertThatThrownBy(() -> new OffsetCommit().process(exchange(failing(forbidden)))).isSameAs(forbidden);
    }

    @Test
    void aRecordThatCannotBeCommittedIsNotPassedOver() {
        assertThatThrownBy(() -> new OffsetCommit().process(exchange(null))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("allow-manual-commit");
    }

    private static KafkaManualCommit failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    private static Exchange exchange(KafkaManualCommit commit) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader(KafkaConstants.MANUAL_COMMIT, commit);
        return exchange;
    }
}
