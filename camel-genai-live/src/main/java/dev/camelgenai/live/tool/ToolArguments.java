package dev.camelgenai.live.tool;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The arguments of a call, checked against what the tool declares. Those that are not declared are dropped: the model may make
 * them up.
 *
 * @param values  by name
 * @param trouble what is wrong with them, in words for the model; {@code null} when they are right
 */
record ToolArguments(Map<String, Object> values, String trouble) {

    static ToolArguments check(ToolSpec spec, Map<String, Object> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, ToolSpec.Parameter> entry : spec.parameters().entrySet()) {
            String name = entry.getKey();
            ToolSpec.Parameter parameter = entry.getValue();
            Object value = given.get(name);
            if (value == null) {
                if (parameter.required()) {
                    return wrong("The argument " + name + " is missing.");
                }
                continue;
            }
            Object typed = typed(parameter.type(), value);
            if (typed == null) {
                return wrong("The argument " + name + " must be of the type " + parameter.type().wireName() + ".");
            }
            if (!parameter.values().isEmpty() && !parameter.values().contains(typed.toString())) {
                return wrong("The argument " + name + " must be one of " + parameter.values() + ".");
            }
            values.put(name, typed);
        }
        return new ToolArguments(values, null);
    }

    private static ToolArguments wrong(String trouble) {
        return new ToolArguments(Map.of(), trouble);
    }

    /** @return {@code null} when it is of another type */
    private static Object typed(ToolSpec.ParameterType type, Object value) {
        return switch (type) {
            case string -> value instanceof String || value instanceof Number || value instanceof Boolean
                    ? value.toString()
                    : null;
            case integer -> value instanceof Number number ? whole(number) : null;
            case number -> value instanceof Number ? value : null;
            case bool -> value instanceof Boolean ? value : null;
        };
    }

    /** JSON has one kind of number: 3.0 is an integer, too. */
    private static Object whole(Number number) {
        try {
            return new BigDecimal(number.toString()).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /** What the route gets as its body. */
    Object body() {
        return new LinkedHashMap<>(values);
    }
}
