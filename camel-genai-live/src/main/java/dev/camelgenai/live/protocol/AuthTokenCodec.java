package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.types.AuthToken;
import com.google.genai.types.CreateAuthTokenConfig;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveConnectConstraints;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveSetupRejectedException;

/**
 * Writes requests for ephemeral tokens and reads the answers ({@code protocol} 1.2), as Google's SDK does. Stateless, may be used
 * by any number of threads.
 */
public final class AuthTokenCodec {

    /** Fields of the flat configuration that a mask has to look for elsewhere. */
    private static final Set<String> GENERATION_CONFIG = Set.of("temperature", "topK", "top_k", "topP", "top_p",
            "maxOutputTokens", "max_output_tokens", "responseModalities", "response_modalities", "seed", "speechConfig",
            "speech_config");

    private final LiveEndpoint endpoint;

    public AuthTokenCodec(LiveEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Writes the request as UTF-8 JSON.
     *
     * @param  config                     what is wanted of the token; its {@code liveConnectConstraints}, where there are any,
     *                                    even empty ones, take the place of model and setup
     * @param  model                      the only one that sessions with the token may use
     * @param  setup                      what sessions with the token are bound to
     * @throws LiveSetupRejectedException when the service does not take a field of the setup
     * @throws LiveInputException         when the request cannot be sent as it is wanted
     */
    public byte[] encode(CreateAuthTokenConfig config, LiveModelName model, LiveConnectConfig setup) {
        if (config.httpOptions().isPresent()) {
            throw new LiveInputException("httpOptions is not supported for a token; set baseUrl, apiVersion and headers as"
                    + " options of the endpoint", false);
        }
        ObjectNode request = LiveJson.mapper().createObjectNode();
        config.expireTime().ifPresent(time -> request.put("expireTime", time.toString()));
        config.newSessionExpireTime().ifPresent(time -> request.put("newSessionExpireTime", time.toString()));
        config.uses().ifPresent(uses -> request.put("uses", uses));
        ObjectNode bound = config.liveConnectConstraints().map(this::setup)
                .orElseGet(() -> encoder().setup(model, setup, null));
        if (!bound.isEmpty()) {
            request.set("bidiGenerateContentSetup", bound);
        }
        mask(config.lockAdditionalFields(), bound).ifPresent(mask -> request.put("fieldMask", mask));
        try {
            return LiveJson.mapper().writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new LiveInputException("The request for a token cannot be expressed as JSON", false, e);
        }
    }

    private SetupEncoder encoder() {
        return new SetupEncoder(endpoint.service());
    }

    private ObjectNode setup(LiveConnectConstraints constraints) {
        return encoder().setup(constraints.model().map(model -> LiveModelName.of(model, endpoint)).orElse(null),
                constraints.config().orElseGet(() -> LiveConnectConfig.builder().build()), null);
    }

    /** Without a mask, all of the setup is locked. */
    private static Optional<String> mask(Optional<List<String>> additional, ObjectNode setup) {
        if (additional.isEmpty()) {
            return Optional.empty();
        }
        List<String> paths = new ArrayList<>();
        setup.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isObject() && !value.isEmpty()) {
                value.fieldNames().forEachRemaining(name -> paths.add(field.getKey() + "." + name));
            } else {
                paths.add(field.getKey());
            }
        });
        for (String name : additional.get()) {
            paths.add(!setup.isEmpty() && GENERATION_CONFIG.contains(name) ? "generationConfig." + name : name);
        }
        return paths.isEmpty() ? Optional.empty() : Optional.of(String.join(",", paths));
    }

    /**
     * @throws GenAiLiveException when it is no token; never quotes it. Not retriable
     */
    public AuthToken decode(byte[] utf8Json) {
        AuthToken token;
        try {
            token = LiveJson.mapper().readValue(utf8Json, AuthToken.class);
        } catch (JsonProcessingException e) {
            // neither its message nor itself as a cause: both quote what may be the token
            throw notUnderstood(JsonTrouble.where(e));
        } catch (IOException e) {
            throw new GenAiLiveException("The answer to the request for a token could not be read", false, e);
        }
        if (token == null || token.name().filter(name -> !name.isBlank()).isEmpty()) {
            throw notUnderstood("it has no name");
        }
        return token;
    }

    private static GenAiLiveException notUnderstood(String why) {
        return new GenAiLiveException("The service answered the request for a token with something else: " + why, false);
    }
}
