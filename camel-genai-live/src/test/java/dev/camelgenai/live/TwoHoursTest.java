package dev.camelgenai.live;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A recording of two hours, 230 MB as WAV and as much when the service gets it, in a process with less memory than that; the
 * emulator is in there as well.
 */
class TwoHoursTest {

    private static final String HEAP = "-Xmx96m";

    @TempDir
    Path directory;

    @Test
    void aRecordingOfTwoHoursIsSentInConstantMemory() throws Exception {
        assertThat(run()).contains("messages=" + TwoHours.SECONDS * 1_000 / TwoHours.CHUNK_MILLIS);
    }

    @Test
    void aRecordingThatIsHeldDoesNotFitIntoThatMemory() throws Exception {
        assertThat(run("held")).contains("OutOfMemoryError").doesNotContain("messages=");
    }

    private String run(String... arguments) throws Exception {
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", HEAP, "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                TwoHours.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
