package dev.camelgenai.emulator.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import dev.camelgenai.emulator.FrameType;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.ReplayReport;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.scenario.ScenarioFile;
import dev.camelgenai.emulator.scenario.Scenarios;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Prints one line to standard output once it listens:
 * {@code READY ws://127.0.0.1:PORT wss://127.0.0.1:TLSPORT}, and runs until it gets a SIGTERM or SIGINT. All else goes to
 * standard error. The API key is not part of any of it.
 */
@Command(name = "camel-genai-live-emulator", mixinStandardHelpOptions = true, sortOptions = false, usageHelpWidth = 100, versionProvider = EmulatorCommand.Version.class, exitCodeOnInvalidInput = EmulatorCommand.WRONG_USAGE, exitCodeOnExecutionException = EmulatorCommand.FAILED, description = "A local server of the Gemini Live API, over ws and wss. Prints READY and its addresses when it listens, and runs until "
        + "it gets a SIGTERM or SIGINT.", exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            EmulatorCommand.STOPPED + ":stopped by a signal",
            EmulatorCommand.FAILED + ":cannot start, or could not record to the end",
            EmulatorCommand.WRONG_USAGE + ":wrong usage", EmulatorCommand.REPLAY_DIFFERS
                    + ":stopped by a signal after a replay with differences, or with sessions that were not played to their end" })
public final class EmulatorCommand implements Callable<Integer> {

    static final int STOPPED = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int REPLAY_DIFFERS = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", defaultValue = "0", paramLabel = "PORT", description = "Port for ws; 0, the default, for any free one, -1 for none.")
    private int port;

    @Option(names = "--tls-port", defaultValue = "0", paramLabel = "PORT", description = "Port for wss; 0, the default, for any free one, -1 for none.")
    private int tlsPort;

    @Option(names = "--host", defaultValue = "127.0.0.1", paramLabel = "HOST", description = "Name or address to listen on; default ${DEFAULT-VALUE}.")
    private String host;

    @Option(names = "--scenario", defaultValue = "assistant", paramLabel = "NAME|FILE.yaml", completionCandidates = ScenarioNames.class, description = "How the model answers: ${COMPLETION-CANDIDATES}, or as a YAML file says, with its settings and faults; default "
            + "${DEFAULT-VALUE}.")
    private String scenario;

    @Option(names = "--api-key", defaultValue = "${env:GENAI_LIVE_EMULATOR_API_KEY}", paramLabel = "KEY", description = "The only API key to accept; any will do without. Others on this machine can see the arguments of a program: the "
            + "environment variable GENAI_LIVE_EMULATOR_API_KEY, or a file of arguments, see below, keeps it from them.")
    private String apiKey;

    @Option(names = "--record", paramLabel = "FILE", description = "Record all sessions to this cassette, a file of JSON lines, without credentials; an existing file is "
            + "replaced.")
    private Path record;

    @Option(names = "--replay", paramLabel = "FILE", description = "Answer from this cassette in place of a scenario, and compare what clients send; the differences are "
            + "printed to standard error at the end.")
    private Path replay;

    @Option(names = "--export-ca", paramLabel = "FILE.pem", description = "Write the CA certificate that signed the server's, made at every start, to this file.")
    private Path exportCa;

    @Option(names = "--frames", defaultValue = "binary", paramLabel = "TYPE", completionCandidates = FrameNames.class, description = "WebSocket frames of the server: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private String frames;

    @Option(names = "--control-port", defaultValue = "-1", paramLabel = "PORT", description = "Port of the HTTP control API, always on 127.0.0.1: -1, the default, for none, 0 for any free one. Its address is "
            + "printed to standard error; GET it for what it can do.")
    private int controlPort;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "N", description = "Decides which of the faults with a percentage happen, the same for the same number; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--fault", paramLabel = "SPEC", converter = FaultConverter.class, description = "A fault to arm at the start, see below; may be given more than once.")
    private List<Fault> faults = new ArrayList<>();

    private final CountDownLatch stop;

    /**
     * @param stop ends the command when it reaches zero
     */
    private EmulatorCommand(CountDownLatch stop) {
        this.stop = stop;
    }

