package dev.camelgenai.live.tool;

import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;

/**
 * The form in which a route gets its arguments.
 *
 * @param type   {@code null} for a {@link LinkedHashMap}
 * @param mapper reads into the type
 */
record ArgumentBody(Class<?> type, ObjectMapper mapper) {

    static final ArgumentBody MAP = new ArgumentBody(null, null);

    /**
     * @param  className          {@code null} for a Map
     * @throws LiveInputException when there is no such class
     */
    static ArgumentBody of(CamelContext camelContext, String tool, String className) {
        if (className == null || className.isBlank()) {
            return MAP;
        }
        Class<?> type = camelContext.getClassResolver().resolveClass(className.strip());
        if (type == null) {
            throw new LiveInputException("The option bodyType of the tool " + tool + " names the class " + className
                    + ", which is not found; give its full name (with $ before the name of a nested class) and have it on the"
                    + " classpath", false);
        }
        return new ArgumentBody(type,
                JsonMapper.builder().findAndAddModules().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build());
    }

    /**
     * @throws IllegalArgumentException when the arguments do not suit the type
     */
    Object of(Map<String, Object> arguments) {
        return type == null ? new LinkedHashMap<>(arguments) : mapper.convertValue(arguments, type);
    }
}
