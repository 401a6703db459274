package dev.camelgenai.live;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.JsonSerializable;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;

/**
 * Bodies of this component as JSON: Google's types as their own JSON, bytes as base64 with their mime type in the way of
 * Google's {@code Blob}.
 */
final class JsonForm {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonForm() {
    }

    /** The same keys for every turn; {@code null} where there is nothing. */
    static ObjectNode of(LiveTurn turn) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", turn.id());
        json.put("text", turn.text());
        json.set("audio",
                turn.audioMimeType().map(type -> media(type, turn.audio())).orElse(JsonNodeFactory.instance.nullNode()));
        json.put("inputTranscript", turn.inputTranscript());
        json.put("outputTranscript", turn.outputTranscript());
        json.set("functionCalls", of(turn.functionCalls(), null));
        json.set("usage", of(turn.usage().orElse(null), null));
        json.set("grounding", of(turn.grounding().orElse(null), null));
        json.put("interrupted", turn.interrupted());
        json.put("completeReason", turn.completeReason().map(Object::toString).orElse(null));
        return json;
    }

    /**
     * @param  mimeType           of bytes; {@code null} where it is not known
     * @throws LiveInputException when the body is nothing of this component's
     */
    static JsonNode of(Object body, String mimeType) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (body == null) {
            return nodes.nullNode();
        }
        if (body instanceof JsonNode json) {
            return json;
        }
        if (body instanceof LiveTurn turn) {
            return of(turn);
        }
        if (body instanceof JsonSerializable value) {
            return read(value.toJson());
        }
        if (body instanceof byte[] bytes) {
            return media(mimeType, bytes);
        }
        if (body instanceof Collection<?> list) {
            ArrayNode array = nodes.arrayNode();
            list.forEach(each -> array.add(of(each, mimeType)));
            return array;
        }
        if (body instanceof Map<?, ?> map) {
            ObjectNode object = nodes.objectNode();
            map.forEach((name, value) -> object.set(String.valueOf(name), of(value, mimeType)));
            return object;
        }
        if (body instanceof Duration duration) {
            // as the service writes it
            return nodes.textNode(BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s");
        }
        if (body instanceof String || body instanceof Number || body instanceof Boolean) {
            return MAPPER.valueToTree(body);
        }
        throw new LiveInputException("A body of type " + body.getClass().getName() + " has no JSON here. Accepted are LiveTurn,"
                + " the bodies of a genai-live consumer, and lists and maps of these.", false);
    }

    private static JsonNode media(String mimeType, byte[] bytes) {
        ObjectNode blob = JsonNodeFactory.instance.objectNode();
        if (mimeType != null) {
            blob.put("mimeType", mimeType);
        }
        return blob.put("data", bytes);
    }

    private static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new LiveInputException("Google's JSON of the body cannot be read", false, e);
        }
    }
}
