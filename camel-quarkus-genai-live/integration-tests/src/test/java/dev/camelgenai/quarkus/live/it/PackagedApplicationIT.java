package dev.camelgenai.quarkus.live.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PackagedApplicationIT {

    @Test
    void theApplicationHasTheComponentAndNotTheEmulator() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("target", "quarkus-app", "lib"))) {
            List<String> jars = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".jar")).toList();

            assertThat(jars).anyMatch(name -> name.startsWith("dev.camelgenai.camel-genai-live-0"))
                    .noneMatch(name -> name.contains("emulator") || name.contains("deployment"));
        }
    }
}
