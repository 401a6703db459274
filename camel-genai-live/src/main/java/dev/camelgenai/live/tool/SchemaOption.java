package dev.camelgenai.live.tool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;

/**
 * An option whose value is a JSON schema, or the resource that holds it.
 *
 * @param option its name
 * @param tool   the tool that has it
 */
record SchemaOption(CamelContext camelContext, String option, String tool) {

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build().readerFor(JsonNode.class);

    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*", Pattern.DOTALL);
    private static final String RESOURCE = "resource:";
    private static final int SHOWN = 80;

    /**
     * @param  value                JSON text or resource
     * @throws LiveInputException when there is no schema of any type
     */
    JsonNode read(String value) {
        String given = placeholdersResolved(value).strip();
        boolean isResource = !given.startsWith("{") && SCHEME.matcher(given).matches();
        JsonNode schema = parse(isResource ? content(given) : given, given);
        if (!schema.isObject()) {
            throw refused(given, "is no JSON schema, which is an object such as {\"type\":\"string\"}", null);
        }
        try {
            ArgumentSchema.of(schema);
        } catch (IllegalArgumentException e) {
            throw refused(given, "is no JSON schema that can be used: " + e.getMessage(), e);
        }
        return schema;
    }

    /**
     * @throws LiveInputException when there is no schema of arguments: of an object whose properties can become headers
     */
    JsonNode readArguments(String value) {
        JsonNode schema = read(value);
        ArgumentSchema arguments = ArgumentSchema.of(schema);
        if (!arguments.types().isEmpty() && !arguments.types().contains(JsonType.OBJECT)) {
            throw refused(value,
                    "must have the type object at its root, as in {\"type\":\"object\",\"properties\":{...}}, because"
                            + " arguments have names; but the type is " + schema.get("type"),
                    null);
        }
        if (arguments.properties().isEmpty()) {
            throw refused(value, "needs the properties that are the arguments, as in {\"type\":\"object\",\"properties\":"
                    + "{\"id\":{\"type\":\"string\"}}}; leave the option out for a tool without arguments", null);
        }
        arguments.required().stream().filter(name -> !arguments.properties().containsKey(name)).findFirst().ifPresent(name -> {
            throw refused(value,
                    "requires " + name + ", which is not among its properties; declare it there, or do not require it",
                    null);
        });
        refuseNamesThatSteer(tool, option, arguments.properties().keySet());
        return schema;
    }

    /** Arguments become headers. */
    static void refuseNamesThatSteer(String tool, String option, Iterable<String> names) {
        TreeMap<String, String> seen = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("camel") || lower.startsWith("org.apache.camel.")) {
                throw new LiveInputException("The parameter " + name + " of the tool " + tool + " (option " + option
                        + ") must not begin with Camel: parameters become headers, and such headers steer Camel. Rename it.",
                        false);
            }
            String other = seen.put(name, name);
            if (other != null) {
                throw new LiveInputException("The parameters " + other + " and " + name + " of the tool " + tool + " (option "
                        + option + ") differ in case only; as headers they would be one. Rename one of them.", false);
            }
        }
    }

    private String placeholdersResolved(String value) {
        try {
            return camelContext.resolvePropertyPlaceholders(value);
        } catch (RuntimeException e) {
            throw refused(value, "has a property placeholder that cannot be resolved; define the property", e);
        }
    }

    private String content(String resource) {
        String uri = resource.startsWith(RESOURCE) ? resource.substring(RESOURCE.length()) : resource;
        try (InputStream content = ResourceHelper.resolveMandatoryResourceAsInputStream(camelContext, uri)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException | RuntimeException e) {
            throw refused(resource, "cannot be read; name a resource that exists, such as classpath:" + tool
                    + ".json or file:schemas/" + tool + ".json, or give the JSON text itself", e);
        }
    }

    private JsonNode parse(String text, String given) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")";
            throw refused(given,
                    "is not valid JSON" + where + "; give a JSON schema, or a resource that holds one, such as classpath:"
                            + tool + ".json",
                    e);
        }
    }

    private LiveInputException refused(String value, String trouble, Exception cause) {
        return new LiveInputException("The option " + option + " of the tool " + tool + " " + trouble + ". Its value is "
                + ToolArguments.clipped(value, SHOWN), false, cause);
    }
}
