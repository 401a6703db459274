package dev.camelgenai.live.tool;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What arguments are checked against: the keywords {@code type} (one or a list, Google's upper-case names too),
 * {@code nullable}, {@code enum}, {@code const}, {@code properties}, {@code required}, {@code items} and
 * {@code additionalProperties: false} of a JSON schema. All others, such as {@code pattern}, {@code minimum}, {@code oneOf} and
 * {@code $ref}, are told to the model but not checked; a route that depends on them begins with {@code json-validator:}.
 * <p>
 * A check visits a value no deeper than the schema describes it, and ends at the first trouble.
 *
 * @param types      empty for any
 * @param values     the only ones accepted; {@code null} for all
 * @param properties by name
 * @param closed     whether properties that are not declared are refused
 * @param items      {@code null} for any
 */
record ArgumentSchema(Set<JsonType> types, List<JsonNode> values, Map<String, ArgumentSchema> properties, Set<String> required,
        boolean closed, ArgumentSchema items) {

    private static final ArgumentSchema ANY = new ArgumentSchema(Set.of(), null, Map.of(), Set.of(), false, null);

    private static final int MAX_NAME = 40;

    ArgumentSchema {
        types = Collections.unmodifiableSet(types.isEmpty() ? EnumSet.noneOf(JsonType.class) : EnumSet.copyOf(types));
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        required = Collections.unmodifiableSet(new LinkedHashSet<>(required));
    }

    /** One that has no parts. */
    static ArgumentSchema plain(JsonType type, List<JsonNode> values) {
        return new ArgumentSchema(Set.of(type), values, Map.of(), Set.of(), false, null);
    }

    static ArgumentSchema object(Map<String, ArgumentSchema> properties, Set<String> required) {
        return new ArgumentSchema(Set.of(JsonType.OBJECT), null, properties, required, false, null);
    }

    /**
     * @throws IllegalArgumentException for what is no schema; says where and what would do
     */
    static ArgumentSchema of(JsonNode schema) {
        return of(schema, "");
    }

    private static ArgumentSchema of(JsonNode schema, String path) {
        if (schema.isBoolean()) {
            return ANY;
        }
        if (!schema.isObject()) {
            throw new IllegalArgumentException(
                    at(path) + " must be a schema such as {\"type\":\"string\"}, but is " + shown(schema));
        }
        return new ArgumentSchema(types(schema, path), accepted(schema, path), properties(schema, path), required(schema, path),
                schema.path("additionalProperties").isBoolean() && !schema.path("additionalProperties").booleanValue(),
                schema.path("items").isObject() ? of(schema.get("items"), path + "[]") : null);
    }

    private static Set<JsonType> types(JsonNode schema, String path) {
        Set<JsonType> types = EnumSet.noneOf(JsonType.class);
        JsonNode type = schema.path("type");
        for (JsonNode each : type.isArray() ? type : type.isMissingNode() ? List.<JsonNode>of() : List.of(type)) {
            if (!each.asText().equalsIgnoreCase("TYPE_UNSPECIFIED")) {
                types.add(JsonType.named(each.asText())
                        .orElseThrow(() -> new IllegalArgumentException("the type of " + at(path) + " must be "
                                + Stream.of(JsonType.values()).map(JsonType::wireName).collect(Collectors.joining(", "))
                                + " or a list of these, but is " + shown(each))));
            }
        }
        if (schema.path("nullable").asBoolean() && !types.isEmpty()) {
            types.add(JsonType.NULL);
        }
        return types;
    }

    private static List<JsonNode> accepted(JsonNode schema, String path) {
        if (schema.has("const")) {
            return List.of(schema.get("const"));
        }
        if (!schema.has("enum")) {
            return null;
        }
        return list(schema.get("enum"), "the enum of " + at(path));
    }

    private static Map<String, ArgumentSchema> properties(JsonNode schema, String path) {
        JsonNode declared = schema.path("properties");
        if (!declared.isMissingNode() && !declared.isObject()) {
            throw new IllegalArgumentException("the properties of " + at(path) + " must be an object such as"
                    + " {\"id\":{\"type\":\"string\"}}, but are " + shown(declared));
        }
        Map<String, ArgumentSchema> properties = new LinkedHashMap<>();
        declared.properties().forEach(property -> properties.put(property.getKey(),
                of(property.getValue(), path.isEmpty() ? property.getKey() : path + "." + property.getKey())));
        return properties;
    }

    private static Set<String> required(JsonNode schema, String path) {
        if (!schema.has("required")) {
            return Set.of();
        }
        List<JsonNode> names = list(schema.get("required"), "required of " + at(path));
        names.stream().filter(name -> !name.isTextual()).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(
                    "required of " + at(path) + " must have names of properties, but has " + shown(name));
        });
        return names.stream().map(JsonNode::textValue).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static List<JsonNode> list(JsonNode values, String what) {
        if (!values.isArray()) {
            throw new IllegalArgumentException(what + " must be a list, but is " + shown(values));
        }
        return StreamSupport.stream(values.spliterator(), false).toList();
    }

    private static String at(String path) {
        return path.isEmpty() ? "the root" : path;
    }

    private static String shown(JsonNode node) {
        return ToolArguments.clipped(node.toString(), MAX_NAME);
    }

    boolean acceptsNull() {
        return types.contains(JsonType.NULL)
                || types.isEmpty() && (values == null || values.stream().anyMatch(JsonNode::isNull));
    }

    /**
     * A value as the model may have meant it: it writes {@code 42} or {@code true} for a string now and then, and {@code 3.0}
     * for an integer.
     *
     * @return what was given where nothing else suits; {@code null} for an integer that a {@code long} cannot hold
     */
    Object lenient(Object value) {
        if (types.contains(JsonType.STRING) && (value instanceof Number || value instanceof Boolean)) {
            return value.toString();
        }
        if (types.contains(JsonType.INTEGER) && JsonType.INTEGER.accepts(value)) {
            return asLong((Number) value);
        }
        return value;
    }

    private static Long asLong(Number number) {
        try {
            return JsonType.decimal(number).longValueExact();
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /**
     * @param  path  names the value in the text
     * @return       what is wrong with a value, in words for the model; {@code null} when it is right
     */
    String trouble(String path, Object value) {
        if (value == null) {
            return acceptsNull() ? null : "The argument " + path + " must not be null.";
        }
        if (!types.isEmpty() && types.stream().noneMatch(type -> type.accepts(value))) {
            return wrongType(path);
        }
        if (values != null && values.stream().noneMatch(accepted -> isSame(accepted, value))) {
            return "The argument " + path + " must be one of "
                    + values.stream().map(each -> each.isTextual() ? each.textValue() : each.toString()).toList() + ".";
        }
        if (value instanceof Map<?, ?> object) {
            return troubleInside(path, object);
        }
        return value instanceof List<?> list && items != null ? troubleOfItems(path, list) : null;
    }

    String wrongType(String path) {
        return "The argument " + path + " must be of the type "
                + types.stream().map(JsonType::wireName).collect(Collectors.joining(" or ")) + ".";
    }

    private String troubleInside(String path, Map<?, ?> object) {
        for (String name : required) {
            if (isMissing(name, object)) {
                return "The argument " + path + "." + name + " is missing.";
            }
        }
        for (Map.Entry<String, ArgumentSchema> property : properties.entrySet()) {
            Object value = object.get(property.getKey());
            String trouble = value == null ? null : property.getValue().trouble(path + "." + property.getKey(), value);
            if (trouble != null) {
                return trouble;
            }
        }
        if (closed) {
            for (Object name : object.keySet()) {
                if (!properties.containsKey(name)) {
                    return "The argument " + path + "." + ToolArguments.clipped(String.valueOf(name), MAX_NAME)
                            + " is not known.";
                }
            }
        }
        return null;
    }

    /** Models write {@code null} for what they do not know: that counts only where the schema says so. */
    boolean isMissing(String name, Map<?, ?> object) {
        return object.get(name) == null
                && !(object.containsKey(name) && properties.getOrDefault(name, ANY).acceptsNull());
    }

    private String troubleOfItems(String path, List<?> list) {
        int index = 0;
        for (Object item : list) {
            String trouble = items.trouble(path + "[" + index + "]", item);
            if (trouble != null) {
                return trouble;
            }
            index++;
        }
        return null;
    }

    /** As deep as the expected value is. */
    private static boolean isSame(JsonNode expected, Object value) {
        return switch (expected.getNodeType()) {
            case STRING -> expected.textValue().equals(value);
            case BOOLEAN -> value instanceof Boolean flag && expected.booleanValue() == flag;
            case NUMBER -> value instanceof Number number && isSame(expected.decimalValue(), JsonType.decimal(number));
            case NULL -> value == null;
            case ARRAY -> value instanceof List<?> list && isSameList(expected, list);
            case OBJECT -> value instanceof Map<?, ?> map && map.size() == expected.size() && expected.properties().stream()
                    .allMatch(each -> map.containsKey(each.getKey()) && isSame(each.getValue(), map.get(each.getKey())));
            default -> false;
        };
    }

    private static boolean isSame(BigDecimal expected, BigDecimal value) {
        return value != null && expected.compareTo(value) == 0;
    }

    private static boolean isSameList(JsonNode expected, List<?> list) {
        if (list.size() != expected.size()) {
            return false;
        }
        int index = 0;
        for (Object item : list) {
            if (!isSame(expected.get(index++), item)) {
                return false;
            }
        }
        return true;
    }
}
