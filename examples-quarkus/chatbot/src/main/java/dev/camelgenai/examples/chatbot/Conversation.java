package dev.camelgenai.examples.chatbot;

import java.util.regex.Pattern;

import org.apache.camel.Message;

/** The name of a conversation, as HTTP clients give it in the path. */
final class Conversation {

    /** The path parameter. */
    static final String HEADER = "conversation";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

    private Conversation() {
    }

    static void check(Message request) {
        // platform-http makes a list of it when a request header or query parameter has the same name
        if (!(request.getHeader(HEADER) instanceof String name) || !NAME.matcher(name).matches()) {
            throw new BadRequestException("A conversation is named in the path, and there only: 1 to 64 letters, digits or"
                    + " any of . _ ~ -");
        }
    }
}
