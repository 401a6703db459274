package dev.camelgenai.examples.chatbot;

import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;

import com.google.genai.types.FunctionCall;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.session.LiveTurn;

/** Writes down a conversation: what is said, and which tools are called for it. */
final class Transcript {

    private final PrintWriter out;

    Transcript(PrintWriter out) {
        this.out = out;
    }

    void user(String line) {
        out.println("You: " + line);
        out.flush();
    }

    void bot(LiveTurn turn) {
        turn.functionCalls().forEach(call -> note('[' + toString(call) + ']'));
        bot(turn.answer().orElse("(no words)"));
    }

    void bot(String words) {
        out.println("Bot: " + words);
        out.flush();
    }

    void bot(GenAiLiveException failure) {
        bot("(no answer) " + failure.getMessage());
    }

    void note(String text) {
        out.println("     " + text);
        out.flush();
    }

    private static String toString(FunctionCall call) {
        return call.name().orElse("?") + call.args().orElse(Map.of()).entrySet().stream()
                .map(argument -> ' ' + argument.getKey() + '=' + argument.getValue()).collect(Collectors.joining());
    }
}
