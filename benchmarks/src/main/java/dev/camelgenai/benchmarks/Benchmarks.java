package dev.camelgenai.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.Callable;

import dev.camelgenai.benchmarks.harness.Harness;
import dev.camelgenai.benchmarks.harness.RunLog;
import dev.camelgenai.benchmarks.harness.RunRecord;
import dev.camelgenai.benchmarks.harness.Settings;
import dev.camelgenai.benchmarks.report.Charts;
import dev.camelgenai.benchmarks.report.Machine;
import dev.camelgenai.benchmarks.report.MarkdownReport;
import dev.camelgenai.benchmarks.report.Results;
import org.openjdk.jmh.Main;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line: runs the load benchmark, or JMH. */
@Command(name = "benchmarks", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Measures the component against Google's SDK, raw Netty and a vertx-websocket route, each in a JVM of its own, and writes a"
            + " report. Runs everything unless told otherwise, which takes hours." }, exitCodeListHeading = "Exit codes:%n", exitCodeList = {
                "0:All runs were done.", "1:The benchmark could not be run.", "2:The command line is wrong.",
                "3:One of this project's own peers lost, reordered, repeated or refused something, hung or failed." })
public final class Benchmarks implements Callable<Integer> {

    private static final int FAULTS = 3;

    /** What a report is made of, for other programs. */
    private record Document(Machine machine, Map<String, String> about, List<String> notes, List<RunRecord> runs) {
    }

    @Option(names = "--scenario", split = ",", paramLabel = "NAME", description = "of ${COMPLETION-CANDIDATES}; all unless given")
    private List<Scenario> scenarios = List.of(Scenario.values());

    @Option(names = "--workload", split = ",", paramLabel = "ID", description = "of the scenarios, as in the report; all unless given")
    private List<String> workloads = List.of();

    @Option(names = "--peers", split = ",", paramLabel = "NAME", description = "of ${COMPLETION-CANDIDATES}; each scenario has its own unless given")
    private List<PeerName> peers = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "in each of which every peer has its turn (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "8", description = "of a measured window (${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--warmup", defaultValue = "30", paramLabel = "SECONDS", description = "under the same load before the window (${DEFAULT-VALUE})")
    private double warmup;

    @Option(names = "--length-seconds", defaultValue = "600", paramLabel = "SECONDS", description = "age of the session at its window, in the scenario length (${DEFAULT-VALUE})")
    private double lengthSeconds;

    @Option(names = "--sessions", defaultValue = "0", description = "in place of each workload's own number")
    private int sessions;

    @Option(names = "--server-threads", defaultValue = "1", description = "event loops of the counting server (${DEFAULT-VALUE})")
    private int serverThreads;

    @Option(names = "--foreign-limit", defaultValue = "0.1", paramLabel = "CORES", description = "that others may use in any second before a run is marked (${DEFAULT-VALUE})")
    private double foreignLimit;

    @Option(names = "--client-heap", defaultValue = "1g", paramLabel = "SIZE", description = "-Xmx of the clients (${DEFAULT-VALUE})")
    private String clientHeap;

    @Option(names = "--client-options", split = " ", paramLabel = "OPTIONS", description = "more JVM options of the clients, separated by spaces")
    private List<String> clientOptions = List.of();

    @Option(names = "--boringssl", paramLabel = "DIRECTORY", description = "with the jars of netty-tcnative; boringssl beside this jar unless given")
    private Path boringSsl;

    @Option(names = "--append", description = "keep the runs that are in the directory for the report already, unless they are run again")
    private boolean append;

    @Option(names = "--output", paramLabel = "DIRECTORY", description = "for report, results and logs; report beside this jar unless given")
    private Path output;

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new Benchmarks());
        command.addSubcommand("jmh", new Jmh());
        command.getSubcommands().get("jmh").setUnmatchedOptionsArePositionalParams(true);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.registerConverter(PeerName.class, text -> named(PeerName.values(), text));
        command.registerConverter(Scenario.class, text -> named(Scenario.values(), text));
        System.exit(command.execute(arguments));
    }

