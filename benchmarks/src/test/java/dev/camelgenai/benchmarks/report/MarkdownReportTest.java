package dev.camelgenai.benchmarks.report;

import java.util.List;
import java.util.Map;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.SampleRuns;
import dev.camelgenai.benchmarks.harness.RunRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MarkdownReportTest {

    private static final String SESSION_TO_SDK = "| uplink-1: CPU us/message, session / sdk |";
    private static final String ROUTE_TO_SDK = "| uplink-1: CPU us/message, route / sdk |";

    private static String report(RunRecord... runs) {
        return new MarkdownReport(new Results(List.of(runs)), List.of("a note"),
                new Machine("a CPU", 2, 24_000, "a kernel", "a JDK"), Map.of("versions", "1 and 2")).text();
    }

    private static String line(String report, String start) {
        return report.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    }

    @Test
    void aBarThatIsBrokenIsNotHeld() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 2, false), SampleRuns.run(PeerName.SDK, 1, 10, false));

        assertThat(line(report, SESSION_TO_SDK)).isEqualTo(SESSION_TO_SDK + " 0.200 (0.200-0.200) | <= 0.125 | **not held** |");
    }

    @Test
    void aBarThatNotEvenRawNettyKeepsIsOutOfReach() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 2, false), SampleRuns.run(PeerName.SDK, 1, 10, false),
                SampleRuns.run(PeerName.NETTY, 1, 1.5, false));

        assertThat(line(report, SESSION_TO_SDK)).isEqualTo(SESSION_TO_SDK
                + " 0.200 (0.200-0.200); netty alone 0.150 (0.150-0.150) | <= 0.125 | **not held**, out of reach |");
    }

    @Test
    void aBarThatRawNettyKeepsIsNotOutOfReach() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 2, false), SampleRuns.run(PeerName.SDK, 1, 10, false),
                SampleRuns.run(PeerName.NETTY, 1, 1, false));

        assertThat(line(report, SESSION_TO_SDK)).endsWith(" 0.200 (0.200-0.200) | <= 0.125 | **not held** |");
    }

    @Test
    void aBarOfARouteThatNotEvenTheLeastOfRoutesKeepsIsOutOfReach() {
        String report = report(SampleRuns.run(PeerName.ROUTE, 1, 4, false), SampleRuns.run(PeerName.SDK, 1, 10, false),
                SampleRuns.run(PeerName.NETTY, 1, 1, false), SampleRuns.run(PeerName.NETTY_ROUTE, 1, 3, false));

        assertThat(line(report, ROUTE_TO_SDK)).isEqualTo(ROUTE_TO_SDK
                + " 0.400 (0.400-0.400); netty-route alone 0.300 (0.300-0.300) | <= 0.200 | **not held**, out of reach |");
    }

    @Test
    void aBarOfTheSessionLayerThatRawNettyDoesNotKeepWithoutHoldingUpItsEventLoopsIsOutOfReach() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 2, false), SampleRuns.run(PeerName.SDK, 1, 10, false),
                SampleRuns.run(PeerName.NETTY, 1, 1, false), SampleRuns.run(PeerName.NETTY_WORKER, 1, 1.5, false));

        assertThat(line(report, SESSION_TO_SDK)).isEqualTo(SESSION_TO_SDK
                + " 0.200 (0.200-0.200); netty-worker alone 0.150 (0.150-0.150) | <= 0.125 | **not held**, out of reach |");
    }

    @Test
    void aBarThatIsKeptIsHeld() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 1, false), SampleRuns.run(PeerName.SDK, 1, 10, false));

        assertThat(line(report, SESSION_TO_SDK)).endsWith("| held |");
    }

    @Test
    void aBarWithoutMeasurementIsNeitherHeldNorBroken() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 1, false));

        assertThat(line(report, SESSION_TO_SDK)).endsWith("| - | <= 0.125 | not measured |");
    }

    @Test
    void faultsBreakTheBarOfTheirPeerAndAreTold() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 1, false, 995, 2));

        assertThat(line(report, "| all runs: reordered, lost, hanging, session |"))
                .endsWith("| 1 of 1 runs | 0 | **not held** |");
        assertThat(report).contains("* uplink-1, session, round 1: 5 lost, 2 reordered");
        assertThat(line(report, "| | ")).contains("session !1/1");
    }

    @Test
    void markedRunsMachineSettingsAndNotesAreTold() {
        String report = report(SampleRuns.run(PeerName.SESSION, 1, 1, true));

        assertThat(line(report, "| | ")).contains("session *1/1");
        assertThat(report).contains("a CPU, 2 cores, 24,000 MB; a kernel; a JDK", "* versions: 1 and 2", "* a note",
                "Nothing was lost");
    }
}
