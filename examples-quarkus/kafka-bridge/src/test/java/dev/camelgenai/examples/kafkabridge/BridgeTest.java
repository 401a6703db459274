package dev.camelgenai.examples.kafkabridge;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import jakarta.inject.Inject;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.examples.service.LiveService;
import io.quarkus.test.junit.QuarkusTest;
import org.apache.camel.CamelContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.camelgenai.examples.kafkabridge.KafkaClient.PATIENCE;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.from;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.header;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@QuarkusTest
class BridgeTest {

    private static final String KEY_NOT_VALID = "close=1007:API key not valid. Please pass a valid API key.@setup";

    @Inject
    LiveService service;

    @Inject
    KafkaService kafka;

    @Inject
    Topics topics;

    @Inject
    CamelContext camel;

    @ConfigProperty(name = "bridge.group")
    String group;

    private GenAiLiveEmulator emulator;
    private KafkaClient client;

    @BeforeEach
    void connect() {
        emulator = service.emulator().orElseThrow();
        client = new KafkaClient(kafka.bootstrapServers(), topics.verdicts(), topics.translations(), topics.deadLetters());
    }

    @AfterEach
    void behaveAgain() {
        emulator.faults().clear();
        client.close();
    }

    @Test
    void givesEveryPostAVerdictThatTellsWhereItCameFrom() {
        RecordMetadata good = client.send(topics.posts(), "ada", "Good morning everybody");
        RecordMetadata bad = client.send(topics.posts(), "ada", "You are an idiot");

        ConsumerRecord<byte[], byte[]> verdict = client.await(from(good));
        assertThat(verdict.topic()).isEqualTo(topics.verdicts());
        assertThat(text(verdict.key())).isEqualTo("ada");
        assertThat(text(verdict.value())).isEqualTo("allow");
        assertThat(header(verdict, "source-topic")).isEqualTo(topics.posts());
        assertThat(header(verdict, "source-partition")).isEqualTo(Integer.toString(good.partition()));
        assertThat(header(verdict, "source-offset")).isEqualTo(Long.toString(good.offset()));
        assertThat(text(client.await(from(bad)).value())).isEqualTo("block: insult");
    }

    @Test
    void keepsAConversationForEachKey() {
        RecordMetadata one = client.send(topics.posts(), "conversation-1", "one of the first");
        RecordMetadata two = client.send(topics.posts(), "conversation-2", "one of the second");
        RecordMetadata three = client.send(topics.posts(), "conversation-1", "another of the first");
        Stream.of(one, two, three).forEach(each -> client.await(from(each)));

        assertThat(sessionThatHeard("one of the first")).isSameAs(sessionThatHeard("another of the first"))
                .isNotSameAs(sessionThatHeard("one of the second"));
    }

    @Test
    void translates() {
        RecordMetadata sentence = client.send(topics.sentences(), "guide", "Good morning");

        ConsumerRecord<byte[], byte[]> translation = client.await(from(sentence));
        assertThat(translation.topic()).isEqualTo(topics.translations());
        assertThat(text(translation.value())).isEqualTo("Guten Morgen");
    }

    @Test
    void commitsWhatHasItsVerdict() {
        RecordMetadata post = client.send(topics.posts(), "committed", "Hello");
        client.await(from(post));

        awaitCommitted(post);
    }

