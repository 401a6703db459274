package dev.camelgenai.examples.kafkabridge;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PartitionKeysTest {

    private static final TopicPartition ONE = new TopicPartition("posts", 1);
    private static final TopicPartition TWO = new TopicPartition("posts", 2);

    @Test
    void givesTheKeysOfAPartitionOnce() {
        PartitionKeys keys = new PartitionKeys(10);
        keys.use(ONE, "ada");
        keys.use(ONE, "bert");
        keys.use(ONE, "ada");
        keys.use(TWO, "carl");

        assertThat(keys.remove(ONE)).containsExactlyInAnyOrder("ada", "bert");
        assertThat(keys.remove(ONE)).isEmpty();
        assertThat(keys.remove(TWO)).containsExactly("carl");
    }

    @Test
    void forgetsTheKeyThatWasNotUsedForLongest() {
        PartitionKeys keys = new PartitionKeys(2);
        keys.use(ONE, "ada");
        keys.use(ONE, "bert");
        keys.use(ONE, "ada");
        keys.use(ONE, "carl");

        assertThat(keys.remove(ONE)).containsExactlyInAnyOrder("ada", "carl");
    }
}
