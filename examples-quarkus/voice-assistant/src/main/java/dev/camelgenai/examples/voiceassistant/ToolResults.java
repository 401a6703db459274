package dev.camelgenai.examples.voiceassistant;

import java.util.Map;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Shows on the page of a visitor what has become of a tool that the model has called for them. */
@ApplicationScoped
public class ToolResults implements Processor {

    /** Key of a result that tells the model what went wrong. */
    static final String ERROR = "error";

    private final Visitors visitors;

    ToolResults(Visitors visitors) {
        this.visitors = visitors;
    }

    @Override
    public void process(Exchange exchange) {
        Message result = exchange.getMessage();
        visitors.find(result.getHeader(GenAiLiveConstants.SESSION_KEY, String.class))
                .ifPresent(visitor -> visitor.tell(shown(exchange, result)));
    }

    private static PageMessage shown(Exchange exchange, Message result) {
        String id = result.getHeader(GenAiLiveConstants.TOOL_CALL_ID, String.class);
        String name = result.getHeader(GenAiLiveConstants.TOOL_NAME, String.class);
        // the exchange itself does not know any more when a route is completed
        if (exchange.getProperty(Exchange.EXCEPTION_CAUGHT) != null) {
            return new PageMessage.ToolResult(id, name, "The tool failed.", true);
        }
        if (result.getBody() instanceof Map<?, ?> told) {
            return new PageMessage.ToolResult(id, name, String.valueOf(told.get(ERROR)), true);
        }
        return new PageMessage.ToolResult(id, name, result.getBody(String.class), false);
    }
}
