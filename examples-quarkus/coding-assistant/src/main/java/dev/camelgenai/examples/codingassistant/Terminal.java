package dev.camelgenai.examples.codingassistant;

import java.io.PrintWriter;
import java.util.function.UnaryOperator;

import jakarta.enterprise.context.ApplicationScoped;

/** A conversation with somebody who types. */
@ApplicationScoped
public class Terminal {

    static final String CONVERSATION = "terminal";

    private static final String PROMPT = "You: ";

    private final Assistant assistant;

    Terminal(Assistant assistant) {
        this.assistant = assistant;
    }

    /**
     * Talks until the user says {@code exit} or the input ends, and closes the session.
     *
     * @param lines prompts for a line; {@code null} is the end of the input
     */
    void talk(UnaryOperator<String> lines, PrintWriter out) {
        Transcript transcript = new Transcript(out);
        try {
            String line = lines.apply(PROMPT);
            while (line != null && !"exit".equalsIgnoreCase(line.strip())) {
                if (!line.isBlank()) {
                    assistant.ask(CONVERSATION, line, transcript);
                }
                line = lines.apply(PROMPT);
            }
        } finally {
            assistant.close(CONVERSATION);
        }
    }
}
