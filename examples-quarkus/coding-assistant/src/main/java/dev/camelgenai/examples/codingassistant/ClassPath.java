package dev.camelgenai.examples.codingassistant;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Texts that come with the application. */
final class ClassPath {

    private ClassPath() {
    }

    /**
     * @param name from the top, with a slash at its beginning
     */
    static String text(String name) throws IOException {
        try (InputStream in = ClassPath.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException("There is no " + name + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
