package dev.camelgenai.benchmarks.report;

import java.util.List;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.SampleRuns;
import dev.camelgenai.benchmarks.harness.RunRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ResultsTest {

    private static final String UPLINK = SampleRuns.UPLINK.id();

    @Test
    void theMedianOfAnEvenNumberOfValuesIsBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(4, 1, 100, 2)).contains(new Spread(3, 1, 100));
        assertThat(Spread.of(5, 1, 2)).contains(new Spread(2, 1, 5));
        assertThat(Spread.of()).isEmpty();
    }

    @Test
    void ratiosAreFormedWithinARoundBeforeTheirMedianIsTaken() {
        Results results = new Results(List.of(
                SampleRuns.run(PeerName.SESSION, 1, 1, false), SampleRuns.run(PeerName.SDK, 1, 10, false),
                SampleRuns.run(PeerName.SESSION, 2, 4, false), SampleRuns.run(PeerName.SDK, 2, 20, false),
                SampleRuns.run(PeerName.SESSION, 3, 9, false), SampleRuns.run(PeerName.SDK, 3, 30, false)));

        assertThat(results.ratio(UPLINK, PeerName.SESSION, PeerName.SDK, Metric.CPU)).contains(new Spread(0.2, 0.1, 0.3));
    }

    @Test
    void aPeerWithoutANeighbourInItsRoundHasNoRatio() {
        Results results = new Results(
                List.of(SampleRuns.run(PeerName.SESSION, 1, 1, false), SampleRuns.run(PeerName.SDK, 2, 10, false)));

        assertThat(results.ratio(UPLINK, PeerName.SESSION, PeerName.SDK, Metric.CPU)).isEmpty();
    }

    @Test
    void markedRunsAreLeftOutWhereHalfOfTheRunsAreNot() {
        List<RunRecord> runs = List.of(SampleRuns.run(PeerName.SESSION, 1, 1, false),
                SampleRuns.run(PeerName.SESSION, 2, 100, true), SampleRuns.run(PeerName.SESSION, 3, 3, false));

        assertThat(new Results(runs).spread(UPLINK, PeerName.SESSION, Metric.CPU)).contains(new Spread(2, 1, 3));
    }

    @Test
    void markedRunsCountWhereMostRunsAreMarked() {
        List<RunRecord> runs = List.of(SampleRuns.run(PeerName.SESSION, 1, 1, false),
                SampleRuns.run(PeerName.SESSION, 2, 100, true), SampleRuns.run(PeerName.SESSION, 3, 3, true));

        assertThat(new Results(runs).spread(UPLINK, PeerName.SESSION, Metric.CPU)).contains(new Spread(3, 1, 100));
    }

    @Test
    void onlyFaultsOfThisProjectsOwnPeersFailTheBenchmark() {
        RunRecord reorderedBySdk = SampleRuns.run(PeerName.SDK, 1, 1, false, 1_000, 14);
        RunRecord lostByRoute = SampleRuns.run(PeerName.ROUTE, 1, 1, false, 999, 0);

        assertThat(new Results(List.of(reorderedBySdk)).faulty()).containsExactly(reorderedBySdk);
        assertThat(new Results(List.of(reorderedBySdk)).isOursFaulty()).isFalse();
        assertThat(new Results(List.of(reorderedBySdk, lostByRoute)).isOursFaulty()).isTrue();
    }
}
