package dev.camelgenai.live.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** All tests of this module under jcstress. Takes minutes: the profile jcstress runs it. */
class JcstressRun {

    private static final Path OUTPUT = Path.of("target", "jcstress");

    @Test
    void noForbiddenOutcomeIsSeen() throws Exception {
        Path log = Files.createDirectories(OUTPUT).toAbsolutePath().resolve("jcstress.log");

        // all combinations of the interpreter's, C1's and C2's code would take hours
        int exitCode = run(log, "-v", "-sc", "false", "-f", "1", "-fsm", "1", "-iters",
                System.getProperty("jcstress.iterations"),
                "-time", System.getProperty("jcstress.millis"), "-jvmArgs", "-Xmx512m");

        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(exitCode).as(output).isZero();
        assertThat(output).contains(AllStress.all().stream()
                .map(type -> type.getEnclosingClass().getSimpleName() + "." + type.getSimpleName()).toList());
    }

    private static int run(Path log, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                        System.getProperty("java.class.path"), "org.openjdk.jcstress.Main", "-r",
                        OUTPUT.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(OUTPUT.toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
                .start().waitFor();
    }
}
