package dev.camelgenai.examples.codingassistant;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.LiveEvents;
import org.apache.camel.builder.RouteBuilder;

/** A question goes in with a {@link Transcript}, which is told of everything in the model's turn as it comes. */
@ApplicationScoped
public class AssistantRoutes extends RouteBuilder {

    static final String ASK = "direct:ask";
    static final String CLOSE = "direct:close";
    /** Exchange property with the transcript. */
    static final String TRANSCRIPT = "transcript";

    @Override
    public void configure() {
        // the caller is told; a stack trace between the lines of the conversation helps nobody
        errorHandler(noErrorHandler());

        from(ASK).routeId("ask")
                .to("genai-live:{{live.model}}?sessionGroup=coding&tags=coding&config=classpath:coding-assistant.json"
                        + "&response=stream&turnTimeout={{coding.turn-timeout}}&maxToolCallsPerTurn={{coding.max-tool-calls}}")
                .split(body()).streaming().stopOnException()
                .split(method(LiveEvents.class, "of"))
                .process(exchange -> exchange.getProperty(TRANSCRIPT, Transcript.class).hear(exchange.getMessage()));

        from(CLOSE).routeId("close")
                .to("genai-live:{{live.model}}?sessionGroup=coding&operation=closeSession");
    }
}
