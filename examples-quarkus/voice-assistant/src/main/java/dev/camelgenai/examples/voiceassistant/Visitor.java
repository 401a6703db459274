package dev.camelgenai.examples.voiceassistant;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

/**
 * Somebody whose page is connected. What is sent is done when the socket has taken it; a connection that does not take a message within
 * {@code voice.send-timeout} is ended as {@link Ending#CONNECTION_TOO_SLOW}. Thread-safe, but for {@link #maySend()}; no method blocks.
 */
final class Visitor {

    private static final Logger LOG = Logger.getLogger(Visitor.class);

    private final WebSocketConnection connection;
    private final ObjectMapper json;
    private final Duration sendTimeout;
    private final MessageBudget budget;
    private final Runnable onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicLong generation = new AtomicLong(1);
    private final long arrived = System.nanoTime();
    private volatile long lastHeard = arrived;

    /** @param onEnd called when the server ends the connection, before it does */
    Visitor(WebSocketConnection connection, ObjectMapper json, Duration sendTimeout, MessageBudget budget, Runnable onEnd) {
        this.connection = connection;
        this.json = json;
        this.sendTimeout = sendTimeout;
        this.budget = budget;
        this.onEnd = onEnd;
    }

    /** Made by this server for this connection, and known to nobody else: the key of the live session. */
    String key() {
        return connection.id();
    }

    /** To be asked with every message that comes, on the event loop of the connection. */
    boolean maySend() {
        return budget.spend();
    }

    /** Something came that was meant for the model. */
    void heard() {
        lastHeard = System.nanoTime();
    }

    /** For how long they have been here. */
    Duration stay() {
        return Duration.ofNanos(System.nanoTime() - arrived);
    }

    /** For how long nothing has come. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastHeard);
    }

    /** Speech of the model, PCM at 24 kHz. */
    Uni<Void> play(byte[] pcm) {
        return sent(connection.sendBinary(AudioFrame.of(generation.get(), pcm)));
    }

    /** What is said from now on is of another generation. */
    Uni<Void> interrupt() {
        return send(new PageMessage.Interrupted(generation.getAndIncrement()));
    }

    /** What is said from now on is of another generation. */
    Uni<Void> completeTurn() {
        return send(new PageMessage.TurnComplete(generation.getAndIncrement()));
    }

    Uni<Void> send(PageMessage message) {
        try {
            return sent(connection.sendText(json.writeValueAsString(message)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Cannot be written as JSON: " + message, e);
        }
    }

    /** As {@link #send}, for who has no use for the outcome. */
    void tell(PageMessage message) {
        send(message).subscribe().with(done -> {
        });
    }

    /** Does not fail: there is nothing that the sender could do about it. */
    private Uni<Void> sent(Uni<Void> sending) {
        return sending.ifNoItem().after(sendTimeout).fail()
                .onFailure(TimeoutException.class).invoke(() -> end(Ending.CONNECTION_TOO_SLOW))
                .onFailure().invoke(failure -> LOG.debugf(failure, "Visitor %s did not get a message", key()))
                .onFailure().recoverWithNull();
    }

    /** Closes the connection; the first reason is the one that the page is told. */
    void end(Ending ending) {
        if (ended.compareAndSet(false, true)) {
            LOG.debugf("Visitor %s: %s", key(), ending);
            onEnd.run();
            if (connection.isOpen()) {
                connection.close(ending.closeReason()).subscribe().with(done -> {
                }, failure -> LOG.debugf(failure, "Visitor %s had gone", key()));
            }
        }
    }
}
