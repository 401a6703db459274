package dev.camelgenai.emulator;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line. Prints one line to standard output once it listens:
 * {@code READY ws://127.0.0.1:PORT wss://127.0.0.1:TLSPORT}, and runs until it gets a SIGTERM or SIGINT. Exit codes: 0 then, 1
 * if it cannot start, 2 if it is called wrongly.
 */
@Command(name = "camel-genai-live-emulator", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true, versionProvider = EmulatorCommand.Version.class, exitCodeOnInvalidInput = 2, exitCodeOnExecutionException = 1, description = "A local server of the Gemini Live API, over ws and wss.", footer = {
    "", "Prints READY and its addresses when it listens; ends at SIGTERM." })
public final class EmulatorCommand implements Callable<Integer> {

    private static final int CANNOT_START = 1;

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", defaultValue = "0", paramLabel = "PORT", description = "Port for ws; 0, the default, for any free one, -1 for none.")
    private int port;

    @Option(names = "--tls-port", defaultValue = "0", paramLabel = "PORT", description = "Port for wss; 0, the default, for any free one, -1 for none.")
    private int tlsPort;

    @Option(names = "--host", defaultValue = "127.0.0.1", paramLabel = "HOST", description = "Name or address to listen on; default ${DEFAULT-VALUE}.")
    private String host;

    @Option(names = "--scenario", defaultValue = "echo", paramLabel = "NAME", completionCandidates = ScenarioNames.class, description = "How the model answers: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private String scenario;

    @Option(names = "--api-key", paramLabel = "KEY", description = "The only API key to accept; any will do without.")
    private String apiKey;

    @Option(names = "--export-ca", paramLabel = "FILE", description = "Write the CA certificate that signed the server's, made at every start, to this PEM file.")
    private Path exportCa;

    @Option(names = "--frames", defaultValue = "binary", paramLabel = "TYPE", completionCandidates = FrameNames.class, description = "WebSocket frames of the server: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private String frames;

    private final CountDownLatch stop;

    /**
     * @param stop ends the command when it reaches zero
     */
    EmulatorCommand(CountDownLatch stop) {
        this.stop = stop;
    }

    /** Runs the command and ends the JVM. */
    public static void main(String... args) {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            stop.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            // a signal alone would make it 128 and more, but to be asked to end is no failure
            Runtime.getRuntime().halt(0);
        }, "emulator-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        int exitCode = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), stop, args);
        stopped.countDown();
        if (stop.getCount() > 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
            System.exit(exitCode);
        }
    }

    static int run(PrintWriter out, PrintWriter err, CountDownLatch stop, String... args) {
        return new CommandLine(new EmulatorCommand(stop)).setOut(out).setErr(err)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    err.println(e.getMessage());
                    return CANNOT_START;
                }).execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        try (GenAiLiveEmulator emulator = configured().start()) {
            if (exportCa != null) {
                emulator.exportCa(exportCa);
            }
            spec.commandLine().getOut().println("READY" + (port == GenAiLiveEmulator.OFF ? "" : ' ' + emulator.wsUrl())
                    + (tlsPort == GenAiLiveEmulator.OFF ? "" : ' ' + emulator.wssUrl()));
            spec.commandLine().getOut().flush();
            stop.await();
            return 0;
        }
    }

    private GenAiLiveEmulator.Builder configured() {
        if (port == GenAiLiveEmulator.OFF && tlsPort == GenAiLiveEmulator.OFF) {
            throw misuse("--port and --tls-port are both -1: there is nothing left to start");
        }
        if (exportCa != null && tlsPort == GenAiLiveEmulator.OFF) {
            throw misuse("--export-ca: there is no certificate without wss, see --tls-port");
        }
        try {
            GenAiLiveEmulator.Builder builder = GenAiLiveEmulator.builder().host(host).port(port).tlsPort(tlsPort)
                    .scenario(choice("--scenario", scenario, ScenarioName.values()).scenario.get())
                    .frames(choice("--frames", frames, FrameType.values()));
            Optional.ofNullable(apiKey).ifPresent(builder::apiKey);
            return builder;
        } catch (IllegalArgumentException e) {
            throw misuse(e.getMessage());
        }
    }

    private <E extends Enum<E>> E choice(String option, String value, E[] choices) {
        return Arrays.stream(choices).filter(choice -> lower(choice).equals(value)).findFirst()
                .orElseThrow(() -> misuse(option + " is one of "
                        + String.join(", ", Arrays.stream(choices).map(EmulatorCommand::lower).toList()) + ", not " + value));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static String lower(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private enum ScenarioName {
        ECHO(Scenarios::echo),
        SILENT(Scenarios::silent);

        private final Supplier<Scenario> scenario;

        ScenarioName(Supplier<Scenario> scenario) {
            this.scenario = scenario;
        }
    }

    static final class ScenarioNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(ScenarioName.values()).map(EmulatorCommand::lower).iterator();
        }
    }

    static final class FrameNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(FrameType.values()).stream().map(EmulatorCommand::lower).iterator();
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = EmulatorCommand.class.getPackage().getImplementationVersion();
            return new String[]{ "camel-genai-live-emulator " + (version == null ? "(not packaged)" : version) };
        }
    }
}
