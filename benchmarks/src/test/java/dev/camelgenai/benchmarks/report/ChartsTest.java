package dev.camelgenai.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.SampleRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ChartsTest {

    @TempDir
    Path directory;

    @Test
    void whatWasMeasuredIsPlottedAsSvg() throws IOException {
        Results results = new Results(
                List.of(SampleRuns.run(PeerName.SESSION, 1, 0.5, false), SampleRuns.run(PeerName.SDK, 1, 20, false)));

        List<Path> files = new Charts(results).write(directory);

        assertThat(files).extracting(file -> file.getFileName().toString()).containsExactly("throughput.svg", "cpu.svg");
        assertThat(Files.readString(files.get(1))).contains("<svg", "<path");
    }
}
