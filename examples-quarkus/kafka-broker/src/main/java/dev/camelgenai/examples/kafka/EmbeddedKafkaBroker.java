package dev.camelgenai.examples.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * Apache Kafka in this process: one node that is broker and controller (KRaft), on loopback, with its data in a temporary
 * directory that is deleted by {@link #close()}. It can be stopped and started again with the same data at the same address. Not
 * thread-safe.
 */
public final class EmbeddedKafkaBroker implements AutoCloseable {

    private static final String HOST = "localhost";
    private static final int ANY_PORT = 0;
    private static final int DEFAULT_PORT = 9092;
    private static final int DEFAULT_PARTITIONS = 4;
    private static final short ONE_REPLICA = 1;
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(10);

    private final Path directory;
    private final int port;
    private final Properties settings = new Properties();
    private KafkaRaftServer server;

    private EmbeddedKafkaBroker(Path directory, int port) {
        this.directory = directory;
        this.port = port;
        int controllerPort = freePort();
        settings.putAll(Map.ofEntries(Map.entry("process.roles", "broker,controller"), Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@" + HOST + ':' + controllerPort),
                Map.entry("listeners", "PLAINTEXT://" + bootstrapServers() + ",CONTROLLER://" + HOST + ':' + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://" + bootstrapServers()),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", directory.resolve("log").toString()),
                Map.entry("auto.create.topics.enable", "false"),
                // one node is all there is, and nobody waits for more members to join a group
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0")));
    }

    /** Starts a broker on a free port; returns when it takes requests. */
    public static EmbeddedKafkaBroker start() {
        return start(ANY_PORT);
    }

    /**
     * Starts a broker; returns when it takes requests.
     *
     * @param  port                  to listen on; 0 for a free one
     * @throws IllegalStateException when it cannot be set up
     * @throws UncheckedIOException  when its directory cannot be written
     */
    public static EmbeddedKafkaBroker start(int port) {
        try {
            Path directory = Files.createTempDirectory("kafka");
            EmbeddedKafkaBroker broker = new EmbeddedKafkaBroker(directory, port == ANY_PORT ? freePort() : port);
            try {
                broker.format();
                broker.startAgain();
                return broker;
            } catch (IOException | RuntimeException e) {
                broker.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The directory of the broker cannot be written", e);
        }
    }

    private void format() throws IOException {
        Path file = directory.resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = StorageTool.execute(
                new String[]{ "format", "-t", Uuid.randomUuid().toString(), "-c", file.toString() },
                new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IllegalStateException("The storage of the broker could not be formatted: "
                    + said.toString(StandardCharsets.UTF_8));
        }
    }

    /** What clients call {@code bootstrap.servers}; stays the same over {@link #stop()} and {@link #startAgain()}. */
    public String bootstrapServers() {
        return HOST + ':' + port;
    }

    /** Stops as a broker does that is taken down for maintenance. Its data stay. Without effect when it is stopped. */
    public void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** Starts with the data that were there when it was stopped. Without effect when it runs. */
    public void startAgain() {
        if (server == null) {
            KafkaRaftServer next = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
            // what was started in part is stopped with the rest
            server = next;
            next.startup();
        }
    }

    /** Stops, and deletes the data. */
    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The data of the broker in " + directory + " could not be deleted", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(ANY_PORT, 0, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("There is no free port", e);
        }
    }

    /**
     * Returns when clients find them.
     *
     * @throws IllegalStateException when one of them exists, or the broker does not create them
     */
    public void createTopics(int partitions, List<String> topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.createTopics(topics.stream().map(topic -> new NewTopic(topic, partitions, ONE_REPLICA)).toList()).all().get();
            long began = System.nanoTime();
            // the controller has created them; the broker hears of that a moment later
            while (!admin.listTopics().names().get().containsAll(topics)) {
                if (System.nanoTime() - began > VISIBLE_WITHIN.toNanos()) {
                    throw new IllegalStateException("The topics " + topics + " are created but not to be seen");
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topics " + topics + " cannot be created", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the topics " + topics + " were being created", e);
        }
    }

    /**
     * Runs a broker until the process is stopped. Prints one line when it takes requests: {@code READY localhost:9092}.
     *
     * @param arguments the port, by default 9092, and the topics to create, of four partitions each
     */
    public static void main(String[] arguments) throws InterruptedException {
        List<String> given = List.of(arguments);
        EmbeddedKafkaBroker broker = start(given.isEmpty() ? DEFAULT_PORT : Integer.parseInt(given.get(0)));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shutdown"));
        broker.createTopics(DEFAULT_PARTITIONS, given.stream().skip(1).toList());
        System.out.println("READY " + broker.bootstrapServers());
        new CountDownLatch(1).await();
    }
}
