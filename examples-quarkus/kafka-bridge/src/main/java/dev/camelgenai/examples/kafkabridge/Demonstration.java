package dev.camelgenai.examples.kafkabridge;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import dev.camelgenai.examples.service.LiveService;
import org.apache.camel.impl.event.CamelContextStartedEvent;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Tells what the bridge talks to. To the broker in this process, which is empty, or to any if it is told to, it sends some records and
 * shows what comes out.
 */
@ApplicationScoped
public class Demonstration {

    private static final Logger LOG = Logger.getLogger(Demonstration.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final LiveService service;
    private final KafkaService kafka;
    private final Topics topics;
    private final String model;
    private final boolean enabled;
    private final boolean sendsAnywhere;

    Demonstration(LiveService service, KafkaService kafka, Topics topics, @ConfigProperty(name = "live.model") String model,
            @ConfigProperty(name = "bridge.demonstration") boolean enabled,
            @ConfigProperty(name = "bridge.demonstration.records") boolean sendsAnywhere) {
        this.service = service;
        this.kafka = kafka;
        this.topics = topics;
        this.model = model;
        this.enabled = enabled;
        this.sendsAnywhere = sendsAnywhere;
    }

    void start(@Observes CamelContextStartedEvent started) {
        if (enabled) {
            Thread thread = new Thread(() -> show(System.out), "demonstration");
            // it must not keep a stopped application alive
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void show(PrintStream out) {
        try {
            out.println(service.description() + ", model " + model);
            out.println(kafka.description());
            if (sendsAnywhere || kafka.isEmbedded()) {
                play(out);
            }
            out.println("Bridging " + topics.posts() + " -> " + topics.verdicts() + ", " + topics.sentences() + " -> "
                    + topics.translations() + ", " + topics.mic() + " -> " + topics.speaker()
                    + " until the process is stopped");
        } catch (ExecutionException | RuntimeException e) {
            LOG.error("The demonstration broke off; the bridge goes on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void play(PrintStream out) throws ExecutionException, InterruptedException {
        List<ProducerRecord<String, String>> records = List.of(
                new ProducerRecord<>(topics.posts(), "ada", "Good morning everybody"),
                new ProducerRecord<>(topics.posts(), "bert", "Click here for free money"),
                new ProducerRecord<>(topics.posts(), "ada", "What a stupid idea"),
                new ProducerRecord<>(topics.posts(), null, "A post without an author"),
                new ProducerRecord<>(topics.sentences(), "guide", "Good morning"),
                new ProducerRecord<>(topics.sentences(), "guide", "Where is the station?"));
        Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        try (Producer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
                Consumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
                        new StringDeserializer())) {
            List<TopicPartition> results = Stream.of(topics.verdicts(), topics.translations(), topics.deadLetters())
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(results);
            consumer.seekToBeginning(results);
            for (ProducerRecord<String, String> each : records) {
                RecordMetadata at = producer.send(each).get();
                String source = at.topic() + '-' + at.partition() + '@' + at.offset();
                out.println("in   " + source + ' ' + of(each.key(), each.value()));
                out.println("out  " + describe(awaitResult(consumer, source)));
            }
        }
    }

    private static ConsumerRecord<String, String> awaitResult(Consumer<String, String> consumer, String source) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            for (ConsumerRecord<String, String> result : consumer.poll(POLL)) {
                if (source(result).equals(source)) {
                    return result;
                }
            }
        }
        throw new IllegalStateException("There is no result of " + source + " after " + PATIENCE);
    }

    private static String describe(ConsumerRecord<String, String> result) {
        return result.topic() + " of " + source(result) + ' ' + of(result.key(), result.value())
                + header(result, "dead-letter-reason").map(reason -> " (" + reason + ')').orElse("");
    }

    private static String source(ConsumerRecord<?, ?> result) {
        return header(result, "source-topic").orElse("?") + '-' + header(result, "source-partition").orElse("?") + '@'
                + header(result, "source-offset").orElse("?");
    }

    private static String of(String key, String value) {
        return (key == null ? "(no key)" : key) + ": " + value;
    }

    private static Optional<String> header(ConsumerRecord<?, ?> result, String name) {
        Header header = result.headers().lastHeader(name);
        return header == null ? Optional.empty() : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
