package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.WireForm;
import org.apache.camel.Message;

/**
 * Makes answers to function calls out of bodies, for {@code sendToolResponse}. A body that is only the result is answered to the
 * call that the headers name.
 */
final class ToolResponseBodies {

    static final String ACCEPTED = "for sendToolResponse: FunctionResponse, List<FunctionResponse>,"
            + " LiveSendToolResponseParameters, Map or JsonNode with functionResponses, with id, name and response, or with the"
            + " result alone, lists of those with id, name and response; String, byte[], InputStream, Reader and files as the"
            + " result, which is a JSON object or else becomes {\"output\": text}";

    private static final String WHAT = "The function response";
    private static final Set<String> FIELDS = Set.of("id", "name", "response", "scheduling", "willContinue", "will_continue",
            "parts");

    /** Whether a body is meant for {@code sendToolResponse} when nothing says what is to be done with it. */
    static boolean suits(Object body) {
        Object sample = BodyReader.sample(body);
        return sample instanceof FunctionResponse || body instanceof LiveSendToolResponseParameters
                || isTree(sample) && isResponse(WireForm.tree(sample, WHAT))
                || isTree(body) && isResponses(WireForm.tree(body, WHAT));
    }

    private static boolean isTree(Object body) {
        return body instanceof Map<?, ?> || body instanceof JsonNode;
    }

    private static boolean isResponses(JsonNode tree) {
        return tree.has("functionResponses") || tree.has("function_responses");
    }

    /** Rather than a result that happens to have an id and a name, as records of people and things do. */
    private static boolean isResponse(JsonNode tree) {
        return tree.path("response").isObject() && (tree.has("id") || tree.has("name"))
                && tree.properties().stream().allMatch(field -> FIELDS.contains(field.getKey()));
    }

    /**
     * @throws LiveInputException when the body cannot be an answer, or it is not known to which call
     */
    ClientMessage read(Message message) {
        Object body = message.getBody();
        if (body instanceof LiveSendToolResponseParameters parameters) {
            return new ClientMessage.ToolResponse(parameters);
        }
        List<FunctionResponse> responses = responses(body, message);
        boolean single = responses.size() == 1;
        return new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                .functionResponses(responses.stream().map(response -> addressed(response, single, message)).toList()).build());
    }

    private static List<FunctionResponse> responses(Object body, Message message) {
        if (body instanceof FunctionResponse response) {
            return List.of(response);
        }
        if (body instanceof List<?> list && !list.isEmpty()) {
            return list.stream().map(element -> element(element, body)).toList();
        }
        if (isTree(body)) {
            return responses(WireForm.tree(body, WHAT), body);
        }
        return TextBodies.read(message).map(text -> List.of(ofText(text)))
                .orElseThrow(() -> BodyReader.notAccepted("sendToolResponse cannot send", body));
    }

    private static FunctionResponse element(Object element, Object body) {
        if (element instanceof FunctionResponse response) {
            return response;
        }
        if (isTree(element)) {
            JsonNode tree = WireForm.tree(element, WHAT);
            // an answer that only ends a series of answers needs no response
            if (tree.properties().stream().allMatch(field -> FIELDS.contains(field.getKey()))) {
                return WireForm.read(tree, FunctionResponse.class, WHAT);
            }
            throw new LiveInputException("Every element of a list for sendToolResponse must be an answer with id, name and"
                    + " response. To answer one call with a list, put it into a Map.", false);
        }
        throw BodyReader.notAccepted("sendToolResponse cannot send", body);
    }

    private static List<FunctionResponse> responses(JsonNode tree, Object body) {
        if (isResponses(tree)) {
            return WireForm.read(tree, LiveSendToolResponseParameters.class, WHAT).functionResponses().orElse(List.of());
        }
        if (tree.isArray() && !tree.isEmpty()) {
            List<FunctionResponse> responses = new ArrayList<>();
            tree.forEach(element -> responses.add(element(element, body)));
            return responses;
        }
        if (tree.isObject()) {
            return List.of(isResponse(tree) ? WireForm.read(tree, FunctionResponse.class, WHAT) : ofResult(tree));
        }
        if (tree.isValueNode() && !tree.isNull()) {
            return List.of(ofText(tree.asText()));
        }
        throw BodyReader.notAccepted("sendToolResponse cannot send", body);
    }

    private static FunctionResponse ofText(String text) {
        return WireForm.object(text).map(ToolResponseBodies::ofResult)
                .orElseGet(() -> FunctionResponse.builder().response(Map.of("output", text)).build());
    }

    private static FunctionResponse ofResult(JsonNode result) {
        return WireForm.read(WireForm.tree(Map.of("response", result), WHAT), FunctionResponse.class, WHAT);
    }

    private static FunctionResponse addressed(FunctionResponse response, boolean single, Message message) {
        Optional<String> id = response.id().filter(given -> !given.isEmpty());
        Optional<String> name = response.name().filter(given -> !given.isEmpty());
        FunctionResponse.Builder addressed = response.toBuilder();
        if (id.isEmpty()) {
            addressed.id(header(GenAiLiveConstants.TOOL_CALL_ID, single, message).orElseThrow(() -> new LiveInputException(
                    "The function response" + name.map(" of "::concat).orElse("") + " has no id, so the model would not know"
                            + " which call it answers: "
                            + (single
                                    ? "set the header " + GenAiLiveConstants.TOOL_CALL_ID + " to the id of the call."
                                    : "give every one of them the id of its call; the header "
                                            + GenAiLiveConstants.TOOL_CALL_ID + " counts for a single one only."),
                    false)));
        }
        if (name.isEmpty()) {
            header(GenAiLiveConstants.TOOL_NAME, single, message).ifPresent(addressed::name);
        }
        return addressed.build();
    }

    private static Optional<String> header(String name, boolean single, Message message) {
        return Optional.ofNullable(single ? message.getHeader(name, String.class) : null).filter(value -> !value.isBlank());
    }
}
