package dev.camelgenai.benchmarks.report;

import java.util.Locale;
import java.util.OptionalDouble;

import dev.camelgenai.benchmarks.client.ClientResult;
import dev.camelgenai.benchmarks.harness.RunRecord;

/** What is read from a run. */
public enum Metric {

    /** Messages per second. */
    RATE("messages/s", "%,.0f") {
        @Override
        double value(RunRecord run) {
            return run.messages() / run.client().windows().get(0).seconds();
        }
    },

    /** CPU time of the client per message. */
    CPU("CPU us/message", "%.2f") {
        @Override
        double value(RunRecord run) {
            return run.cpuMicrosPerMessage();
        }
    },

    /** CPU time of the counting server per message of the client. */
    SERVER_CPU("server CPU us/message", "%.2f") {
        @Override
        double value(RunRecord run) {
            long messages = run.client().windows().size() == 1
                    ? run.messages()
                    : run.client().windows().stream().mapToLong(ClientResult.Window::messages).sum();
            return run.serverCpuNanos() == 0 ? Double.NaN : run.serverCpuNanos() / 1e3 / messages;
        }
    },

    /** Bytes allocated on the heap of the client per message. */
    HEAP("heap bytes/message", "%,.0f") {
        @Override
        double value(RunRecord run) {
            return run.bytesPerMessage();
        }
    },

    /** Of answers. */
    P50("p50 ms", "%.3f") {
        @Override
        double value(RunRecord run) {
            return run.client().latency() == null ? Double.NaN : run.client().latency().p50() / 1e6;
        }
    },

    /** Of answers. */
    P99("p99 ms", "%.3f") {
        @Override
        double value(RunRecord run) {
            return run.client().latency() == null ? Double.NaN : run.client().latency().p99() / 1e6;
        }
    },

    /** Percent of the chunks due in the window. */
    ANSWERED("answered within 1 s, %", "%.2f") {
        @Override
        double value(RunRecord run) {
            return run.client().latency() == null ? Double.NaN : run.client().answeredWithinOneSecond() * 100;
        }
    },

    /** Threads of the client at the end of the window. */
    THREADS("threads", "%,.0f") {
        @Override
        double value(RunRecord run) {
            return run.client().threads();
        }
    },

    /** Most threads that the client had since it began, those included that open sessions. */
    PEAK_THREADS("threads, peak", "%,.0f") {
        @Override
        double value(RunRecord run) {
            return run.client().peakThreads();
        }
    },

    /** Live heap and direct buffers per session. */
    MEMORY("live KB/session", "%.1f") {
        @Override
        double value(RunRecord run) {
            return run.client().memory() == null
                    ? Double.NaN
                    : (run.client().memory().heapBytesPerSession() + run.client().memory().directBytesPerSession()) / 1024.0;
        }
    },

    /** Memory of the client as the operating system sees it. */
    RESIDENT("RSS MB", "%,.0f") {
        @Override
        double value(RunRecord run) {
            return run.client().residentKilobytes() / 1024.0;
        }
    },

    /** CPU per message of a long session, divided by that of a young one. */
    LENGTH("CPU old/young", "%.2f") {
        @Override
        double value(RunRecord run) {
            return run.client().oldToYoung();
        }
    };

    private final String title;
    private final String format;

    Metric(String title, String format) {
        this.title = title;
        this.format = format;
    }

    /** As in the report, with its unit. */
    public String title() {
        return title;
    }

    /** Not a number where it was not measured. */
    abstract double value(RunRecord run);

    /** Empty where the run failed or did not measure it. */
    public OptionalDouble of(RunRecord run) {
        double value = run.client() == null ? Double.NaN : value(run);
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    String text(double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
