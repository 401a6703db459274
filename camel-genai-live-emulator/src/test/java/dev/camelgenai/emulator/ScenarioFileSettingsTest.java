package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.fault.ArmedFault;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.scenario.InvalidScenarioException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ScenarioFileSettingsTest {

    private static final String TEXT = "'generationConfig':{'responseModalities':['TEXT']}";

    @TempDir
    Path dir;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(dir.resolve("shop.yaml"),
                """
                        settings: {generationSpeed: 1000, awaitPlayback: false, maxSessions: 1, connectionLifetime: 10m, models: [my-model]}
                        faults: [latePong=1h, kill@midTurn*2]
                        rules:
                          - when: {text: hello}
                            then: Good day.
                        """);
    }

    private static GenAiLiveEmulator.Builder builder() {
        return GenAiLiveEmulator.builder().tlsPort(-1);
    }

    @Test
    void givenAFile_whenStartedWithIt_thenItsRulesSettingsAndFaultsHold() {
        ManualClock clock = new ManualClock();
        try (GenAiLiveEmulator emulator = builder().scenarioFile(file).clock(clock)
                .faults(faults -> faults.arm(Fault.parse("silence@time:1h"))).start()) {
            assertThat(emulator.faults().armed()).extracting(ArmedFault::fault).extracting(Fault::spec)
                    .containsExactly("latePong=1h", "kill*2", "silence@time:1h");
            emulator.faults().clear();

            TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER);
            client.send(TestClient.setup(TEXT).replace("gemini-live-test", "my-model"));
            assertThat(client.next().json().has("setupComplete")).isTrue();
            List<JsonNode> turn = client.send(json("{'realtimeInput':{'text':'hello'}}")).turn();
            assertThat(TestClient.textOf(turn)).isEqualTo("Good day.");

            TestClient second = TestClient.connect(emulator.wsUrl() + DEVELOPER);
            assertThat(second.awaitClose().reason()).startsWith("RESOURCE_EXHAUSTED");

            clock.advance(Duration.ofMinutes(9));
            assertThat(client.next().json().has("goAway")).isTrue();
        }
    }

    @Test
    void givenAFile_whenOtherModelsAreAskedFor_thenThoseOfTheServiceStillExist() {
        try (GenAiLiveEmulator emulator = builder().scenarioFile(file).start()) {
            assertThat(TestClient.open(emulator, TEXT)).isNotNull();
        }
    }

    @Test
    void givenAFile_whenSomethingElseIsSetAfterIt_thenThatWins() {
        try (GenAiLiveEmulator emulator = builder().scenario(file.toString()).maxSessions(2).start()) {
            assertThat(TestClient.open(emulator, TEXT)).isNotNull();
            assertThat(TestClient.open(emulator, TEXT)).isNotNull();
        }
    }

    @Test
    void givenWrongNamesFilesAndFaults_whenSet_thenTheMessageSaysWhatIsWrong() throws IOException {
        assertThatThrownBy(() -> builder().scenario("nobody")).isInstanceOf(InvalidScenarioException.class)
                .hasMessageContaining("assistant, parrot, echo, silent");
        assertThatThrownBy(() -> builder().scenario("nowhere.yaml")).isInstanceOf(InvalidScenarioException.class)
                .hasMessageContaining("no scenario file nowhere.yaml");
        Path wrong = Files.writeString(dir.resolve("wrong.yml"), "faults: [explode]\nrules: [{otherwise: hm}]\n");
        assertThatThrownBy(() -> builder().scenarioFile(wrong)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wrong.yml").hasMessageContaining("'explode' is no kind of fault");
    }
}
