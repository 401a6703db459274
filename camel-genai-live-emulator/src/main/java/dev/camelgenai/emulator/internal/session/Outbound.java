package dev.camelgenai.emulator.internal.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.camelgenai.emulator.FrameType;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;

/**
 * What waits to be sent on one session: messages, and the content of the model's turn, which is made message by message as the
 * client takes it and so costs no memory while it waits. Messages go before content. Used on the event loop of the session only.
 */
final class Outbound {

    /** One message on the wire. */
    record Message(Buffer payload, FrameType type, int fragments) {
    }

    private record Entry(Message message, CompletableFuture<Void> done) {
    }

    /** Who sends more to a client that does not read fails. */
    private static final int MAX_ENTRIES = 65_536;
    /** Then the event loop's other sessions get their turn. */
    private static final int MESSAGES_AT_ONCE = 64;

    private final Context context;
    private final ServerWebSocket socket;
    private final Supplier<Message> content;
    private final Consumer<Buffer> written;
    private final Deque<Entry> queue = new ArrayDeque<>();
    private boolean scheduled;
    private boolean pumping;
    private boolean closed;

    /**
     * @param content gives the next message of the model's turn, {@code null} if there is none now; may add messages
     * @param written is told what has gone to the socket
     */
    Outbound(Context context, ServerWebSocket socket, Supplier<Message> content, Consumer<Buffer> written) {
        this.context = context;
        this.socket = socket;
        this.content = content;
        this.written = written;
        // never from within a write: with a fast client one pump would go on in the next one, and other sessions wait
        socket.drainHandler(v -> pumpSoon());
    }

    /**
     * Appends a message.
     *
     * @return completes when the socket took it
     */
    CompletableFuture<Void> add(Message message) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (closed) {
            done.completeExceptionally(new IllegalStateException("The session has ended"));
        } else if (queue.size() >= MAX_ENTRIES) {
            done.completeExceptionally(new IllegalStateException("The client does not read: " + MAX_ENTRIES + " sends wait"));
        } else {
            queue.add(new Entry(message, done));
            pump();
        }
        return done;
    }

    /** Writes before everything that waits, however full the socket is: for what nothing but the end may follow. */
    void writeNow(Message message) {
        if (!closed && !socket.isClosed()) {
            write(message);
        }
    }

    /** Sends what can be sent; to be called when there is new content. */
    void pump() {
        if (scheduled || pumping) {
            return;
        }
        pumping = true;
        try {
            int written = 0;
            // closed by the other side, it is some moments until the session is told
            while (!closed && !socket.isClosed() && !socket.writeQueueFull()) {
                if (written++ == MESSAGES_AT_ONCE) {
                    pumpSoon();
                    return;
                }
                if (!writeNext()) {
                    return;
                }
            }
        } finally {
            pumping = false;
        }
    }

    /** Drops what waits. */
    void close() {
        closed = true;
        while (!queue.isEmpty()) {
            queue.remove().done().completeExceptionally(new IllegalStateException("The session has ended"));
        }
    }

    private boolean writeNext() {
        Entry entry = queue.poll();
        if (entry != null) {
            write(entry.message());
            entry.done().complete(null);
            return true;
        }
        Message next = content.get();
        if (next == null || closed) {
            return !queue.isEmpty();
        }
        // what was added meanwhile comes from the steps before this content
        for (Entry added = queue.poll(); added != null; added = queue.poll()) {
            write(added.message());
            added.done().complete(null);
        }
        write(next);
        return true;
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
        written.accept(payload);
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
