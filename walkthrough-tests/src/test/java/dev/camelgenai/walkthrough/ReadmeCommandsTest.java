package dev.camelgenai.walkthrough;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Follows every README on a clean clone: runs its commands in their order, an application until the next one is started, and compares
 * what is printed with what the README shows. Commands that test or install are left out: tests run themselves, and nothing is
 * installed for a user unasked.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadmeCommandsTest {

    private static final Path ROOT = Path.of(System.getProperty("repository.root"));
    private static final String KEY = "...";
    private static final String PROMPT = "You: ";
    private static final String TERMINAL_ONLY = "exit ends the program";

    private Clone clone;
    private Map<String, String> environment;

    @BeforeAll
    void cloneTheRepository() throws IOException, InterruptedException {
        clone = Clone.make("readme-clone");
        // curl takes an answer that is no success for one otherwise
        Path settings = Files.createDirectories(Path.of("target", "curl").toAbsolutePath());
        Files.writeString(settings.resolve(".curlrc"), "fail\nsilent\nshow-error\nmax-time = 60\n");
        environment = new HashMap<>(Clone.mavenEnvironment());
        environment.put("CURL_HOME", settings.toString());
    }

    static List<String> readmes() throws IOException {
        try (Stream<Path> examples = Files.list(ROOT.resolve("examples-quarkus"))) {
            return Stream.concat(Stream.of("README.md"), examples.filter(example -> Files.exists(example.resolve("pom.xml")))
                    .filter(example -> Files.exists(example.resolve("README.md")))
                    .map(example -> "examples-quarkus/" + example.getFileName() + "/README.md").sorted()).toList();
        }
    }

    @Test
    void everyRunnableExampleHasAReadmeThatStartsIt() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT.resolve("examples-quarkus"))) {
            List<String> examples = modules
                    .filter(module -> Files.exists(module.resolve("src/main/resources/application.properties")))
                    .map(module -> module.getFileName().toString()).toList();

            assertThat(examples).contains("chatbot").allSatisfy(example -> {
                Document readme = Document.read(ROOT.resolve("examples-quarkus").resolve(example).resolve("README.md"));
                assertThat(readme.blocks()).extracting(Document.Block::text)
                        .contains("mvn -B -q -pl examples-quarkus/" + example
                                + " -am -DskipTests package && java -jar examples-quarkus/" + example
                                + "/target/quarkus-app/quarkus-run.jar");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("readmes")
    void theCommandsOfAReadmeDoWhatItSays(String readme) throws Exception {
        List<Document.Block> blocks = Document.read(clone.file(readme)).blocks();
        Shell application = null;
        try {
            for (int index = 0; index < blocks.size(); index++) {
                Document.Block block = blocks.get(index);
                if (!block.isCommand() || hasATestOfItsOwn(block)) {
                    continue;
                }
                if (!block.isApplication()) {
                    assertThat(application == null || application.isAlive()).as("something runs when %s is called", block)
                            .isTrue();
                    run(block);
                    continue;
                }
                if (application != null) {
                    application.close();
                    application = null;
                }
                if (block.needsKey()) {
                    talksToTheServiceOfTheKey(block);
                } else {
                    boolean seenBelow = index + 1 < blocks.size() && !blocks.get(index + 1).isCommand();
                    application = start(block, seenBelow ? blocks.get(index + 1).lines() : List.of());
                }
            }
        } finally {
            if (application != null) {
                application.close();
            }
        }
    }

    /** Dev mode has {@link DevModeTest}. */
    private static boolean hasATestOfItsOwn(Document.Block block) {
        return block.text().matches("(?s)mvn .* (verify|install|test|quarkus:dev).*") && !block.isApplication();
    }

    private void run(Document.Block block) throws IOException, InterruptedException {
        try (Shell shell = Shell.start(block.text(), clone.directory(), environment)) {
            shell.awaitSuccess();
        }
    }

    private Shell start(Document.Block block, List<String> seen) throws IOException {
        boolean inTerminal = seen.stream().anyMatch(line -> line.endsWith(TERMINAL_ONLY));
        if (inTerminal) {
            try (Shell application = Shell.startInTerminal(block.text(), clone.directory(), environment)) {
                converse(application, seen);
            }
        }
        // goes on in the background where there is no terminal
        Shell application = Shell.start(block.text(), clone.directory(), environment);
        try {
            Seen expected = Seen.of(inTerminal ? List.of(seen.get(0)) : seen);
            application.awaitOutput(
                    "what the document shows: " + (expected.lines().isEmpty() ? "anything" : expected.lines().get(0)),
                    output -> !output.isBlank() && expected.isIn(output));
            return application;
        } catch (Throwable e) {
            String missing = Seen.of(seen).firstMissing(application.output());
            application.close();
            throw new AssertionError("Not seen: " + missing + "\nbut\n" + application.output(), e);
        }
    }

    /** Types what the document's user types, each line when the one before it was answered. */
    private static void converse(Shell application, List<String> seen) throws IOException {
        for (int line = 0; line < seen.size(); line++) {
            String text = seen.get(line);
            if (text.startsWith(PROMPT)) {
                application.awaitOutput("prompt for " + text, output -> output.endsWith(PROMPT));
                application.type(text.substring(PROMPT.length()));
            } else {
                Seen sofar = Seen.of(seen.subList(0, line + 1));
                application.awaitOutput(text, sofar::isIn);
            }
        }
    }

    private void talksToTheServiceOfTheKey(Document.Block block) throws IOException {
        try (GenAiLiveEmulator service = GenAiLiveEmulator.builder().apiKey(KEY).start()) {
            Map<String, String> withService = new HashMap<>(environment);
            withService.put("GOOGLE_GEMINI_BASE_URL", service.wsUrl());
            try (Shell application = Shell.start(block.text(), clone.directory(), withService)) {
                application.awaitOutput("the service that it talks to",
                        output -> output.contains("Talking to the live service at " + service.wsUrl()));

                assertThat(application.output()).doesNotContain("No GEMINI_API_KEY");
            }
        }
    }
}
