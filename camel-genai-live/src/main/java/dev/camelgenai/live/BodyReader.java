package dev.camelgenai.live;

import java.nio.ByteBuffer;
import java.util.List;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.genai.types.ActivityEnd;
import com.google.genai.types.ActivityStart;
import com.google.genai.types.Blob;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.ClientMessage;
import org.apache.camel.Message;

/** Makes client messages out of the bodies of exchanges. */
final class BodyReader {

    private static final String ACCEPTED = "Accepted are, " + ClientContentBodies.ACCEPTED
            + "; for sendRealtimeInput: byte[], ByteBuffer, Blob, List<byte[]>, List<Blob>, String,"
            + " LiveSendRealtimeInputParameters; " + ToolResponseBodies.ACCEPTED + "; " + ContextUpdateBodies.ACCEPTED + "; "
            + TokenBodies.ACCEPTED
            + ". Convert the body, for instance with convertBodyTo.";

    private final String audioMimeType;

    private final ClientContentBodies clientContent;
    private final ToolResponseBodies toolResponses = new ToolResponseBodies();
    private final ContextUpdateBodies contextUpdates = new ContextUpdateBodies();

    /**
     * @param audioMimeType        the format of bytes without a header
     * @param questionsAreRealtime whether text of the user that asks for an answer goes as realtime text
     */
    BodyReader(String audioMimeType, boolean questionsAreRealtime) {
        this.audioMimeType = audioMimeType;
        this.clientContent = new ClientContentBodies(questionsAreRealtime);
    }

    /**
     * The operation that suits a body.
     *
     * @throws LiveInputException when none does
     */
    GenAiLiveOperation infer(Message message) {
        Object body = message.getBody();
        if (ClientContentBodies.suits(message)) {
            return GenAiLiveOperation.sendClientContent;
        }
        if (ToolResponseBodies.suits(body)) {
            return GenAiLiveOperation.sendToolResponse;
        }
        Object sample = sample(body);
        if (sample instanceof byte[] || sample instanceof ByteBuffer || sample instanceof Blob
                || body instanceof LiveSendRealtimeInputParameters) {
            return GenAiLiveOperation.sendRealtimeInput;
        }
        throw notAccepted("No operation suits", body);
    }

    /** The first element of a list, or the body itself. */
    static Object sample(Object body) {
        if (body instanceof List<?> list && !list.isEmpty()) {
            return list.get(0);
        }
        return body instanceof ArrayNode array && !array.isEmpty() ? array.get(0) : body;
    }

    /**
     * The messages to send, in order.
     *
     * @throws LiveInputException when the operation cannot do anything with the body
     */
    List<ClientMessage> read(GenAiLiveOperation operation, Message message) {
        return switch (operation) {
            case sendClientContent -> List.of(clientContent.read(message));
            case sendRealtimeInput -> realtimeInput(message);
            case sendToolResponse -> List.of(toolResponses.read(message));
            case activityStart -> List.of(realtime(LiveSendRealtimeInputParameters.builder()
                    .activityStart(ActivityStart.builder().build())));
            case activityEnd -> List.of(realtime(LiveSendRealtimeInputParameters.builder()
                    .activityEnd(ActivityEnd.builder().build())));
            case audioStreamEnd -> List.of(realtime(LiveSendRealtimeInputParameters.builder().audioStreamEnd(true)));
            case updateContext -> List.of(contextUpdates.read(message));
            case createToken, openSession, closeSession -> List.of();
        };
    }

    private List<ClientMessage> realtimeInput(Message message) {
        Object body = message.getBody();
        if (body instanceof LiveSendRealtimeInputParameters parameters) {
            return List.of(new ClientMessage.RealtimeInput(parameters));
        }
        if (body instanceof String text) {
            return List.of(realtime(LiveSendRealtimeInputParameters.builder().text(text)));
        }
        String mimeType = message.getHeader(GenAiLiveConstants.MIME_TYPE, audioMimeType, String.class);
        if (isListOf(byte[].class, body) || isListOf(Blob.class, body)) {
            return ((List<?>) body).stream().map(chunk -> media(chunk, mimeType)).toList();
        }
        return List.of(media(body, mimeType));
    }

    private static ClientMessage media(Object body, String mimeType) {
        Blob blob;
        if (body instanceof Blob given) {
            blob = given;
        } else if (body instanceof byte[] bytes) {
            blob = Blob.builder().data(bytes).mimeType(mimeType).build();
        } else if (body instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            blob = Blob.builder().data(bytes).mimeType(mimeType).build();
        } else {
            throw notAccepted("sendRealtimeInput cannot send", body);
        }
        boolean image = blob.mimeType().orElse("").startsWith("image/");
        return realtime(image
                ? LiveSendRealtimeInputParameters.builder().video(blob)
                : LiveSendRealtimeInputParameters.builder().audio(blob));
    }

    private static ClientMessage realtime(LiveSendRealtimeInputParameters.Builder parameters) {
        return new ClientMessage.RealtimeInput(parameters.build());
    }

    private static boolean isListOf(Class<?> type, Object body) {
        return body instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(type::isInstance);
    }

    static LiveInputException notAccepted(String what, Object body) {
        String found = body == null ? "an empty body (null)" : "a body of type " + body.getClass().getName();
        if (body instanceof List<?> list) {
            found += list.isEmpty()
                    ? ", which is empty"
                    : " of " + list.stream()
                            .map(each -> each == null ? "null" : each.getClass().getSimpleName()).distinct().limit(5).toList();
        }
        return new LiveInputException(what + " " + found + ". " + ACCEPTED, false);
    }
}
