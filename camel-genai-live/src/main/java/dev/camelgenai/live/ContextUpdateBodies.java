package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.WireForm;
import org.apache.camel.Message;

/** Makes changes of the system instruction and the tools out of bodies, for {@code updateContext}. */
final class ContextUpdateBodies {

    static final String ACCEPTED = "for updateContext: String, byte[], InputStream, Reader, files and Content as the system"
            + " instruction, Tool and List<Tool>, Map or JsonNode with systemInstruction, tools or both";

    private static final String WHAT = "The context update";
    private static final List<String> INSTRUCTION = List.of("systemInstruction", "system_instruction");
    private static final String TOOLS = "tools";
    private static final Set<String> FIELDS = Set.of("systemInstruction", "system_instruction", TOOLS);

    /**
     * @throws LiveInputException when the body is neither a system instruction nor tools
     */
    ClientMessage read(Message message) {
        Object body = message.getBody();
        if (body instanceof Content content) {
            return update(Optional.of(content), Optional.empty());
        }
        if (body instanceof Tool tool) {
            return update(Optional.empty(), Optional.of(List.of(tool)));
        }
        if (body instanceof List<?> list) {
            return update(Optional.empty(), Optional.of(list.stream().map(element -> tool(element, body)).toList()));
        }
        if (body instanceof Map<?, ?> || body instanceof JsonNode) {
            return read(WireForm.tree(body, WHAT));
        }
        return TextBodies.read(message)
                .map(text -> TextBodies.isDeclaredJson(message)
                        ? read(WireForm.parse(text, WHAT))
                        : update(Optional.of(instruction(text)), Optional.empty()))
                .orElseThrow(() -> BodyReader.notAccepted("updateContext cannot send", body));
    }

    private static ClientMessage read(JsonNode tree) {
        if (tree.isTextual()) {
            return update(Optional.of(instruction(tree.textValue())), Optional.empty());
        }
        if (!tree.isObject() || tree.isEmpty()
                || !tree.properties().stream().allMatch(field -> FIELDS.contains(field.getKey()))) {
            throw new LiveInputException(WHAT + " must have systemInstruction, tools or both, and nothing else", false);
        }
        return update(INSTRUCTION.stream().filter(tree::has).findFirst().map(tree::get).map(ContextUpdateBodies::instruction),
                Optional.ofNullable(tree.get(TOOLS)).map(ContextUpdateBodies::tools));
    }

    private static Content instruction(JsonNode tree) {
        return tree.isTextual() ? instruction(tree.textValue()) : WireForm.read(tree, Content.class, WHAT);
    }

    private static Content instruction(String text) {
        return Content.builder().role("user").parts(Part.fromText(text)).build();
    }

    /** A list, or, as on the wire, an object with the list in it. */
    private static List<Tool> tools(JsonNode tree) {
        JsonNode list = tree.isObject() && tree.size() == 1 && tree.has(TOOLS) ? tree.get(TOOLS) : tree;
        if (!list.isArray()) {
            throw new LiveInputException(WHAT + " cannot be read: its tools are not a list", false);
        }
        List<Tool> tools = new ArrayList<>();
        list.forEach(element -> tools.add(WireForm.read(element, Tool.class, WHAT)));
        return tools;
    }

    private static Tool tool(Object element, Object body) {
        if (element instanceof Tool tool) {
            return tool;
        }
        if (element instanceof Map<?, ?> || element instanceof JsonNode) {
            return WireForm.read(WireForm.tree(element, WHAT), Tool.class, WHAT);
        }
        throw BodyReader.notAccepted("updateContext cannot send", body);
    }

    /** With the role that Google's SDKs give to instructions. */
    private static ClientMessage update(Optional<Content> instruction, Optional<List<Tool>> tools) {
        return new ClientMessage.ContextUpdate(instruction.map(
                content -> content.role().isPresent() ? content : content.toBuilder().role("user").build()), tools);
    }
}
