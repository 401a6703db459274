package dev.camelgenai.examples.kafkabridge;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

import jakarta.inject.Inject;

import dev.camelgenai.examples.service.LiveService;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.examples.kafkabridge.KafkaClient.PATIENCE;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.from;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.header;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Sound in chunks; the model is a parrot, so that what comes out can be compared with what went in. */
@QuarkusTest
@TestProfile(VoiceBridgeTest.Parrot.class)
class VoiceBridgeTest {

    private static final int RATE_IN = 16_000;
    private static final int RATE_OUT = 24_000;
    private static final int CHUNK_MILLIS = 20;
    private static final int SPEECH_CHUNKS = 50;
    private static final int PAUSE_CHUNKS = 100;
    private static final int SOFT = 5_000;
    private static final int STEP = 400;

    public static class Parrot implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("live.emulator.scenario", "parrot");
        }
    }

    @Inject
    LiveService service;

    @Inject
    KafkaService kafka;

    @Inject
    Topics topics;

    @ConfigProperty(name = "bridge.group")
    String group;

    private KafkaClient client;

    @BeforeEach
    void connect() {
        client = new KafkaClient(kafka.bootstrapServers(), topics.speaker(), topics.deadLetters());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void whatIsSaidToAMicrophoneIsAnsweredAtTheLoudspeakerOfItsKeyInOrder() {
        RecordMetadata last = null;
        for (int chunk = 0; chunk < SPEECH_CHUNKS + PAUSE_CHUNKS; chunk++) {
            client.send(topics.mic(), bytes("louder"), chunk(chunk, each -> SOFT + each * STEP));
            last = client.send(topics.mic(), bytes("softer"), chunk(chunk, each -> SOFT + (SPEECH_CHUNKS - each) * STEP));
        }

        List<Double> louder = loudness(spoken("louder"));
        List<Double> softer = loudness(spoken("softer"));
        assertThat(louder).isSorted();
        assertThat(louder.get(louder.size() - 1)).isGreaterThan(2 * louder.get(0));
        assertThat(softer).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(softer.get(0)).isGreaterThan(2 * softer.get(softer.size() - 1));
        RecordMetadata end = last;
        await().atMost(PATIENCE).until(() -> committed(end) > end.offset());
        assertThat(service.emulator().orElseThrow().sessions()).hasSize(2);
    }

    private long committed(RecordMetadata record) throws Exception {
        return client.committed(group + "-voice", new TopicPartition(record.topic(), record.partition()));
    }

    @Test
    void aChunkThatIsNoWholeNumberOfSamplesIsPutAside() {
        RecordMetadata odd = client.send(topics.mic(), bytes("odd"), new byte[641]);

        ConsumerRecord<byte[], byte[]> deadLetter = client.await(from(odd));
        assertThat(deadLetter.topic()).isEqualTo(topics.deadLetters());
        assertThat(deadLetter.value()).hasSize(641);
        assertThat(header(deadLetter, "dead-letter-reason")).contains("641 bytes", "no whole number of 16-bit samples");
    }

    /** A piece of a tone, or of silence after the speech. */
    private static byte[] chunk(int number, IntToDoubleFunction amplitude) {
        int samples = RATE_IN * CHUNK_MILLIS / 1000;
        ByteBuffer pcm = ByteBuffer.allocate(samples * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int sample = 0; sample < samples; sample++) {
            double loud = number < SPEECH_CHUNKS ? amplitude.applyAsDouble(number) : 0;
            pcm.putShort((short) (loud * Math.sin(2 * Math.PI * 400 * sample / RATE_IN)));
        }
        return pcm.array();
    }

    /** All of the speech, as it came out. */
    private byte[] spoken(String key) {
        int expected = RATE_OUT * Short.BYTES * SPEECH_CHUNKS * CHUNK_MILLIS / 1000;
        ByteArrayOutputStream sound = new ByteArrayOutputStream();
        int parts = 0;
        while (sound.size() < expected) {
            List<ConsumerRecord<byte[], byte[]>> received = client
                    .await(record -> record.topic().equals(topics.speaker()) && key.equals(text(record.key())), parts + 1);
            received.subList(parts, received.size()).forEach(record -> sound.writeBytes(record.value()));
            parts = received.size();
        }
        return sound.toByteArray();
    }

    /** Of each tenth of a second that is speech from begin to end. */
    private static List<Double> loudness(byte[] sound) {
        ByteBuffer pcm = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN);
        int window = RATE_OUT / 10;
        List<Double> loudness = new ArrayList<>();
        while (pcm.remaining() >= window * Short.BYTES) {
            double sum = 0;
            for (int sample = 0; sample < window; sample++) {
                double value = pcm.getShort();
                sum += value * value;
            }
            loudness.add(Math.sqrt(sum / window));
        }
        double loudest = loudness.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return loudness.stream().dropWhile(value -> value < loudest / 10).takeWhile(value -> value >= loudest / 10).skip(1)
                .limit(7).toList();
    }

    private static byte[] bytes(String text) {
        return KafkaClient.bytes(text);
    }
}