    @Test
    void commitsAfterARebalanceWhatItDidNotAllowToCommit() throws Exception {
        await().atMost(PATIENCE)
                .until(() -> client.partitionsByMember(group + "-moderation").equals(List.of(1, 1, 1, 1)));
        emulator.faults().arm(Fault.parse("silence@midTurn*1"));
        RecordMetadata unanswered = client.send(topics.posts(), "unanswered", "Hello?");
        await().atMost(PATIENCE).until(() -> timesHeard("Hello?") > 0);
        String elsewhere = Stream.iterate(0, number -> number + 1).map(number -> "elsewhere-" + number)
                .filter(key -> client.send(topics.posts(), key, "Hello").partition() != unanswered.partition())
                .findFirst().orElseThrow();

        // the rebalance goes on until the consumer that waits for an answer takes part in it
        try (KafkaClient.Member joining = client.join(group + "-moderation", topics.posts())) {
            RecordMetadata first;
            RecordMetadata last;
            do {
                joining.poll();
                first = client.send(topics.posts(), elsewhere, "Hello");
                last = client.send(topics.posts(), elsewhere, "Hello");
                client.await(from(last));
            } while (committed(first) > first.offset());
            assertThat(client.received(from(unanswered))).as("the rebalance is not over").isEmpty();
            RecordMetadata uncommitted = last;

            sessionThatHeard("Hello?").dropTcp();
            await().atMost(PATIENCE).until(() -> {
                joining.poll();
                return committed(uncommitted) > uncommitted.offset();
            });
        }
    }

    private void awaitCommitted(RecordMetadata record) {
        await().atMost(PATIENCE).until(() -> committed(record) > record.offset());
    }

    private long committed(RecordMetadata record) throws Exception {
        return client.committed(group + "-moderation", new TopicPartition(record.topic(), record.partition()));
    }

    static Stream<Arguments> poison() {
        byte[] key = { 'k' };
        byte[] value = { 'v' };
        byte[] notUtf8 = { (byte) 0xC3, '(' };
        return Stream.of(Arguments.of("no key", null, value), Arguments.of("key is blank", new byte[]{ ' ' }, value),
                Arguments.of("key is not UTF-8", notUtf8, value), Arguments.of("no value", key, null),
                Arguments.of("no value", key, new byte[0]), Arguments.of("value is blank", key, new byte[]{ '\n' }),
                Arguments.of("value is not UTF-8", key, notUtf8),
                Arguments.of("more than bridge.max-text-bytes=32768", key, new byte[32769]));
    }

    @ParameterizedTest
    @MethodSource("poison")
    void putsPoisonRecordsAsideWithTheReasonAndGoesOn(String reason, byte[] key, byte[] value) {
        RecordMetadata poison = client.send(topics.posts(), key, value);
        RecordMetadata next = client.send(topics.posts(), "after", "Hello");

        ConsumerRecord<byte[], byte[]> deadLetter = client.await(from(poison));
        assertThat(deadLetter.topic()).isEqualTo(topics.deadLetters());
        assertThat(deadLetter.key()).isEqualTo(key);
        assertThat(deadLetter.value() == null ? new byte[0] : deadLetter.value())
                .isEqualTo(value == null ? new byte[0] : value);
        assertThat(header(deadLetter, "dead-letter-reason")).contains(reason);
        assertThat(client.await(from(next)).topic()).isEqualTo(topics.verdicts());
        awaitCommitted(poison);
    }

    @Test
    void triesAgainWithoutLettingLaterRecordsOfTheKeyPass() {
        client.await(from(client.send(topics.posts(), "patient", "post 0")));
        emulator.faults().arm(Fault.parse("kill@midTurn*3"));

        List<RecordMetadata> sent = new ArrayList<>();
        for (int number = 1; number <= 10; number++) {
            sent.add(client.send(topics.posts(), "patient", "post " + number));
        }

        List<ConsumerRecord<byte[], byte[]>> verdicts = client.await(
                record -> "patient".equals(text(record.key())) && !header(record, "source-offset").isEmpty(), 11);
        assertThat(verdicts).allMatch(record -> record.topic().equals(topics.verdicts()));
        assertThat(verdicts.subList(1, 11)).extracting(KafkaClient::source)
                .containsExactlyElementsOf(
                        sent.stream().map(at -> at.topic() + '-' + at.partition() + '@' + at.offset()).toList());
        assertThat(emulator.faults().happened()).containsEntry("kill", 3L);
    }

