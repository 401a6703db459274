package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.camelgenai.benchmarks.server.ServerCommand;
import dev.camelgenai.benchmarks.server.ServerMain;
import dev.camelgenai.benchmarks.server.ServerReport;

/** The counting server in a JVM of its own. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path trustStore;
    private final Path arrivals;
    private final ChildProcess process;
    private final int port;

    ServerProcess(Settings settings, List<String> jvmOptions) throws IOException, InterruptedException {
        arrivals = settings.output().resolve("arrivals");
        trustStore = settings.output().resolve("trust.p12");
        process = new ChildProcess(ServerMain.class, jvmOptions, List.of(), settings.output().resolve("server.err"),
                trustStore.toString(), Integer.toString(settings.serverThreads()), arrivals.toString());
        try {
            port = process.read(ServerMain.Listening.class, PATIENCE).port();
        } catch (IOException e) {
            process.close();
            throw new IOException("The counting server did not start; see " + settings.output().resolve("server.err"), e);
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Of the {@link dev.camelgenai.benchmarks.ArrivalCounter}. */
    Path arrivals() {
        return arrivals;
    }

    Path trustStore() {
        return trustStore;
    }

    ServerReport ask(ServerCommand command) throws IOException, InterruptedException {
        process.write(command);
        return process.read(ServerReport.class, PATIENCE);
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
