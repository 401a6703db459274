package dev.camelgenai.examples.yamlchat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged application, run and talked to as a user does. */
@Timeout(60)
class YamlChatIT {

    private static final Path JAR = Path.of(System.getProperty("basedir", ""), "target", "yaml-chat.jar");

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("right-key").scenario(Scenarios.assistant()));

    private Process chat;
    private PrintStream keyboard;
    private BufferedReader screen;

    private void run(String apiKey) throws Exception {
        ProcessBuilder java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                JAR.toString());
        java.environment().keySet().removeIf(name -> name.startsWith("GOOGLE_") || name.startsWith("GEMINI_"));
        java.environment().putAll(Map.of("GOOGLE_GEMINI_BASE_URL", EMULATOR.get().wsUrl(), "GEMINI_API_KEY", apiKey));
        chat = java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        keyboard = new PrintStream(chat.getOutputStream(), true, StandardCharsets.UTF_8);
        screen = new BufferedReader(new InputStreamReader(chat.getInputStream(), StandardCharsets.UTF_8));
    }

    @AfterEach
    void end() throws Exception {
        chat.destroyForcibly().waitFor();
    }

    /** Types the line and reads the one that follows; the prompt stands before it, because nothing echoes what is typed here. */
    private String say(String line) throws Exception {
        keyboard.println(line);
        return screen.readLine().replaceFirst("^(You:)+", "");
    }

    @Test
    void theModelAnswersInOneConversationAndASignalEndsTheApplicationAndItsSession() throws Exception {
        run("right-key");

        assertThat(say("My name is Ada")).isEqualTo("Bot: Nice to meet you, Ada. I will remember that.");
        assertThat(say("What is my name?")).startsWith("Bot: ").contains("Ada");

        assertThat(EMULATOR.get().sessions()).hasSize(1);
        assertThat(EMULATOR.get().sessions().get(0).setup().orElseThrow().at("/systemInstruction/parts/0/text").asText())
                .as("application.properties").startsWith("You are talking in a terminal");
        chat.toHandle().destroy();
        assertThat(chat.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(EMULATOR.get().counters().openSockets()).isZero();
    }

    @Test
    void aKeyThatIsRefusedIsToldAndTheApplicationGoesOn() throws Exception {
        run("wrong-key");

        assertThat(say("Hello?")).contains("API key not valid").doesNotContain("wrong-key");
        assertThat(say("Hello again?")).contains("API key not valid");
    }
}