    private static <E extends Enum<E>> E named(E[] values, String text) {
        return Arrays.stream(values).filter(value -> value.toString().equals(text)).findFirst().orElseThrow(
                () -> new CommandLine.TypeConversionException(
                        "expected one of " + Arrays.toString(values) + ", but was " + text));
    }

    @Override
    public Integer call() throws Exception {
        Path here = here();
        Path directory = output != null ? output : here.resolve("report");
        List<String> jvmOptions = new ArrayList<>(List.of("-Xmx" + clientHeap, "-Djava.net.preferIPv4Stack=true"));
        jvmOptions.addAll(clientOptions);
        Settings settings = new Settings(scenarios, workloads, peers, rounds, warmup, seconds, lengthSeconds, sessions,
                serverThreads,
                foreignLimit, jvmOptions, boringSsl != null ? boringSsl : here.resolve("boringssl"), directory);
        Files.createDirectories(directory);
        RunLog log = new RunLog(directory.resolve("runs.jsonl"));
        log.forget(run -> !append || isRunAgain(run, settings));
        List<String> notes = new Harness(settings, log, System.out::println).run();
        Results results = new Results(log.runs());
        write(results, log.runs(), notes, directory, jvmOptions);
        return results.isOursFaulty() ? FAULTS : 0;
    }

    private static boolean isRunAgain(RunRecord run, Settings settings) {
        return settings.scenarios().stream()
                .filter(scenario -> (settings.peers().isEmpty() ? scenario.peers() : settings.peers()).contains(run.peer()))
                .flatMap(scenario -> settings.workloads(scenario).stream())
                .anyMatch(workload -> workload.id().equals(run.workload().id()));
    }

    private void write(Results results, List<RunRecord> runs, List<String> notes, Path directory, List<String> jvmOptions)
            throws IOException {
        Machine machine = Machine.here();
        Map<String, String> about = new LinkedHashMap<>();
        about.put("versions", versions());
        about.put("rounds", "%d of %.1f s after %.1f s of warm-up".formatted(rounds, seconds, warmup));
        about.put("options of the clients", String.join(" ", jvmOptions));
        for (PeerName peer : PeerName.values()) {
            if (!peer.jvmOptions().isEmpty()) {
                about.put("options of " + peer + " besides", String.join(" ", peer.jvmOptions()));
            }
        }
        about.put("event loops of the server", Integer.toString(serverThreads));
        about.put("foreign load that marks a run", "more than %.2f cores in any second".formatted(foreignLimit));
        String text = new MarkdownReport(results, notes, machine, about).text();
        System.out.println(text);
        Files.writeString(directory.resolve("report.md"), text);
        Files.writeString(directory.resolve("results.json"),
                Json.writePretty(new Document(machine, about, notes, runs)));
        new Charts(results).write(directory).forEach(file -> System.out.println("wrote " + file));
        System.out.println("wrote " + directory.resolve("report.md"));
    }

    private static String versions() throws IOException {
        Properties versions = new Properties();
        try (InputStream file = Benchmarks.class.getResourceAsStream("/versions.properties")) {
            versions.load(file);
        }
        StringBuilder text = new StringBuilder();
        for (String name : new TreeSet<>(versions.stringPropertyNames())) {
            text.append(text.isEmpty() ? "" : ", ").append(name).append(' ').append(versions.getProperty(name));
        }
        return text.toString();
    }

    /** Where this program is: the directory of its jar, or the one above its classes. */
    private static Path here() throws URISyntaxException {
        return Path.of(Benchmarks.class.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
    }

    /** Passes its arguments on. */
    @Command(name = "jmh", description = "Runs JMH with the given arguments, such as -prof gc")
    static final class Jmh implements Callable<Integer> {

        @Parameters(arity = "0..*")
        private List<String> arguments = List.of();

        @Override
        public Integer call() throws Exception {
            Main.main(arguments.toArray(String[]::new));
            return 0;
        }
    }
}
