package dev.camelgenai.live.integration;

import java.nio.charset.StandardCharsets;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** The topics with sound have bytes, the others text. */
public final class TextOrSound implements Serializer<Object>, Deserializer<Object> {

    @Override
    public byte[] serialize(String topic, Object value) {
        return value instanceof byte[] sound ? sound : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Object deserialize(String topic, byte[] bytes) {
        return topic.equals("mic") ? bytes : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void configure(java.util.Map<String, ?> configs, boolean isKey) {
        // both interfaces have it
    }

    @Override
    public void close() {
        // both interfaces have it
    }
}
