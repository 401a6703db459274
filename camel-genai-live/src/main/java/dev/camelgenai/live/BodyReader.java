package dev.camelgenai.live;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

import com.google.genai.types.ActivityEnd;
import com.google.genai.types.ActivityStart;
import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.Part;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.G711;
import dev.camelgenai.live.media.ImageFormat;
import dev.camelgenai.live.media.MediaStream;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.protocol.ClientMessage;
import org.apache.camel.Message;

/** Makes client messages out of the bodies of exchanges. */
final class BodyReader {

    private static final String ACCEPTED = """
            Accepted are, for sendClientContent: String, Content, List<Content>, LiveSendClientContentParameters; \
            for sendRealtimeInput: byte[], ByteBuffer, Blob, List<byte[]>, List<Blob>, InputStream, File, Path, the files of \
            file components, String, LiveSendRealtimeInputParameters; \
            for sendToolResponse: FunctionResponse, List<FunctionResponse>, LiveSendToolResponseParameters. \
            Convert the body, for instance with convertBodyTo.""";

    private final MediaType audioType;

    /**
     * @param  audioMimeType      what bytes are of which nothing is said
     * @throws LiveInputException when its rate is none
     */
    BodyReader(String audioMimeType) {
        this.audioType = MediaType.parse(audioMimeType);
    }

    /**
     * The operation that suits a body.
     *
     * @throws LiveInputException when none does
     */
    GenAiLiveOperation infer(Object body) {
        Object sample = body instanceof List<?> list && !list.isEmpty() ? list.get(0) : body;
        if (sample instanceof String || sample instanceof Content || body instanceof LiveSendClientContentParameters) {
            return GenAiLiveOperation.sendClientContent;
        }
        if (sample instanceof byte[] || sample instanceof ByteBuffer || sample instanceof Blob || MediaBody.isStream(body)
                || body instanceof LiveSendRealtimeInputParameters) {
            return GenAiLiveOperation.sendRealtimeInput;
        }
        if (sample instanceof FunctionResponse || body instanceof LiveSendToolResponseParameters) {
            return GenAiLiveOperation.sendToolResponse;
        }
        throw notAccepted("No operation suits", body);
    }

    /**
     * The messages to send, in order.
     *
     * @throws LiveInputException when the operation cannot do anything with the body
     */
    List<ClientMessage> read(GenAiLiveOperation operation, Message message) {
        return switch (operation) {
            case sendClientContent -> List.of(new ClientMessage.ClientContent(clientContent(message)));
            case sendRealtimeInput -> realtimeInput(message);
            case sendToolResponse -> List.of(new ClientMessage.ToolResponse(toolResponse(message.getBody())));
            case activityStart -> List.of(realtime(LiveSendRealtimeInputParameters.builder()
                    .activityStart(ActivityStart.builder().build())));
            case activityEnd -> List.of(realtime(LiveSendRealtimeInputParameters.builder()
                    .activityEnd(ActivityEnd.builder().build())));
            case audioStreamEnd -> List.of(realtime(LiveSendRealtimeInputParameters.builder().audioStreamEnd(true)));
            case updateContext, createToken -> throw notAccepted("Not there yet: " + operation + " with", message.getBody());
            case openSession, closeSession -> List.of();
        };
    }

    private static LiveSendClientContentParameters clientContent(Message message) {
        Object body = message.getBody();
        if (body instanceof LiveSendClientContentParameters parameters) {
            return parameters;
        }
        return LiveSendClientContentParameters.builder().turns(turns(message, body)).turnComplete(turnComplete(message))
                .build();
    }

    private static boolean turnComplete(Message message) {
        Object header = message.getHeader(GenAiLiveConstants.TURN_COMPLETE);
        if (header == null || header instanceof Boolean) {
            return !Boolean.FALSE.equals(header);
        }
        return switch (header.toString()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new LiveInputException("The header " + GenAiLiveConstants.TURN_COMPLETE
                    + " must be true or false, but is " + header, false);
        };
    }

