package dev.camelgenai.emulator.scenario;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the model knows when it answers: the session's setup and what has been said so far. A resumed session goes on with the
 * conversation of the one before. Immutable.
 *
 * @param model             the bare name, without any prefix
 * @param turn              which turn of the user is answered, from 1; resumed sessions go on counting
 * @param history           what was said before this turn, oldest first; the last {@value #MAX_HISTORY} utterances at most,
 *                          without what context compression has cut off
 * @param systemInstruction its text parts, put together; empty if there is none
 * @param functions         the function declarations in force, as sent but in camelCase. Do not modify
 * @param language          {@code speechConfig.languageCode}, if the setup has one
 */
public record Conversation(String model, int turn, List<Utterance> history, String systemInstruction,
        List<JsonNode> functions, Optional<String> language) {

    /** So many utterances are remembered. */
    public static final int MAX_HISTORY = 100;

    public Conversation {
        Objects.requireNonNull(model, "model");
        history = List.copyOf(history);
        functions = List.copyOf(functions);
    }

    /** Whether a function of that name has been declared. */
    public boolean declares(String function) {
        return functions.stream().anyMatch(declared -> function.equals(declared.path("name").asText()));
    }

    /** Who said something. */
    public enum Speaker {
        /** The client. */
        USER,
        /** The server. */
        MODEL
    }

    /**
     * Something that was said.
     *
     * @param text the words; the transcript of what was spoken; cut to 4,096 characters
     */
    public record Utterance(Speaker speaker, String text) {
    }
}
