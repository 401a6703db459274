package dev.camelgenai.live;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.Message;

/** Tells what happened to a session in the headers of a message. */
final class SessionEventHeaders {

    /** As much as fits into a close frame. */
    private static final int MAX_REASON_BYTES = 123;

    private SessionEventHeaders() {
    }

    static void set(Message message, SessionEvent event) {
        message.setHeader(GenAiLiveConstants.EVENT, SessionEventKind.of(event).name());
        if (event instanceof SessionEvent.GoingAway goingAway) {
            message.setHeader(GenAiLiveConstants.TIME_LEFT, goingAway.timeLeft().toMillis());
        } else if (event instanceof SessionEvent.Reconnecting reconnecting) {
            message.setHeader(GenAiLiveConstants.RECONNECT_ATTEMPT, reconnecting.attempt());
            setEnding(message, reconnecting.cause());
        } else if (event instanceof SessionEvent.Resumed resumed) {
            message.setHeader(GenAiLiveConstants.STATE_RESTORED, resumed.stateRestored());
            message.setHeader(GenAiLiveConstants.IN_DOUBT, resumed.inDoubt());
        } else if (event instanceof SessionEvent.Closed closed) {
            setEnding(message, closed.cause());
            message.setHeader(GenAiLiveConstants.IN_DOUBT, closed.inDoubt());
        }
    }

    private static void setEnding(Message message, SessionEvent.Ending ending) {
        if (ending.code() != 0) {
            message.setHeader(GenAiLiveConstants.CLOSE_CODE, ending.code());
        }
        if (!ending.reason().isEmpty()) {
            message.setHeader(GenAiLiveConstants.CLOSE_REASON, cut(ending.reason()));
        }
    }

    /** The encoder stops before a character that does not fit, so that none is cut in half. */
    private static String cut(String reason) {
        CharBuffer characters = CharBuffer.wrap(reason);
        StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE)
                .encode(characters, ByteBuffer.allocate(MAX_REASON_BYTES), true);
        return reason.substring(0, characters.position());
    }
}
