package dev.camelgenai.examples.codingassistant;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A conversation without a user: what {@code conversation.txt}, or the file of {@code coding.script}, says line by line. */
@ApplicationScoped
public class Script {

    static final String CONVERSATION = "script";

    private static final String COMMENT = "#";

    private final Assistant assistant;
    private final Optional<Path> file;

    Script(Assistant assistant, @ConfigProperty(name = "coding.script") Optional<Path> file) {
        this.assistant = assistant;
        this.file = file;
    }

    /**
     * @throws IOException when the script cannot be read
     */
    void play(PrintWriter out) throws IOException {
        String text = file.isPresent() ? Files.readString(file.get()) : ClassPath.text("/conversation.txt");
        List<String> lines = text.lines().filter(line -> !line.isBlank() && !line.startsWith(COMMENT)).toList();
        Transcript transcript = new Transcript(out);
        try {
            for (String line : lines) {
                transcript.user(line);
                assistant.ask(CONVERSATION, line, transcript);
            }
        } finally {
            assistant.close(CONVERSATION);
        }
    }
}
