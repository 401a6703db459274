package dev.camelgenai.live.tool;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.FunctionDeclaration;
import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;

/**
 * A tool as its endpoint's options describe it.
 *
 * @param declaration   what the model is told
 * @param tags          which endpoints offer it; empty for all that have tags
 * @param arguments     what the arguments of a call are checked against
 * @param lenient       whether arguments of other types are taken as they may have been meant
 * @param body          what the arguments become
 * @param behavior      {@code null} for the model's own
 * @param scheduling    {@code null} for the model's own
 * @param cancellable   whether the route may be interrupted
 * @param timeout       for one answer; {@code null} for that of the endpoint that offers it
 * @param maxConcurrent calls at a time; 0 for any number
 */
record ToolSpec(FunctionDeclaration declaration, Set<String> tags, ArgumentSchema arguments, boolean lenient, ArgumentBody body,
        GenAiLiveToolBehavior behavior, GenAiLiveToolScheduling scheduling, boolean cancellable, Duration timeout,
        int maxConcurrent) implements OfferedTool {

    ToolSpec {
        tags = Set.copyOf(tags);
    }

    /**
     * @throws LiveInputException when an option cannot work, naming it, the tool and the fix
     */
    static ToolSpec of(GenAiLiveToolEndpoint endpoint) {
        CamelContext camelContext = endpoint.getCamelContext();
        String name = endpoint.getName();
        FunctionDeclaration.Builder declaration = FunctionDeclaration.builder().name(name)
                .description(isBlank(endpoint.getDescription()) ? name : endpoint.getDescription());
        ArgumentSchema arguments = ArgumentSchema.object(Map.of(), Set.of());
        if (!isBlank(endpoint.getArgSchema())) {
            refuseBothGrammars(endpoint);
            SchemaOption option = new SchemaOption(camelContext, "argSchema", name);
            JsonNode schema = option.readArguments(endpoint.getArgSchema());
            arguments = ArgumentSchema.of(schema);
            declaration.parametersJsonSchema(schema);
        } else if (!endpoint.getParameters().isEmpty()) {
            ToolParameters parameters = ToolParameters.of(name, endpoint.getParameters());
            arguments = parameters.checked();
            declaration.parameters(parameters.declared());
        }
        if (!isBlank(endpoint.getOutputSchema())) {
            declaration.responseJsonSchema(
                    new SchemaOption(camelContext, "outputSchema", name).read(endpoint.getOutputSchema()));
        }
        if (endpoint.getBehavior() != null) {
            declaration.behavior(endpoint.getBehavior().name());
        }
        refuseNegative(name, "timeout", endpoint.getTimeout(), "0 for that of the genai-live endpoint");
        refuseNegative(name, "maxConcurrent", endpoint.getMaxConcurrent(), "0 for any number");
        return new ToolSpec(declaration.build(), list(endpoint.getTags()), arguments, isBlank(endpoint.getArgSchema()),
                ArgumentBody.of(camelContext, name, endpoint.getBodyType()), endpoint.getBehavior(), endpoint.getScheduling(),
                endpoint.isCancellable(), endpoint.getTimeout() == 0 ? null : Duration.ofMillis(endpoint.getTimeout()),
                endpoint.getMaxConcurrent());
    }

    private static void refuseBothGrammars(GenAiLiveToolEndpoint endpoint) {
        if (!endpoint.getParameters().isEmpty()) {
            throw new LiveInputException(
                    "The tool " + endpoint.getName() + " has the option argSchema and the options parameter."
                            + endpoint.getParameters().keySet().stream().sorted().collect(Collectors.joining(", parameter."))
                            + " as well; declare all parameters in the schema, or all as parameter.NAME",
                    false);
        }
    }

    private static void refuseNegative(String tool, String option, long value, String meaningOfZero) {
        if (value < 0) {
            throw new LiveInputException(
                    "The option " + option + " of the tool " + tool + " must not be negative, but is " + value
                            + " (" + meaningOfZero + ")",
                    false);
        }
    }

    static boolean isBlank(String option) {
        return option == null || option.isBlank();
    }

    static Set<String> list(Object option) {
        return option == null
                ? Set.of()
                : Arrays.stream(option.toString().split(",")).map(String::strip).filter(value -> !value.isEmpty())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Override
    public String name() {
        return declaration.name().orElseThrow();
    }

    @Override
    public boolean isOfferedTo(String endpointTags) {
        return isOfferedTo(list(endpointTags));
    }

    boolean isOfferedTo(Set<String> endpointTags) {
        return areOffered(tags, endpointTags);
    }

    static boolean areOffered(Set<String> toolTags, Set<String> endpointTags) {
        return !endpointTags.isEmpty() && (toolTags.isEmpty() || toolTags.stream().anyMatch(endpointTags::contains));
    }
}
