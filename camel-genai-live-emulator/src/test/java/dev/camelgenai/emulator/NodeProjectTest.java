package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

import static dev.camelgenai.emulator.TestClient.JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class NodeProjectTest {

    private static final String HELP = "apt-get install nodejs npm";

    @TempDir
    private Path dir;

    @Test
    void givenNoNode_whenItIsNotRequired_thenTheTestsAreSkippedWithAReason() {
        NodeProject project = new NodeProject("no-such-node", "npm", dir, false);

        assertThatThrownBy(project::install).isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("Cannot run no-such-node").hasMessageContaining(HELP);
    }

    @Test
    void givenNoNode_whenItIsRequired_thenTheTestsFailWithTheCure() {
        NodeProject project = new NodeProject("no-such-node", "npm", dir, true);

        assertThatThrownBy(project::install).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Cannot run no-such-node").hasMessageContaining(HELP);
    }

    @Test
    void givenAnOldNode_whenItIsRequired_thenTheTestsFailWithItsVersion() throws IOException {
        NodeProject project = new NodeProject(script(dir, "echo v18.19.0").toString(), "npm", dir, true);

        assertThatThrownBy(project::install).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Node is too old: v18.19.0").hasMessageContaining(HELP);
    }

    @Test
    void givenAnNpmThatFails_whenItIsRequired_thenItsWordsAreTold() throws IOException {
        Path node = script(Files.createDirectory(dir.resolve("node")), "echo v20.0.0");
        Path npm = script(Files.createDirectory(dir.resolve("npm")), "echo no network >&2; exit 3");

        assertThatThrownBy(new NodeProject(node.toString(), npm.toString(), dir, true)::install)
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("ended with 3: no network");
    }

    @Test
    void givenTheLockfile_whenRead_thenItPinsHashesAndNoDownloadAddress() throws IOException {
        String lockfile = Files.readString(NodeProject.SOURCES.resolve("package-lock.json"));

        JsonNode lock = JSON.readTree(lockfile);

        assertThat(lockfile).doesNotContain("resolved", "://");
        assertThat(lock.at("/packages").size()).isGreaterThan(1);
        for (Iterator<String> names = lock.path("packages").fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!name.isEmpty()) {
                assertThat(lock.path("packages").path(name).path("integrity").asText()).as(name).startsWith("sha512-");
            }
        }
        JsonNode project = JSON.readTree(NodeProject.SOURCES.resolve("package.json").toFile());
        assertThat(project.path("dependencies").elements()).toIterable()
                .allSatisfy(version -> assertThat(version.asText()).matches("\\d+\\.\\d+\\.\\d+"));
    }

    private static Path script(Path dir, String command) throws IOException {
        assumeTrue(Files.getFileStore(dir).supportsFileAttributeView("posix"), "There are no shell scripts here");
        Path file = Files.writeString(dir.resolve("program"), "#!/bin/sh\n" + command + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
