package dev.camelgenai.emulator.internal.cassette;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.ReplayReport.Difference;
import dev.camelgenai.emulator.ReplayReport.Kind;
import dev.camelgenai.emulator.ReplayReport.State;
import dev.camelgenai.emulator.internal.cassette.CassetteEvent.Side;
import dev.camelgenai.emulator.internal.protocol.ClientMessages;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;
import dev.camelgenai.emulator.internal.protocol.SecretHeaders;
import io.vertx.core.buffer.Buffer;

/**
 * One session that answers from a recording. The server's part is played as soon as the client's messages that came before it in
 * the recording have come, and not before its time. Each message of the client is compared with the recorded one.
 *
 * <p>Used on the event loop of the session only; its {@link #state} may be read from everywhere.
 */
public final class Playback implements TrafficObserver {

    /** The connection that it plays on. */
    public interface Stage {

        /** By the clock of the emulator. */
        Instant now();

        /** Runs something on the event loop of the session, unless it has ended by then. */
        void later(Duration delay, Runnable action);

        /** Something may be due: take it with {@link Playback#poll} as far as the client takes it. */
        void pump();

        /** Begins the closing handshake. */
        void close(int code, String reason, String detail);

        /** Ends the connection without one. */
        void drop();
    }

    private final Replay replay;
    private final Cassette.Session recorded;
    private final List<CassetteEvent> events;
    /** The messages of the client. */
    private final List<Buffer> expected;
    private final Stage stage;

    private volatile State state;
    /** The next event. */
    private int next;
    /** How many messages of the client have come, and how many of them have been passed in the recording. */
    private long arrived;
    private long passed;
    /** When the recording was at that millisecond. */
    private Instant anchor;
    private long anchorMillis;
    private boolean timed;
    private boolean closedByServer;

    Playback(Replay replay, Cassette.Session recorded, Stage stage) {
        this.replay = replay;
        this.recorded = recorded;
        this.events = recorded.events();
        this.expected = recorded.clientMessages();
        this.stage = stage;
        this.anchor = stage.now();
        this.state = events.isEmpty() ? State.COMPLETE : State.PLAYING;
    }

    int number() {
        return recorded.number();
    }

    State state() {
        return state;
    }

    /** Closes the session if the client asks for something else than what is recorded. */
    void checkPath(String actual) {
        if (!Replay.method(recorded.path()).equals(Replay.method(actual))) {
            differ(new Difference(number(), Kind.PATH, 0, "", recorded.path(), actual));
        }
    }

    /** The message of the server that is due, {@code null} if there is none now. May end the session. */
    public Buffer poll() {
        while (isPlaying() && next < events.size()) {
            CassetteEvent event = events.get(next);
            if (event instanceof CassetteEvent.Message message && message.from() == Side.CLIENT) {
                if (passed == arrived) {
                    return null;
                }
                passed++;
                anchor = stage.now();
                anchorMillis = event.millis();
                step();
            } else if (isByClient(event) || !isDue(event)) {
                return null;
            } else {
                step();
                if (event instanceof CassetteEvent.Message message) {
                    return message.payload();
                }
                end(event);
            }
        }
        return null;
    }

    /** Compares what has come with what was recorded; then the recording goes on, or the session is closed. */
    @Override
    public void clientMessage(byte[] payload) {
        if (!isPlaying() && state != State.COMPLETE) {
            return;
        }
        long message = arrived++;
        if (message >= expected.size()) {
            if (!recorded.endedByServer()) {
                differ(new Difference(number(), Kind.SUPERFLUOUS_MESSAGE, message, "", "nothing",
                        MessageComparison.shown(parse(payload).map(json -> SecretHeaders.masked(json).toString())
                                .orElseGet(() -> text(Buffer.buffer(payload))))));
            }
            // else nobody knows what the client would have sent: the server closed
            return;
        }
        Optional<MessageComparison.Found> found = compare(expected.get((int) message), payload);
        if (found.isPresent()) {
            differ(new Difference(number(), Kind.MESSAGE, message, found.get().path(), found.get().expected(),
                    found.get().actual()));
        } else {
            stage.pump();
        }
    }

