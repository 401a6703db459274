package dev.camelgenai.live;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.genai.types.ActivityEnd;
import com.google.genai.types.ActivityStart;
import com.google.genai.types.Blob;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.G711;
import dev.camelgenai.live.media.ImageFormat;
import dev.camelgenai.live.media.MediaStream;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.protocol.ClientMessage;
import org.apache.camel.Message;

/** Makes client messages out of the bodies of exchanges. */
final class BodyReader {

    private static final String ACCEPTED = "Accepted are, " + ClientContentBodies.ACCEPTED
            + "; for sendRealtimeInput: byte[], ByteBuffer, Blob, List<byte[]>, List<Blob>, InputStream, File, Path, the files of"
            + " file components, String, LiveSendRealtimeInputParameters; " + ToolResponseBodies.ACCEPTED + "; "
            + ContextUpdateBodies.ACCEPTED + "; "
            + TokenBodies.ACCEPTED
            + ". Convert the body, for instance with convertBodyTo.";

    private final MediaType audioType;

    private final ClientContentBodies clientContent;
    private final ToolResponseBodies toolResponses = new ToolResponseBodies();
    private final ContextUpdateBodies contextUpdates = new ContextUpdateBodies();

    /**
     * @param  audioMimeType        what bytes are of which nothing is said
     * @param  questionsAreRealtime whether text of the user that asks for an answer goes as realtime text
     * @throws LiveInputException   when the rate of the mime type is none
     */
    BodyReader(String audioMimeType, boolean questionsAreRealtime) {
        this.audioType = MediaType.parse(audioMimeType);
        this.clientContent = new ClientContentBodies(questionsAreRealtime);
    }

    /**
     * The operation that suits a body.
     *
     * @throws LiveInputException when none does
     */
    GenAiLiveOperation infer(Message message) {
        Object body = message.getBody();
        if (body instanceof byte[]) {
            // first: to find out that it is none of the interfaces below takes as long as all else that is done with it
            return TextBodies.isDeclaredText(message)
                    ? GenAiLiveOperation.sendClientContent
                    : GenAiLiveOperation.sendRealtimeInput;
        }
        if (ClientContentBodies.suits(message)) {
            return GenAiLiveOperation.sendClientContent;
        }
        if (ToolResponseBodies.suits(body)) {
            return GenAiLiveOperation.sendToolResponse;
        }
        Object sample = sample(body);
        if (sample instanceof byte[] || sample instanceof ByteBuffer || sample instanceof Blob || MediaBody.isStream(body)
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
     * @param  declared           what media are {@link MediaBody#declared} as
     * @throws LiveInputException when the operation cannot do anything with the body
     */
    List<ClientMessage> read(GenAiLiveOperation operation, Message message, MediaType declared) {
        return switch (operation) {
            case sendClientContent -> List.of(clientContent.read(message));
            case sendRealtimeInput -> realtimeInput(message.getBody(), declared);
            case sendToolResponse -> List.of(toolResponses.read(message));
            case activityStart -> List.of(realtime(LiveSendRealtimeInputParameters.builder()
                    .activityStart(ActivityStart.builder().build())));
            case activityEnd -> List.of(realtime(LiveSendRealtimeInputParameters.builder()
                    .activityEnd(ActivityEnd.builder().build())));
            case audioStreamEnd -> List.of(realtime(LiveSendRealtimeInputParameters.builder().audioStreamEnd(true)));
            case updateContext -> List.of(contextUpdates.read(message));
            case createToken, openSession, closeSession, releaseSession -> List.of();
        };
    }

    private List<ClientMessage> realtimeInput(Object body, MediaType declared) {
        if (body instanceof LiveSendRealtimeInputParameters parameters) {
            return List.of(new ClientMessage.RealtimeInput(parameters));
        }
        if (body instanceof String text) {
            return List.of(realtime(LiveSendRealtimeInputParameters.builder().text(text)));
        }
        if (!(body instanceof byte[]) && (isListOf(byte[].class, body) || isListOf(Blob.class, body))) {
            return ((List<?>) body).stream().map(chunk -> media(chunk, declared)).toList();
        }
        return List.of(media(body, declared));
    }

    /** What has to be read before it can be sent; empty for all that {@link #read} takes. */
    Optional<MediaBody> stream(GenAiLiveOperation operation, Object body, MediaType declared) {
        return operation == GenAiLiveOperation.sendRealtimeInput
                ? MediaBody.of(body, declared, audioType)
                : Optional.empty();
    }

    private ClientMessage media(Object body, MediaType declared) {
        if (body instanceof Blob blob) {
            return media(blob.data().orElse(new byte[0]), blob.mimeType().map(MediaType::parse).orElse(declared),
                    blob.toBuilder());
        }
        byte[] bytes = MediaBody.bytes(body);
        if (bytes == null) {
            throw notAccepted("sendRealtimeInput cannot send", body);
        }
        return media(bytes, declared, Blob.builder().data(bytes));
    }

    private ClientMessage media(byte[] bytes, MediaType declared, Blob.Builder blob) {
        MediaType type = declared != null ? declared : MediaStream.recognise(bytes, audioType);
        return switch (type.kind()) {
            case IMAGE -> realtime(LiveSendRealtimeInputParameters.builder()
                    .video(blob.mimeType(ImageFormat.of(bytes, type).mimeType()).build()));
            // decoded and no more: a piece of a call that was resampled on its own would click at its seams
            case MU_LAW, A_LAW -> audio(blob.data(G711.decode(bytes, type.kind()))
                    .mimeType(MediaType.pcm(type.rate()).text()));
            case WAV -> throw new LiveInputException("A list cannot have WAV files in it. Send them one by one, for instance"
                    + " with split(body()).", false);
            case PCM, OTHER -> audio(blob.mimeType(type.text()));
        };
    }

    private static ClientMessage audio(Blob.Builder blob) {
        return realtime(LiveSendRealtimeInputParameters.builder().audio(blob.build()));
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
