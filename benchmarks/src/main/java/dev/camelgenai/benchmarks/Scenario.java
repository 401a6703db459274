package dev.camelgenai.benchmarks;

import java.util.List;
import java.util.Locale;

import static dev.camelgenai.benchmarks.PeerName.NETTY;
import static dev.camelgenai.benchmarks.PeerName.NETTY_BORINGSSL;
import static dev.camelgenai.benchmarks.PeerName.NETTY_ROUTE;
import static dev.camelgenai.benchmarks.PeerName.NETTY_ROUTE_BORINGSSL;
import static dev.camelgenai.benchmarks.PeerName.NETTY_WORKER;
import static dev.camelgenai.benchmarks.PeerName.ROUTE;
import static dev.camelgenai.benchmarks.PeerName.ROUTE_BORINGSSL;
import static dev.camelgenai.benchmarks.PeerName.ROUTE_EVENT;
import static dev.camelgenai.benchmarks.PeerName.ROUTE_EVENT_BORINGSSL;
import static dev.camelgenai.benchmarks.PeerName.SDK;
import static dev.camelgenai.benchmarks.PeerName.SESSION;
import static dev.camelgenai.benchmarks.PeerName.SESSION_BORINGSSL;
import static dev.camelgenai.benchmarks.PeerName.VERTX_ROUTE;

/** What is measured; each scenario is one or more workloads. */
public enum Scenario {

    /** Chunks of audio to the service as fast as the peer takes them. */
    UPLINK(List.of(Workload.saturatedUplink("uplink-1", 1, 512), Workload.saturatedUplink("uplink-100", 100, 8)),
            List.of(SDK, SESSION, ROUTE, NETTY, NETTY_ROUTE, VERTX_ROUTE)),

    /** Chunks at the pace of a microphone, each answered. */
    DUPLEX(List.of(Workload.paced("duplex-200x50", 200, 50), Workload.paced("duplex-200x25", 200, 25),
            Workload.paced("duplex-400x50", 400, 50)), List.of(SDK, SESSION, ROUTE, NETTY, VERTX_ROUTE)),

    /** Audio from the service as fast as the peer takes it. */
    DOWNLINK(List.of(Workload.saturatedDownlink("downlink", 8)),
            List.of(SDK, SESSION, ROUTE, ROUTE_EVENT, NETTY, NETTY_WORKER, NETTY_ROUTE, VERTX_ROUTE, SESSION_BORINGSSL,
                    ROUTE_BORINGSSL,
                    ROUTE_EVENT_BORINGSSL, NETTY_BORINGSSL, NETTY_ROUTE_BORINGSSL)),

    /** Thousands of sessions in one JVM. */
    SCALE(List.of(Workload.scale("scale-5000x10", 5_000, 10), Workload.scale("scale-10000x0.5", 10_000, 0.5)),
            List.of(SDK, SESSION, ROUTE, NETTY)),

    /** Sessions opened and closed again. */
    OPEN(List.of(Workload.opening("open", 8)), List.of(SDK, SESSION, ROUTE, NETTY, SESSION_BORINGSSL, NETTY_BORINGSSL)),

    /** One long session. */
    LENGTH(List.of(Workload.length("length", 500)), List.of(SESSION, ROUTE));

    private final List<Workload> workloads;
    private final List<PeerName> peers;

    Scenario(List<Workload> workloads, List<PeerName> peers) {
        this.workloads = workloads;
        this.peers = peers;
    }

    public List<Workload> workloads() {
        return workloads;
    }

    /** Those that take part unless others are named. */
    public List<PeerName> peers() {
        return peers;
    }

    /** As on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
