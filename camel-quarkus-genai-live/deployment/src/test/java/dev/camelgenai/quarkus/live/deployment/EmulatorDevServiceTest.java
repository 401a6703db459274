package dev.camelgenai.quarkus.live.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

import dev.camelgenai.quarkus.live.deployment.EmulatorDevService.Settings;
import dev.camelgenai.quarkus.live.deployment.GenAiLiveBuildTimeConfig.SpeechPacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmulatorDevServiceTest {

    @TempDir
    Path module;

    private record Config(boolean enabled, int port, String scenario, SpeechPacing pacing)
            implements
                GenAiLiveBuildTimeConfig.DevServices {
    }

    private Settings settings(String scenario) {
        return Settings.of(new Config(true, 0, scenario, SpeechPacing.IMMEDIATE), module);
    }

    @Test
    void aFileIsRelativeToTheModuleAndItsChangeMakesAnotherEmulator() throws IOException {
        Path file = Files.writeString(module.resolve("shop.yaml"), "rules:\n  - otherwise: We are closed.\n");
        Settings before = settings("shop.yaml");
        assertThat(before.scenarioFile()).hasValue(file);
        assertThat(settings("shop.yaml")).isEqualTo(before);

        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(settings("shop.yaml")).isNotEqualTo(before);
    }

    @Test
    void itRunsFromItsStartToItsEnd() {
        EmulatorDevService service = new EmulatorDevService(settings("echo"));
        assertThat(EmulatorDevService.running()).isEmpty();
        service.start();
        try {
            assertThat(EmulatorDevService.running().orElseThrow().wsUrl()).isEqualTo(service.getConnectionInfo());
        } finally {
            service.close();
        }
        assertThat(EmulatorDevService.running()).isEmpty();
    }

    @Test
    void whatIsWrongWithTheScenarioIsSaid() {
        EmulatorDevService unknown = new EmulatorDevService(settings("ehco"));
        EmulatorDevService missing = new EmulatorDevService(settings("missing.yaml"));

        assertThatThrownBy(unknown::start).hasMessageContaining("ehco").hasMessageContaining("echo");
        assertThatThrownBy(missing::start).hasMessageContaining(module.resolve("missing.yaml").toString());
        unknown.close();
    }
}
