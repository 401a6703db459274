package dev.camelgenai.examples.kafkabridge;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.examples.kafka.EmbeddedKafkaBroker;
import dev.camelgenai.examples.testing.PackagedApplication;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.examples.kafkabridge.KafkaClient.from;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.header;
import static dev.camelgenai.examples.kafkabridge.KafkaClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The bridge as its users start it, alone and in several processes. Broker and service are outside of them. */
@Timeout(300)
class BridgeIT {

    private static final String SERVING = "Bridging posts -> verdicts, sentences -> translations, mic -> speaker"
            + " until the process is stopped";
    private static final String SECRET = "AIza-this-must-not-be-printed";
    private static final String GROUP = "live-bridge-moderation";
    private static final int PARTITIONS = 4;
    private static final int CONSUMERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("Ada", "Bert", "Carl", "Dora", "Emil", "Frida", "Gustav", "Hanna", "Igor",
            "Jule", "Karl", "Lena");

    private EmbeddedKafkaBroker broker;
    private GenAiLiveEmulator emulator;
    private KafkaClient client;

    @BeforeEach
    void start() {
        broker = EmbeddedKafkaBroker.start();
        emulator = GenAiLiveEmulator.builder().apiKey(SECRET).pacing(Pacing.IMMEDIATE).scenario(Scenarios.assistant()).start();
        broker.createTopics(PARTITIONS,
                List.of("posts", "verdicts", "sentences", "translations", "mic", "speaker", "dead-letters"));
        client = new KafkaClient(broker.bootstrapServers(), "verdicts", "translations", "speaker", "dead-letters");
    }

    @AfterEach
    void stop() {
        client.close();
        emulator.close();
        broker.close();
    }

    private PackagedApplication.Builder bridge() {
        return PackagedApplication.builder().withoutHttp().environment("GEMINI_API_KEY", SECRET)
                .environment("GOOGLE_GEMINI_BASE_URL", emulator.wssUrl())
                .trusting(emulator.clientTrustManager().getAcceptedIssuers()[0])
                .property("kafka.bootstrap.servers", broker.bootstrapServers())
                .property("camel.component.kafka.session-timeout-ms", "6000");
    }

    @Test
    void withoutAKeyItShowsWhatItDoesAndGoesOnServing() throws Exception {
        try (PackagedApplication application = demonstration().start()) {
            application.awaitLine(SERVING);

            List<String> printed = application.printed();
            assertThat(printed.get(0))
                    .matches("No GEMINI_API_KEY: talking to the embedded emulator at ws://127\\.0\\.0\\.1:\\d+, model .+");
            assertThat(printed.get(1)).matches(PackagedApplication.isNative()
                    ? "Using Kafka at " + broker.bootstrapServers()
                    : "No kafka\\.bootstrap\\.servers: using an embedded Kafka broker at localhost:\\d+");
            assertThat(printed).filteredOn(line -> line.startsWith("in   ")).hasSize(6);
            assertThat(results(printed, "verdicts of posts")).containsExactlyInAnyOrder("ada: allow", "ada: block: insult",
                    "bert: block: spam");
            assertThat(results(printed, "translations of sentences")).containsExactly("guide: Guten Morgen",
                    "guide: Wo ist der Bahnhof?");
            assertThat(results(printed, "dead-letters of posts")).containsExactly(
                    "(no key): A post without an author (The record has no key, so it belongs to no conversation)");
            assertThat(printed.get(printed.size() - 1)).isEqualTo(SERVING);

            application.stop();
            assertThat(application.printed()).hasSameSizeAs(printed);
        }
    }

    /** Not configured at all; a native executable, which has no broker of its own, needs one. */
    private PackagedApplication.Builder demonstration() {
        PackagedApplication.Builder application = PackagedApplication.builder().withoutHttp();
        return PackagedApplication.isNative()
                ? application.property("kafka.bootstrap.servers", broker.bootstrapServers())
                        .property("bridge.demonstration.records", "true")
                : application;
    }

    private static List<String> results(List<String> printed, String kind) {
        return printed.stream().filter(line -> line.startsWith("out  " + kind)).map(line -> line.replaceFirst("^.*?@\\d+ ", ""))
                .toList();
    }

