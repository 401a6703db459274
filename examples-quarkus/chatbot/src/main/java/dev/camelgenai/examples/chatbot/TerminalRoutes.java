package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

/** The same for the terminal, which wants exceptions rather than statuses. */
@ApplicationScoped
public class TerminalRoutes extends RouteBuilder {

    static final String SAY = "direct:say";
    static final String SPEAK = "direct:speak";

    private final SpeechRequest speechRequest;

    TerminalRoutes(SpeechRequest speechRequest) {
        this.speechRequest = speechRequest;
    }

    @Override
    public void configure() {
        // the caller is told; a stack trace between the lines of the conversation helps nobody
        errorHandler(noErrorHandler());

        from(SAY).routeId("terminal-say")
                .to("genai-live:{{chatbot.model}}?sessionGroup=terminal&response=turn&turnTimeout={{chatbot.turn-timeout}}");

        from(SPEAK).routeId("terminal-speak")
                .process(speechRequest)
                .to("genai-live:{{chatbot.model}}?sessionGroup=terminal&response=turn&turnTimeout={{chatbot.turn-timeout}}"
                        + "&operation=sendRealtimeInput");
    }
}
