package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LoadWatchTest {

    private static final double LIMIT = 0.1;
    private static final long OWN = 42;

    @TempDir
    Path proc;

    @BeforeEach
    void anIdleMachine() throws IOException {
        Files.createDirectories(proc.resolve(Long.toString(OWN)));
        used(1_000, 100);
    }

    /** Ticks since boot, in forms that the kernel has. */
    private void used(long machine, long own) throws IOException {
        write(proc.resolve("stat"), "cpu  " + machine + " 0 0 999999 7 8 9 0 0 0\ncpu0 1 2 3 4\n");
        write(proc.resolve(Long.toString(OWN)).resolve("stat"),
                OWN + " (a ) b) S 1 1 1 0 -1 4194304 101 0 0 0 " + own + " 0 0 0 20 0 1 0 1255466 3133440 388\n");
    }

    /** As the kernel does: a reader never sees half a file. */
    private void write(Path file, String text) throws IOException {
        Path next = Files.writeString(proc.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private LoadWatch watch() throws IOException {
        return new LoadWatch(new CpuTimes(proc), List.of(OWN), OWN);
    }

    @Test
    void aRunInWhichOthersUseTheMachineIsMarked() throws IOException {
        try (LoadWatch watch = watch()) {
            used(1_050, 100);

            await().until(() -> !watch.foreignCores().isEmpty());

            assertThat(watch.foreignCores().get(0)).isBetween(0.2, 0.51);
            assertThat(LoadWatch.isTooMuch(watch.foreignCores(), LIMIT)).isTrue();
        }
    }

    @Test
    void aRunThatHasTheMachineForItselfIsNotMarked() throws IOException {
        LoadWatch watch = watch();
        try (watch) {
            used(1_150, 250);

            await().until(() -> !watch.foreignCores().isEmpty());
        }

        assertThat(LoadWatch.isTooMuch(watch.foreignCores(), LIMIT)).isFalse();
        assertThat(watch.measuredCpuNanos()).isEqualTo(1_500_000_000L);
    }

    @Test
    void oneSecondIsEnoughToMarkARun() {
        assertThat(LoadWatch.isTooMuch(List.of(0.0, 0.11, 0.0), LIMIT)).isTrue();
        assertThat(LoadWatch.isTooMuch(List.of(0.0, 0.1, 0.0), LIMIT)).isFalse();
    }
}
