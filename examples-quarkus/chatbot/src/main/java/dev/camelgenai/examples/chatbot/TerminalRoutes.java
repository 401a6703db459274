package dev.camelgenai.examples.chatbot;

import jakarta.enterprise.context.ApplicationScoped;

import org.apache.camel.builder.RouteBuilder;

/** The same for the terminal, which wants exceptions rather than statuses. */
@ApplicationScoped
public class TerminalRoutes extends RouteBuilder {

    static final String GROUP = "terminal";
    static final String SAY = "direct:say";
    static final String SPEAK = "direct:speak";

    private final SpeechRequest speechRequest;
    private final UnsolicitedTurns unsolicited;

    TerminalRoutes(SpeechRequest speechRequest, UnsolicitedTurns unsolicited) {
        this.speechRequest = speechRequest;
        this.unsolicited = unsolicited;
    }

    @Override
    public void configure() {
        // the caller is told; a stack trace between the lines of the conversation helps nobody
        errorHandler(noErrorHandler());

        from(SAY).routeId("terminal-say")
                .process(unsolicited.question(GROUP))
                .to("genai-live:{{live.model}}?sessionGroup=terminal&tags=chat&response=turn&turnTimeout={{chatbot.turn-timeout}}");

        from(SPEAK).routeId("terminal-speak")
                .process(speechRequest)
                .process(unsolicited.question(GROUP))
                .to("genai-live:{{live.model}}?sessionGroup=terminal&tags=chat&response=turn&turnTimeout={{chatbot.turn-timeout}}"
                        + "&operation=sendRealtimeInput");

        from("genai-live:{{live.model}}?sessionGroup=terminal&deliver=event&events=turnTranscript&sessionEvents=closed")
                .routeId("terminal-unsolicited")
                .process(unsolicited.turns(GROUP));
    }
}
