package dev.camelgenai.examples.voiceassistant;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Shows on the page of a visitor what has become of a tool that the model has called for them. */
@ApplicationScoped
public class ToolResults {

    /** Key of a result that tells the model what went wrong. */
    static final String ERROR = "error";

    private final Visitors visitors;

    ToolResults(Visitors visitors) {
        this.visitors = visitors;
    }

    /** For a route that has come to its end. */
    void showResult(Exchange exchange) {
        Object result = exchange.getMessage().getBody();
        if (result instanceof Map<?, ?> refusal) {
            show(exchange.getMessage(), String.valueOf(refusal.get(ERROR)), true);
        } else {
            show(exchange.getMessage(), String.valueOf(result), false);
        }
    }

    /** For a route that has not. */
    void showFailure(Exchange exchange) {
        show(exchange.getMessage(), "The tool failed.", true);
    }

    private void show(Message message, String result, boolean failed) {
        visitors.find(message.getHeader(GenAiLiveConstants.SESSION_KEY, String.class))
                .ifPresent(visitor -> visitor.tell(new PageMessage.ToolResult(
                        message.getHeader(GenAiLiveConstants.TOOL_CALL_ID, String.class),
                        message.getHeader(GenAiLiveConstants.TOOL_NAME, String.class), result, failed)));
    }
}
