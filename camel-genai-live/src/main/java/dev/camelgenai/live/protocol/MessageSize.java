package dev.camelgenai.live.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import io.netty.buffer.ByteBufUtil;

/** Estimates for the bounds of the outbox. Saturates instead of overflowing. */
final class MessageSize {

    /** Field names, braces and short values of one JSON object. */
    private static final int OBJECT = 96;

    private long bytes = OBJECT;

    private MessageSize() {
    }

    static int of(ClientMessage message) {
        MessageSize size = new MessageSize();
        if (message instanceof ClientMessage.RealtimeInput input) {
            size.add(input.parameters());
        } else if (message instanceof ClientMessage.ClientContent content) {
            content.parameters().turns().ifPresent(turns -> turns.forEach(size::add));
        } else if (message instanceof ClientMessage.ToolResponse response) {
            response.parameters().functionResponses().ifPresent(responses -> responses.forEach(size::add));
        } else if (message instanceof ClientMessage.ContextUpdate update) {
            update.systemInstruction().ifPresent(size::add);
            update.tools().ifPresent(tools -> tools.forEach(size::add));
        }
        return (int) Math.min(Integer.MAX_VALUE, size.bytes);
    }

    /** Of the characters that base64 makes of so many bytes. */
    static int base64(int length) {
        return (int) Math.min(Integer.MAX_VALUE, (length + 2L) / 3 * 4);
    }

    private void add(LiveSendRealtimeInputParameters input) {
        input.media().ifPresent(this::add);
        input.audio().ifPresent(this::add);
        input.video().ifPresent(this::add);
        input.text().ifPresent(this::add);
    }

    private void add(Content content) {
        bytes += OBJECT;
        content.parts().ifPresent(parts -> parts.forEach(this::add));
    }

    /** Schemas have no bound of their own and are seldom sent, so that measuring the text is good enough. */
    private void add(Tool tool) {
        bytes += OBJECT;
        add(tool.toString());
    }

    private void add(Part part) {
        bytes += OBJECT;
        part.text().ifPresent(this::add);
        part.inlineData().ifPresent(this::add);
        part.thoughtSignature().ifPresent(signature -> bytes += base64(signature.length));
        part.functionResponse().ifPresent(this::add);
        part.functionCall().flatMap(call -> call.args()).ifPresent(this::addValue);
        part.executableCode().flatMap(code -> code.code()).ifPresent(this::add);
        part.codeExecutionResult().flatMap(result -> result.output()).ifPresent(this::add);
    }

    private void add(FunctionResponse response) {
        bytes += OBJECT;
        response.id().ifPresent(this::add);
        response.name().ifPresent(this::add);
        response.response().ifPresent(this::addValue);
        response.parts().ifPresent(parts -> parts.forEach(part -> {
            bytes += OBJECT;
            part.inlineData().flatMap(blob -> blob.data()).ifPresent(data -> bytes += base64(data.length));
        }));
    }

    private void add(Blob blob) {
        bytes += OBJECT;
        blob.data().ifPresent(data -> bytes += base64(data.length));
    }

    private void add(String text) {
        bytes += ByteBufUtil.utf8Bytes(text);
    }

    private void addValue(Object value) {
        if (value instanceof Optional<?> optional) {
            optional.ifPresent(this::addValue);
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> {
                bytes += 8;
                add(String.valueOf(key));
                addValue(element);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(this::addValue);
        } else if (value instanceof String text) {
            bytes += 4;
            add(text);
        } else if (value instanceof byte[] data) {
            bytes += base64(data.length);
        } else {
            bytes += OBJECT;
        }
    }
}
