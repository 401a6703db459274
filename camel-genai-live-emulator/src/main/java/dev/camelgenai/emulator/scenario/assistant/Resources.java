package dev.camelgenai.emulator.scenario.assistant;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** Reads the YAML files beside this class. */
final class Resources {

    private static final YAMLMapper MAPPER = new YAMLMapper();

    private Resources() {
    }

    static <T> T read(String name, TypeReference<T> type) {
        try (InputStream yaml = Resources.class.getResourceAsStream(name)) {
            if (yaml == null) {
                throw new FileNotFoundException(name);
            }
            return MAPPER.readValue(yaml, type);
        } catch (IOException e) {
            throw new UncheckedIOException("The emulator's own resource " + name + " cannot be read", e);
        }
    }
}
