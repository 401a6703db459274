package dev.camelgenai.benchmarks.harness;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.SampleRuns;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RunRecordTest {

    @Test
    void aRunInWhichAllArrivedInOrderHasNoFaults() {
        assertThat(SampleRuns.run(PeerName.SESSION, 1, 1, false).faults()).isEmpty();
    }

    @Test
    void chunksAtTheEndThatNeverArrivedAreLost() {
        RunRecord run = SampleRuns.run(PeerName.SESSION, 1, 1, false, 997, 0);

        assertThat(run.faults()).containsExactly("3 lost");
    }

    @Test
    void reorderedChunksAreAFault() {
        RunRecord run = SampleRuns.run(PeerName.SDK, 1, 1, false, 1_000, 14);

        assertThat(run.faults()).containsExactly("14 reordered");
    }

    @Test
    void aRunThatFailedIsAFault() {
        RunRecord run = RunRecord.failed(SampleRuns.UPLINK, PeerName.ROUTE, 1, "no memory");

        assertThat(run.faults()).containsExactly("failed: no memory");
    }
}
