package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.live.error.LiveInputException;

/**
 * Reads Google's types from the JSON that stands for them on the wire, in camelCase or snake_case. A field that would be lost is
 * refused by name. No message of a failure quotes a value.
 */
public final class WireForm {

    private WireForm() {
    }

    /**
     * @param  value              a {@code Map}, a list or a tree, which may hold Google's types
     * @param  what               names it in messages
     * @throws LiveInputException when it cannot be expressed as JSON
     */
    public static JsonNode tree(Object value, String what) {
        if (value instanceof JsonNode tree) {
            return tree;
        }
        try {
            return LiveJson.mapper().valueToTree(value);
        } catch (IllegalArgumentException e) {
            throw new LiveInputException(what + " cannot be expressed as JSON", false, e);
        }
    }

    /**
     * @param  what               names it in messages
     * @throws LiveInputException when it is not valid JSON, saying where
     */
    public static JsonNode parse(String json, String what) {
        try {
            return LiveJson.strictMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new LiveInputException(what + " cannot be read: " + JsonTrouble.where(e), false);
        }
    }

    /** The JSON object that a text consists of; empty when it is anything else. */
    public static Optional<ObjectNode> object(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return Optional.of(LiveJson.strictMapper().readTree(text)).filter(ObjectNode.class::isInstance)
                    .map(ObjectNode.class::cast);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /**
     * @param  what               names it in messages
     * @throws LiveInputException when it is not such an object, or has a field that the type has not
     */
    public static <T> T read(JsonNode tree, Class<T> type, String what) {
        if (!tree.isObject()) {
            throw new LiveInputException(what + " cannot be read: it is not a JSON object", false);
        }
        try {
            return LiveJson.strictMapper().readerFor(type).readValue(tree);
        } catch (UnrecognizedPropertyException e) {
            throw new LiveInputException(what + " has no field " + JsonTrouble.path(e) + "; accepted there: "
                    + e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList(), false);
        } catch (JsonProcessingException e) {
            throw new LiveInputException(what + " cannot be read: " + JsonTrouble.where(e), false);
        } catch (IOException e) {
            throw new LiveInputException(what + " cannot be read", false, e);
        }
    }
}
