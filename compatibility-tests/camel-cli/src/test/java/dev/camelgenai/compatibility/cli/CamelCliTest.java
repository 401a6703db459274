package dev.camelgenai.compatibility.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code camel run} with the files of the example yaml-chat, as they are, and with the component found as a user's is. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CamelCliTest {

    private static final String VERSION = System.getProperty("component.version");
    private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path TARGET = MODULE.resolve("target");
    private static final Path EXAMPLE = MODULE.resolve("../../examples-main/yaml-chat/src/main/resources").normalize();
    private static final Path COMPONENT = Path.of("dev", "camelgenai", "camel-genai-live", VERSION,
            "camel-genai-live-" + VERSION + ".jar");

    /** The CLI puts what it downloads there: a component that somebody installed earlier must not be the one that is tested. */
    @TempDir
    private Path localRepository;
    @TempDir
    private Path home;
    private Process emulator;
    private String service;

    @BeforeEach
    void startEmulator() throws IOException {
        emulator = java("-jar", TARGET.resolve("emulator.jar").toString(), "--port", "0").start();
        String ready = new BufferedReader(new InputStreamReader(emulator.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assertThat(ready).startsWith("READY ws://");
        service = ready.split(" ")[1];
    }

    @AfterEach
    void stopEmulator() throws InterruptedException {
        emulator.destroyForcibly().waitFor();
    }

    @Test
    void theCliRunsTheFilesOfTheExampleWithTheComponentFromARepository() throws Exception {
        Process cli = camel("run", EXAMPLE.resolve("camel/chat.camel.yaml").toString(),
                EXAMPLE.resolve("application.properties").toString(), "--dep=mvn:dev.camelgenai:camel-genai-live:" + VERSION,
                "--repos=" + TARGET.resolve("repository").toUri(), "--logging-level=warn", "--max-messages=2");
        try {
            cli.getOutputStream().write("My name is Ada\nWhat is my name?\n".getBytes(StandardCharsets.UTF_8));
            cli.getOutputStream().close();

            String screen = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(screen).contains("Bot: Nice to meet you, Ada. I will remember that.")
                    .containsPattern("Bot: (?!Nice).*Ada");
            assertThat(cli.waitFor()).isZero();
            assertThat(localRepository.resolve(COMPONENT))
                    .hasSameBinaryContentAs(TARGET.resolve("repository").resolve(COMPONENT));
        } finally {
            cli.destroyForcibly().waitFor();
        }
    }

    private Process camel(String... arguments) throws IOException {
        List<String> options = new ArrayList<>(List.of("-Duser.home=" + home, "-Dmaven.repo.local=" + localRepository, "-cp",
                TARGET.resolve("test-classes") + File.pathSeparator + Files.readString(TARGET.resolve("cli.classpath")),
                CamelCli.class.getName()));
        options.addAll(List.of(arguments));
        Path settings = Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
        if (Files.exists(settings)) {
            options.add("--maven-settings=" + settings);
        }
        ProcessBuilder java = java(options.toArray(String[]::new));
        java.environment().putAll(Map.of("GOOGLE_GEMINI_BASE_URL", service, "GEMINI_API_KEY", "emulator"));
        return java.directory(home.toFile()).start();
    }

    private static ProcessBuilder java(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder java = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // a developer's own settings must not decide what is seen here
        java.environment().keySet().removeIf(name -> name.startsWith("GOOGLE_") || name.startsWith("GEMINI_"));
        return java;
    }
}
