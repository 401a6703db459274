package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.examples.testing.PackagedApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The application as a user starts it: {@code java -jar}, here without a terminal. */
class CodingAssistantIT {

    private static final String SECRET = "AIza-this-must-not-be-printed";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void playsTheScriptOverItsSampleAndEnds() throws Exception {
        try (PackagedApplication application = PackagedApplication.builder().withoutHttp().start()) {
            List<String> printed = allPrinted(application);

            assertThat(printed.get(0))
                    .matches("No GEMINI_API_KEY: talking to the embedded emulator at ws://127\\.0\\.0\\.1:\\d+, model .+");
            assertThat(printed.get(1)).matches("Directory: .+ \\(a sample, because coding.directory is not set\\)");
            assertThat(printed).containsSubsequence("You: Hello, who are you?", "You: List the files", "     [listFiles]",
                    "src/", "You: Read src/Basket.java", "     [readFile path=src/Basket.java]",
                    "5: record Basket(List<BigDecimal> prices) {", "You: Search for \"discount\"",
                    "     [searchFiles text=discount]", "You: Read the file ../../etc/passwd",
                    "     [readFile path=../../etc/passwd]",
                    "Assistant: That did not work: Only what is in the directory of the project can be seen; .. leads out of it.");
            assertThat(printed).noneMatch(line -> line.contains("SHOP_PASSWORD") || line.contains("root:"));
            Path sample = Path.of(printed.get(1).replaceAll("Directory: | \\(.*", ""));
            assertThat(sample).doesNotExist();
        }
    }

    @Test
    void staysInTheDirectoryThatItIsGiven(@TempDir Path temp) throws Exception {
        Path secret = Files.writeString(temp.resolve("plans.txt"), "nobody may see this");
        Path project = Files.createDirectories(temp.resolve("project"));
        Files.writeString(project.resolve("Main.java"), "class Main {}");
        Files.createSymbolicLink(project.resolve("link.txt"), secret);
        Files.createSymbolicLink(project.resolve("up"), temp);
        Path script = Files.writeString(temp.resolve("script.txt"), """
                Read Main.java
                Read link.txt
                Read up/plans.txt
                Read ../plans.txt
                Read the file %s
                Search for "nobody may"
                """.formatted(secret));

        try (PackagedApplication application = PackagedApplication.builder().withoutHttp()
                .property("coding.directory", project.toString()).property("coding.script", script.toString()).start()) {
            List<String> printed = allPrinted(application);

            assertThat(printed.get(1)).isEqualTo("Directory: " + project.toRealPath());
            assertThat(printed).contains("1: class Main {}.", "     [readFile path=up/plans.txt]")
                    .noneMatch(line -> line.contains("nobody may see"));
            assertThat(printed).filteredOn(line -> line.contains("links are not followed")).hasSize(2);
            assertThat(printed).filteredOn(line -> line.startsWith("Assistant: That did not work: ")).hasSize(4);
        }
    }

    @Test
    void talksToTheServiceThatKeyAndBaseUrlName() throws Exception {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey(SECRET).pacing(Pacing.IMMEDIATE)
                .scenario(Scenarios.assistant()).start();
                PackagedApplication application = with("GEMINI_API_KEY", emulator)) {
            List<String> printed = allPrinted(application);

            assertThat(printed).contains("     [listFiles]").noneMatch(line -> line.contains(SECRET));
            assertThat(printed.get(0)).startsWith("Talking to the live service");
            assertThat(emulator.sessions()).hasSize(1).extracting(RecordedSession::credential).containsExactly(SECRET);
            assertThat(emulator.sessions().get(0).awaitClosed(PATIENCE).clientClose()).isPresent();
        }
    }

    @Test
    void keepsAKeyThatIsRefusedToItself() throws Exception {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().apiKey("another").start();
                PackagedApplication application = with("GOOGLE_API_KEY", emulator)) {
            assertThat(allPrinted(application)).anyMatch(line -> line.startsWith("Assistant: (no answer) ")
                    && line.contains("Check the option apiKey")).noneMatch(line -> line.contains(SECRET));
        }
    }

    private static PackagedApplication with(String key, GenAiLiveEmulator emulator) throws IOException {
        return PackagedApplication.builder().withoutHttp().environment(key, SECRET)
                .environment("GOOGLE_GEMINI_BASE_URL", emulator.wsUrl())
                .start();
    }

    /** Until the application has ended by itself. */
    private static List<String> allPrinted(PackagedApplication application) throws InterruptedException {
        await().atMost(PATIENCE).until(() -> !application.process().isAlive());
        // also waits for the rest of the output
        application.stop();
        return application.printed();
    }
}
