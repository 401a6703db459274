package dev.camelgenai.live.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.types.Blob;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import dev.camelgenai.live.error.LiveInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Writes the messages after the setup ({@code protocol} 4.2 to 4.5). Stateless, may be used by any number of threads.
 * <p>
 * Realtime input, of which a call sends fifty messages a second, is written in one pass into the buffer, without a tree
 * or a copy of the media as text. The rest goes through Jackson.
 */
public final class ClientMessageEncoder {

    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    /** 256 ms of 24 kHz audio; a multiple of 3, so that the pieces of a longer blob join without padding. */
    private static final int CHUNK = 12 * 1024;
    private static final int ENCODED_CHUNK = MessageSize.base64(CHUNK);

    private static final FastThreadLocal<Scratch> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch(new byte[CHUNK], new byte[ENCODED_CHUNK]);
        }
    };

    private static final byte[] REALTIME_INPUT = "{\"realtimeInput\":{".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MEDIA_CHUNKS = name("mediaChunks");
    private static final byte[] AUDIO = name("audio");
    private static final byte[] AUDIO_STREAM_END = name("audioStreamEnd");
    private static final byte[] VIDEO = name("video");
    private static final byte[] TEXT = name("text");
    private static final byte[] ACTIVITY_START = name("activityStart");
    private static final byte[] ACTIVITY_END = name("activityEnd");
    private static final byte[] MIME_TYPE = name("mimeType");
    private static final byte[] DISPLAY_NAME = name("displayName");
    private static final byte[] DATA = name("data");

    private final LiveService service;

    public ClientMessageEncoder(LiveService service) {
        this.service = service;
    }

    /**
     * Writes the message as UTF-8 JSON.
     *
     * @param  out                left with a part of the message in it when this method throws
     * @throws LiveInputException when the service does not take a field that is set, naming the field; never retriable
     */
    public void encode(ClientMessage message, ByteBuf out) {
        // a sealed interface, but no pattern switch yet in Java 17
        if (message instanceof ClientMessage.RealtimeInput input) {
            writeRealtimeInput(input.parameters(), out);
        } else if (message instanceof ClientMessage.ClientContent content) {
            writeTree("clientContent", content.parameters(), FieldSupport.CLIENT_CONTENT, out);
        } else if (message instanceof ClientMessage.ToolResponse response) {
            requireIds(response.parameters());
            writeTree("toolResponse", response.parameters(), FieldSupport.TOOL_RESPONSE, out);
        } else if (message instanceof ClientMessage.ContextUpdate update) {
            writeTree("contextUpdate", wireForm(update), FieldSupport.CONTEXT_UPDATE, out);
        } else {
            throw new IllegalArgumentException("Unknown kind of message: " + message);
        }
    }

    /** On the wire the list of tools sits in an object of its own. */
    private static Map<String, Object> wireForm(ClientMessage.ContextUpdate update) {
        Map<String, Object> fields = new LinkedHashMap<>();
        update.systemInstruction().ifPresent(instruction -> fields.put("systemInstruction", instruction));
        update.tools().ifPresent(tools -> fields.put("tools", Map.of("tools", DeclaredFunctions.in(tools))));
        return fields;
    }

    private void writeTree(String name, Object parameters, List<FieldSupport> table, ByteBuf out) {
        ObjectNode message = LiveJson.mapper().createObjectNode();
        try (OutputStream stream = new ByteBufOutputStream(out)) {
            JsonNode tree = LiveJson.mapper().valueToTree(parameters);
            FieldSupport.firstUnsupported(table, tree, service).ifPresent(field -> {
                throw new LiveInputException(field.refusal(), false);
            });
            message.set(name, tree);
            LiveJson.mapper().writeValue(stream, message);
        } catch (IOException | IllegalArgumentException e) {
            throw new LiveInputException("The " + name + " message cannot be expressed as JSON", false, e);
        }
    }

    private void requireIds(LiveSendToolResponseParameters parameters) {
        if (service != LiveService.DEVELOPER_API) {
            return;
        }
        for (FunctionResponse response : parameters.functionResponses().orElse(List.of())) {
            if (response.id().filter(id -> !id.isEmpty()).isEmpty()) {
                throw new LiveInputException("The function response" + response.name().map(name -> " of " + name).orElse("")
                        + " has no id; the Gemini Developer API needs the id of the function call that it answers", false);
            }
        }
    }

    private void writeRealtimeInput(LiveSendRealtimeInputParameters input, ByteBuf out) {
        out.writeBytes(REALTIME_INPUT);
        int start = out.writerIndex();
        if (input.media().isPresent()) {
            name(MEDIA_CHUNKS, start, out);
            out.writeByte('[');
            writeBlob("media", input.media().get(), out);
            out.writeByte(']');
        }
        if (input.audio().isPresent()) {
            requireMimeType("audio", "audio/", input.audio().get());
            name(AUDIO, start, out);
            writeBlob("audio", input.audio().get(), out);
        }
        if (input.audioStreamEnd().isPresent()) {
            name(AUDIO_STREAM_END, start, out);
            ascii(input.audioStreamEnd().get() ? "true" : "false", out);
        }
        if (input.video().isPresent()) {
            requireMimeType("video", "image/", input.video().get());
            name(VIDEO, start, out);
            writeBlob("video", input.video().get(), out);
        }
        if (input.text().isPresent()) {
            name(TEXT, start, out);
            string(input.text().get(), out);
        }
        if (input.activityStart().isPresent()) {
            name(ACTIVITY_START, start, out);
            ascii("{}", out);
        }
        if (input.activityEnd().isPresent()) {
            name(ACTIVITY_END, start, out);
            ascii("{}", out);
        }
        ascii("}}", out);
    }

    private static void requireMimeType(String field, String prefix, Blob blob) {
        String mimeType = blob.mimeType().orElse(null);
        if (mimeType == null || !mimeType.startsWith(prefix)) {
            throw new LiveInputException("The mime type of realtime " + field + " must start with " + prefix + " but is "
                    + mimeType + (field.equals("video") ? "; video is sent as single images" : ""), false);
        }
    }

    private void writeBlob(String field, Blob blob, ByteBuf out) {
        if (service == LiveService.DEVELOPER_API && blob.displayName().isPresent()) {
            throw new LiveInputException(new FieldSupport(field + ".displayName", LiveService.VERTEX_AI).refusal(), false);
        }
        out.writeByte('{');
        int start = out.writerIndex();
        if (blob.mimeType().isPresent()) {
            name(MIME_TYPE, start, out);
            string(blob.mimeType().get(), out);
        }
        if (blob.displayName().isPresent()) {
            name(DISPLAY_NAME, start, out);
            string(blob.displayName().get(), out);
        }
        if (blob.data().isPresent()) {
            name(DATA, start, out);
            out.writeByte('"');
            base64(blob.data().get(), out);
            out.writeByte('"');
        }
        out.writeByte('}');
    }

    private static void base64(byte[] data, ByteBuf out) {
        out.ensureWritable(MessageSize.base64(data.length));
        Scratch scratch = SCRATCH.get();
        if (data.length <= CHUNK) {
            out.writeBytes(scratch.encoded, 0, BASE64.encode(data, scratch.encoded));
            return;
        }
        int from = 0;
        for (; data.length - from >= CHUNK; from += CHUNK) {
            System.arraycopy(data, from, scratch.raw, 0, CHUNK);
            out.writeBytes(scratch.encoded, 0, BASE64.encode(scratch.raw, scratch.encoded));
        }
        if (from < data.length) {
            // the encoder takes whole arrays only
            out.writeBytes(scratch.encoded, 0, BASE64.encode(Arrays.copyOfRange(data, from, data.length), scratch.encoded));
        }
    }

    private static byte[] name(String name) {
        return ("\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    private static void name(byte[] name, int start, ByteBuf out) {
        if (out.writerIndex() > start) {
            out.writeByte(',');
        }
        out.writeBytes(name);
    }

    private static void string(String text, ByteBuf out) {
        out.writeByte('"');
        if (isPlain(text)) {
            ascii(text, out);
        } else {
            out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        }
        out.writeByte('"');
    }

    /** Whether the text needs no escapes; true for every mime type that means something. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static void ascii(String text, ByteBuf out) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    /** Reused by all messages that a thread writes. */
    private record Scratch(byte[] raw, byte[] encoded) {
    }
}
