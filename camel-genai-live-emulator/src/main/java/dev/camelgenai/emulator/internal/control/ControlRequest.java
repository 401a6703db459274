package dev.camelgenai.emulator.internal.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * A request whose route is found.
 *
 * @param variable what stands in the path for the variable of the route; empty if it has none
 * @param query    decoded
 * @param body     all of it
 */
record ControlRequest(String variable, Map<String, List<String>> query, byte[] body) {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** The body as text. */
    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as an object that has no other fields than these; an empty one if there is no body. */
    JsonNode object(String... fields) {
        JsonNode object;
        try {
            object = text().isBlank() ? JsonNodeFactory.instance.objectNode() : MAPPER.readTree(body);
        } catch (IOException e) {
            throw ControlException.badRequest("The body is not JSON; it is " + form(fields));
        }
        if (!object.isObject()) {
            throw ControlException.badRequest("The body is no JSON object; it is " + form(fields));
        }
        for (Iterator<String> names = object.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!List.of(fields).contains(name)) {
                throw ControlException.badRequest("There is no field '" + name + "' here; the body is " + form(fields));
            }
        }
        return object;
    }

    /** A number of the query. */
    int number(String name, int ifMissing, int max) {
        List<String> values = query.getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return ifMissing;
        }
        String value = values.get(0);
        int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
        if (number < 0 || number > max) {
            throw ControlException.badRequest(name + " is a number from 0 to " + max + ", not '" + value + "'");
        }
        return number;
    }

    /** Whether a switch of the query is {@code true}. */
    boolean flag(String name) {
        String value = query.getOrDefault(name, List.of("false")).get(0);
        if (!Set.of("true", "false").contains(value)) {
            throw ControlException.badRequest(name + " is true or false, not '" + value + "'");
        }
        return Boolean.parseBoolean(value);
    }

    void requireQueryOf(Set<String> names) {
        for (String name : query.keySet()) {
            if (!names.contains(name)) {
                throw ControlException.badRequest("There is no parameter '" + name + "' here; "
                        + (names.isEmpty() ? "this route has none" : "the parameters are " + new TreeSet<>(names)));
            }
        }
    }

    private static String form(String... fields) {
        return fields.length == 0 ? "empty" : "an object with the fields " + String.join(", ", fields);
    }
}
