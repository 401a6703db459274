package dev.camelgenai.benchmarks.harness;

import java.nio.file.Path;
import java.util.List;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.Scenario;
import dev.camelgenai.benchmarks.Workload;

/**
 * How a benchmark is run.
 *
 * @param workloads     of these scenarios, by id; empty for all
 * @param peers         those to run; empty for the ones that each scenario has by itself
 * @param lengthSeconds age that a session is to have in the scenario about length
 * @param sessions      in place of the workload's number of sessions; 0 for that
 * @param serverThreads event loops of the counting server
 * @param foreignLimit  cores that others may use in any second before a run is marked
 * @param clientOptions JVM options of the clients, the same for all peers
 * @param boringSsl     directory with the jars of netty-tcnative
 * @param output        directory for logs and reports
 */
public record Settings(List<Scenario> scenarios, List<String> workloads, List<PeerName> peers, int rounds, double warmupSeconds,
        double seconds,
        double lengthSeconds, int sessions, int serverThreads, double foreignLimit, List<String> clientOptions,
        Path boringSsl, Path output) {

    /** What is to be run of a scenario. */
    public List<Workload> workloads(Scenario scenario) {
        return scenario.workloads().stream().filter(workload -> workloads.isEmpty() || workloads.contains(workload.id()))
                .map(workload -> sessions > 0 && workload.sessions() > 0 ? workload.withSessions(sessions) : workload).toList();
    }
}
