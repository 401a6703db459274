package dev.camelgenai.emulator.internal.protocol;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The part of proto-JSON that matters here: which names a message knows, in both spellings, and which JSON type each has.
 * Reading a message gives it back with camelCase names, the same node if there was nothing to change.
 */
sealed interface Shape {

    /**
     * @param path where the value is, in the proto spelling that the service's messages use; empty for the root
     */
    JsonNode read(JsonNode value, String path) throws ProtocolViolation;

    /** Free-form JSON: schemas, arguments, maps with the user's names. Left alone. */
    static Shape any() {
        return new Scalar(value -> true, "anything");
    }

    static Shape string() {
        return new Scalar(JsonNode::isTextual, "a string");
    }

    static Shape bool() {
        return new Scalar(JsonNode::isBoolean, "a boolean");
    }

    /** A float; proto-JSON also takes it as a string. */
    static Shape number() {
        return new Scalar(value -> (value.isNumber() || value.isTextual() && isNumeric(value.textValue()))
                && Float.isFinite((float) value.asDouble()), "a number that a float can hold");
    }

    /** An int32; proto-JSON also takes it as a string, and 3.0 for 3. */
    static Shape int32() {
        return new Scalar(value -> isIntegral(value, Integer.MIN_VALUE, Integer.MAX_VALUE), "a 32-bit integer");
    }

    /** An int64; otherwise as {@link #int32()}. */
    static Shape int64() {
        return new Scalar(value -> isIntegral(value, Long.MIN_VALUE, Long.MAX_VALUE), "a 64-bit integer");
    }

    static Shape oneOf(String... names) {
        Set<String> known = Set.of(names);
        return new Scalar(value -> value.isTextual() && known.contains(value.textValue()), "one of " + Arrays.toString(names));
    }

    static Shape list(Shape item) {
        return new Items(item);
    }

    /** An object with exactly these fields, given as name and shape in turn. */
    static Shape object(Object... namesAndShapes) {
        Map<String, Shape> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndShapes.length; i += 2) {
            fields.put((String) namesAndShapes[i], (Shape) namesAndShapes[i + 1]);
        }
        return new Fields(fields, List.of());
    }

    /** As {@link #object}, with more fields that the service knows from elsewhere and refuses in a live session. */
    static Shape objectRefusing(List<String> refused, Object... namesAndShapes) {
        return new Fields(((Fields) object(namesAndShapes)).fields(), refused);
    }

    /** {@code snake_case} to {@code camelCase}; the same String if there is nothing to do. */
    static String camel(String name) {
        if (name.indexOf('_') < 0) {
            return name;
        }
        StringBuilder camel = new StringBuilder(name.length());
        boolean up = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                up = true;
            } else {
                camel.append(up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return camel.toString();
    }

    /** {@code camelCase} to {@code snake_case}. */
    static String snake(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                snake.append('_').append(Character.toLowerCase(c));
            } else {
                snake.append(c);
            }
        }
        return snake.toString();
    }

    private static boolean isIntegral(JsonNode value, long min, long max) {
        if (value.isTextual() && !value.textValue().matches("-?\\d{1,19}") || !value.isTextual() && !value.isNumber()) {
            return false;
        }
        if (value.isFloatingPointNumber()) {
            double number = value.doubleValue();
            return number % 1 == 0 && number >= min && number <= max;
        }
        BigInteger number = value.isTextual() ? new BigInteger(value.textValue()) : value.bigIntegerValue();
        return number.compareTo(BigInteger.valueOf(min)) >= 0 && number.compareTo(BigInteger.valueOf(max)) <= 0;
    }

    private static boolean isNumeric(String text) {
        return text.matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");
    }

    record Scalar(Predicate<JsonNode> type, String expected) implements Shape {

        @Override
        public JsonNode read(JsonNode value, String path) throws ProtocolViolation {
            if (!type.test(value)) {
                throw ProtocolViolation.invalidArgument("'" + path + "' must be " + expected + " but is "
                        + value.getNodeType().name().toLowerCase(Locale.ROOT));
            }
            return value;
        }
    }

    record Items(Shape item) implements Shape {

        @Override
        public JsonNode read(JsonNode value, String path) throws ProtocolViolation {
            if (!value.isArray()) {
                throw ProtocolViolation.invalidArgument("'" + path + "' must be a list");
            }
            ArrayNode changed = null;
            for (int i = 0; i < value.size(); i++) {
                JsonNode before = value.get(i);
                JsonNode after = item.read(before, path + '[' + i + ']');
                if (after != before) {
                    if (changed == null) {
                        changed = JsonNodeFactory.instance.arrayNode(value.size()).addAll((ArrayNode) value);
                    }
                    changed.set(i, after);
                }
            }
            return changed == null ? value : changed;
        }
    }

    record Fields(Map<String, Shape> fields, List<String> refused) implements Shape {

        @Override
        public JsonNode read(JsonNode value, String path) throws ProtocolViolation {
            if (!value.isObject()) {
                throw ProtocolViolation.invalidArgument("'" + path + "' must be an object");
            }
            boolean same = true;
            ObjectNode camel = JsonNodeFactory.instance.objectNode();
            for (Iterator<Map.Entry<String, JsonNode>> it = value.fields(); it.hasNext();) {
                Map.Entry<String, JsonNode> field = it.next();
                String name = camel(field.getKey());
                // proto-JSON has two spellings, and nothing in between
                boolean spelled = name.equals(field.getKey()) || snake(name).equals(field.getKey());
                Shape shape = spelled ? fields.get(name) : null;
                String at = path.isEmpty() ? snake(name) : path + '.' + snake(name);
                if (shape == null) {
                    if (refused.contains(name)) {
                        throw ProtocolViolation.invalidArgument("'" + at + "' is not supported in a live session");
                    }
                    throw ProtocolViolation.invalidPayload("Invalid JSON payload received. Unknown name \"" + field.getKey()
                            + '"' + (path.isEmpty() ? "" : " at '" + path + '\'') + ": Cannot find field.");
                }
                if (field.getValue().isNull()) {
                    // proto-JSON: null is as good as absent
                    same = false;
                    continue;
                }
                JsonNode read = shape.read(field.getValue(), at);
                if (camel.has(name)) {
                    throw ProtocolViolation.invalidArgument("'" + at + "' is there twice, in two spellings");
                }
                same &= read == field.getValue() && name.equals(field.getKey());
                camel.set(name, read);
            }
            return same ? value : camel;
        }
    }
}