    private static List<Content> turns(Message message, Object body) {
        if (body instanceof String text) {
            String role = message.getHeader(GenAiLiveConstants.ROLE, "user", String.class);
            return List.of(Content.builder().role(role).parts(Part.fromText(text)).build());
        }
        if (body instanceof Content content) {
            return List.of(content);
        }
        if (isListOf(Content.class, body)) {
            return ((List<?>) body).stream().map(Content.class::cast).toList();
        }
        throw notAccepted("sendClientContent cannot send", body);
    }

    private List<ClientMessage> realtimeInput(Message message) {
        Object body = message.getBody();
        if (body instanceof LiveSendRealtimeInputParameters parameters) {
            return List.of(new ClientMessage.RealtimeInput(parameters));
        }
        if (body instanceof String text) {
            return List.of(realtime(LiveSendRealtimeInputParameters.builder().text(text)));
        }
        MediaType declared = MediaBody.declared(message);
        if (isListOf(byte[].class, body) || isListOf(Blob.class, body)) {
            return ((List<?>) body).stream().map(chunk -> media(chunk, declared)).toList();
        }
        return List.of(media(body, declared));
    }

    /** What has to be read before it can be sent; empty for all that {@link #read} takes. */
    Optional<MediaBody> stream(GenAiLiveOperation operation, Message message) {
        return operation == GenAiLiveOperation.sendRealtimeInput ? MediaBody.of(message, audioType) : Optional.empty();
    }

    private ClientMessage media(Object body, MediaType declared) {
        if (body instanceof Blob blob) {
            return media(blob.data().orElse(new byte[0]), blob.mimeType().map(MediaType::parse).orElse(declared), blob);
        }
        byte[] bytes = MediaBody.bytes(body);
        if (bytes == null) {
            throw notAccepted("sendRealtimeInput cannot send", body);
        }
        return media(bytes, declared, Blob.builder().data(bytes).build());
    }

    private ClientMessage media(byte[] bytes, MediaType declared, Blob blob) {
        MediaType type = declared != null ? declared : MediaStream.recognise(bytes, audioType);
        return switch (type.kind()) {
            case IMAGE -> realtime(LiveSendRealtimeInputParameters.builder()
                    .video(blob.toBuilder().mimeType(ImageFormat.of(bytes, type).mimeType()).build()));
            // decoded and no more: a piece of a call that was resampled on its own would click at its seams
            case MU_LAW, A_LAW -> audio(blob.toBuilder().data(G711.decode(bytes, type.kind()))
                    .mimeType(MediaType.pcm(type.rate()).text()));
            case WAV -> throw new LiveInputException("A list cannot have WAV files in it. Send them one by one, for instance"
                    + " with split(body()).", false);
            case PCM, OTHER -> audio(blob.toBuilder().mimeType(type.text()));
        };
    }

    private static ClientMessage audio(Blob.Builder blob) {
        return realtime(LiveSendRealtimeInputParameters.builder().audio(blob.build()));
    }

    private static ClientMessage realtime(LiveSendRealtimeInputParameters.Builder parameters) {
        return new ClientMessage.RealtimeInput(parameters.build());
    }

    private static LiveSendToolResponseParameters toolResponse(Object body) {
        if (body instanceof LiveSendToolResponseParameters parameters) {
            return parameters;
        }
        if (body instanceof FunctionResponse response) {
            return LiveSendToolResponseParameters.builder().functionResponses(List.of(response)).build();
        }
        if (isListOf(FunctionResponse.class, body)) {
            return LiveSendToolResponseParameters.builder()
                    .functionResponses(((List<?>) body).stream().map(FunctionResponse.class::cast).toList()).build();
        }
        throw notAccepted("sendToolResponse cannot send", body);
    }

    private static boolean isListOf(Class<?> type, Object body) {
        return body instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(type::isInstance);
    }

    private static LiveInputException notAccepted(String what, Object body) {
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
