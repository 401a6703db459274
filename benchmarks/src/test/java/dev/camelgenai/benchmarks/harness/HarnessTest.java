package dev.camelgenai.benchmarks.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.camelgenai.benchmarks.PeerName;
import dev.camelgenai.benchmarks.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class HarnessTest {

    @TempDir
    Path output;

    @Test
    void peersAreRunOneAfterTheOtherAndTheServerSeesWhatTheySend() throws Exception {
        List<String> progress = new ArrayList<>();
        Settings settings = new Settings(List.of(Scenario.UPLINK), List.of("uplink-100"),
                List.of(PeerName.NETTY, PeerName.SESSION), 1, 0.1, 0.3, 0, 2,
                1, 0.1, List.of("-Xmx256m", "-Djava.net.preferIPv4Stack=true"), output.resolve("none"), output);

        RunLog log = new RunLog(output.resolve("runs.jsonl"));

        assertThat(new Harness(settings, log, progress::add).run()).isEmpty();

        assertThat(log.runs()).extracting(run -> run.workload().id() + " " + run.peer()).containsExactly(
                "uplink-100-with-2 netty", "uplink-100-with-2 session");
        assertThat(log.runs()).allSatisfy(run -> {
            assertThat(run.faults()).isEmpty();
            assertThat(run.client().sent()).hasSize(2).isEqualTo(run.server().received());
            assertThat(run.client().windows()).singleElement().satisfies(window -> {
                assertThat(window.messages()).isPositive();
                assertThat(window.cpuNanos()).isPositive();
            });
        });
        assertThat(progress).hasSize(2);
    }

    @Test
    void aLongSessionIsComparedWithAYoungOneAndBothAreAccountedFor() throws Exception {
        Settings settings = new Settings(List.of(Scenario.LENGTH), List.of(), List.of(PeerName.NETTY), 1, 0.1, 0.3, 0.5, 0, 1,
                0.1, List.of("-Xmx256m", "-Djava.net.preferIPv4Stack=true"), output.resolve("none"), output);

        RunLog log = new RunLog(output.resolve("runs.jsonl"));

        assertThat(new Harness(settings, log, told -> {
        }).run()).isEmpty();

        assertThat(log.runs()).singleElement().satisfies(run -> {
            assertThat(run.faults()).isEmpty();
            assertThat(run.client().windows()).hasSize(8).allMatch(window -> window.messages() > 0);
            assertThat(run.client().oldToYoung()).isPositive();
            assertThat(run.client().answeredWithinOneSecond()).isEqualTo(1);
            assertThat(run.client().sent()).hasSize(2).containsEntry(1, run.server().received().get(1));
        });
    }
}
