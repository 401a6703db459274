package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CPU times as the kernel of Linux counts them, in ticks of a hundredth of a second. Reads from a directory laid out as {@code /proc}. */
final class CpuTimes {

    /** {@code USER_HZ}: the same on all architectures that a JVM runs on. */
    static final int TICKS_PER_SECOND = 100;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    private final Path proc;

    CpuTimes(Path proc) {
        this.proc = proc;
    }

    /** Whether there is anything to read. */
    boolean isAvailable() {
        return Files.isReadable(proc.resolve("stat"));
    }

    /**
     * What all CPUs have spent on processes, and the hypervisor on others: user, nice, system and stolen time. Interrupts are left
     * out, because the kernel does not say which process they were for.
     */
    long machine() throws IOException {
        String[] fields = Files.readAllLines(proc.resolve("stat")).get(0).trim().split("\\s+");
        long ticks = 0;
        for (int field : new int[]{ 1, 2, 3, 8 }) {
            ticks += fields.length > field ? Long.parseLong(fields[field]) : 0;
        }
        return ticks;
    }

    /** What the given processes have spent; those that are gone count nothing. */
    long processes(List<Long> pids) throws IOException {
        long ticks = 0;
        for (long pid : pids) {
            ticks += process(pid);
        }
        return ticks;
    }

    private long process(long pid) throws IOException {
        Path stat = proc.resolve(Long.toString(pid)).resolve("stat");
        if (!Files.exists(stat)) {
            return 0;
        }
        String line = Files.readString(stat);
        // the name may have spaces and parentheses in it
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    }
}
