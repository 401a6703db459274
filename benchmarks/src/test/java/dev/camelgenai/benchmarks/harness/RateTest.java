package dev.camelgenai.benchmarks.harness;

import java.util.List;
import java.util.Map;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.Scenario;
import dev.camelgenai.benchmarks.SequenceLedger.Account;
import dev.camelgenai.benchmarks.client.ClientResult;
import dev.camelgenai.benchmarks.server.ServerReport;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When a rate is more than the machine can be asked for. */
class RateTest {

    private static final int CORES = 2;

    /** A window of a second on two cores. */
    private static RunRecord floor(double clientCores, double serverCores, double answered, boolean marked) {
        ClientResult client = new ClientResult(List.of(new ClientResult.Window(100, 1, (long) (clientCores * 1e9), 0)),
                Map.of(), 0,
                null, 0, 0, Account.NOTHING, 0, null, answered, null, 1, 1, 1, 1);
        return new RunRecord(Scenario.DUPLEX.workloads().get(0), PeerName.NETTY, 0, null, client,
                new ServerReport(1, Account.NOTHING, 0, 0, Map.of()), 0, (long) (serverCores * 1e9), List.of(), marked);
    }

    @Test
    void moreThanFourFifthsOfAllCoresIsTooMuch() {
        assertThat(Harness.isTooMuch(floor(1.0, 0.61, 1, false), CORES)).isTrue();
        assertThat(Harness.isTooMuch(floor(1.0, 0.59, 1, false), CORES)).isFalse();
    }

    @Test
    void lateAnswersAreTooMuchUnlessOthersUsedTheMachine() {
        assertThat(Harness.isTooMuch(floor(0.5, 0.5, 0.9, false), CORES)).isTrue();
        assertThat(Harness.isTooMuch(floor(0.5, 0.5, 0.9, true), CORES)).isFalse();
    }

    @Test
    void halfTheRateIsTheSameWorkloadOtherwise() {
        assertThat(Scenario.DUPLEX.workloads().get(0).atHalfTheRate()).satisfies(half -> {
            assertThat(half.rate()).isEqualTo(25);
            assertThat(half.sessions()).isEqualTo(200);
            assertThat(half.id()).isEqualTo("duplex-200x50");
        });
    }
}
