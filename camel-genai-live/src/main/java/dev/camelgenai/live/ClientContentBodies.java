package dev.camelgenai.live;

import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.Content;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.Part;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.WireForm;
import org.apache.camel.Message;

/**
 * Makes turns of the conversation out of bodies, for {@code sendClientContent}. Text is never parsed, whatever it looks like,
 * unless the header {@value GenAiLiveConstants#MIME_TYPE} says that it is JSON: what a user has typed must not become turns of
 * its own. A question, that is text of the user that completes the turn, goes as realtime text where the model needs it so;
 * everything else is client content.
 */
final class ClientContentBodies {

    static final String ACCEPTED = "for sendClientContent: String, List<String>, Content, List<Content>,"
            + " LiveSendClientContentParameters, Map or JsonNode with turns and turnComplete, with role and parts or with role and"
            + " text, lists of these; byte[], ByteBuffer, InputStream, Reader and files as text";

    private static final String WHAT = "The client content";
    private static final Set<String> ROLES = Set.of("user", "model");

    private final boolean questionsAreRealtime;

    /**
     * @param questionsAreRealtime whether a question goes as realtime text
     */
    ClientContentBodies(boolean questionsAreRealtime) {
        this.questionsAreRealtime = questionsAreRealtime;
    }

    /** Whether a body is meant for {@code sendClientContent} when nothing says what is to be done with it. */
    static boolean suits(Message message) {
        Object body = message.getBody();
        Object sample = BodyReader.sample(body);
        return sample instanceof CharSequence || body instanceof Reader || sample instanceof Content
                || body instanceof LiveSendClientContentParameters
                || sample instanceof JsonNode text && text.isTextual() || isTurn(sample) || isTurns(body)
                || TextBodies.isDeclaredText(message);
    }

    private static boolean isTurns(Object body) {
        return has(body, "turns") || has(body, "turnComplete") || has(body, "turn_complete");
    }

    private static boolean isTurn(Object body) {
        return has(body, "parts") || has(body, "text");
    }

    private static boolean has(Object body, String field) {
        return body instanceof Map<?, ?> map && map.containsKey(field) || body instanceof JsonNode tree && tree.has(field);
    }

    /**
     * @throws LiveInputException when the body cannot be turns of a conversation
     */
    ClientMessage read(Message message) {
        Object body = message.getBody();
        if (body instanceof LiveSendClientContentParameters parameters) {
            return new ClientMessage.ClientContent(parameters);
        }
        return TextBodies.read(message)
                .map(text -> TextBodies.isDeclaredJson(message)
                        ? json(WireForm.parse(text, WHAT), message)
                        : text(text, role(message), message))
                .orElseGet(() -> body instanceof Map<?, ?> || body instanceof JsonNode
                        ? json(WireForm.tree(body, WHAT), message)
                        : turns(body, message));
    }

    private ClientMessage text(String text, String role, Message message) {
        boolean complete = turnComplete(message);
        if (questionsAreRealtime && complete && role.equals("user")) {
            return new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder().text(text).build());
        }
        return content(List.of(turn(role, text)), complete);
    }

    private ClientMessage json(JsonNode tree, Message message) {
        if (isTurns(tree)) {
            return content(WireForm.read(tree, LiveSendClientContentParameters.class, WHAT), message);
        }
        if (tree.isTextual()) {
            return text(tree.textValue(), role(message), message);
        }
        if (isText(tree)) {
            return text(tree.get("text").textValue(), role(tree, message), message);
        }
        if (tree.isArray() || isTurn(tree)) {
            return turns(tree, message);
        }
        throw new LiveInputException(WHAT + " must be an object with turns and turnComplete, with role and parts, or with role"
                + " and text; to send any other JSON to the model, convert it to a String", false);
    }

    private static ClientMessage content(LiveSendClientContentParameters parameters, Message message) {
        parameters.turns().ifPresent(turns -> turns.forEach(ClientContentBodies::checkRole));
        return new ClientMessage.ClientContent(parameters.turnComplete().isPresent()
                ? parameters
                : parameters.toBuilder().turnComplete(turnComplete(message)).build());
    }

    private static ClientMessage turns(Object body, Message message) {
        if (body instanceof Iterable<?> elements
                && (body instanceof List<?> || body instanceof JsonNode tree && tree.isArray())) {
            List<Content> turns = new ArrayList<>();
            elements.forEach(element -> turns.add(turn(element, body, message)));
            if (!turns.isEmpty()) {
                return content(turns, turnComplete(message));
            }
        } else {
            return content(List.of(turn(body, body, message)), turnComplete(message));
        }
        throw BodyReader.notAccepted("sendClientContent cannot send", body);
    }

    private static Content turn(Object element, Object body, Message message) {
        if (element instanceof Content content) {
            checkRole(content);
            return content;
        }
        if (element instanceof CharSequence text) {
            return turn(role(message), text.toString());
        }
        if (element instanceof JsonNode || isTurn(element)) {
            JsonNode tree = WireForm.tree(element, WHAT);
            if (tree.isTextual()) {
                return turn(role(message), tree.textValue());
            }
            if (isText(tree)) {
                return turn(role(tree, message), tree.get("text").textValue());
            }
            Content content = WireForm.read(tree, Content.class, WHAT);
            checkRole(content);
            return content;
        }
        throw BodyReader.notAccepted("sendClientContent cannot send", body);
    }

    /** The short form of a turn, which has nothing but a text and perhaps a role. */
    private static boolean isText(JsonNode tree) {
        return tree.path("text").isTextual() && tree.size() == (tree.has("role") ? 2 : 1);
    }

    private static ClientMessage content(List<Content> turns, boolean complete) {
        return new ClientMessage.ClientContent(
                LiveSendClientContentParameters.builder().turns(turns).turnComplete(complete).build());
    }

    private static Content turn(String role, String text) {
        return Content.builder().role(role).parts(Part.fromText(text)).build();
    }

    private static String role(JsonNode tree, Message message) {
        return tree.has("role") ? checked(tree.get("role").asText(), "The role of a turn") : role(message);
    }

    private static String role(Message message) {
        return checked(message.getHeader(GenAiLiveConstants.ROLE, "user", String.class),
                "The header " + GenAiLiveConstants.ROLE);
    }

    private static void checkRole(Content content) {
        content.role().ifPresent(role -> checked(role, "The role of a turn"));
    }

    private static String checked(String role, String what) {
        if (!ROLES.contains(role)) {
            throw new LiveInputException(what + " must be user or model, but is " + role + (role.equals("system")
                    ? ". Give instructions with the option systemInstruction, or with operation=updateContext."
                    : "."), false);
        }
        return role;
    }

    private static boolean turnComplete(Message message) {
        Object header = message.getHeader(GenAiLiveConstants.TURN_COMPLETE);
        if (header == null || header instanceof Boolean) {
            return !Boolean.FALSE.equals(header);
        }
        return switch (header.toString()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new LiveInputException("The header " + GenAiLiveConstants.TURN_COMPLETE
                    + " must be true or false, but is " + header, false);
        };
    }
}
