package dev.camelgenai.examples.kafkabridge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes of a record what a session takes: its key becomes the session key. A record that is not right is refused with a
 * {@link PoisonRecordException}.
 */
@ApplicationScoped
public class Records {

    private final PartitionKeys keys;
    private final int maxTextBytes;
    private final int maxChunkBytes;

    Records(PartitionKeys keys, @ConfigProperty(name = "bridge.max-text-bytes") int maxTextBytes,
            @ConfigProperty(name = "bridge.max-chunk-bytes") int maxChunkBytes) {
        this.keys = keys;
        this.maxTextBytes = maxTextBytes;
        this.maxChunkBytes = maxChunkBytes;
    }

    /** The body becomes a String. */
    @Produces
    @ApplicationScoped
    @Named("textRecord")
    Processor text() {
        return exchange -> {
            Message record = exchange.getMessage();
            byte[] value = value(record, "bridge.max-text-bytes", maxTextBytes);
            String text = decode("value", value);
            if (text.isBlank()) {
                throw new PoisonRecordException("The record's value is blank");
            }
            admit(record);
            record.setBody(text);
        };
    }

    /** The body stays what it is: 16-bit PCM. */
    @Produces
    @ApplicationScoped
    @Named("audioRecord")
    Processor audio() {
        return exchange -> {
            Message record = exchange.getMessage();
            byte[] value = value(record, "bridge.max-chunk-bytes", maxChunkBytes);
            if (value.length % Short.BYTES != 0) {
                throw new PoisonRecordException("The record's value has " + value.length
                        + " bytes, which is no whole number of 16-bit samples");
            }
            admit(record);
        };
    }

    private static byte[] value(Message record, String option, int maxBytes) {
        byte[] value = record.getBody(byte[].class);
        if (value == null || value.length == 0) {
            throw new PoisonRecordException("The record has no value");
        }
        if (value.length > maxBytes) {
            throw new PoisonRecordException("The record's value has " + value.length + " bytes, more than " + option + '='
                    + maxBytes);
        }
        return value;
    }

    private void admit(Message record) {
        byte[] key = record.getHeader(KafkaConstants.KEY, byte[].class);
        if (key == null) {
            throw new PoisonRecordException("The record has no key, so it belongs to no conversation");
        }
        String sessionKey = decode("key", key);
        if (sessionKey.isBlank()) {
            throw new PoisonRecordException("The record's key is blank, so it belongs to no conversation");
        }
        keys.use(new TopicPartition(record.getHeader(KafkaConstants.TOPIC, String.class),
                record.getHeader(KafkaConstants.PARTITION, Integer.class)), sessionKey);
        record.setHeader(GenAiLiveConstants.SESSION_KEY, sessionKey);
    }

    /** Does not replace what is malformed, as {@code new String} would. */
    private static String decode(String what, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new PoisonRecordException("The record's " + what + " is not UTF-8", e);
        }
    }
}
