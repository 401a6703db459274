package dev.camelgenai.examples.chatbot;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.error.GenAiLiveException;

/** A conversation with somebody who types. */
@ApplicationScoped
public class Terminal {

    private static final String CONVERSATION = "terminal";

    private static final String PROMPT = "You: ";

    private final Bot bot;
    private final UnsolicitedTurns unsolicited;

    Terminal(Bot bot, UnsolicitedTurns unsolicited) {
        this.bot = bot;
        this.unsolicited = unsolicited;
    }

    /**
     * Talks until the user says {@code exit} or the input ends. What the bot says by itself is shown at once.
     *
     * @param lines prompts for a line; {@code null} is the end of the input
     */
    void talk(UnaryOperator<String> lines, PrintWriter out) {
        Transcript transcript = new Transcript(out);
        AtomicBoolean prompting = new AtomicBoolean();
        unsolicited.listen(TerminalRoutes.GROUP, CONVERSATION, () -> {
            if (prompting.get()) {
                unsolicited.take(TerminalRoutes.GROUP, CONVERSATION).forEach(words -> {
                    out.println();
                    transcript.bot(words);
                    out.print(PROMPT);
                    out.flush();
                });
            }
        });
        String line = prompt(lines, transcript, prompting);
        while (line != null && !"exit".equalsIgnoreCase(line.strip())) {
            if (!line.isBlank()) {
                answer(line, transcript);
            }
            line = prompt(lines, transcript, prompting);
        }
    }

    private String prompt(UnaryOperator<String> lines, Transcript transcript, AtomicBoolean prompting) {
        prompting.set(true);
        try {
            unsolicited.take(TerminalRoutes.GROUP, CONVERSATION).forEach(transcript::bot);
            return lines.apply(PROMPT);
        } finally {
            prompting.set(false);
        }
    }

    private void answer(String line, Transcript transcript) {
        try {
            transcript.bot(bot.say(CONVERSATION, line));
        } catch (GenAiLiveException e) {
            transcript.bot(e);
        }
    }
}
