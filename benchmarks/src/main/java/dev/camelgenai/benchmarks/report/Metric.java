package dev.camelgenai.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

import dev.camelgenai.benchmarks.client.ClientResult;
import dev.camelgenai.benchmarks.harness.RunRecord;

/** What is read from a run. */
public enum Metric {

    /** Messages per second. */
    RATE("messages/s", "%,.0f") {
        @Override
        double of(ClientResult result) {
            return first(result).messages() / first(result).seconds();
        }
    },

    /** CPU time of the client per message. */
    CPU("CPU us/message", "%.2f") {
        @Override
        double of(ClientResult result) {
            return first(result).cpuMicrosPerMessage();
        }
    },

    /** CPU time of the counting server per message of the client. */
    SERVER_CPU("server CPU us/message", "%.2f") {
        @Override
        double of(ClientResult result) {
            return Double.NaN;
        }

        @Override
        public OptionalDouble of(RunRecord run) {
            return run.client() == null || run.serverCpuNanos() == 0
                    ? OptionalDouble.empty()
                    : known(run.serverCpuNanos() / 1e3
                            / run.client().windows().stream().mapToLong(ClientResult.Window::messages).sum());
        }
    },

    /** Bytes allocated on the heap of the client per message. */
    HEAP("heap bytes/message", "%,.0f") {
        @Override
        double of(ClientResult result) {
            return first(result).bytesPerMessage();
        }
    },

    /** Of answers. */
    P50("p50 ms", "%.3f") {
        @Override
        double of(ClientResult result) {
            return result.latency() == null ? Double.NaN : result.latency().p50() / 1e6;
        }
    },

    /** Of answers. */
    P99("p99 ms", "%.3f") {
        @Override
        double of(ClientResult result) {
            return result.latency() == null ? Double.NaN : result.latency().p99() / 1e6;
        }
    },

    /** Percent of the chunks due in the window. */
    ANSWERED("answered within 1 s, %", "%.2f") {
        @Override
        double of(ClientResult result) {
            return result.latency() == null ? Double.NaN : result.answeredWithinOneSecond() * 100;
        }
    },

    /** Threads of the client at the end of the window. */
    THREADS("threads", "%,.0f") {
        @Override
        double of(ClientResult result) {
            return result.threads();
        }
    },

    /** Most threads that the client had since it began, those included that open sessions. */
    PEAK_THREADS("threads, peak", "%,.0f") {
        @Override
        double of(ClientResult result) {
            return result.peakThreads();
        }
    },

    /** Live heap and direct buffers per session. */
    MEMORY("live KB/session", "%.1f") {
        @Override
        double of(ClientResult result) {
            return result.memory() == null
                    ? Double.NaN
                    : (result.memory().heapBytesPerSession() + result.memory().directBytesPerSession()) / 1024.0;
        }
    },

    /** Memory of the client as the operating system sees it. */
    RESIDENT("RSS MB", "%,.0f") {
        @Override
        double of(ClientResult result) {
            return result.residentKilobytes() / 1024.0;
        }
    },

    /** CPU per message in the last window, divided by that in the first. */
    LENGTH("CPU late/early", "%.2f") {
        @Override
        double of(ClientResult result) {
            List<ClientResult.Window> windows = result.windows();
            return windows.size() < 2
                    ? Double.NaN
                    : windows.get(windows.size() - 1).cpuMicrosPerMessage() / first(result).cpuMicrosPerMessage();
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

    abstract double of(ClientResult result);

    /** Empty where the run failed or did not measure it. */
    public OptionalDouble of(RunRecord run) {
        return run.client() == null ? OptionalDouble.empty() : known(of(run.client()));
    }

    String text(double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static ClientResult.Window first(ClientResult result) {
        return result.windows().get(0);
    }

    private static OptionalDouble known(double value) {
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }
}
