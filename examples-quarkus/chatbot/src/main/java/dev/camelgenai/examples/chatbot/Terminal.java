package dev.camelgenai.examples.chatbot;

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.function.UnaryOperator;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.error.GenAiLiveException;

/** A conversation with somebody who types. */
@ApplicationScoped
public class Terminal {

    private static final String CONVERSATION = "terminal";

    private final Bot bot;

    Terminal(Bot bot) {
        this.bot = bot;
    }

    /** The terminal that the program was started from; empty when its input comes from a file, a pipe or nowhere. */
    static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Terminal::isTerminal);
    }

    /** Since JDK 22 there may be a console without a terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Cannot tell whether there is a terminal", e);
        }
    }

    /**
     * Talks until the user says {@code exit} or the input ends.
     *
     * @param lines prompts for a line; {@code null} is the end of the input
     */
    void talk(UnaryOperator<String> lines, PrintWriter out) {
        for (String line = lines.apply("You: "); line != null && !"exit".equalsIgnoreCase(line.strip()); line = lines
                .apply("You: ")) {
            if (!line.isBlank()) {
                out.println("Bot: " + answer(line));
                out.flush();
            }
        }
    }

    private String answer(String line) {
        try {
            return bot.say(CONVERSATION, line);
        } catch (GenAiLiveException e) {
            return "(no answer) " + e.getMessage();
        }
    }
}
