package dev.camelgenai.emulator.internal.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.EmulatedService;

/**
 * The tokens of one turn.
 *
 * @param prompt   tokens of the prompt, the conversation so far included
 * @param response tokens of the answer
 * @param thoughts text tokens of what the model thought
 * @param toolUse  text tokens of what the tools answered
 */
public record Usage(Tokens prompt, Tokens response, int thoughts, int toolUse) {

    ObjectNode json(EmulatedService service) {
        // Vertex AI names the answer differently
        String answer = service == EmulatedService.VERTEX_AI ? "candidates" : "response";
        ObjectNode usage = JsonNodeFactory.instance.objectNode();
        usage.put("promptTokenCount", prompt.total());
        usage.put(answer + "TokenCount", response.total());
        if (toolUse > 0) {
            usage.put("toolUsePromptTokenCount", toolUse);
        }
        if (thoughts > 0) {
            usage.put("thoughtsTokenCount", thoughts);
        }
        usage.put("totalTokenCount", prompt.total() + response.total() + thoughts + toolUse);
        details(usage.putArray("promptTokensDetails"), prompt);
        details(usage.putArray(answer + "TokensDetails"), response);
        if (toolUse > 0) {
            details(usage.putArray("toolUsePromptTokensDetails"), new Tokens(toolUse, 0, 0));
        }
        return usage;
    }

    private static void details(ArrayNode details, Tokens tokens) {
        detail(details, "TEXT", tokens.text());
        detail(details, "AUDIO", tokens.audio());
        detail(details, "IMAGE", tokens.images());
    }

    private static void detail(ArrayNode details, String modality, int count) {
        if (count > 0) {
            details.addObject().put("modality", modality).put("tokenCount", count);
        }
    }
}
