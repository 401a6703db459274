package dev.camelgenai.examples.codingassistant;

import java.io.PrintWriter;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.google.genai.types.FunctionCall;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.GenAiLiveException;
import org.apache.camel.Message;

/**
 * Writes down a conversation as it takes place: words when they come, and the tools that are called for them. What could steer a
 * terminal, the escape sequences of a file that was read, is left out. One thread at a time.
 */
final class Transcript {

    /** Control characters, and those that turn the direction of the text, so that code looks like other code. */
    private static final Pattern STEERING = Pattern
            .compile("[\\p{Cntrl}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069&&[^\\n\\t]]");
    private static final String MODEL = "Assistant: ";
    private static final int MAX_ARGUMENT = 100;

    private final PrintWriter out;
    /** Whether the model is in the middle of a line. */
    private boolean speaking;

    Transcript(PrintWriter out) {
        this.out = out;
    }

    void user(String line) {
        out.println("You: " + line);
        out.flush();
    }

    /** One event of the model's turn. */
    void hear(Message event) {
        switch (event.getHeader(GenAiLiveConstants.EVENT, String.class)) {
            // a model that speaks sends its words as a transcript, one that writes as text
            case "text", "outputTranscript" -> say(event.getBody(String.class));
            case "toolCall" -> call(event.getBody(FunctionCall.class));
            default -> {
                // sound, usage and the like are not for a terminal
            }
        }
    }

    private void say(String words) {
        if (!speaking) {
            out.print(MODEL);
            speaking = true;
        }
        out.print(printable(words));
        out.flush();
    }

    private void call(FunctionCall call) {
        end();
        String arguments = call.args().orElse(Map.of()).entrySet().stream()
                .map(argument -> ' ' + argument.getKey() + '=' + shortened(argument.getValue()))
                .collect(Collectors.joining());
        out.println("     [" + printable(call.name().orElse("?") + arguments).replace('\n', ' ') + ']');
        out.flush();
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= MAX_ARGUMENT ? text : text.substring(0, MAX_ARGUMENT) + "...";
    }

    /** The model's turn is over. */
    void end() {
        if (speaking) {
            out.println();
            out.flush();
            speaking = false;
        }
    }

    void failure(GenAiLiveException failure) {
        end();
        out.println(MODEL + "(no answer) " + failure.getMessage());
        out.flush();
    }

    private static String printable(String text) {
        return STEERING.matcher(text).replaceAll("");
    }
}
