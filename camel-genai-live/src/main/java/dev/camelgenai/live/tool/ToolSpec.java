package dev.camelgenai.live.tool;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.Schema;
import com.google.genai.types.Type;
import dev.camelgenai.live.error.LiveInputException;

/**
 * What the model is told about a tool.
 *
 * @param tags       which endpoints offer it
 * @param parameters by name
 */
record ToolSpec(String name, String description, Set<String> tags, Map<String, Parameter> parameters) {

    /** The types of parameters. */
    enum ParameterType {
        string(Type.Known.STRING),
        integer(Type.Known.INTEGER),
        number(Type.Known.NUMBER),
        bool(Type.Known.BOOLEAN);

        private final Type.Known wire;

        ParameterType(Type.Known wire) {
            this.wire = wire;
        }

        String wireName() {
            return wire.name().toLowerCase(Locale.ROOT);
        }

        private static ParameterType of(String tool, String parameter, Object option) {
            String text = String.valueOf(option).toLowerCase(Locale.ROOT);
            return Arrays.stream(values()).filter(type -> type.wireName().equals(text)).findFirst()
                    .orElseThrow(() -> new LiveInputException("The option parameter." + parameter + " of the tool " + tool
                            + " must be string, integer, number or boolean, but is " + option, false));
        }
    }

    /**
     * @param description {@code null} for none
     * @param values      the only ones accepted; empty for all
     */
    record Parameter(ParameterType type, String description, boolean required, List<String> values) {
    }

    ToolSpec {
        tags = Set.copyOf(tags);
    }

    /**
     * @throws LiveInputException when an option is missing or not understood, naming it
     */
    static ToolSpec of(GenAiLiveToolEndpoint endpoint) {
        Set<String> tags = list(endpoint.getTags());
        if (tags.isEmpty()) {
            throw new LiveInputException("The tool " + endpoint.getName() + " needs the option tags: genai-live endpoints with"
                    + " one of its tags offer it, and no others.", false);
        }
        if (endpoint.getDescription() == null || endpoint.getDescription().isBlank()) {
            throw new LiveInputException(
                    "The tool " + endpoint.getName() + " needs the option description: without it the model"
                            + " does not know when to call it.",
                    false);
        }
        return new ToolSpec(endpoint.getName(), endpoint.getDescription(), tags,
                parameters(endpoint.getName(), new TreeMap<>(endpoint.getParameters())));
    }

    private static Map<String, Parameter> parameters(String tool, Map<String, Object> options) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        options.forEach((option, value) -> {
            if (option.contains(".")) {
                return;
            }
            if (option.toLowerCase(Locale.ROOT).startsWith("camel")) {
                throw new LiveInputException("The parameter " + option + " of the tool " + tool + " must not begin with Camel:"
                        + " parameters become headers, and such headers steer Camel.", false);
            }
            Object description = options.get(option + ".description");
            parameters.put(option, new Parameter(ParameterType.of(tool, option, value),
                    description == null ? null : description.toString(),
                    Boolean.parseBoolean(String.valueOf(options.get(option + ".required"))),
                    List.copyOf(list(options.get(option + ".enum")))));
        });
        for (String option : options.keySet()) {
            int dot = option.indexOf('.');
            if (dot < 0) {
                continue;
            }
            String parameter = option.substring(0, dot);
            if (!parameters.containsKey(parameter)) {
                throw new LiveInputException("The tool " + tool + " has the option parameter." + option
                        + " but no type for it; add parameter." + parameter + "=string (or integer, number, boolean)", false);
            }
            if (!Set.of("description", "required", "enum").contains(option.substring(dot + 1))) {
                throw new LiveInputException("The tool " + tool + " has the unknown option parameter." + option
                        + "; a parameter has a type, a description, required and enum", false);
            }
        }
        return parameters;
    }

    static Set<String> list(Object option) {
        return option == null
                ? Set.of()
                : Arrays.stream(option.toString().split(",")).map(String::strip).filter(value -> !value.isEmpty())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    FunctionDeclaration declaration() {
        FunctionDeclaration.Builder declaration = FunctionDeclaration.builder().name(name).description(description);
        if (parameters.isEmpty()) {
            return declaration.build();
        }
        Map<String, Schema> properties = new LinkedHashMap<>();
        parameters.forEach((parameter, spec) -> properties.put(parameter, schema(spec)));
        List<String> required = parameters.entrySet().stream().filter(entry -> entry.getValue().required())
                .map(Map.Entry::getKey).toList();
        Schema.Builder schema = Schema.builder().type(Type.Known.OBJECT).properties(properties);
        return declaration.parameters((required.isEmpty() ? schema : schema.required(required)).build()).build();
    }

    private static Schema schema(Parameter parameter) {
        Schema.Builder schema = Schema.builder().type(parameter.type().wire);
        if (parameter.description() != null) {
            schema.description(parameter.description());
        }
        if (!parameter.values().isEmpty()) {
            schema.enum_(parameter.values());
        }
        return schema.build();
    }
}