    @Test
    void bridgesTextAndSoundBetweenTheBrokerAndTheServiceThatAreConfigured() throws Exception {
        try (PackagedApplication application = bridge().start()) {
            application.awaitLine(SERVING);
            RecordMetadata post = client.send("posts", "ada", "You are an idiot");
            RecordMetadata sentence = client.send("sentences", "guide", "Good morning");
            RecordMetadata poison = client.send("posts", null, "nobody's");
            IntStream.range(0, 100)
                    .forEach(chunk -> client.send("mic", "caller".getBytes(StandardCharsets.UTF_8), sound(chunk)));

            assertThat(text(client.await(from(post)).value())).isEqualTo("block: insult");
            assertThat(text(client.await(from(sentence)).value())).isEqualTo("Guten Morgen");
            ConsumerRecord<byte[], byte[]> deadLetter = client.await(from(poison));
            assertThat(deadLetter.topic()).isEqualTo("dead-letters");
            assertThat(header(deadLetter, "dead-letter-reason")).contains("no key");
            assertThat(text(client.await(record -> record.topic().equals("speaker")).key())).isEqualTo("caller");

            application.stop();
            assertThat(emulator.sessions()).hasSize(3).noneMatch(RecordedSession::isOpen);
            assertThat(application.printed()).noneMatch(line -> line.contains("mbedded") || line.contains(SECRET))
                    .noneMatch(line -> line.contains("ERROR"));
        }
    }

    /** Half a second of a tone, then silence, in pieces of 20 ms. */
    private static byte[] sound(int chunk) {
        byte[] pcm = new byte[640];
        for (int sample = 0; chunk < 25 && sample < pcm.length / 2; sample++) {
            int value = (int) (10_000 * Math.sin(2 * Math.PI * 400 * sample / 16_000));
            pcm[2 * sample] = (byte) value;
            pcm[2 * sample + 1] = (byte) (value >> 8);
        }
        return pcm;
    }

    @Test
    void conversationsGoOnInAnotherProcessWhenTheirsIsStoppedJoinedOrKilled() throws Exception {
        try (PackagedApplication first = conversing(); PackagedApplication second = conversing()) {
            awaitMembers(2 * CONSUMERS);
            askAll("My name is %s");
            assertNamesAreKnown();
            int sockets = emulator.sessions().size();
            assertThat(sockets).isEqualTo(NAMES.size());

            first.stop();
            awaitMembers(CONSUMERS);
            assertNamesAreKnown();
            int moved = emulator.sessions().size() - sockets;
            assertThat(moved).as("conversations that the stopped process had").isBetween(1, NAMES.size() - 1);
            assertResumedWithoutRefusal();

            try (PackagedApplication third = conversing()) {
                awaitMembers(2 * CONSUMERS);
                sockets = emulator.sessions().size();
                assertNamesAreKnown();
                assertThat(emulator.sessions().size()).as("conversations that have moved to it").isGreaterThan(sockets);
                assertResumedWithoutRefusal();

                sockets = emulator.sessions().size();
                second.kill();
                assertNamesAreKnown();
                assertThat(emulator.sessions().size()).as("conversations that the killed process had").isGreaterThan(sockets);
                assertResumedWithoutRefusal();
                assertThat(third.printed()).noneMatch(line -> line.contains("ERROR"));
            }
            assertThat(client.received(record -> record.topic().equals("dead-letters"))).isEmpty();
        }
    }

    /** With a model that answers questions. */
    private PackagedApplication conversing() throws Exception {
        PackagedApplication application = bridge().property("bridge.consumers", Integer.toString(CONSUMERS))
                .property("bridge.moderation.instruction", "You are a friendly assistant.").start();
        application.awaitLine(SERVING);
        return application;
    }

    private void awaitMembers(int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.partitionsByMember(GROUP)).hasSize(count)
                .allSatisfy(partitions -> assertThat(partitions).isPositive())
                .satisfies(all -> assertThat(all.stream().mapToInt(Integer::intValue).sum()).isEqualTo(PARTITIONS)));
    }

    private void assertNamesAreKnown() {
        askAll("What is my name?");
    }

    /** Each in its conversation; whatever is asked, the answer has the name. */
    private void askAll(String question) {
        Map<String, RecordMetadata> asked = NAMES.stream().collect(
                Collectors.toMap(name -> name, name -> client.send("posts", "of-" + name, String.format(question, name))));
        asked.forEach((name, at) -> {
            ConsumerRecord<byte[], byte[]> reply = client.await(from(at));
            assertThat(reply.topic()).isEqualTo("verdicts");
            assertThat(text(reply.value())).contains(name);
        });
    }

    /** A handle is refused while the old socket is open, so each was closed before its successor came. */
    private void assertResumedWithoutRefusal() {
        List<RecordedSession> successors = emulator.sessions().subList(NAMES.size(), emulator.sessions().size());
        assertThat(successors).allSatisfy(session -> {
            assertThat(session.awaitSetup(PATIENCE).at("/sessionResumption/handle").asText()).isNotEmpty();
            assertThat(session.serverClose()).isEmpty();
        });
        Set<String> handles = successors.stream()
                .map(session -> session.setup().orElseThrow().at("/sessionResumption/handle").asText())
                .collect(Collectors.toSet());
        assertThat(handles).as("no handle is used twice").hasSameSizeAs(successors);
    }
}
