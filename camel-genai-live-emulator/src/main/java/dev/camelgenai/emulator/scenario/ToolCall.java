package dev.camelgenai.emulator.scenario;

import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A function that the model wants to be called. The emulator gives it its id.
 *
 * @param name the function's name; whether it was declared is not checked
 * @param args the arguments, a JSON object. Do not modify
 */
public record ToolCall(String name, JsonNode args) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public ToolCall {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(args, "args");
        if (!args.isObject()) {
            throw new IllegalArgumentException("The arguments of " + name + " must be a JSON object");
        }
    }

    /** A call with arguments of Java's own types. */
    public static ToolCall of(String name, Map<String, ?> args) {
        return new ToolCall(name, MAPPER.valueToTree(args));
    }
}
