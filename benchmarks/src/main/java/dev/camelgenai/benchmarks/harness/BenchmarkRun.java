package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.ServerMode;
import dev.camelgenai.benchmarks.Workload;
import dev.camelgenai.benchmarks.client.ClientEvent;
import dev.camelgenai.benchmarks.client.ClientMain;
import dev.camelgenai.benchmarks.client.ClientResult;
import dev.camelgenai.benchmarks.client.ClientSpec;
import dev.camelgenai.benchmarks.server.ServerCertificate;
import dev.camelgenai.benchmarks.server.ServerCommand;
import dev.camelgenai.benchmarks.server.ServerReport;

/** Runs one peer under one workload, in a JVM of its own. */
final class BenchmarkRun {

    /** Beyond warm-up and windows: to start, to open thousands of sessions, to drain. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** Without anything that arrives. */
    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Settings settings;
    private final ServerProcess server;
    private final CpuTimes times;

    BenchmarkRun(Settings settings, ServerProcess server, CpuTimes times) {
        this.settings = settings;
        this.server = server;
        this.times = times;
    }

    /** JVM options of the client of a peer, apart from the trust store. */
    static List<String> clientOptions(Settings settings, PeerName peer) {
        List<String> options = new ArrayList<>(settings.clientOptions());
        options.addAll(peer.jvmOptions());
        return options;
    }

    RunRecord run(Workload workload, PeerName peer, int round) throws InterruptedException, IOException {
        server.ask(ServerCommand.begin(workload.server(), workload.audioBytes()));
        List<String> options = clientOptions(settings, peer);
        options.add("-Djavax.net.ssl.trustStore=" + server.trustStore());
        options.add("-Djavax.net.ssl.trustStorePassword=" + ServerCertificate.TRUST_STORE_PASSWORD);
        Path errors = settings.output().resolve("client-" + peer + ".err");
        try (ChildProcess client = new ChildProcess(ClientMain.class, options,
                peer.boringSsl() ? jars(settings.boringSsl()) : List.of(), errors)) {
            return run(client, workload, peer, round);
        } catch (IOException e) {
            return RunRecord.failed(workload, peer, round, "the client " + e.getMessage() + "; see " + errors);
        } catch (ClientFailedException e) {
            return RunRecord.failed(workload, peer, round, e.getMessage() + "; see " + errors);
        }
    }

    static List<Path> jars(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private RunRecord run(ChildProcess client, Workload workload, PeerName peer, int round)
            throws IOException, InterruptedException, ClientFailedException {
        client.write(new ClientSpec(peer, server.port(), server.arrivals().toString(), workload, settings.warmupSeconds(),
                settings.seconds(),
                settings.lengthSeconds()));
        List<Double> foreign = new ArrayList<>();
        long serverCpu = 0;
        long arrived = 0;
        ClientEvent event = next(client);
        while (event.kind() == ClientEvent.Kind.MEASURING) {
            LoadWatch watch = new LoadWatch(times, List.of(ProcessHandle.current().pid(), server.pid(), client.pid()),
                    server.pid());
            try (watch) {
                arrived -= arrived(workload);
                expect(ClientEvent.Kind.MEASURED, next(client));
                arrived += arrived(workload);
            }
            foreign.addAll(watch.foreignCores());
            serverCpu += watch.measuredCpuNanos();
            event = next(client);
        }
        expect(ClientEvent.Kind.STOPPED, event);
        client.write(new ClientEvent.Drain(sourceSent(workload)));
        ClientResult result = expect(ClientEvent.Kind.RESULT, next(client)).result();
        long sent = result.sent().values().stream().mapToLong(Long::longValue).sum();
        ServerReport report = settled(sent);
        // closes the sessions
        client.write(ClientEvent.Kind.STOPPED);
        return new RunRecord(workload, peer, round, null, result, report, arrived, serverCpu, List.copyOf(foreign),
                LoadWatch.isTooMuch(foreign, settings.foreignLimit()));
    }

    /** Asked only where it matters: the answer is about every session. */
    private long arrived(Workload workload) throws IOException, InterruptedException {
        return workload.kind() == Workload.Kind.SATURATED_UPLINK
                ? server.ask(ServerCommand.report()).account().received()
                : 0;
    }

    private ClientEvent next(ChildProcess client) throws IOException, InterruptedException {
        return client.read(ClientEvent.class, PATIENCE.plusSeconds(
                (long) (settings.warmupSeconds() + settings.seconds() + settings.lengthSeconds())));
    }

    private static ClientEvent expect(ClientEvent.Kind kind, ClientEvent event) throws ClientFailedException {
        if (event.kind() != kind) {
            throw new ClientFailedException(
                    event.failure() != null ? event.failure() : "expected " + kind + ", but got " + event.kind());
        }
        return event;
    }

    /** How many messages the server has sent by itself, when it sends no more. */
    private long sourceSent(Workload workload) throws IOException, InterruptedException {
        if (workload.server() != ServerMode.SOURCE) {
            return 0;
        }
        long before = -1;
        long now = server.ask(ServerCommand.stopSource()).sourceSent();
        while (now != before) {
            LockSupport.parkNanos(POLL.toNanos());
            before = now;
            now = server.ask(ServerCommand.report()).sourceSent();
        }
        return now;
    }

    /** What has been sent may still be on its way, or in a queue of the peer: as long as something arrives, it is not lost. */
    private ServerReport settled(long sent) throws IOException, InterruptedException {
        ServerReport report = server.ask(ServerCommand.report());
        long received = report.account().received();
        long lastProgress = System.nanoTime();
        while (received < sent && System.nanoTime() - lastProgress < SETTLE.toNanos()) {
            LockSupport.parkNanos(POLL.toNanos());
            report = server.ask(ServerCommand.report());
            if (report.account().received() > received) {
                received = report.account().received();
                lastProgress = System.nanoTime();
            }
        }
        return report;
    }

    /** The client has said that it cannot go on. */
    private static final class ClientFailedException extends Exception {

        ClientFailedException(String message) {
            super(message);
        }
    }
}
