package dev.camelgenai.examples.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;

/** What the embedded emulator says: as {@link Scenarios#named(String)}, and YAML files that are resources of an example. */
final class EmulatedScenario {

    private static final String CLASSPATH = "classpath:";

    private EmulatedScenario() {
    }

    /**
     * @param  name                     of a scenario, of a file, or {@code classpath:} with the name of a YAML resource, which cannot name
     *                                  sound files
     * @throws IllegalArgumentException if there is none, or it is not right
     */
    static Scenario named(String name) {
        return name.startsWith(CLASSPATH) ? resource(name.substring(CLASSPATH.length())) : Scenarios.named(name);
    }

    private static Scenario resource(String name) {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no resource '" + name + "' for live.emulator.scenario");
            }
            return read(in, name);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the resource '" + name + "' for live.emulator.scenario", e);
        }
    }

    /** The emulator reads files only; what is wrong in one is told by its name. */
    private static Scenario read(InputStream in, String resource) throws IOException {
        Path directory = Files.createTempDirectory("scenario");
        Path file = directory.resolve(Path.of(resource).getFileName().toString());
        try {
            Files.copy(in, file);
            return Scenarios.fromYaml(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }
}
