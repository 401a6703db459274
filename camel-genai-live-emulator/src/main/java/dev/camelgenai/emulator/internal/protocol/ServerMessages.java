package dev.camelgenai.emulator.internal.protocol;

import java.util.Arrays;
import java.util.Base64;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.EmulatedService;

/** Makes the messages of the server. Stateless. */
public final class ServerMessages {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ServerMessages() {
    }

    public static ObjectNode setupComplete(EmulatedService service, String sessionId) {
        ObjectNode complete = JSON.objectNode();
        if (service == EmulatedService.VERTEX_AI) {
            complete.put("sessionId", sessionId);
        }
        return message("setupComplete", complete);
    }

    public static ObjectNode resumable(String handle) {
        return message("sessionResumptionUpdate", JSON.objectNode().put("newHandle", handle).put("resumable", true));
    }

    public static ObjectNode text(String text) {
        return modelTurn(JSON.objectNode().put("text", text));
    }

    public static ObjectNode audio(byte[] pcm, int from, int to) {
        byte[] chunk = Arrays.copyOfRange(pcm, from, to);
        return modelTurn(message("inlineData", JSON.objectNode().put("mimeType", "audio/pcm;rate=24000").put("data",
                Base64.getEncoder().encodeToString(chunk))));
    }

    public static ObjectNode inputTranscription(String text) {
        return serverContent("inputTranscription", text);
    }

    public static ObjectNode outputTranscription(String text) {
        return serverContent("outputTranscription", text);
    }

    public static ObjectNode generationComplete() {
        return message("serverContent", JSON.objectNode().put("generationComplete", true));
    }

    /** The end of a turn, with what it has cost. */
    public static ObjectNode turnComplete(EmulatedService service, Usage usage) {
        ObjectNode message = message("serverContent", JSON.objectNode().put("turnComplete", true));
        message.set("usageMetadata", usage.json(service));
        return message;
    }

    private static ObjectNode serverContent(String name, String text) {
        return message("serverContent", message(name, JSON.objectNode().put("text", text)));
    }

    private static ObjectNode modelTurn(ObjectNode part) {
        ObjectNode turn = JSON.objectNode().put("role", "model");
        turn.putArray("parts").add(part);
        return message("serverContent", message("modelTurn", turn));
    }

    private static ObjectNode message(String name, ObjectNode value) {
        ObjectNode message = JSON.objectNode();
        message.set(name, value);
        return message;
    }
}
