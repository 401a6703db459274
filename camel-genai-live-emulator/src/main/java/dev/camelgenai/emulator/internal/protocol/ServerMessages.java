package dev.camelgenai.emulator.internal.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.EmulatedService;

/** Makes the messages of the server. Stateless. */
public final class ServerMessages {

    /** The message with the content of turns. */
    public static final String SERVER_CONTENT = "serverContent";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int NANO_DIGITS = 9;
    private static final int MILLI_DIGITS = 3;

    private ServerMessages() {
    }

    public static ObjectNode setupComplete(EmulatedService service, String sessionId) {
        ObjectNode complete = JSON.objectNode();
        if (service == EmulatedService.VERTEX_AI) {
            complete.put("sessionId", sessionId);
        }
        return message("setupComplete", complete);
    }

    /**
     * @param lastConsumed the number of the last client message that the handle stands for, in transparent mode
     */
    public static ObjectNode resumable(String handle, Optional<Long> lastConsumed) {
        ObjectNode update = JSON.objectNode().put("newHandle", handle).put("resumable", true);
        // proto-JSON: int64 is a string
        lastConsumed.ifPresent(index -> update.put("lastConsumedClientMessageIndex", Long.toString(index)));
        return message("sessionResumptionUpdate", update);
    }

    public static ObjectNode notResumable() {
        return message("sessionResumptionUpdate", JSON.objectNode().put("newHandle", "").put("resumable", false));
    }

    public static ObjectNode text(String text) {
        return modelTurn(JSON.objectNode().put("text", text));
    }

    public static ObjectNode thought(String text) {
        return modelTurn(JSON.objectNode().put("text", text).put("thought", true));
    }

    public static ObjectNode audio(byte[] pcm, int from, int to) {
        byte[] chunk = Arrays.copyOfRange(pcm, from, to);
        return modelTurn(message("inlineData", JSON.objectNode().put("mimeType", "audio/pcm;rate=24000").put("data",
                Base64.getEncoder().encodeToString(chunk))));
    }

    public static ObjectNode inputTranscription(String text) {
        return transcription("inputTranscription", text);
    }

    public static ObjectNode outputTranscription(String text) {
        return transcription("outputTranscription", text);
    }

    public static ObjectNode generationComplete() {
        return content("generationComplete");
    }

    public static ObjectNode interrupted() {
        return content("interrupted");
    }

    public static ObjectNode waitingForInput() {
        return content("waitingForInput");
    }

    /**
     * The end of a turn, with what it has cost.
     *
     * @param interactionStatus for models that have one
     */
    public static ObjectNode turnComplete(EmulatedService service, Usage usage, Optional<String> interactionStatus) {
        ObjectNode message = content("turnComplete");
        interactionStatus.ifPresent(status -> ((ObjectNode) message.get(SERVER_CONTENT)).put("interactionStatus", status));
        message.set("usageMetadata", usage.json(service));
        return message;
    }

    /** The end of a turn that nobody has begun. */
    public static ObjectNode bareTurnComplete() {
        return content("turnComplete");
    }

    /**
     * @param functionCalls objects with {@code id}, {@code name} and {@code args}
     */
    public static ObjectNode toolCall(Collection<? extends JsonNode> functionCalls) {
        ObjectNode call = JSON.objectNode();
        call.putArray("functionCalls").addAll(functionCalls);
        return message("toolCall", call);
    }

    public static ObjectNode toolCallCancellation(Collection<String> ids) {
        ObjectNode cancellation = JSON.objectNode();
        ArrayNode list = cancellation.putArray("ids");
        ids.forEach(list::add);
        return message("toolCallCancellation", cancellation);
    }

    public static ObjectNode goAway(Duration timeLeft, boolean fractional) {
        return message("goAway", JSON.objectNode().put("timeLeft", duration(timeLeft, fractional)));
    }

    /**
     * @param start  or else the end of the activity
     * @param offset since the begin of the audio
     */
    public static ObjectNode voiceActivity(boolean start, Duration offset, boolean fractional) {
        return message("voiceActivity", JSON.objectNode().put("type", start ? "ACTIVITY_START" : "ACTIVITY_END")
                .put("audioOffset", duration(offset, fractional)));
    }

    /** Both messages in one; where both have the same content field, that of {@code second} counts. */
    public static ObjectNode merge(ObjectNode first, ObjectNode second) {
        ObjectNode merged = first.deepCopy();
        if (first.has(SERVER_CONTENT) && second.has(SERVER_CONTENT)) {
            ((ObjectNode) merged.get(SERVER_CONTENT)).setAll((ObjectNode) second.get(SERVER_CONTENT));
        }
        second.fields().forEachRemaining(field -> {
            if (!merged.has(field.getKey())) {
                merged.set(field.getKey(), field.getValue());
            }
        });
        return merged;
    }

    /** Proto-JSON: seconds with 0, 3, 6 or 9 digits behind the point; here 0 or 3, or 3 if a fraction is wanted. */
    private static String duration(Duration duration, boolean fractional) {
        BigDecimal seconds = BigDecimal.valueOf(duration.getSeconds())
                .add(BigDecimal.valueOf(duration.getNano(), NANO_DIGITS));
        boolean whole = duration.toMillisPart() == 0 && !fractional;
        return seconds.setScale(whole ? 0 : MILLI_DIGITS, RoundingMode.DOWN).toPlainString() + 's';
    }

    private static ObjectNode transcription(String name, String text) {
        return message(SERVER_CONTENT, message(name, JSON.objectNode().put("text", text)));
    }

    private static ObjectNode content(String flag) {
        return message(SERVER_CONTENT, JSON.objectNode().put(flag, true));
    }

    private static ObjectNode modelTurn(ObjectNode part) {
        ObjectNode turn = JSON.objectNode().put("role", "model");
        turn.putArray("parts").add(part);
        return message(SERVER_CONTENT, message("modelTurn", turn));
    }

    private static ObjectNode message(String name, ObjectNode value) {
        ObjectNode message = JSON.objectNode();
        message.set(name, value);
        return message;
    }
}
