package dev.camelgenai.benchmarks.client;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.Workload;

/**
 * What one client process is to do; the first line of its input.
 *
 * @param port          of the counting server
 * @param arrivals      file of the {@link dev.camelgenai.benchmarks.ArrivalCounter}
 * @param warmupSeconds under the same load before anything is measured, so that the JIT compiler is done
 * @param seconds       of a measured window
 * @param lengthSeconds age of the session at the beginning of its window, in the workload about length
 */
public record ClientSpec(PeerName peer, int port, String arrivals, Workload workload, double warmupSeconds, double seconds,
        double lengthSeconds) {
}
