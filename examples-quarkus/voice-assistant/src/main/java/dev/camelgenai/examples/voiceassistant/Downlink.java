package dev.camelgenai.examples.voiceassistant;

import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.google.genai.types.FunctionCall;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.session.SessionEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Hands to a visitor what happens in their live session. An exchange is done when the visitor's socket has taken it, so that a slow
 * visitor holds up the lane of their own session and nothing else.
 */
@ApplicationScoped
public class Downlink extends AsyncProcessorSupport {

    private final Visitors visitors;
    private final Uplink uplink;

    Downlink(Visitors visitors, Uplink uplink) {
        this.visitors = visitors;
        this.uplink = uplink;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        String key = message.getHeader(GenAiLiveConstants.SESSION_KEY, String.class);
        String event = message.getHeader(GenAiLiveConstants.EVENT, String.class);
        Optional<Visitor> visitor = visitors.find(key);
        if (visitor.isEmpty()) {
            if ("opened".equals(event)) {
                // by the last words of somebody who has left meanwhile
                uplink.close(key);
            }
            callback.done(true);
            return true;
        }
        // not on the event loop of the socket, which has other visitors
        deliver(visitor.get(), event, message).emitOn(Infrastructure.getDefaultWorkerPool())
                .subscribe().with(done -> callback.done(false), failure -> {
                    exchange.setException(failure);
                    callback.done(false);
                });
        return false;
    }

    private static Uni<Void> deliver(Visitor visitor, String event, Message message) {
        return switch (event) {
            case "audio" -> visitor.play(message.getBody(byte[].class));
            case "interrupted" -> visitor.interrupt();
            case "turnComplete" -> visitor.completeTurn();
            case "inputTranscript" -> visitor.send(transcript("user", message, false));
            case "outputTranscript" -> visitor.send(transcript("model", message, false));
            case "turnTranscript" -> "user".equals(message.getHeader(GenAiLiveConstants.ROLE))
                    ? visitor.send(transcript("user", message, true))
                    : Uni.createFrom().voidItem();
            case "toolCall" -> visitor.send(toolCall(message.getBody(FunctionCall.class)));
            case "toolCallCancellation" -> visitor.send(new PageMessage.ToolCancelled(message.getBody(String.class)));
            case "opened", "goAway", "reconnecting", "resumed" -> visitor.send(new PageMessage.Session(event,
                    message.getHeader(GenAiLiveConstants.RECONNECT_ATTEMPT, Integer.class),
                    message.getHeader(GenAiLiveConstants.STATE_RESTORED, Boolean.class)));
            case "closed" -> Uni.createFrom().voidItem()
                    .invoke(() -> visitor.end(ending(message.getBody(SessionEvent.Closed.class))));
            default -> throw new IllegalArgumentException("The route asks for no event " + event);
        };
    }

    private static PageMessage transcript(String role, Message message, boolean complete) {
        return new PageMessage.Transcript(role, message.getBody(String.class), complete);
    }

    private static PageMessage toolCall(FunctionCall call) {
        return new PageMessage.ToolCall(call.id().orElse(""), call.name().orElse(""), call.args().orElse(Map.of()));
    }

    private static Ending ending(SessionEvent.Closed closed) {
        return Failures.ending(closed.cause().failure());
    }
}
