package dev.camelgenai.examples.kafkabridge;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The session keys that were used last in each partition: whose sessions may be open. No more than sessions may be open are
 * kept; of those that were used earlier the session has been closed for being idle. Thread-safe.
 */
@ApplicationScoped
public class PartitionKeys {

    private final ConcurrentHashMap<TopicPartition, LinkedHashSet<String>> keys = new ConcurrentHashMap<>();
    private final int maxKeys;

    PartitionKeys(@ConfigProperty(name = "bridge.max-sessions") int maxSessions) {
        this.maxKeys = maxSessions;
    }

    void use(TopicPartition partition, String key) {
        keys.compute(partition, (of, used) -> {
            LinkedHashSet<String> latest = used != null ? used : new LinkedHashSet<>();
            latest.remove(key);
            latest.add(key);
            if (latest.size() > maxKeys) {
                latest.remove(latest.iterator().next());
            }
            return latest;
        });
    }

    /** @return the keys of the partition, which are forgotten */
    Set<String> remove(TopicPartition partition) {
        Set<String> used = keys.remove(partition);
        return used != null ? used : Set.of();
    }
}
