package dev.camelgenai.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.harness.RunRecord;

/** A limit that a peer of this project has to keep. */
public sealed interface Bar {

    /** What came of it. */
    record Verdict(String what, String measured, String limit, State state) {
    }

    /** Whether a bar was kept. */
    enum State {
        HELD("held"),
        NOT_HELD("**not held**"),
        OUT_OF_REACH("**not held**, out of reach"),
        NOT_MEASURED("not measured");

        private final String text;

        State(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    Verdict judge(Results results);

    /** A peer needs at most so many times what another needs. */
    record Ratio(String workload, Metric metric, PeerName peer, PeerName reference, double limit) implements Bar {

        @Override
        public Verdict judge(Results results) {
            Optional<Spread> ratio = results.ratio(workload, peer, reference, metric);
            State state = state(ratio, ratio.isPresent() && ratio.get().median() <= limit);
            String measured = ratio.map(Ratio::text).orElse("-");
            if (state == State.NOT_HELD) {
                for (PeerName floor : floors()) {
                    Optional<Spread> least = results.ratio(workload, floor, reference, metric);
                    if (least.isPresent() && least.get().median() > limit) {
                        state = State.OUT_OF_REACH;
                        measured += "; " + floor + " alone " + text(least.get());
                        break;
                    }
                }
            }
            return new Verdict("%s: %s, %s / %s".formatted(workload, metric.title(), peer, reference), measured,
                    String.format(Locale.ROOT, "<= %.3f", limit), state);
        }

        private static String text(Spread value) {
            return String.format(Locale.ROOT, "%.3f (%.3f-%.3f)", value.median(), value.least(), value.most());
        }

        /** What no peer can be cheaper than, with the same TLS. */
        private List<PeerName> floors() {
            return switch (peer) {
                case SESSION_BORINGSSL -> List.of(PeerName.NETTY_BORINGSSL);
                case ROUTE_BORINGSSL, ROUTE_EVENT_BORINGSSL ->
                    List.of(PeerName.NETTY_BORINGSSL, PeerName.NETTY_ROUTE_BORINGSSL);
                case SESSION -> List.of(PeerName.NETTY, PeerName.NETTY_WORKER);
                case ROUTE, ROUTE_EVENT -> List.of(PeerName.NETTY, PeerName.NETTY_ROUTE);
                default -> List.of(PeerName.NETTY);
            };
        }
    }

    /** A value is at most, or at least, so much. */
    record Value(String workload, Metric metric, PeerName peer, boolean atLeast, double limit) implements Bar {

        @Override
        public Verdict judge(Results results) {
            Optional<Spread> spread = results.spread(workload, peer, metric);
            boolean held = spread.isPresent()
                    && (atLeast ? spread.get().median() >= limit : spread.get().median() <= limit);
            return new Verdict("%s: %s, %s".formatted(workload, metric.title(), peer),
                    spread.map(value -> "%s (%s-%s)".formatted(metric.text(value.median()), metric.text(value.least()),
                            metric.text(value.most()))).orElse("-"),
                    (atLeast ? ">= " : "<= ") + metric.text(limit), state(spread, held));
        }
    }

    /** Nothing was lost, reordered, repeated or refused, and nothing hung, in any run of a peer. */
    record Faultless(PeerName peer) implements Bar {

        @Override
        public Verdict judge(Results results) {
            List<RunRecord> all = results.runs().stream().filter(run -> run.peer() == peer).toList();
            long faulty = all.stream().filter(run -> !run.faults().isEmpty()).count();
            return new Verdict("all runs: reordered, lost, hanging, " + peer,
                    all.isEmpty() ? "-" : "%d of %d runs".formatted(faulty, all.size()), "0",
                    all.isEmpty() ? State.NOT_MEASURED : faulty == 0 ? State.HELD : State.NOT_HELD);
        }
    }

    private static State state(Optional<Spread> measured, boolean held) {
        return measured.isEmpty() ? State.NOT_MEASURED : held ? State.HELD : State.NOT_HELD;
    }

    /** Those of this project. */
    static List<Bar> all() {
        List<Bar> bars = new ArrayList<>();
        for (String workload : List.of("uplink-1", "uplink-100")) {
            bars.add(new Ratio(workload, Metric.CPU, PeerName.SESSION, PeerName.SDK, 1 / 8.0));
            bars.add(new Ratio(workload, Metric.CPU, PeerName.ROUTE, PeerName.SDK, 1 / 5.0));
            bars.add(new Ratio(workload, Metric.CPU, PeerName.SESSION, PeerName.NETTY, 1.5));
            bars.add(new Ratio(workload, Metric.CPU, PeerName.ROUTE, PeerName.NETTY, 2.5));
            bars.add(new Value(workload, Metric.HEAP, PeerName.SESSION, false, 2.5 * 1024));
            bars.add(new Value(workload, Metric.HEAP, PeerName.ROUTE, false, 5 * 1024));
        }
        bars.add(new Ratio("duplex-200x50", Metric.CPU, PeerName.ROUTE, PeerName.SDK, 1 / 2.0));
        bars.add(new Ratio("duplex-200x50", Metric.P99, PeerName.ROUTE, PeerName.SDK, 1 / 5.0));
        bars.add(new Ratio("duplex-200x25", Metric.P50, PeerName.ROUTE, PeerName.SDK, 1));
        bars.add(new Value("duplex-400x50", Metric.ANSWERED, PeerName.ROUTE, true, 100));
        Map.of(PeerName.SESSION, 1 / 3.0, PeerName.ROUTE, 1 / 2.0, PeerName.ROUTE_EVENT, 1 / 2.5, PeerName.SESSION_BORINGSSL,
                1 / 3.0, PeerName.ROUTE_BORINGSSL, 1 / 2.0, PeerName.ROUTE_EVENT_BORINGSSL, 1 / 2.5).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(limit -> bars.add(new Ratio("downlink", Metric.CPU, limit.getKey(), PeerName.SDK, limit.getValue())));
        bars.add(new Ratio("downlink", Metric.HEAP, PeerName.ROUTE_EVENT, PeerName.SDK, 1 / 3.0));
        for (String workload : List.of("scale-5000x10", "scale-10000x0.5")) {
            for (PeerName peer : List.of(PeerName.SESSION, PeerName.ROUTE)) {
                bars.add(new Value(workload, Metric.ANSWERED, peer, true, 98));
                bars.add(new Value(workload, Metric.THREADS, peer, false, 40));
                bars.add(new Value(workload, Metric.MEMORY, peer, false, 30));
            }
        }
        bars.add(new Ratio("open", Metric.CPU, PeerName.SESSION_BORINGSSL, PeerName.SDK, 1 / 3.0));
        bars.add(new Ratio("open", Metric.CPU, PeerName.SESSION, PeerName.SDK, 1));
        bars.add(new Value("length", Metric.LENGTH, PeerName.SESSION, false, 1.1));
        bars.add(new Value("length", Metric.LENGTH, PeerName.ROUTE, false, 1.1));
        for (String workload : List.of("uplink-1", "uplink-100", "duplex-200x50", "duplex-200x25", "duplex-400x50",
                "downlink")) {
            bars.add(new Ratio(workload, Metric.CPU, PeerName.ROUTE, PeerName.VERTX_ROUTE, 1));
            if (workload.startsWith("duplex")) {
                bars.add(new Ratio(workload, Metric.P50, PeerName.ROUTE, PeerName.VERTX_ROUTE, 1));
                bars.add(new Ratio(workload, Metric.P99, PeerName.ROUTE, PeerName.VERTX_ROUTE, 1));
            }
        }
        for (PeerName peer : PeerName.values()) {
            if (peer.isOurs()) {
                bars.add(new Faultless(peer));
            }
        }
        return bars;
    }
}
