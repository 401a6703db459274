package dev.camelgenai.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;

/** Where a benchmark was run. */
public record Machine(String cpu, int cores, long memoryMegabytes, String kernel, String jdk) {

    public static Machine here() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(cpuModel(), system.getAvailableProcessors(), system.getTotalMemorySize() >> 20,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    }

    private static String cpuModel() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
            return lines.stream().filter(line -> line.startsWith("model name")).map(line -> line.replaceAll(".*:\\s*", ""))
                    .findFirst().orElse("unknown");
        } catch (IOException e) {
            // only Linux has it
            return "unknown";
        }
    }
}
