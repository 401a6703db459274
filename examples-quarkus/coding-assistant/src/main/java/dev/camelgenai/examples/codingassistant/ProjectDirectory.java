package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.examples.service.TerminalConsole;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which directory the assistant sees: the one of {@code coding.directory}; without it the current one when somebody sits at a
 * terminal, and a small project of the example when not, which is written to a temporary directory and deleted at the end.
 */
@ApplicationScoped
public class ProjectDirectory {

    private static final String SAMPLE = "/sample/";
    /** Names the files, because a class path cannot be listed. */
    private static final String INDEX = "/sample-files.txt";

    private final Workspace workspace;
    private final Optional<Path> sample;

    /**
     * @throws UncheckedIOException when there is no such directory
     */
    ProjectDirectory(@ConfigProperty(name = "coding.directory") Optional<Path> directory) {
        try {
            sample = directory.isEmpty() && TerminalConsole.find().isEmpty() ? Optional.of(writeSample()) : Optional.empty();
            workspace = Workspace.of(directory.or(() -> sample).orElse(Path.of(".")));
        } catch (IOException e) {
            throw new UncheckedIOException("The directory of the project cannot be used: " + e + "; set coding.directory", e);
        }
    }

    Workspace workspace() {
        return workspace;
    }

    /** For the user. */
    String description() {
        return "Directory: " + workspace.top() + (sample.isPresent() ? " (a sample, because coding.directory is not set)" : "");
    }

    private static Path writeSample() throws IOException {
        Path directory = Files.createTempDirectory("sample-project");
        for (String name : ClassPath.text(INDEX).lines().toList()) {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, ClassPath.text(SAMPLE + name));
        }
        return directory;
    }

    @PreDestroy
    void deleteSample() {
        sample.ifPresent(directory -> {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The sample project cannot be deleted: " + directory, e);
            }
        });
    }
}