    @Test
    void givesUpAfterTheLastRedeliveryAndSaysWhy() {
        emulator.faults().refuseUpgrade(503, "The service is currently unavailable.");
        RecordMetadata post = client.send(topics.posts(), "unlucky", "Hello");

        ConsumerRecord<byte[], byte[]> deadLetter = client.await(from(post));
        assertThat(deadLetter.topic()).isEqualTo(topics.deadLetters());
        assertThat(text(deadLetter.value())).isEqualTo("Hello");
        assertThat(header(deadLetter, "dead-letter-reason")).contains("503");
        awaitCommitted(post);
    }

    @Test
    void putsAsideWhatTheServiceRefuses() {
        client.await(from(client.send(topics.posts(), "refused", "Hello")));
        emulator.faults().arm(Fault.parse("close=1007:Request contains an invalid argument.@midTurn"));
        RecordMetadata refused = client.send(topics.posts(), "refused", "What the service does not take");

        ConsumerRecord<byte[], byte[]> deadLetter = client.await(from(refused));
        assertThat(deadLetter.topic()).isEqualTo(topics.deadLetters());
        assertThat(header(deadLetter, "dead-letter-reason")).contains("Request contains an invalid argument");
        emulator.faults().clear();
        assertThat(client.await(from(client.send(topics.posts(), "refused", "Hello again"))).topic())
                .isEqualTo(topics.verdicts());
    }

    @Test
    void leavesRecordsInTheirTopicWhileTheKeyOfTheServiceIsWrong() throws Exception {
        emulator.faults().arm(Fault.parse(KEY_NOT_VALID));
        RecordMetadata post = client.send(topics.posts(), "kept", "Hello");

        int connections = emulator.sessions().size();
        // the last redelivery and the consumer's next start included
        await().atMost(PATIENCE).until(() -> emulator.sessions().size() > connections + 7);
        assertThat(committed(post)).isLessThanOrEqualTo(post.offset());
        emulator.faults().clear();

        assertThat(client.await(from(post)).topic()).isEqualTo(topics.verdicts());
        awaitCommitted(post);
    }

    @Test
    void commitsNothingBeforeTheBrokerHasTheVerdict() throws Exception {
        client.configure(topics.verdicts(), "max.message.bytes", "1");
        RecordMetadata post = client.send(topics.posts(), "not-before", "a post that waits for its verdict");

        await().atMost(PATIENCE).until(() -> timesHeard("a post that waits for its verdict") > 1);
        assertThat(committed(post)).isLessThanOrEqualTo(post.offset());
        client.configure(topics.verdicts(), "max.message.bytes", "1048588");

        client.await(from(post));
        awaitCommitted(post);
    }

    private long timesHeard(String words) {
        return emulator.sessions().stream().flatMap(session -> session.texts().stream()).filter(words::equals).count();
    }

    @Test
    void closesTheSessionsOfAPartitionThatIsTakenAwayAndResumesThem() throws Exception {
        client.await(from(client.send(topics.posts(), "moving", "before the move")));
        RecordedSession before = sessionThatHeard("before the move");
        assertThat(before.isOpen()).isTrue();

        camel.getRouteController().stopRoute("moderation");
        before.awaitClosed(PATIENCE);
        assertThat(before.clientClose()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1000));
        camel.getRouteController().startRoute("moderation");
        client.await(from(client.send(topics.posts(), "moving", "after the move")));

        assertThat(sessionThatHeard("after the move").awaitSetup(PATIENCE).at("/sessionResumption/handle").asText())
                .isNotEmpty();
    }

    @Test
    void aPostThatComesAgainGetsAnotherVerdictOfTheSameSource() throws Exception {
        RecordMetadata post = client.send(topics.posts(), "again", "a post that comes again");
        client.await(from(post));
        awaitCommitted(post);

        camel.getRouteController().stopRoute("moderation");
        client.commit(group + "-moderation", new TopicPartition(post.topic(), post.partition()), post.offset());
        camel.getRouteController().startRoute("moderation");

        assertThat(client.await(from(post), 2)).allMatch(verdict -> "allow".equals(text(verdict.value())));
    }

    private RecordedSession sessionThatHeard(String words) {
        return emulator.sessions().stream().filter(session -> session.texts().contains(words)).reduce((first, second) -> second)
                .orElseThrow();
    }
}
