package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Part;
import dev.camelgenai.live.error.LiveSetupRejectedException;

/**
 * Reads what a user gives as {@code config}. A field that would be lost is refused by name, because a session with half
 * of its settings is harder to debug than none.
 */
public final class LiveConfigReader {

    private static final ObjectMapper MAPPER = LiveJson.strictMapper();

    private static final ObjectReader READER = MAPPER.readerFor(LiveConnectConfig.class);

    /** All that {@link LiveConnectConfig} can say, apart from what no live session supports. */
    private static final Set<String> ACCEPTED = accepted();

    private LiveConfigReader() {
    }

    /**
     * @param  config                     a {@link LiveConnectConfig}; a {@link GenerateContentConfig}; a {@link Map} or JSON
     *                                    text with the fields of the former, in camelCase or snake_case, where
     *                                    {@code systemInstruction} may be plain text; {@code null} means all defaults
     * @throws LiveSetupRejectedException for anything else, for a field that no live session has, for malformed JSON; says
     *                                    what or where and never quotes values
     */
    public static LiveConnectConfig read(Object config) {
        if (config == null) {
            return LiveConnectConfig.builder().build();
        }
        if (config instanceof LiveConnectConfig live) {
            return live;
        }
        if (config instanceof GenerateContentConfig generate) {
            return fromGenerateContent(generate);
        }
        if (config instanceof Map<?, ?> map) {
            return fromMap(map);
        }
        if (config instanceof CharSequence text) {
            return fromJson(text.toString());
        }
        throw new LiveSetupRejectedException("The option config takes a LiveConnectConfig, a GenerateContentConfig, a Map or a"
                + " JSON text, not a " + config.getClass().getName(), false);
    }

    private static LiveConnectConfig fromJson(String text) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            // no cause: its message quotes the text, which may be a secret that was put here by mistake
            throw new LiveSetupRejectedException("The option config cannot be read: " + JsonTrouble.where(e), false);
        }
        return fromTree(tree);
    }

    private static LiveConnectConfig fromMap(Map<?, ?> map) {
        JsonNode tree;
        try {
            tree = MAPPER.valueToTree(map);
        } catch (IllegalArgumentException e) {
            throw new LiveSetupRejectedException("The Map given as config cannot be expressed as JSON", false, e);
        }
        return fromTree(tree);
    }

    private static LiveConnectConfig fromTree(JsonNode tree) {
        if (!(tree instanceof ObjectNode object)) {
            throw new LiveSetupRejectedException("The option config cannot be read: it is not a JSON object", false);
        }
        for (String name : List.of("systemInstruction", "system_instruction")) {
            if (object.path(name).isTextual()) {
                object.set(name, MAPPER.valueToTree(Content.fromParts(Part.fromText(object.get(name).textValue()))));
            }
        }
        try {
            return READER.readValue(object);
        } catch (UnrecognizedPropertyException e) {
            throw unknown(List.of(JsonTrouble.path(e)), e.getPath().size() == 1 ? ACCEPTED : names(e.getKnownPropertyIds()));
        } catch (JsonProcessingException e) {
            throw new LiveSetupRejectedException("The option config cannot be read: " + JsonTrouble.where(e), false);
        } catch (IOException e) {
            throw new LiveSetupRejectedException("The option config cannot be read", false, e);
        }
    }

    private static LiveConnectConfig fromGenerateContent(GenerateContentConfig config) {
        ObjectNode tree = MAPPER.valueToTree(config);
        List<String> lost = tree.properties().stream().map(Map.Entry::getKey)
                .filter(name -> !ACCEPTED.contains(name)).toList();
        if (!lost.isEmpty()) {
            throw unknown(lost, ACCEPTED);
        }
        LiveConnectConfig.Builder live = fromTree(tree).toBuilder();
        // Java methods among the tools do not survive JSON
        config.tools().ifPresent(live::tools);
        return live.build();
    }

    private static LiveSetupRejectedException unknown(Collection<String> names, Collection<String> accepted) {
        return new LiveSetupRejectedException("The config of a live session has no " + String.join(", ", names)
                + "; accepted here: " + String.join(", ", accepted), false);
    }

    private static Set<String> names(Collection<Object> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> accepted() {
        Set<String> names = new TreeSet<>();
        MAPPER.getSerializationConfig().introspect(MAPPER.constructType(LiveConnectConfig.class)).findProperties()
                .forEach(property -> names.add(property.getName()));
        names.remove("httpOptions");
        return names;
    }
}
