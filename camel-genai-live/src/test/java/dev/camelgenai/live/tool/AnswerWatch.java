package dev.camelgenai.live.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

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
    public void close() {
        connector.close();
    }

    /** One connection; messages come and go on its event loop. */
    private final class Watched implements LiveConnectionListener, LiveConnection {

        private final LiveConnectionListener listener;
        private final Map<String, String> nonces = new HashMap<>();
        private final Set<String> cancelled = new HashSet<>();
        private volatile LiveConnection connection;

        private Watched(LiveConnectionListener listener) {
            this.listener = listener;
        }

        private Watched opened(LiveConnection opened) {
            connection = opened;
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
        public ByteBufAllocator allocator() {
            return connection.allocator();
        }

        @Override
        public void execute(Runnable task) {
            connection.execute(task);
        }

        @Override
        public void send(ByteBuf utf8Json, SendCallback callback) {
            String text = utf8Json.toString(StandardCharsets.UTF_8);
            if (text.contains("\"toolResponse\"")) {
                parse(text).path("toolResponse").path("functionResponses").forEach(response -> {
                    String id = response.path("id").asText();
                    if (cancelled.contains(id)) {
                        late.add(nonces.getOrDefault(id, id));
                    }
                });
            }
            connection.send(utf8Json, callback);
        }

        @Override
        public boolean isWritable() {
            return connection.isWritable();
        }

        @Override
        public void pauseReading() {
            connection.pauseReading();
        }

        @Override
        public void resumeReading() {
            connection.resumeReading();
        }

        @Override
        public void close(int code, String reason) {
            connection.close(code, reason);
        }

        @Override
        public void abort() {
            connection.abort();
        }
    }
}
