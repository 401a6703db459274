package dev.camelgenai.live;

import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.CreateAuthTokenConfig;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.WireForm;
import org.apache.camel.Message;

/**
 * Reads what is wanted of a token, for {@code createToken}. Text is not parsed unless the header
 * {@value GenAiLiveConstants#MIME_TYPE} says that it is JSON: it may come from the very client that the token is for, which is
 * not to choose what the token allows.
 */
final class TokenBodies {

    static final String ACCEPTED = "for createToken: an empty body, CreateAuthTokenConfig, Map or JsonNode with its fields";

    private static final String WHAT = "What is wanted of the token";

    private TokenBodies() {
    }

    /**
     * @throws LiveInputException when the body tells nothing about a token
     */
    static CreateAuthTokenConfig read(Message message) {
        Object body = message.getBody();
        if (body == null) {
            return CreateAuthTokenConfig.builder().build();
        }
        if (body instanceof CreateAuthTokenConfig config) {
            return config;
        }
        if (body instanceof Map<?, ?> || body instanceof JsonNode) {
            return read(WireForm.tree(body, WHAT));
        }
        String text = TextBodies.read(message).orElseThrow(() -> BodyReader.notAccepted("createToken cannot use", body));
        if (text.isBlank()) {
            return CreateAuthTokenConfig.builder().build();
        }
        if (!TextBodies.isDeclaredJson(message)) {
            throw BodyReader.notAccepted("createToken does not parse text and cannot use", body);
        }
        return read(WireForm.parse(text, WHAT));
    }

    private static CreateAuthTokenConfig read(JsonNode tree) {
        return WireForm.read(tree, CreateAuthTokenConfig.class, WHAT);
    }
}
