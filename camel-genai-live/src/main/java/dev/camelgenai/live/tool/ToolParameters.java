package dev.camelgenai.live.tool;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.genai.types.Schema;
import com.google.genai.types.Type;
import dev.camelgenai.live.error.LiveInputException;

/**
 * The parameters that the options {@code parameter.*} declare.
 *
 * @param declared what the model is told
 * @param checked  what arguments are checked against
 */
record ToolParameters(Schema declared, ArgumentSchema checked) {

    /** The names of the component {@code ai-tool}, besides those of JSON schemas. */
    private static final Map<String, JsonType> SYNONYMS = Map.of("int", JsonType.INTEGER, "long", JsonType.INTEGER, "double",
            JsonType.NUMBER, "float", JsonType.NUMBER, "bool", JsonType.BOOLEAN);

    private static final Set<JsonType> TYPES = Set.of(JsonType.STRING, JsonType.INTEGER, JsonType.NUMBER, JsonType.BOOLEAN);

    private static final Set<String> DETAILS = Set.of("description", "required", "enum");

    /**
     * @param  options              by name, without the prefix
     * @throws LiveInputException when one is not understood, naming it
     */
    static ToolParameters of(String tool, Map<String, Object> options) {
        Map<String, Object> sorted = new TreeMap<>(options);
        refuseStrayDetails(tool, sorted);
        Map<String, Schema> declared = new LinkedHashMap<>();
        Map<String, ArgumentSchema> checked = new LinkedHashMap<>();
        Set<String> required = new LinkedHashSet<>();
        sorted.forEach((name, option) -> {
            if (name.contains(".")) {
                return;
            }
            JsonType type = type(tool, name, option);
            Set<String> values = ToolSpec.list(sorted.get(name + ".enum"));
            Schema.Builder schema = Schema.builder().type(type.known());
            if (sorted.get(name + ".description") != null) {
                schema.description(sorted.get(name + ".description").toString());
            }
            if (!values.isEmpty()) {
                schema.enum_(List.copyOf(values));
            }
            declared.put(name, schema.build());
            checked.put(name, ArgumentSchema.plain(type, values.isEmpty() ? null : accepted(tool, name, type, values)));
            if (isRequired(tool, name, sorted.get(name + ".required"))) {
                required.add(name);
            }
        });
        SchemaOption.refuseNamesThatSteer(tool, "parameter.*", declared.keySet());
        Schema.Builder root = Schema.builder().type(Type.Known.OBJECT).properties(declared);
        return new ToolParameters((required.isEmpty() ? root : root.required(List.copyOf(required))).build(),
                ArgumentSchema.object(checked, required));
    }

    private static void refuseStrayDetails(String tool, Map<String, Object> options) {
        for (String option : options.keySet()) {
            int dot = option.indexOf('.');
            if (dot < 0) {
                continue;
            }
            String parameter = option.substring(0, dot);
            if (!options.containsKey(parameter)) {
                throw new LiveInputException("The tool " + tool + " has the option parameter." + option
                        + " but no type for it; add parameter." + parameter + "=string (or integer, number, boolean)", false);
            }
            if (!DETAILS.contains(option.substring(dot + 1))) {
                throw new LiveInputException("The tool " + tool + " has the unknown option parameter." + option
                        + "; a parameter has a type, a description, required and enum", false);
            }
        }
    }

    private static JsonType type(String tool, String parameter, Object option) {
        String name = String.valueOf(option).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(SYNONYMS.get(name)).or(() -> JsonType.named(name)).filter(TYPES::contains)
                .orElseThrow(() -> new LiveInputException("The option parameter." + parameter + " of the tool " + tool
                        + " must be string, integer, number or boolean, but is " + option
                        + "; use argSchema for objects and lists",
                        false));
    }

    private static boolean isRequired(String tool, String parameter, Object option) {
        String text = option == null ? "false" : option.toString().strip().toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            throw new LiveInputException("The option parameter." + parameter + ".required of the tool " + tool
                    + " must be true or false, but is " + option, false);
        }
        return text.equals("true");
    }

    private static List<JsonNode> accepted(String tool, String parameter, JsonType type, Set<String> values) {
        List<JsonNode> accepted = new ArrayList<>();
        for (String value : values) {
            JsonNode node = node(type, value);
            if (node == null) {
                throw new LiveInputException(
                        "The option parameter." + parameter + ".enum of the tool " + tool + " has the value "
                                + value + ", which is not of the type " + type.wireName() + "; no argument could have it",
                        false);
            }
            accepted.add(node);
        }
        return accepted;
    }

    private static JsonNode node(JsonType type, String value) {
        return switch (type) {
            case BOOLEAN -> value.equals("true") || value.equals("false") ? BooleanNode.valueOf(value.equals("true")) : null;
            case INTEGER, NUMBER -> number(type, value);
            default -> TextNode.valueOf(value);
        };
    }

    private static JsonNode number(JsonType type, String value) {
        try {
            BigDecimal number = new BigDecimal(value);
            return type.accepts(number) ? DecimalNode.valueOf(number) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
