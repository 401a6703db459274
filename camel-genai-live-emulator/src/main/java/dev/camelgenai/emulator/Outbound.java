package dev.camelgenai.emulator;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;

/**
 * What waits to be sent on one session. Answers are made message by message as the client takes them, so an answer costs no
 * memory while it waits. Used on the event loop of the session only.
 */
final class Outbound {

    /** One message on the wire. */
    record Message(Buffer payload, FrameType type, int fragments) {
    }

    private record Entry(Iterator<Message> messages, CompletableFuture<Void> done) {
    }

    /** Behind this many entries the session stops reading, so its client cannot fill the memory with questions. */
    static final int HIGH_WATER = 64;
    /** A test that sends to a client that does not read fails here. */
    private static final int MAX_ENTRIES = 65_536;
    /** Then the event loop's other sessions get their turn. */
    private static final int MESSAGES_AT_ONCE = 64;

    private final Context context;
    private final ServerWebSocket socket;
    private final Runnable onDrained;
    private final Deque<Entry> queue = new ArrayDeque<>();
    private boolean scheduled;
    private boolean closed;

    /**
     * @param onDrained told when the queue has become empty
     */
    Outbound(Context context, ServerWebSocket socket, Runnable onDrained) {
        this.context = context;
        this.socket = socket;
        this.onDrained = onDrained;
        // never from within a write: with a fast client one pump would go on in the next one, and other sessions wait
        socket.drainHandler(v -> pumpSoon());
    }

    int size() {
        return queue.size();
    }

    /** Appends messages that are made when they can be sent. */
    CompletableFuture<Void> add(Iterator<Message> messages) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closed) {
            done.completeExceptionally(new IllegalStateException("The session has ended"));
        } else if (queue.size() >= MAX_ENTRIES) {
            done.completeExceptionally(new IllegalStateException("The client does not read: " + MAX_ENTRIES + " sends wait"));
        } else {
            queue.add(new Entry(messages, done));
            pump();
        }
        return done;
    }

    CompletableFuture<Void> add(Message message) {
        return add(Collections.singleton(message).iterator());
    }

    /** Drops what waits. */
    void close() {
        closed = true;
        while (!queue.isEmpty()) {
            queue.remove().done().completeExceptionally(new IllegalStateException("The session has ended"));
        }
    }

    private void pump() {
        if (scheduled) {
            return;
        }
        for (int written = 0; !queue.isEmpty() && !socket.writeQueueFull(); written++) {
            if (written == MESSAGES_AT_ONCE) {
                pumpSoon();
                return;
            }
            Entry entry = queue.peek();
            if (entry.messages().hasNext()) {
                write(entry.messages().next());
            } else {
                queue.remove();
                entry.done().complete(null);
                if (queue.isEmpty()) {
                    onDrained.run();
                }
            }
        }
    }

    private void pumpSoon() {
        if (!scheduled) {
            scheduled = true;
            context.runOnContext(v -> {
                scheduled = false;
                pump();
            });
        }
    }

    private void write(Message message) {
        Buffer payload = message.payload();
        int fragments = Math.max(1, Math.min(message.fragments(), payload.length()));
        for (int i = 0; i < fragments; i++) {
            Buffer piece = fragments == 1
                    ? payload
                    : payload.slice((int) ((long) payload.length() * i / fragments),
                            (int) ((long) payload.length() * (i + 1) / fragments));
            boolean last = i == fragments - 1;
            if (i > 0) {
                socket.writeFrame(WebSocketFrame.continuationFrame(piece, last));
            } else if (message.type() == FrameType.TEXT) {
                socket.writeFrame(textFrame(piece, last));
            } else {
                socket.writeFrame(WebSocketFrame.binaryFrame(piece, last));
            }
        }
    }

    private static WebSocketFrame textFrame(Buffer utf8, boolean last) {
        // the public factory takes a String only, and half a character is none
        return new WebSocketFrameImpl(WebSocketFrameType.TEXT, utf8.getBytes(), last);
    }
}
