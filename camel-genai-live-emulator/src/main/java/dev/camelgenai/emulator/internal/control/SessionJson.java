package dev.camelgenai.emulator.internal.control;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.RecordedClose;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.internal.protocol.SecretHeaders;

/** Sessions as JSON. Neither credentials nor the headers and queries that carry them are part of it. */
final class SessionJson {

    private static final int SHOWN_CHARACTERS = 200;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SessionJson() {
    }

    static ObjectNode summary(RecordedSession session) {
        ObjectNode json = NODES.objectNode().put("number", session.number()).put("id", session.id())
                .put("service", session.service().name()).put("apiVersion", session.apiVersion())
                .put("constrained", session.constrained()).put("credentialForm", session.credentialForm().name())
                .put("model", session.model().orElse(null)).put("open", session.isOpen())
                .put("messageCount", session.messageCount()).put("pings", session.pingCount())
                .put("activities", session.activities().size()).put("videoFrames", session.videoFrames())
                .put("interruptions", session.interruptions()).put("compressions", session.compressions());
        session.clientClose().ifPresent(close -> json.set("clientClose", close(close)));
        session.serverClose().ifPresent(close -> json.set("serverClose", close(close)));
        session.serverCloseDetail().ifPresent(detail -> json.put("serverCloseDetail", detail));
        return json;
    }

    /**
     * @param limit so many messages, the last ones
     * @param full  whether long texts, and so all sound, are shown to their end
     */
    static ObjectNode detailed(RecordedSession session, int limit, boolean full) {
        ObjectNode json = summary(session);
        session.setup().ifPresent(setup -> json.set("setup", shown(setup, full)));
        List<RecordedMessage> messages = session.messages();
        ArrayNode shown = json.putArray("messages");
        messages.subList(Math.max(0, messages.size() - limit), messages.size()).forEach(message -> shown.addObject()
                .put("number", message.number()).put("receivedAt", message.receivedAt().toString()).put("kind", message.kind())
                .set("json", shown(message.json(), full)));
        return json;
    }

    private static ObjectNode close(RecordedClose close) {
        return NODES.objectNode().put("code", close.code()).put("reason", close.reason());
    }

    private static JsonNode shown(JsonNode sent, boolean full) {
        JsonNode masked = SecretHeaders.masked(sent);
        return full ? masked : shortened(masked);
    }

    private static JsonNode shortened(JsonNode node) {
        if (node.isTextual() && node.textValue().length() > SHOWN_CHARACTERS) {
            String text = node.textValue();
            return NODES.textNode(text.substring(0, SHOWN_CHARACTERS) + "... (" + text.length() + " characters)");
        }
        if (node.isArray()) {
            ArrayNode array = NODES.arrayNode();
            node.forEach(element -> array.add(shortened(element)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = NODES.objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                object.set(field.getKey(), shortened(field.getValue()));
            }
            return object;
        }
        return node;
    }
}
