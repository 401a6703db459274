package dev.camelgenai.examples.voiceassistant;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;
import org.jboss.logging.Logger;

/**
 * Where the pages of visitors connect. Everything runs on the event loop, so that messages are counted when they come and none wait
 * for a thread; nothing here blocks.
 */
@WebSocket(path = "/live")
public class VoiceSocket {

    private static final Logger LOG = Logger.getLogger(VoiceSocket.class);

    private final Visitors visitors;
    private final Uplink uplink;
    private final VoiceConfig config;
    private final ObjectMapper json;

    VoiceSocket(Visitors visitors, Uplink uplink, VoiceConfig config, ObjectMapper json) {
        this.visitors = visitors;
        this.uplink = uplink;
        this.config = config;
        this.json = json;
    }

    @OnOpen
    @NonBlocking
    void arrive(WebSocketConnection connection) {
        visitors.arrive(connection);
    }

    @OnBinaryMessage
    @NonBlocking
    void speak(Buffer pcm, WebSocketConnection connection) {
        visitors.find(connection.id()).filter(visitor -> accept(visitor, pcm.length())).ifPresent(visitor -> {
            if (pcm.length() == 0 || pcm.length() % Short.BYTES != 0) {
                visitor.end(Ending.INVALID_MESSAGE);
            } else {
                visitor.heard();
                uplink.speak(visitor.key(), pcm.getBytes());
            }
        });
    }

    @OnTextMessage
    @NonBlocking
    void write(String message, WebSocketConnection connection) {
        visitors.find(connection.id()).filter(visitor -> accept(visitor, message.getBytes(StandardCharsets.UTF_8).length))
                .ifPresent(visitor -> {
                    try {
                        act(visitor, json.readValue(message, VisitorMessage.class));
                    } catch (JsonProcessingException e) {
                        LOG.debugf(e, "Visitor %s", visitor.key());
                        visitor.end(Ending.INVALID_MESSAGE);
                    }
                });
    }

    private boolean accept(Visitor visitor, int size) {
        if (!visitor.maySend()) {
            visitor.end(Ending.TOO_MANY_MESSAGES);
            return false;
        }
        if (size > config.maxMessageBytes()) {
            visitor.end(Ending.MESSAGE_TOO_LARGE);
            return false;
        }
        return true;
    }

    private void act(Visitor visitor, VisitorMessage message) {
        visitor.heard();
        if (message instanceof VisitorMessage.Text written) {
            String text = written.text();
            if (text == null || text.isBlank()) {
                visitor.tell(new PageMessage.Notice("There is nothing in your message."));
            } else if (text.length() > config.maxTextLength()) {
                visitor.tell(new PageMessage.Notice(
                        "Your message has " + text.length() + " characters; at most " + config.maxTextLength() + " are read."));
            } else {
                uplink.write(visitor.key(), text);
            }
        } else if (message instanceof VisitorMessage.MicrophoneOff) {
            uplink.stopSpeaking(visitor.key());
        }
    }

    @OnClose
    @NonBlocking
    void leave(WebSocketConnection connection) {
        visitors.leave(connection.id());
    }

    /** Of one connection, such as a frame beyond {@code quarkus.websockets-next.server.max-frame-size}. */
    @OnError
    @NonBlocking
    void fail(Throwable failure, WebSocketConnection connection) {
        LOG.debugf(failure, "Visitor %s", connection.id());
        visitors.find(connection.id()).ifPresent(visitor -> visitor.end(Ending.INVALID_MESSAGE));
    }
}
