package dev.camelgenai.live;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A turn as server-sent events, in UTF-8: the kind of the event and its data. Text and transcripts are told as they are, a line
 * of text per line of data; calls, usage, grounding and the end of the turn as JSON. Sound, and what the model thinks, are left
 * out. Where the turn breaks off, {@code error} is the last event; why is in the log and not for the client.
 */
final class ServerSentEvents implements TurnInputStream.Form {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSentEvents.class);
    private static final String NO_DATA = "{}";

    @Override
    public byte[] of(ServerMessage message) {
        return in(message).getBytes(StandardCharsets.UTF_8);
    }

    /** @return the events that the message brings; may be none */
    static String in(ServerMessage message) {
        StringBuilder events = new StringBuilder();
        for (ServerEvent event : message.events()) {
            String data = data(event);
            if (data != null) {
                append(events, event.kind().name(), data);
            }
        }
        return events.toString();
    }

    @Override
    public Optional<byte[]> brokenOff(GenAiLiveException failure) {
        LOG.warn("A turn that is told as server-sent events broke off", failure);
        ObjectNode error = JsonNodeFactory.instance.objectNode().put("message", "The answer broke off.").put("retriable",
                failure.isRetriable());
        StringBuilder event = new StringBuilder();
        append(event, "error", error.toString());
        return Optional.of(event.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String data(ServerEvent event) {
        return switch (event.kind()) {
            case text -> ((ServerEvent.Text) event).text();
            case inputTranscript -> ((ServerEvent.InputTranscript) event).text();
            case outputTranscript -> ((ServerEvent.OutputTranscript) event).text();
            case toolCall -> ((ServerEvent.ToolCall) event).call().toJson();
            case usage -> ((ServerEvent.Usage) event).content().toJson();
            case grounding -> ((ServerEvent.Grounding) event).content().toJson();
            case interrupted -> NO_DATA;
            case turnComplete -> reason((ServerEvent.TurnComplete) event);
            default -> null;
        };
    }

    private static String reason(ServerEvent.TurnComplete end) {
        return end.reason() == null
                ? NO_DATA
                : JsonNodeFactory.instance.objectNode().put("reason", end.reason().toString()).toString();
    }

    private static void append(StringBuilder events, String kind, String data) {
        events.append("event: ").append(kind).append('\n');
        // the client puts a line feed between two lines of data
        for (String line : data.split("\r\n|\r|\n", -1)) {
            events.append("data: ").append(line).append('\n');
        }
        events.append('\n');
    }
}
