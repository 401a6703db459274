package dev.camelgenai.examples.voiceassistant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class ChromiumTest {

    @TempDir
    private Path dir;

    @Test
    void skipsTheTestsWithAReasonWhereThereIsNone() {
        assertThatThrownBy(() -> Chromium.find(null, dir.toString(), false)).isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("chromium-browser").hasMessageContaining("apt-get install chromium");
    }

    @Test
    void failsTheTestsInCi() {
        assertThatThrownBy(() -> Chromium.find(null, null, true)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CHROMIUM_PATH");
    }

    @Test
    void takesNoOtherThanTheOneThatIsNamed() throws IOException {
        program("chromium");

        assertThatThrownBy(() -> Chromium.find(dir.resolve("no-such").toString(), dir.toString(), true))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("no-such is no program");
        assertThat(Chromium.find(program("mine").toString(), "", true)).isEqualTo(dir.resolve("mine"));
    }

    @Test
    void findsItByItsUsualNames() throws IOException {
        Path chrome = program("google-chrome");
        assertThat(Chromium.find(null, "/no-such" + java.io.File.pathSeparator + dir, true)).isEqualTo(chrome);

        Path chromium = program("chromium");
        assertThat(Chromium.find(null, dir.toString(), true)).isEqualTo(chromium);
    }

    private Path program(String name) throws IOException {
        assumeTrue(Files.getFileStore(dir).supportsFileAttributeView("posix"), "There are no shell scripts here");
        Path file = Files.writeString(dir.resolve(name), "#!/bin/sh\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