    @Override
    public void serverClosed(int code, String reason) {
        closedByServer = true;
    }

    @Override
    public void dropped() {
        closedByServer = true;
    }

    @Override
    public void abandoned() {
        closedByServer = true;
    }

    @Override
    public void clientClosed(int code, String reason) {
        onClientEnd(closeText(code, reason));
    }

    @Override
    public void ended() {
        onClientEnd("the connection was lost");
        if (isPlaying()) {
            state = State.INCOMPLETE;
        }
    }

    private void onClientEnd(String actual) {
        if (!isPlaying() || closedByServer) {
            return;
        }
        boolean due = true;
        while (due) {
            // it could not be sent so fast
            due = poll() != null;
        }
        if (!isPlaying()) {
            return;
        }
        CassetteEvent event = events.get(next);
        String recordedEnd = expectedEnd(event);
        // a connection that was lost then may end in any way now
        if (recordedEnd.equals(actual) || event instanceof CassetteEvent.Lost lost && lost.by() == Side.CLIENT) {
            state = State.COMPLETE;
        } else {
            state = State.INCOMPLETE;
            replay.differs(new Difference(number(), Kind.END, arrived, "", recordedEnd, actual));
        }
    }

    /** What was recorded from here on, as the end of the client goes. */
    private String expectedEnd(CassetteEvent event) {
        if (arrived < expected.size()) {
            return expected.size() + " messages of the client, the setup included; " + arrived + " have come";
        }
        if (event instanceof CassetteEvent.Closed closed && closed.by() == Side.CLIENT) {
            return closeText(closed.code(), closed.reason());
        }
        return "more of the server";
    }

    private static String closeText(int code, String reason) {
        return "the client closes with " + code + (reason.isEmpty() ? "" : " \"" + reason + '"');
    }

    private boolean isPlaying() {
        return state == State.PLAYING;
    }

    private static boolean isByClient(CassetteEvent event) {
        return event instanceof CassetteEvent.Closed closed && closed.by() == Side.CLIENT
                || event instanceof CassetteEvent.Lost lost && lost.by() == Side.CLIENT;
    }

    private void step() {
        next++;
        if (next == events.size()) {
            state = State.COMPLETE;
        }
    }

    private void end(CassetteEvent event) {
        if (event instanceof CassetteEvent.Closed closed) {
            stage.close(closed.code(), closed.reason(), "replay: the recorded close");
        } else {
            stage.drop();
        }
    }

    private boolean isDue(CassetteEvent event) {
        Duration left = replay.timeFor(event.millis() - anchorMillis).minus(Duration.between(anchor, stage.now()));
        if (left.isNegative() || left.isZero()) {
            return true;
        }
        if (!timed) {
            timed = true;
            stage.later(left, () -> {
                timed = false;
                stage.pump();
            });
        }
        return false;
    }

    private Optional<MessageComparison.Found> compare(Buffer wanted, byte[] actual) {
        Optional<ObjectNode> recordedMessage = parse(wanted.getBytes());
        Optional<ObjectNode> message = parse(actual);
        return recordedMessage.isPresent() && message.isPresent()
                ? replay.comparison().compare(recordedMessage.get(), SecretHeaders.masked(message.get()))
                : MessageComparison.compareText(text(wanted), text(Buffer.buffer(actual)));
    }

    private static Optional<ObjectNode> parse(byte[] payload) {
        try {
            return Optional.of((ObjectNode) ClientMessages.parse(payload));
        } catch (ProtocolViolation e) {
            return Optional.empty();
        }
    }

    private static String text(Buffer payload) {
        return payload.toString(StandardCharsets.UTF_8);
    }

    private void differ(Difference difference) {
        state = State.INCOMPLETE;
        replay.differs(difference);
        stage.close(Replay.POLICY_VIOLATION, "Replay: " + difference.summary(), difference.toString());
    }
}
