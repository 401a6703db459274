package dev.camelgenai.benchmarks;

import java.util.List;
import java.util.Map;

import dev.camelgenai.benchmarks.client.ClientResult;
import dev.camelgenai.benchmarks.client.ClientResult.Window;
import dev.camelgenai.benchmarks.harness.RunRecord;
import dev.camelgenai.benchmarks.server.ServerReport;

/** Runs that look like measured ones. */
public final class SampleRuns {

    /** The first of a scenario that every peer takes part in. */
    public static final Workload UPLINK = Scenario.UPLINK.workloads().get(0);

    private static final long MESSAGES = 1_000;

    private SampleRuns() {
    }

    /** A run without faults. */
    public static RunRecord run(PeerName peer, int round, double cpuMicros, boolean marked) {
        return run(peer, round, cpuMicros, marked, MESSAGES, 0);
    }

    /** A run in which the server has seen so many of the chunks, and so many of these late. */
    public static RunRecord run(PeerName peer, int round, double cpuMicros, boolean marked, long received, long reordered) {
        Window window = new Window(MESSAGES, 1, (long) (cpuMicros * 1_000 * MESSAGES), 2_000 * MESSAGES);
        ClientResult client = new ClientResult(List.of(window), Map.of(0, MESSAGES), 0, null, 0, 0,
                SequenceLedger.Account.NOTHING, 0, null, 0, null, 10, 12, 100_000, 110_000);
        ServerReport server = new ServerReport(1, new SequenceLedger.Account(received, 0, reordered, 0), 0, 0,
                Map.of(0, received));
        return new RunRecord(UPLINK, peer, round, null, client, server, MESSAGES, 1_000_000, List.of(marked ? 0.5 : 0.0),
                marked);
    }
}
