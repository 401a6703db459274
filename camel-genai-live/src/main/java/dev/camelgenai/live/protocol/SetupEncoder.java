package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Tool;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;

/**
 * Writes the first message of a connection ({@code protocol} 4.1). Encoded once per connect, so clarity goes before speed
 * here. Immutable.
 */
public final class SetupEncoder {

    /** Fields of the flat configuration that the service wants inside {@code generationConfig}. */
    private static final Set<String> GENERATION_CONFIG = Set.of("responseModalities", "temperature", "topP", "topK",
            "maxOutputTokens", "mediaResolution", "seed", "speechConfig", "thinkingConfig", "enableAffectiveDialog",
            "translationConfig");

    /** Those that stay at the top of the setup. */
    private static final Set<String> SETUP = Set.of("systemInstruction", "tools", "sessionResumption",
            "inputAudioTranscription", "outputAudioTranscription", "realtimeInputConfig", "contextWindowCompression",
            "proactivity", "explicitVadSignal", "avatarConfig", "safetySettings");

    private final LiveService service;

    public SetupEncoder(LiveService service) {
        this.service = service;
    }

    /**
     * Writes {@code {"setup":{...}}} as UTF-8.
     *
     * @param  model                      what to talk to
     * @param  config                     how
     * @param  resumptionHandle           continues the session that this handle was given out for, instead of the one that
     *                                    the configuration may name; {@code null} leaves the configuration as it is
     * @param  out                        left with a part of the message in it when this method throws
     * @throws LiveSetupRejectedException when the service does not take a field that is set, naming the field; never
     *                                    retriable
     */
    public void encode(LiveModelName model, LiveConnectConfig config, String resumptionHandle, ByteBuf out) {
        ObjectNode message = LiveJson.mapper().createObjectNode();
        message.set("setup", setup(model, config, resumptionHandle));
        try (OutputStream stream = new ByteBufOutputStream(out)) {
            LiveJson.mapper().writeValue(stream, message);
        } catch (IOException e) {
            throw new LiveSetupRejectedException("The setup could not be written as JSON", false, e);
        }
    }

    /**
     * Refuses what {@link #encode} would refuse, so that a route can fail at its start.
     *
     * @throws LiveSetupRejectedException as {@link #encode}
     */
    public void check(LiveConnectConfig config) {
        tree(config);
    }

    /**
     * @param model {@code null} for a setup that leaves it open, as that of a token may
     */
    ObjectNode setup(LiveModelName model, LiveConnectConfig config, String resumptionHandle) {
        ObjectNode setup = LiveJson.mapper().createObjectNode();
        if (model != null) {
            setup.put("model", model.value());
        }
        ObjectNode flat = tree(config);
        for (Map.Entry<String, JsonNode> field : flat.properties()) {
            if (GENERATION_CONFIG.contains(field.getKey())) {
                setup.withObjectProperty("generationConfig").set(field.getKey(), field.getValue());
            } else if (SETUP.contains(field.getKey())) {
                setup.set(field.getKey(), field.getValue());
            } else {
                throw new LiveSetupRejectedException("The config field " + field.getKey() + " is not known to this version of"
                        + " camel-genai-live; it would be lost", false);
            }
        }
        if (resumptionHandle != null) {
            setup.withObjectProperty("sessionResumption").put("handle", resumptionHandle);
        }
        return setup;
    }

    private ObjectNode tree(LiveConnectConfig config) {
        ObjectNode flat;
        try {
            flat = LiveJson.mapper().valueToTree(withDeclaredFunctions(config));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new LiveSetupRejectedException("The config cannot be expressed as JSON: " + e.getMessage(), false, e);
        }
        FieldSupport.firstUnsupported(FieldSupport.SETUP, flat, service).ifPresent(field -> {
            throw new LiveSetupRejectedException(field.refusal(), false);
        });
        return flat;
    }

    private static LiveConnectConfig withDeclaredFunctions(LiveConnectConfig config) {
        List<Tool> tools = config.tools().orElse(List.of());
        List<Tool> declared = DeclaredFunctions.in(tools);
        return declared.equals(tools) ? config : config.toBuilder().tools(declared).build();
    }
}
