package dev.camelgenai.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.Workload;
import dev.camelgenai.benchmarks.harness.RunRecord;

/** The runs of a benchmark, asked for medians and ratios. Immutable. */
public final class Results {

    private final List<RunRecord> runs;

    public Results(List<RunRecord> runs) {
        this.runs = List.copyOf(runs);
    }

    List<RunRecord> runs() {
        return runs;
    }

    /** In the order in which they were run. */
    List<Workload> workloads() {
        Map<String, Workload> workloads = new LinkedHashMap<>();
        runs.forEach(run -> workloads.putIfAbsent(run.workload().id(), run.workload()));
        return List.copyOf(workloads.values());
    }

    /** In the order in which they were run. */
    List<PeerName> peers(String workload) {
        return runs.stream().filter(run -> run.workload().id().equals(workload)).map(RunRecord::peer).distinct().toList();
    }

    List<RunRecord> of(String workload, PeerName peer) {
        return runs.stream().filter(run -> run.workload().id().equals(workload) && run.peer() == peer).toList();
    }

    /** Runs without foreign load where these are at least half, otherwise all. */
    private static <T> List<T> preferred(List<T> all, List<T> unmarked) {
        return unmarked.size() * 2 >= all.size() ? unmarked : all;
    }

    /** Over the rounds; empty where it was not measured. */
    public Optional<Spread> spread(String workload, PeerName peer, Metric metric) {
        List<RunRecord> all = of(workload, peer);
        List<RunRecord> preferred = preferred(all, all.stream().filter(run -> !run.marked()).toList());
        return Spread.of(preferred.stream().map(metric::of).filter(OptionalDouble::isPresent).map(OptionalDouble::getAsDouble)
                .toList());
    }

    /** How a peer compares with another, round by round; empty where there is no round in which both were measured. */
    public Optional<Spread> ratio(String workload, PeerName peer, PeerName reference, Metric metric) {
        List<Double> all = new ArrayList<>();
        List<Double> unmarked = new ArrayList<>();
        for (RunRecord run : of(workload, peer)) {
            for (RunRecord neighbour : of(workload, reference)) {
                OptionalDouble value = metric.of(run);
                OptionalDouble other = metric.of(neighbour);
                if (neighbour.round() == run.round() && value.isPresent() && other.isPresent()) {
                    double ratio = value.getAsDouble() / other.getAsDouble();
                    all.add(ratio);
                    if (!run.marked() && !neighbour.marked()) {
                        unmarked.add(ratio);
                    }
                }
            }
        }
        return Spread.of(preferred(all, unmarked));
    }

    /** Runs in which something was lost, reordered, repeated, refused or hung, or that failed. */
    public List<RunRecord> faulty() {
        return runs.stream().filter(run -> !run.faults().isEmpty()).toList();
    }

    /** Whether any of this project's own peers is among the {@link #faulty()}. */
    public boolean isOursFaulty() {
        return faulty().stream().anyMatch(run -> run.peer().isOurs());
    }
}
