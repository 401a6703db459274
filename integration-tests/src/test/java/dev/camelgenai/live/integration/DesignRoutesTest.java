package dev.camelgenai.live.integration;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.Modality;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Answer;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.sql.SqlComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.processor.state.MemoryStateRepository;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The routes of the design, all of them in one context as they are written there, in Java and in YAML: against the emulator, with
 * a Kafka broker, an HTTP server and a database.
 */
@Timeout(180)
class DesignRoutesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** As many milliseconds of 16 kHz sound, and of silence after it. */
    private static final int SPOKEN_MILLIS = 600;
    private static final int SILENT_MILLIS = 1_500;

    /** In which language the routes are written. */
    enum Dsl {
        JAVA,
        YAML
    }

    @TempDir
    static Path directory;
    private static KafkaBroker broker;

    private final Queue<Exchange> fallback = new ConcurrentLinkedQueue<>();
    private final Queue<LiveServerMessage> played = new ConcurrentLinkedQueue<>();
    private final Queue<FunctionCall> tools = new ConcurrentLinkedQueue<>();
    private final Queue<Exchange> hotline = new ConcurrentLinkedQueue<>();
    private GenAiLiveEmulator service;
    private DefaultCamelContext context;
    private ProducerTemplate template;
    private int httpPort;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new KafkaBroker(directory, "mic", "speaker", "posts", "verdicts");
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void stop() {
        context.stop();
        service.close();
    }

    private void start(Dsl dsl) throws Exception {
        service = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(ScriptedScenario.builder()
                .whenText("my name is (?<name>\\w+)").then(answer -> answer.say("Nice to meet you, ${name}."))
                .whenText("order (?<id>\\w+)").then(answer -> answer.call("orderStatus", Map.of("id", "${id}"))
                        .say("It is ${result.output[0].STATE}."))
                .whenText("transfer (?<amount>\\d+)").then(answer -> answer.call("transfer", Map.of("amount", "${amount}"))
                        .say("The transfer is ${result.verdict}."))
                .whenText("use a tool").then(answer -> answer.call("lookUp", Map.of()))
                .whenAudio().then(Answer::playBack)
                .otherwise(answer -> answer.say("You said: ${text}")).build()).start();
        context = new DefaultCamelContext();
        context.getPropertiesComponent().addInitialProperty("model", "gemini-2.0-flash-live-001");
        GenAiLiveComponent live = context.getComponent("genai-live", GenAiLiveComponent.class);
        live.getConfiguration().setBaseUrl(service.wsUrl());
        live.getConfiguration().setApiKey("key");
        KafkaComponent kafka = context.getComponent("kafka", KafkaComponent.class);
        kafka.getConfiguration().setBrokers(broker.address());
        kafka.getConfiguration().setAutoOffsetReset("earliest");
        kafka.getConfiguration().setValueDeserializer(TextOrSound.class.getName());
        kafka.getConfiguration().setValueSerializer(TextOrSound.class.getName());
        VertxPlatformHttpServerConfiguration http = new VertxPlatformHttpServerConfiguration();
        http.setBindPort(0);
        VertxPlatformHttpServer server = new VertxPlatformHttpServer(http);
        context.addService(server);
        context.getComponent("sql", SqlComponent.class).setDataSource(orders());
        context.getRegistry().bind("liveConfig",
                LiveConnectConfig.builder().responseModalities(Modality.Known.TEXT).build());
        context.getRegistry().bind("handles", new MemoryStateRepository());
        if (dsl == Dsl.JAVA) {
            context.addRoutes(new DesignRoutes());
        } else {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "classpath:routes/design.camel.yaml"));
        }
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.resolveMandatoryResource(context, "classpath:routes/moderate.camel.yaml"));
        context.addRoutes(theRest());
        context.start();
        httpPort = server.getServer().actualPort();
        template = context.createProducerTemplate();
    }

    private static JdbcDataSource orders() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1");
        try (var connection = database.getConnection(); var statement = connection.createStatement()) {
            statement.execute("create table if not exists orders (id varchar primary key, state varchar)");
            statement.execute("merge into orders values ('A1', 'shipped')");
        }
        return database;
    }

    /** Where the routes of the design lead. */
    private RouteBuilder theRest() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:fallback").process(fallback::add);
                from("direct:play").process(exchange -> played.add(exchange.getMessage().getBody(LiveServerMessage.class)));
                from("direct:tools").process(exchange -> tools.add(exchange.getMessage().getBody(FunctionCall.class)));
                from("direct:approve").setBody(constant(Map.of("verdict", "approved")));
                from("direct:hotline").process(hotline::add);
            }
        };
    }

    private String send(String user, String question) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + httpPort + "/ask")).header("authenticatedUser", user)
                        .header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString(question)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private RecordedSession sessionOf(String text) {
        return await().atMost(PATIENCE).until(() -> service.sessions().stream()
                .filter(session -> session.texts().stream().anyMatch(said -> said.contains(text))).findFirst().orElse(null),
                session -> session != null);
    }

    private static List<ConsumerRecord<String, byte[]>> received(String topic, String group, int enough) {
        List<ConsumerRecord<String, byte[]>> records = new java.util.ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.address(), "group.id", group, "auto.offset.reset", "earliest"),
                new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= enough;
            });
        }
        return records;
    }

    private static void publish(String topic, String key, byte[] value) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.address()),
                new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value));
        }
    }

    private static byte[] pcm(int millis, boolean silent) {
        byte[] samples = new byte[millis * 32];
        for (int i = 0; i < samples.length / 2 && !silent; i++) {
            short sample = (short) (8_000 * Math.sin(2 * Math.PI * 440 * i / 16_000));
            samples[2 * i] = (byte) sample;
            samples[2 * i + 1] = (byte) (sample >> 8);
        }
        return samples;
    }

    @ParameterizedTest
    @EnumSource
    void allRoutesOfTheDesignWorkInOneContext(Dsl dsl) throws Exception {
        String run = dsl.name().toLowerCase();
        start(dsl);

        // ask and wait over HTTP: one conversation per user
        assertThat(send("ada", "my name is Ada")).isEqualTo("Nice to meet you, Ada.");
        assertThat(send("bob", "hello")).isEqualTo("You said: hello");
        assertThat(sessionOf("my name is Ada").texts()).containsExactly("my name is Ada");

        // Kafka to a session and back: sound in, sound out, under its key
        String caller = "caller-" + run;
        publish("mic", caller, pcm(SPOKEN_MILLIS, false));
        publish("mic", caller, pcm(SILENT_MILLIS, true));
        await().atMost(PATIENCE).until(() -> received("speaker", "ears-" + run + System.nanoTime(), 1).stream()
                .filter(record -> caller.equals(record.key())).mapToInt(record -> record.value().length)
                .sum() >= SPOKEN_MILLIS * 48 / 2);

        // raw messages, split: text to the console, calls to a route
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            template.sendBody("genai-live:{{model}}?sessionGroup=raw&response=none", "print this");
            await().atMost(PATIENCE).until(() -> printed.toString(StandardCharsets.UTF_8).contains("print"));
        } finally {
            System.setOut(console);
        }
        template.sendBody("genai-live:{{model}}?sessionGroup=raw&response=none", "use a tool");
        await().atMost(PATIENCE).until(() -> !tools.isEmpty());
        assertThat(tools.peek().name()).contains("lookUp");

        // a turn streamed out while it is spoken
        template.sendBody("direct:narrate", "tell me a story");
        assertThat(played).hasSizeGreaterThan(1);
        assertThat(played.stream().reduce((first, last) -> last).flatMap(LiveServerMessage::serverContent)
                .flatMap(content -> content.turnComplete())).contains(true);

        // a route as a tool
        assertThat(template.requestBody("direct:shop", "order A1", String.class)).isEqualTo("It is shipped.");

        // calls answered by a route of one's own
        assertThat(
                template.requestBody("genai-live:{{model}}?sessionGroup=approval&response=turn", "transfer 50", String.class))
                .isEqualTo("The transfer is approved.");

        // posts and verdicts
        publish("posts", "author-" + run, "Buy now!".getBytes(StandardCharsets.UTF_8));
        await().atMost(PATIENCE).until(() -> received("verdicts", "readers-" + run + System.nanoTime(), 1).stream()
                .anyMatch(record -> new String(record.value(), StandardCharsets.UTF_8).equals("You said: Buy now!")));
        JsonNode setup = sessionOf("Buy now!").awaitSetup(PATIENCE);
        assertThat(setup.toString()).contains("Answer YES or NO.");

        // the line that opened with its route, and its life cycle
        RecordedSession line = service.sessions().stream()
                .filter(session -> session.texts().isEmpty() && session.setup().isPresent()).findFirst().orElseThrow();
        assertThat(hotline).as("what it has heard").isNotNull();
        line.goAway(Duration.ofSeconds(30));
        await().atMost(PATIENCE).until(() -> hotline.stream()
                .anyMatch(exchange -> "goAway".equals(exchange.getMessage().getHeader(GenAiLiveConstants.EVENT))));
        await().atMost(PATIENCE).until(() -> hotline.stream()
                .anyMatch(exchange -> "resumed".equals(exchange.getMessage().getHeader(GenAiLiveConstants.EVENT))));

        // nothing went wrong so far; what goes wrong is routed
        assertThat(fallback).isEmpty();
        template.sendBodyAndHeader("direct:narrate", "whose?", GenAiLiveConstants.SESSION_KEY, "");
        assertThat(fallback).hasSize(1);
        assertThat(fallback.peek().getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class))
                .hasMessageContaining(GenAiLiveConstants.SESSION_KEY);
    }
}
