package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks each second at what others than the benchmark's own processes do to the machine, from its creation until it is closed.
 * Where the operating system does not tell, it has seen nothing.
 */
final class LoadWatch implements AutoCloseable {

    private final CpuTimes times;
    private final List<Long> own;
    private final long measuredPid;
    private final List<Double> foreignCores = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Thread thread = new Thread(this::watch, "load watch");
    private long machine;
    private long processes;
    private long nanos;
    private long measuredTicks;

    /**
     * @param own         processes of the benchmark
     * @param measuredPid the one of them whose own time is told as well
     */
    LoadWatch(CpuTimes times, List<Long> own, long measuredPid) throws IOException {
        this.times = times;
        this.own = own;
        this.measuredPid = measuredPid;
        if (times.isAvailable()) {
            measuredTicks = times.processes(List.of(measuredPid));
            look();
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void watch() {
        try {
            while (!awaitEnd()) {
                sample();
            }
        } catch (IOException e) {
            System.err.println("The load of the machine cannot be read any more: " + e);
        }
    }

    private boolean awaitEnd() {
        try {
            end.get(1, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | InterruptedException e) {
            // nobody fails it, and nobody interrupts this thread
            return true;
        }
    }

    private void look() throws IOException {
        machine = times.machine();
        processes = times.processes(own);
        nanos = System.nanoTime();
    }

    private void sample() throws IOException {
        long machineBefore = machine;
        long processesBefore = processes;
        long nanosBefore = nanos;
        look();
        foreignCores.add(foreignCores(machine - machineBefore, processes - processesBefore, nanos - nanosBefore));
    }

    /**
     * Cores that others were using.
     *
     * @param machine ticks of all
     * @param own     ticks of the benchmark
     * @param nanos   in which time
     */
    static double foreignCores(long machine, long own, long nanos) {
        return Math.max(0, (double) (machine - own) / CpuTimes.TICKS_PER_SECOND / (nanos / 1e9));
    }

    /** Whether others used more than so many cores in any second. */
    static boolean isTooMuch(List<Double> foreignCores, double limit) {
        return foreignCores.stream().anyMatch(cores -> cores > limit);
    }

    /** For each second so far, how many cores others were using. */
    List<Double> foreignCores() {
        return List.copyOf(foreignCores);
    }

    /** Nanoseconds of CPU that the measured process has used; after {@link #close()}. */
    long measuredCpuNanos() {
        return measuredTicks * (1_000_000_000L / CpuTimes.TICKS_PER_SECOND);
    }

    @Override
    public void close() throws IOException {
        end.complete(null);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (times.isAvailable()) {
            measuredTicks = times.processes(List.of(measuredPid)) - measuredTicks;
        }
    }
}
