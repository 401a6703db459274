package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Lets a written request through only if it is worth the model's time. Used by the Java and the YAML route. */
@ApplicationScoped
@Named("chatRequest")
public class ChatRequest implements Processor {

    private final int maxCharacters;

    ChatRequest(@ConfigProperty(name = "chatbot.max-characters") int maxCharacters) {
        this.maxCharacters = maxCharacters;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Conversation.check(message);
        String text = message.getBody(String.class);
        if (text == null || text.isBlank()) {
            throw new BadRequestException("The body is empty; put there, as text/plain, what you want to say");
        }
        if (text.length() > maxCharacters) {
            throw new BadRequestException("The body has " + text.length() + " characters; at most " + maxCharacters
                    + " are accepted (chatbot.max-characters)");
        }
        message.setBody(text);
    }
}
