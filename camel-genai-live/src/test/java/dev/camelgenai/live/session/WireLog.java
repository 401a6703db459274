package dev.camelgenai.live.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.live.transport.ForwardingConnection;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Sits between the sessions and their sockets and writes down what passes. A server cannot know what a client's socket took and
 * never delivered, and that is the half of the account that this has. Each connection gets a number, which the server finds in
 * a header.
 */
final class WireLog implements LiveConnector {

    static final String CONNECTION = "x-connection";
    /** To be set by the profile of the session. */
    static final String SESSION = "x-session";

    private static final int MAX_HELD = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What passes a connection, in the order of its event loop. */
    sealed interface Step {
    }

    /** A message of the client that was handed to the socket. */
    static final class Frame implements Step {

        final RecordedMessage message;
        final String id;
        volatile boolean taken;

        Frame(RecordedMessage message) {
            this.message = message;
            this.id = ChaosMessage.idOf(message);
        }

        boolean answersTool() {
            return !message.functionResponses().isEmpty();
        }

        boolean startsTurn() {
            return message.turnComplete() || answersTool();
        }
    }

    /**
     * The service has ended a turn.
     *
     * @param said what the model has written in it
     */
    record TurnEnd(boolean interrupted, String said) implements Step {
    }

    /** A handle to resume with. */
    record Handle(String value, OptionalLong lastConsumed) implements Step {
    }

    /** One connection. */
    static final class Wire extends ForwardingConnection implements LiveConnectionListener {

        final int number;
        final String session;
        final Queue<Step> steps = new ConcurrentLinkedQueue<>();
        volatile String resumedWith = "";
        volatile boolean setUp;
        volatile LiveClose close;
        private final LiveConnectionListener listener;
        private final StringBuilder said = new StringBuilder();
        private boolean interrupted;
        private long frames;
        /** What a jammed socket has not taken; event loop only, as the flag. */
        private final Deque<SendCallback> held = new ArrayDeque<>();
        private boolean jammed;

        private Wire(int number, String session, LiveConnectionListener listener) {
            this.number = number;
            this.session = session;
            this.listener = listener;
        }

        private Wire opened(LiveConnection opened) {
            forwardTo(opened);
            return this;
        }

        /** From now on the socket takes nothing any more, and two frames wait in it at most. */
        void jam() {
            execute(() -> jammed = true);
        }

        List<Frame> frames() {
            return steps.stream().filter(Frame.class::isInstance).map(Frame.class::cast).toList();
        }

        @Override
        public void onMessage(ByteBuf utf8Json) {
            JsonNode message = parse(ByteBufUtil.getBytes(utf8Json));
            setUp |= message.has("setupComplete");
            JsonNode update = message.path("sessionResumptionUpdate");
            String handle = update.path("newHandle").asText("");
            if (update.path("resumable").asBoolean() && !handle.isEmpty()) {
                JsonNode last = update.path("lastConsumedClientMessageIndex");
                steps.add(new Handle(handle, last.isMissingNode() ? OptionalLong.empty() : OptionalLong.of(last.asLong())));
            }
            content(message.path("serverContent"));
            listener.onMessage(utf8Json);
        }

        private void content(JsonNode content) {
            content.path("modelTurn").path("parts").forEach(part -> said.append(part.path("text").asText("")));
            interrupted |= content.path("interrupted").asBoolean();
            if (content.path("turnComplete").asBoolean()) {
                steps.add(new TurnEnd(interrupted, said.toString()));
                said.setLength(0);
                interrupted = false;
            }
        }

        @Override
        public void onWritable() {
            listener.onWritable();
        }

        @Override
        public void onClosed(LiveClose ended) {
            close = ended;
            for (SendCallback next = held.poll(); next != null; next = held.poll()) {
                next.onSent(new ClosedChannelException());
            }
            listener.onClosed(ended);
        }

        @Override
        public void send(List<ByteBuf> messages, SendCallback callback) {
            List<JsonNode> parsed = messages.stream().map(message -> parse(ByteBufUtil.getBytes(message))).toList();
            if (parsed.get(0).has("setup")) {
                resumedWith = parsed.get(0).at("/setup/sessionResumption/handle").asText("");
                super.send(messages, callback);
                return;
            }
            List<Frame> sent = parsed.stream()
                    .map(message -> new Frame(new RecordedMessage(++frames, Instant.EPOCH, "", message))).toList();
            steps.addAll(sent);
            SendCallback logged = failure -> {
                sent.forEach(frame -> frame.taken = failure == null);
                callback.onSent(failure);
            };
            if (jammed && close == null) {
                held.add(logged);
            } else {
                super.send(messages, logged);
            }
        }

        private static JsonNode parse(byte[] utf8Json) {
            try {
                return JSON.readTree(utf8Json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean isWritable() {
            return held.size() < MAX_HELD && super.isWritable();
        }

        @Override
        public String toString() {
            return session + "#" + number + (setUp ? "" : " not set up");
        }
    }

    private final LiveConnector connector;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Queue<Wire> wires = new ConcurrentLinkedQueue<>();

    WireLog(LiveConnector connector) {
        this.connector = connector;
    }

    /** The connection that a session uses now, or none. */
    Optional<Wire> current(String session) {
        return of(session).stream().reduce((earlier, later) -> later).filter(wire -> wire.setUp && wire.close == null);
    }

    /** The connections of a session, in their order, without those that were refused. */
    List<Wire> of(String session) {
        return wires.stream().filter(wire -> wire.session.equals(session)).toList();
    }

    @Override
    public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
        Wire wire = new Wire(numbers.incrementAndGet(), upgrade.credentials().get(SESSION), listener);
        Map<String, String> headers = new LinkedHashMap<>(upgrade.headers());
        headers.put(CONNECTION, String.valueOf(wire.number));
        return connector.connect(new LiveUpgrade(upgrade.uri(), headers, upgrade.credentials(), upgrade.connectTimeout(),
                upgrade.pingInterval(), upgrade.sslContext(), upgrade.proxy()), wire).thenApply(opened -> {
                    wires.add(wire);
                    return wire.opened(opened);
                });
    }

    @Override
    public void close() {
        connector.close();
    }
}
