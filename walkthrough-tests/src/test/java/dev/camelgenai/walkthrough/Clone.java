package dev.camelgenai.walkthrough;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** What a new user has: the committed state of the repository, without anything that was built in it. */
record Clone(Path directory) {

    private static final Path ROOT = Path.of(System.getProperty("repository.root"));

    private static Clone shared;

    /** One for all tests of a run, because building in it takes a while; whoever changes a file puts it back. */
    static Clone shared() throws IOException, InterruptedException {
        if (shared == null) {
            shared = make();
        }
        return shared;
    }

    private static Clone make() throws IOException, InterruptedException {
        Path directory = Path.of("target", "clone").toAbsolutePath();
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        try (Shell git = Shell.start("git clone --quiet '" + ROOT + "' '" + directory + "'", Path.of("target"), Map.of())) {
            git.awaitSuccess();
        }
        return new Clone(directory);
    }

    void putBack() throws IOException, InterruptedException {
        try (Shell git = Shell.start("git checkout --quiet .", directory, Map.of())) {
            git.awaitSuccess();
        }
    }

    Path file(String path) {
        return directory.resolve(path);
    }

    /** The Maven of this machine fills the same local repository as the build that runs these tests. */
    static Map<String, String> mavenEnvironment() {
        return Map.of("MAVEN_OPTS", "-Xmx1g -Dmaven.repo.local=" + System.getProperty("local.repository"));
    }
}
