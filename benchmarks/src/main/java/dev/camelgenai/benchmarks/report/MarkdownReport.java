package dev.camelgenai.benchmarks.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.Workload;
import dev.camelgenai.benchmarks.harness.RunRecord;

/** The result of a benchmark for people. */
public final class MarkdownReport {

    private final Results results;
    private final List<String> notes;
    private final Machine machine;
    private final Map<String, String> about;

    /**
     * @param notes what the harness has to say
     * @param about versions and settings, by name
     */
    public MarkdownReport(Results results, List<String> notes, Machine machine, Map<String, String> about) {
        this.results = results;
        this.notes = List.copyOf(notes);
        this.machine = machine;
        this.about = about;
    }

    public String text() {
        StringBuilder text = new StringBuilder("# Benchmark\n\n");
        text.append("%s, %d cores, %,d MB; %s; %s\n\n".formatted(machine.cpu(), machine.cores(), machine.memoryMegabytes(),
                machine.kernel(), machine.jdk()));
        about.forEach((name, value) -> text.append("* ").append(name).append(": ").append(value).append('\n'));
        if (!notes.isEmpty()) {
            text.append("\n## Notes\n\n");
            notes.forEach(note -> text.append("* ").append(note).append('\n'));
        }
        text.append(
                "\n## Bars\n\nRatios are formed within a round, then their median is taken; least and most in parentheses.\n\n")
                .append("| what | measured | bar | |\n| --- | --- | --- | --- |\n");
        for (Bar bar : Bar.all()) {
            Bar.Verdict verdict = bar.judge(results);
            text.append("| %s | %s | %s | %s |\n".formatted(verdict.what(), verdict.measured(), verdict.limit(),
                    verdict.state()));
        }
        text.append("\n## Measured\n\nMedian (least-most) of the rounds. `*`: others used the machine in that many of the runs,"
                + " which are left out where at least half of the runs had it for themselves. `!`: faults, see below.\n");
        results.workloads().forEach(workload -> append(workload, text));
        appendFaults(text);
        return text.toString();
    }

    private void append(Workload workload, StringBuilder text) {
        List<PeerName> peers = results.peers(workload.id());
        text.append("\n### ").append(workload.id()).append("\n\n").append(description(workload)).append("\n\n| |");
        for (PeerName peer : peers) {
            text.append(' ').append(peer).append(marks(results.of(workload.id(), peer))).append(" |");
        }
        text.append("\n| --- |").append(" --- |".repeat(peers.size())).append('\n');
        for (Metric metric : Metric.values()) {
            List<Optional<Spread>> row = peers.stream().map(peer -> results.spread(workload.id(), peer, metric)).toList();
            if (row.stream().anyMatch(Optional::isPresent)) {
                text.append("| ").append(metric.title()).append(" |");
                row.forEach(
                        spread -> text.append(' ').append(spread.map(value -> text(metric, value)).orElse("-")).append(" |"));
                text.append('\n');
            }
        }
    }

    private static String description(Workload workload) {
        return switch (workload.kind()) {
            case SATURATED_UPLINK ->
                "%d session(s), each with up to %d chunks of %d bytes under way. A message is a chunk that the server received."
                        .formatted(workload.sessions(), workload.inFlight(), workload.chunkBytes());
            case PACED ->
                "%,d sessions, each sends %s chunks of %d bytes a second, each of which is answered. A message is an answer."
                        .formatted(workload.sessions(), workload.rate(), workload.chunkBytes());
            case SATURATED_DOWNLINK -> "%d session(s), each is sent audio of %,d bytes a message, as fast as it takes it."
                    .formatted(workload.sessions(), workload.audioBytes());
            case OPENING -> "Up to %d sessions being opened or closed at a time. A message is a session, opened and closed."
                    .formatted(workload.inFlight());
            case LENGTH ->
                "One session that sends %s chunks a second, each of which is answered, in turn with a young one."
                        .formatted(workload.rate());
        };
    }

    private static String text(Metric metric, Spread spread) {
        return spread.least() == spread.most()
                ? metric.text(spread.median())
                : "%s (%s-%s)".formatted(metric.text(spread.median()), metric.text(spread.least()), metric.text(spread.most()));
    }

    private static String marks(List<RunRecord> runs) {
        return mark(runs, RunRecord::marked, "*") + mark(runs, run -> !run.faults().isEmpty(), "!");
    }

    private static String mark(List<RunRecord> runs, Predicate<RunRecord> condition, String mark) {
        long count = runs.stream().filter(condition).count();
        return count == 0 ? "" : " %s%d/%d".formatted(mark, count, runs.size());
    }

    private void appendFaults(StringBuilder text) {
        List<RunRecord> faulty = results.faulty();
        text.append("\n## Faults\n\n");
        if (faulty.isEmpty()) {
            text.append("Nothing was lost, reordered, repeated or refused, and nothing hung, in any run.\n");
        }
        faulty.forEach(run -> text.append("* %s, %s, round %d: %s\n".formatted(run.workload().id(), run.peer(), run.round(),
                String.join(", ", run.faults()))));
    }
}
