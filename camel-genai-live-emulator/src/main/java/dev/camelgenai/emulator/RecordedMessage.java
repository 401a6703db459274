package dev.camelgenai.emulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.camelgenai.emulator.internal.protocol.ClientMessages;
import dev.camelgenai.emulator.internal.protocol.SecretHeaders;

/**
 * A message that a client sent after its setup. What it says can be read in either spelling of the client, without exceptions:
 * what is not there, or is not what it should be, is empty.
 *
 * <pre>{@code
 * assertThat(session.messages()).extracting(RecordedMessage::text).containsExactly("a", "b");
 * }</pre>
 *
 * @param number     order of arrival within the session; the setup is 0 and the first message 1, as the service counts for
 *                   transparent resumption
 * @param receivedAt when the whole message had arrived
 * @param kind       {@code clientContent}, {@code realtimeInput}, {@code toolResponse}, {@code contextUpdate}, or
 *                   {@code invalid} for a message that the session was closed for
 * @param json       exactly what was sent, in the spelling of the client; {@code null} node if it was no JSON at all. Do not
 *                   modify
 */
public record RecordedMessage(long number, Instant receivedAt, String kind, JsonNode json) {

    private static final int SHOWN_CHARACTERS = 200;

    /**
     * An answer to a function call.
     *
     * @param id       of the call; empty if there is none
     * @param name     of the function; empty if there is none
     * @param response what the function gave back; a missing node if there is nothing
     */
    public record FunctionResponse(String id, String name, JsonNode response) {
    }

    /** What is written in it: {@code realtimeInput.text}, or the text parts of all {@code clientContent.turns}, joined. */
    public String text() {
        JsonNode live = at("realtimeInput", "text");
        return live.isTextual()
                ? live.textValue()
                : elements(at("clientContent", "turns")).flatMap(turn -> elements(field(turn, "parts")))
                        .map(part -> field(part, "text").asText("")).collect(Collectors.joining());
    }

    /** The sound in it: {@code realtimeInput.audio} and the audio among its {@code mediaChunks}. */
    public byte[] audio() {
        ByteArrayOutputStream pcm = new ByteArrayOutputStream();
        blobs().filter(blob -> field(blob, "mimeType").asText("").startsWith("audio/"))
                .forEach(blob -> pcm.writeBytes(decoded(field(blob, "data").asText(""))));
        return pcm.toByteArray();
    }

    /** Of the sound or the image in it, as sent; the first one's. */
    public String mimeType() {
        return blobs().map(blob -> field(blob, "mimeType").asText("")).findFirst().orElse("");
    }

    /** Whether it is a {@code clientContent} that wants an answer. */
    public boolean turnComplete() {
        return at("clientContent", "turnComplete").asBoolean(false);
    }

    /** The answers in a {@code toolResponse}, in their order. */
    public List<FunctionResponse> functionResponses() {
        return elements(at("toolResponse", "functionResponses"))
                .map(response -> new FunctionResponse(field(response, "id").asText(""), field(response, "name").asText(""),
                        field(response, "response")))
                .toList();
    }

    /** Number, kind, and the beginning of the JSON, without the credentials for MCP servers. */
    @Override
    public String toString() {
        String sent = SecretHeaders.masked(json).toString();
        return "RecordedMessage[" + number + ", " + kind + ", " + (sent.length() <= SHOWN_CHARACTERS
                ? sent
                : sent.substring(0, SHOWN_CHARACTERS) + "... (" + sent.length() + " characters)") + ']';
    }

    private Stream<JsonNode> blobs() {
        return Stream.concat(Stream.of(at("realtimeInput", "audio"), at("realtimeInput", "video")).filter(JsonNode::isObject),
                elements(at("realtimeInput", "mediaChunks")));
    }

    private JsonNode at(String message, String field) {
        return field(field(json, message), field);
    }

    private static JsonNode field(JsonNode object, String camelName) {
        Optional<JsonNode> value = object.properties().stream()
                .filter(field -> ClientMessages.camelPath(field.getKey()).equals(camelName)).map(Map.Entry::getValue)
                .findFirst();
        return value.orElseGet(MissingNode::getInstance);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return array.isArray() ? StreamSupport.stream(array.spliterator(), false) : Stream.empty();
    }

    private static byte[] decoded(String base64) {
        try {
            // proto-JSON takes both alphabets
            return Base64.getDecoder()
                    .decode(base64.replace('-', '+').replace('_', '/').getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