    /** Runs the command and ends the JVM. */
    public static void main(String... args) {
        CountDownLatch stop = new CountDownLatch(1);
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        // a signal alone would make it 128 and more, but to be asked to end is no failure
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            Runtime.getRuntime().halt(exitCode.join());
        }, "emulator-stop"));
        int ended = FAILED;
        try {
            ended = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), stop, args);
        } finally {
            exitCode.complete(ended);
        }
        System.exit(ended);
    }

    static int run(PrintWriter out, PrintWriter err, CountDownLatch stop, String... args) {
        CommandLine line = new CommandLine(new EmulatorCommand(stop)).setOut(out).setErr(err)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    err.println(e.getMessage() == null ? e.toString() : e.getMessage());
                    return FAILED;
                }).setParameterExceptionHandler((e, wrong) -> {
                    err.println(withoutValues(e));
                    err.print(e.getCommandLine().getHelp().fullSynopsis());
                    err.println("--help tells more.");
                    return WRONG_USAGE;
                });
        line.getCommandSpec().usageMessage().footer(footer());
        return line.execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        GenAiLiveEmulator emulator = configured().start();
        try (emulator) {
            if (exportCa != null) {
                emulator.exportCa(exportCa);
            }
            if (controlPort != GenAiLiveEmulator.OFF) {
                spec.commandLine().getErr().println("Control API: " + emulator.controlUrl());
            }
            spec.commandLine().getOut().println("READY" + (port == GenAiLiveEmulator.OFF ? "" : ' ' + emulator.wsUrl())
                    + (tlsPort == GenAiLiveEmulator.OFF ? "" : ' ' + emulator.wssUrl()));
            spec.commandLine().getOut().flush();
            stop.await();
        }
        return replay == null ? STOPPED : judge(emulator.replay());
    }

    private int judge(ReplayReport report) {
        PrintWriter err = spec.commandLine().getErr();
        report.differences().forEach(err::println);
        report.sessions().stream().filter(session -> session.state() == ReplayReport.State.NOT_PLAYED)
                .forEach(session -> err.println("session " + session.number() + ": no client came for it"));
        report.sessions().stream().filter(session -> session.state() == ReplayReport.State.PLAYING)
                .forEach(session -> err.println("session " + session.number() + ": was not played to its end"));
        return report.isComplete() ? STOPPED : REPLAY_DIFFERS;
    }

    private GenAiLiveEmulator.Builder configured() {
        if (port == GenAiLiveEmulator.OFF && tlsPort == GenAiLiveEmulator.OFF) {
            throw misuse("--port and --tls-port are both -1: there is nothing left to start");
        }
        if (exportCa != null && tlsPort == GenAiLiveEmulator.OFF) {
            throw misuse("--export-ca: there is no certificate without wss, see --tls-port");
        }
        if (record != null && replay != null) {
            throw misuse("--record and --replay: what is replayed is recorded already; leave one away");
        }
        // a file that is not right is no wrong usage; what the options say comes after it, and wins
        GenAiLiveEmulator.Builder builder = GenAiLiveEmulator.builder();
        if (ScenarioFile.isFile(scenario)) {
            builder.scenarioFile(Path.of(scenario));
        }
        try {
            if (!ScenarioFile.isFile(scenario)) {
                builder.scenario(scenario);
            }
            builder.host(host).port(port).tlsPort(tlsPort).controlPort(controlPort).seed(seed).frames(frameType())
                    .faults(armed -> faults.forEach(armed::arm));
            Optional.ofNullable(apiKey).ifPresent(builder::apiKey);
            Optional.ofNullable(record).ifPresent(builder::record);
            Optional.ofNullable(replay).ifPresent(builder::replay);
            return builder;
        } catch (IllegalArgumentException e) {
            throw misuse(e.getMessage());
        }
    }

    private FrameType frameType() {
        return Arrays.stream(FrameType.values()).filter(type -> lower(type).equals(frames)).findFirst()
                .orElseThrow(() -> misuse("--frames is one of " + String.join(", ", new FrameNames()) + ", not " + frames));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** What belongs to no option may be the key of an option that is misspelled. */
    private static String withoutValues(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return wrong.getMessage();
        }
        List<String> options = unmatched.getUnmatched().stream().filter(argument -> argument.startsWith("-"))
                .map(argument -> argument.replaceFirst("=.*", "")).toList();
        return options.isEmpty()
                ? "There are arguments without an option, " + unmatched.getUnmatched().size() + " of them"
                : "There is no option " + String.join(", ", options);
    }

    private static String lower(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    /** From the package of the faults, so that nothing is missing. */
    private static String[] footer() {
        Stream<String> faults = Stream.of("", "A fault is KIND[=VALUE][@MOMENT][*TIMES][%PERCENT].",
                "  Kinds:", wrapped(Fault.kinds()), "  Moments, each kind has one of its own:", wrapped(Fault.moments()),
                "  A duration is a number with ms, s, m or h. A text with @, * or % in it needs double quotes.");
        Stream<String> examples = Stream.of("", "@FILE among the arguments stands for the arguments in that file.", "",
                "Examples:",
                "  java -jar camel-genai-live-emulator.jar --port 8080 --tls-port -1",
                "  java -jar camel-genai-live-emulator.jar --scenario my.yaml --control-port 9090 --export-ca ca.pem",
                "  java -jar camel-genai-live-emulator.jar --fault kill@midTurn*2 --fault refuse=503%10 --seed 7");
        return Stream.concat(faults, examples).flatMap(lines -> Stream.of(lines.split("\n")))
                .map(line -> line.replace("%", "%%"))
                .toArray(String[]::new);
    }

    private static String wrapped(List<String> words) {
        StringBuilder lines = new StringBuilder();
        int width = 0;
        for (String word : words) {
            if (lines.isEmpty() || width + word.length() > 90) {
                lines.append(lines.isEmpty() ? "    " : "\n    ");
                width = 0;
            }
            lines.append(word).append(' ');
            width += word.length() + 1;
        }
        return lines.toString();
    }

    static final class FaultConverter implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String spec) {
            try {
                return Fault.parse(spec);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class ScenarioNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Scenarios.names().iterator();
        }
    }

    static final class FrameNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(FrameType.values()).map(EmulatorCommand::lower).iterator();
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
