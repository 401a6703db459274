package dev.camelgenai.live;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.session.LiveTurn;
import dev.camelgenai.live.session.LiveTurnStream;
import org.apache.camel.Message;

/** What the bodies of this component say, in the forms of the data types. */
final class BodyForms {

    /** A piece of audio. */
    record Sound(String mimeType, byte[] bytes) {
    }

    private BodyForms() {
    }

    /**
     * @return                    a String; an InputStream where the turn still arrives
     * @throws LiveInputException when the body has no text
     */
    static Object text(Message message) {
        Object body = message.getBody();
        if (body instanceof String) {
            return body;
        }
        if (body instanceof LiveTurn turn) {
            return LiveTurnConverter.toString(turn);
        }
        if (body instanceof LiveTurnStream turn) {
            return LiveTurnConverter.toInputStream(turn);
        }
        if (body instanceof LiveServerMessage one) {
            return new TurnWords().in(ServerMessage.of(one));
        }
        throw notAccepted("text", "LiveTurn, LiveTurnStream, LiveServerMessage and String", body);
    }

    /** @return PCM while it arrives */
    static InputStream sound(LiveTurnStream turn) {
        return new TurnInputStream(turn, new TurnSound());
    }

    /**
     * @throws LiveInputException when the body has no audio
     */
    static Sound sound(String dataType, Message message) {
        Object body = message.getBody();
        if (body instanceof LiveTurn turn) {
            return new Sound(turn.audioMimeType().orElseThrow(() -> new LiveInputException(
                    "The turn has no audio: the model wrote, or called functions only. Set responseModalities=AUDIO.", false)),
                    turn.audio());
        }
        if (body instanceof byte[] bytes) {
            String mimeType = message.getHeader(GenAiLiveConstants.MIME_TYPE, String.class);
            if (mimeType == null || !mimeType.startsWith("audio/")) {
                throw new LiveInputException(
                        "The header " + GenAiLiveConstants.MIME_TYPE + " must tell the format of the audio,"
                                + " for instance audio/pcm;rate=24000, but is " + mimeType,
                        false);
            }
            return new Sound(mimeType, bytes);
        }
        if (body instanceof LiveServerMessage one) {
            return sound(ServerMessage.of(one));
        }
        throw notAccepted(dataType, "LiveTurn, LiveServerMessage and byte[] with the header " + GenAiLiveConstants.MIME_TYPE
                + (dataType.equals("audio") ? ", and LiveTurnStream" : ""), body);
    }

    private static Sound sound(ServerMessage message) {
        List<ServerEvent.Audio> pieces = message.events().stream().filter(ServerEvent.Audio.class::isInstance)
                .map(ServerEvent.Audio.class::cast).toList();
        if (pieces.isEmpty()) {
            throw new LiveInputException("The message has no audio; take only those with the event audio (events=audio).",
                    false);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(piece -> piece.data().writeTo(all));
        return new Sound(pieces.get(0).mimeType(), all.toByteArray());
    }

    /**
     * @throws LiveInputException when the body has no JSON
     */
    static String json(Message message) {
        Object body = message.getBody();
        if (body instanceof LiveTurnStream) {
            throw notAccepted("json", "LiveTurn, LiveServerMessage and the bodies of events, not a turn that still arrives",
                    body);
        }
        return JsonForm.of(body, message.getHeader(GenAiLiveConstants.MIME_TYPE, String.class)).toString();
    }

    /**
     * @return                    an InputStream where the turn still arrives, bytes of a single message
     * @throws LiveInputException when the body is neither
     */
    static Object serverSentEvents(Message message) {
        Object body = message.getBody();
        if (body instanceof LiveTurnStream turn) {
            return new TurnInputStream(turn, new ServerSentEvents());
        }
        if (body instanceof LiveServerMessage one) {
            return ServerSentEvents.in(ServerMessage.of(one)).getBytes(StandardCharsets.UTF_8);
        }
        throw notAccepted("sse", "LiveTurnStream (response=stream) and LiveServerMessage", body);
    }

    private static LiveInputException notAccepted(String dataType, String accepted, Object body) {
        return new LiveInputException("The data type genai-live:" + dataType + " takes " + accepted + "; the body is "
                + (body == null ? "empty" : "of type " + body.getClass().getName()) + ".", false);
    }
}
