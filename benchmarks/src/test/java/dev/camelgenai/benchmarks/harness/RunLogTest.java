package dev.camelgenai.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Path;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.SampleRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class RunLogTest {

    private static final RunRecord SDK = SampleRuns.run(PeerName.SDK, 1, 10, true, 999, 3);
    private static final RunRecord FAILED = RunRecord.failed(SampleRuns.UPLINK, PeerName.ROUTE, 1, "no memory");

    @TempDir
    Path directory;

    @Test
    void runsAreReadAsTheyWereWritten() throws IOException {
        Path file = directory.resolve("runs.jsonl");
        RunLog log = new RunLog(file);
        log.add(SDK);
        log.add(FAILED);

        assertThat(new RunLog(file).runs()).containsExactly(SDK, FAILED);
    }

    @Test
    void runsThatAreForgottenAreNotInTheFile() throws IOException {
        Path file = directory.resolve("runs.jsonl");
        RunLog log = new RunLog(file);
        log.add(SDK);
        log.add(FAILED);

        log.forget(run -> run.peer() == PeerName.SDK);

        assertThat(log.runs()).containsExactly(FAILED);
        assertThat(new RunLog(file).runs()).containsExactly(FAILED);
    }
}
