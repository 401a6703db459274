package dev.camelgenai.benchmarks.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.ServerMode;
import dev.camelgenai.benchmarks.Workload;
import dev.camelgenai.benchmarks.client.ClientResult;
import dev.camelgenai.benchmarks.server.ServerReport;

/**
 * One run of one peer under one workload.
 *
 * @param round          from 1
 * @param failure        why there is no result; {@code null} where there is one
 * @param client         {@code null} where the run failed
 * @param server         {@code null} where the run failed
 * @param arrived        chunks that the server received while the windows were measured
 * @param serverCpuNanos of the server in the measured windows
 * @param foreignCores   cores that others used, for each second of the windows
 * @param marked         whether that was too much in any of them
 */
public record RunRecord(Workload workload, PeerName peer, int round, String failure, ClientResult client, ServerReport server,
        long arrived, long serverCpuNanos, List<Double> foreignCores, boolean marked) {

    static RunRecord failed(Workload workload, PeerName peer, int round, String failure) {
        return new RunRecord(workload, peer, round, failure, null, null, 0, 0, List.of(), false);
    }

    /**
     * What the costs of the first window are divided by. For chunks as fast as the peer takes them these are the ones that arrived:
     * there are peers that report chunks as sent which they only have queued, or dropped.
     */
    public long messages() {
        return workload.kind() == Workload.Kind.SATURATED_UPLINK ? arrived : client.windows().get(0).messages();
    }

    /** CPU time of the client per message. */
    public double cpuMicrosPerMessage() {
        return client.windows().get(0).cpuNanos() / 1e3 / messages();
    }

    /** What the client has allocated on its heap per message. */
    public double bytesPerMessage() {
        return (double) client.windows().get(0).allocatedBytes() / messages();
    }

    /** Everything that went wrong, in words; empty where nothing did. */
    public List<String> faults() {
        if (failure != null) {
            return List.of("failed: " + failure);
        }
        List<String> faults = new ArrayList<>();
        add(faults, lostUplink(), "lost");
        add(faults, server.account().reordered(), "reordered");
        add(faults, server.account().duplicates(), "repeated");
        add(faults, server.unrecognised(), "unreadable");
        add(faults, client.unanswered(), workload.server() == ServerMode.ANSWER ? "unanswered" : "lost downlink");
        add(faults, client.downlink().reordered(), "reordered downlink");
        add(faults, client.downlink().duplicates(), "repeated downlink");
        add(faults, client.hanging(), "hanging");
        add(faults, client.failed(), "failed (" + client.firstFailure() + ")");
        add(faults, client.notSent(), "not taken in time");
        return faults;
    }

    private static void add(List<String> faults, long count, String what) {
        if (count > 0) {
            faults.add(count + " " + what);
        }
    }

    /** Chunks that the peer reported as sent and that the server has not seen, over all sessions. */
    private long lostUplink() {
        long lost = 0;
        for (Map.Entry<Integer, Long> sent : client.sent().entrySet()) {
            lost += Math.max(0, sent.getValue() - server.received().getOrDefault(sent.getKey(), 0L));
        }
        return lost;
    }
}
