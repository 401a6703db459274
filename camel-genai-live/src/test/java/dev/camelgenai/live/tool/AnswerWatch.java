package dev.camelgenai.live.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.camelgenai.live.transport.ForwardingConnection;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;

/**
 * Sits between the sessions and their sockets and looks for answers to calls that the session has read to be cancelled: what
 * was read first cannot be seen by the server.
 */
final class AnswerWatch implements LiveConnector {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LiveConnector connector;
    private final Queue<String> late = new ConcurrentLinkedQueue<>();

    AnswerWatch(LiveConnector connector) {
        this.connector = connector;
    }

    /** The nonces of the calls that were answered though they were known to be cancelled. */
    Queue<String> late() {
        return late;
    }

    @Override
    public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
        Watched watched = new Watched(listener);
        return connector.connect(upgrade, watched).thenApply(watched::opened);
    }

    @Override
    public boolean afterwards(Runnable task) {
        return connector.afterwards(task);
    }

    @Override
    public void close() {
        connector.close();
    }

    /** One connection; messages come and go on its event loop. */
    private final class Watched extends ForwardingConnection implements LiveConnectionListener {

        private final LiveConnectionListener listener;
        private final Map<String, String> nonces = new HashMap<>();
        private final Set<String> cancelled = new HashSet<>();

        private Watched(LiveConnectionListener listener) {
            this.listener = listener;
        }

        private Watched opened(LiveConnection opened) {
            forwardTo(opened);
            return this;
        }

        private static JsonNode parse(String message) {
            try {
                return JSON.readTree(message);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onMessage(ByteBuf utf8Json) {
            String text = utf8Json.toString(StandardCharsets.UTF_8);
            if (text.contains("\"toolCall")) {
                JsonNode message = parse(text);
                message.path("toolCall").path("functionCalls").forEach(call -> nonces.put(call.path("id").asText(),
                        call.path("args").path(CallLedger.NONCE).asText()));
                message.path("toolCallCancellation").path("ids").forEach(id -> cancelled.add(id.asText()));
            }
            listener.onMessage(utf8Json);
        }

        @Override
        public void onWritable() {
            listener.onWritable();
        }

        @Override
        public void onClosed(LiveClose close) {
            listener.onClosed(close);
        }

        @Override
        public void send(List<ByteBuf> messages, SendCallback callback) {
            messages.forEach(message -> note(message.toString(StandardCharsets.UTF_8)));
            super.send(messages, callback);
        }

        private void note(String text) {
            if (text.contains("\"toolResponse\"")) {
                parse(text).path("toolResponse").path("functionResponses").forEach(response -> {
                    String id = response.path("id").asText();
                    if (cancelled.contains(id)) {
                        late.add(nonces.getOrDefault(id, id));
                    }
                });
            }
        }

    }
}
