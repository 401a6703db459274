package dev.camelgenai.live.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.genai.types.FunctionResponse;
import org.apache.camel.Message;

/** What the model is told of the body that a tool's route ends with. */
final class ToolResults {

    private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();

    private ToolResults() {
    }

    static FunctionResponse error(String text) {
        return FunctionResponse.builder().response(Map.of("error", text)).build();
    }

    /** There is nothing more to be said. */
    static FunctionResponse nothing() {
        return FunctionResponse.builder().response(Map.of()).build();
    }

    /**
     * A {@code Map}, or an object of JSON, is told as it is, anything else as the output.
     *
     * @throws IllegalArgumentException when it cannot be told as JSON
     */
    static FunctionResponse of(Object body, Message out) {
        return body instanceof FunctionResponse response
                ? response
                : FunctionResponse.builder().response(fields(body, out)).build();
    }

    private static Map<String, Object> fields(Object body, Message out) {
        if (body instanceof Map<?, ?> || body instanceof JsonNode node && node.isObject()) {
            return JSON.convertValue(body, JSON.getTypeFactory().constructMapType(LinkedHashMap.class, String.class,
                    Object.class));
        }
        if (body == null) {
            return Map.of("output", "");
        }
        if (body instanceof Number || body instanceof Boolean || body instanceof String) {
            return Map.of("output", body);
        }
        if (body instanceof Iterable<?> || body instanceof Object[] || body instanceof JsonNode || body instanceof Record) {
            return Map.of("output", JSON.convertValue(body, Object.class));
        }
        return Map.of("output", Optional.ofNullable(text(body, out)).orElseGet(body::toString));
    }

    private static String text(Object body, Message out) {
        return out.getExchange().getContext().getTypeConverter().tryConvertTo(String.class, out.getExchange(), body);
    }
}
