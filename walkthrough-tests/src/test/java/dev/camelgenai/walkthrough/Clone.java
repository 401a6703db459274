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

    /** @param name of the directory below {@code target}; what was there is replaced */
    static Clone make(String name) throws IOException, InterruptedException {
        Path directory = Path.of("target", name).toAbsolutePath();
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

    Path file(String path) {
        return directory.resolve(path);
    }

    /** The Maven of this machine fills the same local repository as the build that runs these tests. */
    static Map<String, String> mavenEnvironment() {
        return Map.of("MAVEN_OPTS", "-Xmx1g -Dmaven.repo.local=" + System.getProperty("local.repository"));
    }
}
