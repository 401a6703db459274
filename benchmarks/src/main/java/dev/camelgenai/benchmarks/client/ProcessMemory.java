package dev.camelgenai.benchmarks.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.netty.util.internal.PlatformDependent;

/** Memory of this process. */
final class ProcessMemory {

    private static final int COLLECTIONS = 3;
    private static final Duration BETWEEN = Duration.ofMillis(300);

    private ProcessMemory() {
    }

    /** Bytes on the heap that are alive. */
    static long liveHeap() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            // what a collection finds unreachable is released by threads of its own, and collected by the next
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Bytes in direct buffers: those that the JDK counts, and those that Netty has made without it. */
    static long direct() {
        long counted = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        return counted + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    /**
     * @param  field a name in {@code /proc/self/status}
     * @return       kilobytes; 0 where the operating system has no such file
     */
    static long status(String field) {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try {
            return Files.readAllLines(status).stream().filter(line -> line.startsWith(field + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
