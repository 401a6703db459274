package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.Scenario;
import dev.camelgenai.benchmarks.Workload;

/**
 * Runs scenarios: for each workload all peers one after the other, and that as often as there are rounds, so that neighbours in
 * time can be compared.
 */
public final class Harness {

    /** Of both processes together, of all cores: above it the machine and not the peer is what is measured. */
    private static final double TOO_MUCH = 0.8;
    /** Share of the chunks that is to be answered within a second. */
    private static final double ANSWERED = 0.98;
    private static final int SPARE_FILES = 500;
    private static final List<String> SERVER_OPTIONS = List.of("-Xmx1g", "-Djava.net.preferIPv4Stack=true");

    private final Settings settings;
    private final Consumer<String> progress;
    private final RunLog log;
    private final List<String> notes = new ArrayList<>();

    /**
     * @param log      takes the runs
     * @param progress told a line about each run as it ends
     */
    public Harness(Settings settings, RunLog log, Consumer<String> progress) {
        this.settings = settings;
        this.log = log;
        this.progress = progress;
    }

    /**
     * @return                       what a reader has to know besides the runs: rates that were halved, peers that were left out
     * @throws IllegalStateException when the machine does not allow enough open files
     */
    public List<String> run() throws IOException, InterruptedException {
        Files.createDirectories(settings.output());
        requireFiles();
        forgetLogs();
        CpuTimes times = new CpuTimes(Path.of("/proc"));
        if (!times.isAvailable()) {
            notes.add(
                    "The operating system has no /proc/stat: foreign load was not watched, and the server's CPU not measured.");
        }
        try (ServerProcess server = new ServerProcess(settings, SERVER_OPTIONS)) {
            BenchmarkRun run = new BenchmarkRun(settings, server, times);
            for (Scenario scenario : settings.scenarios()) {
                for (Workload workload : settings.workloads(scenario)) {
                    run(scenario, workload, run);
                }
            }
        }
        return List.copyOf(notes);
    }

    private void run(Scenario scenario, Workload standard, BenchmarkRun run) throws IOException, InterruptedException {
        Workload workload = standard.kind() == Workload.Kind.PACED ? affordable(standard, run) : standard;
        List<PeerName> peers = settings.peers().isEmpty() ? scenario.peers() : settings.peers();
        for (int round = 1; round <= settings.rounds(); round++) {
            for (PeerName peer : peers) {
                if (peer.boringSsl() && BenchmarkRun.jars(settings.boringSsl()).isEmpty()) {
                    note(peer + " was left out: there are no jars in " + settings.boringSsl());
                } else {
                    RunRecord record = run.run(workload, peer, round);
                    log.add(record);
                    progress.accept(text(record));
                }
            }
        }
    }

    /** Halves the rate as long as the floor alone needs too much of the machine. */
    private Workload affordable(Workload workload, BenchmarkRun run) throws IOException, InterruptedException {
        Workload candidate = workload;
        while (true) {
            RunRecord floor = run.run(candidate, PeerName.NETTY, 0);
            if (floor.failure() != null) {
                note("The floor did not run " + candidate.id() + ": " + floor.failure());
                return candidate;
            }
            String found = "%s at %s chunks/s and session: raw Netty and server need %.0f %% of the machine and answer %.1f %% within 1 s"
                    .formatted(candidate.id(), candidate.rate(),
                            cpuShare(floor, Runtime.getRuntime().availableProcessors()) * 100,
                            floor.client().answeredWithinOneSecond() * 100);
            if (!isTooMuch(floor, Runtime.getRuntime().availableProcessors())) {
                progress.accept(found + (floor.marked() ? ", while others used the machine" : ""));
                return candidate;
            }
            candidate = candidate.atHalfTheRate();
            note(found + "; halved to " + candidate.rate() + " for all peers");
        }
    }

    /** Where others used the machine, late answers say nothing about it. */
    static boolean isTooMuch(RunRecord floor, int cores) {
        return cpuShare(floor, cores) > TOO_MUCH || !floor.marked() && floor.client().answeredWithinOneSecond() < ANSWERED;
    }

    /** What client and server used, of all that there is. */
    private static double cpuShare(RunRecord run, int cores) {
        double seconds = run.client().windows().stream().mapToDouble(window -> window.seconds()).sum();
        long client = run.client().windows().stream().mapToLong(window -> window.cpuNanos()).sum();
        return (client + run.serverCpuNanos()) / 1e9 / seconds / cores;
    }

    private void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
            progress.accept(note);
        }
    }

    private static String text(RunRecord run) {
        String start = "%s %s round %d%s: ".formatted(run.workload().id(), run.peer(), run.round(), run.marked() ? " *" : "");
        if (run.failure() != null) {
            return start + "FAILED: " + run.failure();
        }
        StringBuilder text = new StringBuilder(start);
        text.append("%,d messages, %.2f us CPU and %,.0f bytes each; ".formatted(run.messages(), run.cpuMicrosPerMessage(),
                run.bytesPerMessage()));
        if (run.client().windows().size() > 1) {
            text.append("old / young session %.3f; ".formatted(run.client().oldToYoung()));
        }
        if (run.client().latency() != null) {
            text.append("p50 %.3f ms, p99 %.3f ms; ".formatted(run.client().latency().p50() / 1e6,
                    run.client().latency().p99() / 1e6));
        }
        return text.append(run.client().threads()).append(" threads")
                .append(run.faults().isEmpty() ? "" : "; " + String.join(", ", run.faults())).toString();
    }

    /** Of an earlier benchmark. */
    private void forgetLogs() throws IOException {
        try (Stream<Path> files = Files.list(settings.output())) {
            for (Path log : files.filter(file -> file.toString().endsWith(".err")).toList()) {
                Files.delete(log);
            }
        }
    }

    private void requireFiles() {
        int sessions = settings.scenarios().stream().flatMap(scenario -> settings.workloads(scenario).stream())
                .mapToInt(Workload::sessions).max().orElse(0);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() < sessions + SPARE_FILES) {
            throw new IllegalStateException(
                    "%,d sessions need as many open files, but a process may have only %,d: try ulimit -n %d, "
                            .formatted(sessions, system.getMaxFileDescriptorCount(), sessions + SPARE_FILES)
                            + "or leave out --scenario scale");
        }
    }
}
