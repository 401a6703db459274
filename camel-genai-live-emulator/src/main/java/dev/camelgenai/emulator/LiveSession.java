package dev.camelgenai.emulator;

import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.internal.audio.ActivityDetection;
import dev.camelgenai.emulator.internal.audio.AudioEvent;
import dev.camelgenai.emulator.internal.audio.AudioInput;
import dev.camelgenai.emulator.internal.audio.Pcm;
import dev.camelgenai.emulator.internal.audio.Sensitivity;
import dev.camelgenai.emulator.internal.protocol.ClientMessages;
import dev.camelgenai.emulator.internal.protocol.CloseReasons;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;
import dev.camelgenai.emulator.internal.protocol.Usage;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.UserTurn;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/**
 * One connection: the protocol of the service around a {@link Scenario}. Everything happens on the event loop of the
 * connection; {@link #execute} gets there from other threads.
 */
final class LiveSession {

    /** A message of the client may be this large; the service's own limit is not known, 16 MiB must pass. */
    static final int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

    private static final Logger LOG = System.getLogger(LiveSession.class.getName());

    private static final int MAX_TURN_CHARACTERS = 16 * 1024 * 1024;
    private static final int MAX_PENDING_CALLS = 10_000;
    private static final int DEFAULT_INPUT_RATE = 16_000;
    private static final Pattern AUDIO_MIME_TYPE = Pattern.compile("(?i)audio/(?:pcm|l16)(?:\\s*;\\s*rate\\s*=\\s*(\\d{4,6}))?"
            + "(?:\\s*;.*)?");

    /** The name that Vert.x gives the last handler of its pipelines. */
    private static final String VERTX_HANDLER = "handler";

    /** Why the session does not read. */
    enum Pause {
        /** A test or a fault wants it. */
        ASKED,
        /** The client asks faster than it takes the answers. */
        ANSWERS_WAIT
    }

    private enum Phase {
        AWAITING_SETUP, ACTIVE,
        /** The fault: setup taken and never answered. */
        MUTE, ENDED
    }

    private final Vertx vertx;
    private final Context context;
    private final EmulatorSettings settings;
    private final Faults faults;
    private final SessionRegistry registry;
    private final ResumptionHandles handles;
    private final UpgradePath path;
    private final RecordedSession record;
    private final Set<Pause> pauses = EnumSet.noneOf(Pause.class);
    private final Deque<CompletableFuture<Duration>> pings = new ArrayDeque<>();
    private final Deque<Long> pingTimes = new ArrayDeque<>();
    private final Set<String> pendingCalls = new HashSet<>();
    private final Set<String> cancelledCalls = new HashSet<>();

    private ServerWebSocket socket;
    private Channel channel;
    private Outbound outbound;
    private ByteArrayOutputStream fragments;
    private long setupTimer;

    private Phase phase = Phase.AWAITING_SETUP;
    private Setup setup;
    private boolean historyOpen;
    private AudioInput audio;
    private StringBuilder text = new StringBuilder();
    private Usage usage = Usage.NONE;

    LiveSession(Vertx vertx, EmulatorSettings settings, Faults faults, SessionRegistry registry, ResumptionHandles handles,
            UpgradePath path, String rawPath, Map<String, List<String>> headers, Credential credential) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.faults = faults;
        this.registry = registry;
        this.handles = handles;
        this.path = path;
        this.record = new RecordedSession(registry.nextNumber(), rawPath, path, headers, credential,
                settings.recordMessages(), this);
    }

    RecordedSession record() {
        return record;
    }

    /** The upgrade is done. */
    void opened(ServerWebSocket opened, Channel itsChannel) {
        socket = opened;
        channel = itsChannel;
        outbound = new Outbound(context, socket, () -> resume(Pause.ANSWERS_WAIT));
        socket.frameHandler(this::onFrame);
        socket.pongHandler(pong -> onPong());
        socket.exceptionHandler(e -> LOG.log(Level.DEBUG, "Session {0}: {1}", record.number(), e.toString()));
        // later: Vert.x tells about the end before it hands over the Close frame that caused it
        socket.closeHandler(v -> context.runOnContext(w -> onClosed()));
        channel.pipeline().addBefore(VERTX_HANDLER, "emulator-violations", new FrameViolations());
        setupTimer = vertx.setTimer(settings.setupTimeout().toMillis(), id -> close(1011,
                "Deadline expired before operation could complete.", "no setup within " + settings.setupTimeout()));
        registry.opened(this);
    }

    /** Runs on the event loop of the session, at once if that is where the caller is. */
    CompletableFuture<Void> execute(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable run = () -> {
            try {
                action.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        };
        if (onEventLoop()) {
            run.run();
        } else {
            try {
                context.runOnContext(v -> run.run());
            } catch (RuntimeException e) {
                // the emulator is closed and its event loops with it
                done.completeExceptionally(e);
            }
        }
        return done;
    }

    boolean isActive() {
        return phase == Phase.ACTIVE;
    }

    /** Sends a message of the protocol. */
    void send(ObjectNode message) {
        outbound.add(wire(message));
    }

    /** Sends messages that are made when the client takes them. */
    void send(Iterator<ObjectNode> messages) {
        outbound.add(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return messages.hasNext();
            }

            @Override
            public Outbound.Message next() {
                return wire(messages.next());
            }
        });
        if (outbound.size() >= Outbound.HIGH_WATER) {
            pause(Pause.ANSWERS_WAIT);
        }
    }

    /** Sends what a test wants, valid or not. */
    CompletableFuture<Void> sendRaw(String message, FrameType type, int inFragments) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        execute(() -> {
            if (phase == Phase.ENDED) {
                throw new IllegalStateException("Session " + record.number() + " has ended");
            }
            rememberCalls(message);
            outbound.add(new Outbound.Message(Buffer.buffer(message), type == null ? settings.frames() : type, inFragments))
                    .whenComplete((v, e) -> complete(sent, v, e));
        }).whenComplete((v, e) -> {
            if (e != null) {
                sent.completeExceptionally(e);
            }
        });
        return sent;
    }

    CompletableFuture<Duration> ping() {
        CompletableFuture<Duration> answered = new CompletableFuture<>();
        execute(() -> {
            if (phase == Phase.ENDED) {
                throw new IllegalStateException("Session " + record.number() + " has ended");
            }
            pings.add(answered);
            pingTimes.add(System.nanoTime());
            socket.writePing(Buffer.buffer("emulator"));
        }).whenComplete((v, e) -> {
            if (e != null) {
                answered.completeExceptionally(e);
            }
        });
        return answered;
    }

    /** Counts what the model has said in the open turn. */
    void countResponse(int characters, int audioBytes) {
        usage = usage.plusResponse(Usage.textTokens(characters), Usage.audioTokens(audioBytes));
    }

    /** The model has said all. */
    void completeTurn() {
        send(ServerMessages.generationComplete());
        send(ServerMessages.turnComplete(path.service(), usage));
        usage = usage.asContext();
        if (setup.resumption()) {
            send(ServerMessages.resumable(handles.issue(setup.model())));
        }
    }

    void pause(Pause why) {
        if (pauses.isEmpty() && phase != Phase.ENDED) {
            // Vert.x alone would take in a number of frames more before it leaves the socket alone
            socket.pause();
            channel.config().setAutoRead(false);
        }
        pauses.add(why);
    }

    void resume(Pause why) {
        if (pauses.remove(why) && pauses.isEmpty() && !socket.isClosed()) {
            channel.config().setAutoRead(true);
            socket.resume();
        }
    }

    /**
     * Begins the closing handshake.
     *
     * @param detail why, for the log and the record; nothing secret
     */
    void close(int code, String reason, String detail) {
        if (phase == Phase.ENDED) {
            return;
        }
        LOG.log(Level.DEBUG, "Session {0} is closed with {1}: {2}", record.number(), code, detail);
        end();
        String cut = CloseReasons.cut(reason);
        record.onServerClose(new RecordedClose(code, cut), detail);
        socket.close((short) code, cut)
                .onFailure(e -> LOG.log(Level.DEBUG, "Session {0}: no closing handshake: {1}", record.number(), e.toString()));
    }

    /** Ends the TCP connection as a dying machine does. */
    void dropTcp() {
        end();
        // not through the pipeline: TLS would say good-bye
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }

    /** Says good-bye and does not wait for the answer. */
    void shutDown() {
        close(1001, "", "the emulator is closed");
        channel.close();
    }

    /** Checks a close code before it is too late to tell the caller. */
    static void requireSendable(int code) {
        if (!(code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999)) {
            throw new IllegalArgumentException("A Close frame cannot carry the code " + code);
        }
    }

    private boolean onEventLoop() {
        Channel its = channel;
        return its != null && its.eventLoop().inEventLoop();
    }

    private void onFrame(WebSocketFrame frame) {
        if (frame.isClose()) {
            record.onClientClose(new RecordedClose(frame.binaryData().length() < 2 ? 1005 : frame.closeStatusCode(),
                    frame.closeReason() == null ? "" : frame.closeReason()));
        } else if (frame.isPing()) {
            record.onPing();
        } else if (frame.isText() || frame.isBinary() || frame.isContinuation()) {
            onData(frame);
        }
    }

    private void onData(WebSocketFrame frame) {
        if (phase == Phase.ENDED) {
            return;
        }
        if (frame.isFinal() && fragments == null) {
            onMessage(frame.binaryData().getBytes());
            return;
        }
        if (fragments == null) {
            fragments = new ByteArrayOutputStream();
        }
        if ((long) fragments.size() + frame.binaryData().length() > MAX_MESSAGE_BYTES) {
            fragments = null;
            close(1009, "Message too big", "a message of more than " + MAX_MESSAGE_BYTES + " bytes");
            return;
        }
        fragments.writeBytes(frame.binaryData().getBytes());
        if (frame.isFinal()) {
            byte[] whole = fragments.toByteArray();
            fragments = null;
            onMessage(whole);
        }
    }

    private void onMessage(byte[] utf8) {
        try {
            if (phase == Phase.AWAITING_SETUP) {
                onSetup(ClientMessages.parse(utf8));
            } else {
                onClientMessage(utf8);
            }
        } catch (ProtocolViolation e) {
            close(e.code(), e.reason(), e.getMessage());
        } catch (RuntimeException e) {
            // a bug here or in a scenario: the client sees what it sees from a service with a bug
            LOG.log(Level.ERROR, "Session " + record.number() + " failed", e);
            close(1011, "Internal error occurred.", e.toString());
        }
    }

    private void onSetup(JsonNode message) throws ProtocolViolation {
        if ("setup".equals(ClientMessages.kind(message))) {
            record.onSetup(message.get(message.fieldNames().next()));
        }
        vertx.cancelTimer(setupTimer);
        JsonNode valid = ClientMessages.validate(message);
        if (!valid.has(ClientMessages.SETUP)) {
            throw ProtocolViolation.invalidArgument("the first message must be the setup");
        }
        Setup accepted = Setup.of(valid.get(ClientMessages.SETUP), path, settings.models());
        checkHandle(accepted);
        Optional<RecordedClose> instead = faults.takeCloseInsteadOfSetupComplete();
        if (instead.isPresent()) {
            close(instead.get().code(), instead.get().reason(), "fault: close instead of setupComplete");
            return;
        }
        if (faults.takeUnansweredSetup()) {
            phase = Phase.MUTE;
            return;
        }
        setup = accepted;
        historyOpen = accepted.historyFirst();
        audio = new AudioInput(new ActivityDetection(accepted.manualActivity(), Sensitivity.HIGH, Sensitivity.HIGH,
                accepted.prefixMillis(), accepted.silenceMillis()));
        phase = Phase.ACTIVE;
        send(ServerMessages.setupComplete(path.service(), record.id()));
        if (accepted.resumption()) {
            send(ServerMessages.resumable(handles.issue(accepted.model())));
        }
        if (faults.takeStopReading()) {
            pause(Pause.ASKED);
        }
        endByFault(0);
    }

    private void checkHandle(Setup accepted) throws ProtocolViolation {
        if (accepted.handle().isEmpty()) {
            return;
        }
        Optional<String> model = handles.model(accepted.handle().get());
        if (model.isEmpty()) {
            throw ProtocolViolation.notFound("Requested entity was not found.", "this emulator did not issue that handle");
        }
        if (!model.get().equals(accepted.model())) {
            throw ProtocolViolation.invalidArgument("a session is resumed with the model it had: " + model.get());
        }
    }

    private void onClientMessage(byte[] utf8) throws ProtocolViolation {
        JsonNode message;
        try {
            message = ClientMessages.parse(utf8);
        } catch (ProtocolViolation e) {
            recordMessage("invalid", NullNode.getInstance());
            throw e;
        }
        String kind = ClientMessages.kind(message);
        long number = recordMessage(ClientMessages.SETUP.equals(kind) ? "invalid" : kind, message);
        if (endByFault(number) || phase == Phase.MUTE) {
            return;
        }
        JsonNode valid = ClientMessages.validate(message);
        switch (kind) {
            case "clientContent" -> onClientContent(valid.get(kind));
            case "realtimeInput" -> onRealtimeInput(valid.get(kind));
            case "toolResponse" -> onToolResponse(valid.get(kind));
            case "contextUpdate" -> {
                // taken note of by the record; the scenarios so far have no instructions to follow
            }
            default -> throw ProtocolViolation.invalidArgument("a second setup");
        }
    }

    private long recordMessage(String kind, JsonNode message) {
        registry.received();
        return record.onMessage(kind, message);
    }

    private boolean endByFault(long received) {
        if (faults.takeKill(received)) {
            dropTcp();
            return true;
        }
        Optional<RecordedClose> close = faults.takeClose(received);
        close.ifPresent(c -> close(c.code(), c.reason(), "fault: close after " + received + " messages"));
        return close.isPresent();
    }

    private void onClientContent(JsonNode content) throws ProtocolViolation {
        for (JsonNode turn : content.path("turns")) {
            String role = turn.path("role").asText("user");
            if (!role.isEmpty() && !"user".equals(role) && !"model".equals(role)) {
                throw ProtocolViolation.invalidArgument("a turn has the role user or model, not " + role);
            }
            StringBuilder said = new StringBuilder();
            turn.path("parts").forEach(part -> said.append(part.path("text").asText("")));
            if ("model".equals(role)) {
                // what the user said before it has been answered, by this
                usage = usage.plusPrompt(Usage.textTokens(text.length()) + Usage.textTokens(said.length()), 0);
                text.setLength(0);
            } else {
                append(said);
            }
        }
        if (!content.path("turnComplete").asBoolean(false)) {
            return;
        }
        if (historyOpen) {
            historyOpen = false;
            usage = usage.plusPrompt(Usage.textTokens(text.length()), 0);
            text.setLength(0);
            return;
        }
        answerText();
    }

    private void onRealtimeInput(JsonNode input) throws ProtocolViolation {
        if (input.has("activityStart")) {
            requireManual("activityStart");
            onAudioEvents(audio.activityStart());
        }
        if (input.has("audio")) {
            onAudio(input.get("audio"));
        }
        for (JsonNode chunk : input.path("mediaChunks")) {
            if (chunk.path("mimeType").asText("").startsWith("image/")) {
                onImage(chunk);
            } else {
                onAudio(chunk);
            }
        }
        if (input.has("video")) {
            onImage(input.get("video"));
        }
        if (input.has("text")) {
            append(input.get("text").textValue());
            answerText();
        }
        if (input.has("activityEnd")) {
            requireManual("activityEnd");
            if (!audio.speaking()) {
                throw ProtocolViolation.invalidArgument("activityEnd without activityStart");
            }
            onAudioEvents(audio.activityEnd());
        }
        if (input.path("audioStreamEnd").asBoolean(false)) {
            onAudioEvents(audio.streamEnd());
        }
    }

    private void requireManual(String field) throws ProtocolViolation {
        if (!setup.manualActivity()) {
            throw ProtocolViolation.invalidArgument(field + " needs automaticActivityDetection.disabled in the setup");
        }
    }

    private void onAudio(JsonNode blob) throws ProtocolViolation {
        String mimeType = blob.path("mimeType").asText("");
        Matcher matcher = AUDIO_MIME_TYPE.matcher(mimeType);
        if (!matcher.matches()) {
            throw ProtocolViolation.invalidArgument("audio is audio/pcm;rate=N, not '" + mimeType + "'");
        }
        int rate = matcher.group(1) == null ? DEFAULT_INPUT_RATE : Integer.parseInt(matcher.group(1));
        if (rate < Pcm.MIN_RATE || rate > Pcm.MAX_RATE) {
            throw ProtocolViolation.invalidArgument("a sample rate of " + rate);
        }
        onAudioEvents(audio.accept(decode(blob.path("data").asText("")), rate));
        if (audio.isFull()) {
            throw ProtocolViolation.invalidArgument("a turn of more than " + AudioInput.MAX_TURN_MILLIS / 60_000 + " minutes");
        }
    }

    private void onAudioEvents(List<AudioEvent> events) {
        for (AudioEvent event : events) {
            if (event instanceof AudioEvent.ActivityEnded ended && ended.turn().length > 0) {
                answerAudio(ended.turn());
            }
        }
    }

    private void onImage(JsonNode blob) throws ProtocolViolation {
        if (!blob.path("mimeType").asText("").startsWith("image/")) {
            throw ProtocolViolation.invalidArgument("video is image/jpeg, image/png or image/webp, frame by frame");
        }
    }

    private static byte[] decode(String base64) throws ProtocolViolation {
        try {
            // proto-JSON takes both alphabets
            String standard = base64.indexOf('-') < 0 && base64.indexOf('_') < 0
                    ? base64
                    : base64.replace('-', '+').replace('_', '/');
            return Base64.getDecoder().decode(standard.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw ProtocolViolation.invalidArgument("data is not base64: " + e.getMessage());
        }
    }

    private void onToolResponse(JsonNode toolResponse) throws ProtocolViolation {
        for (JsonNode response : toolResponse.path("functionResponses")) {
            String id = response.path("id").asText("");
            if (id.isEmpty() && path.service() == EmulatedService.DEVELOPER_API) {
                throw ProtocolViolation.invalidArgument("a function response without id");
            }
            if (cancelledCalls.contains(id)) {
                continue;
            }
            if (!pendingCalls.contains(id)) {
                throw ProtocolViolation.notFound("Requested entity was not found.", "no function call is open with id " + id);
            }
            if (!response.path("willContinue").asBoolean(false)) {
                pendingCalls.remove(id);
            }
        }
    }

    private void append(CharSequence said) throws ProtocolViolation {
        if (text.length() + said.length() > MAX_TURN_CHARACTERS) {
            throw ProtocolViolation.invalidArgument("a turn of more than " + MAX_TURN_CHARACTERS + " characters");
        }
        text.append(said);
    }

    private void answerText() {
        String said = text.toString();
        text = new StringBuilder();
        usage = usage.plusPrompt(Usage.textTokens(said.length()), 0);
        settings.scenario().onTurn(new UserTurn.Text(said), new SessionReply(this, setup, Optional.empty()));
    }

    private void answerAudio(byte[] pcm) {
        UserTurn.Audio turn = new UserTurn.Audio(pcm);
        usage = usage.plusPrompt(0, Usage.audioTokens(pcm.length));
        settings.scenario().onTurn(turn, new SessionReply(this, setup,
                setup.inputTranscription() ? Optional.of(turn.transcript()) : Optional.empty()));
    }

    /** A test that plays the model itself may call functions; their answers must then be known. */
    private void rememberCalls(String message) {
        JsonNode json;
        try {
            json = ClientMessages.parse(message.getBytes(StandardCharsets.UTF_8));
        } catch (ProtocolViolation e) {
            LOG.log(Level.DEBUG, "Session {0} is sent what is no JSON object, as wanted", record.number());
            return;
        }
        for (JsonNode call : json.path("toolCall").path("functionCalls")) {
            if (pendingCalls.size() >= MAX_PENDING_CALLS) {
                throw new IllegalStateException(MAX_PENDING_CALLS + " function calls are open");
            }
            pendingCalls.add(call.path("id").asText(""));
        }
        for (JsonNode id : json.path("toolCallCancellation").path("ids")) {
            if (pendingCalls.remove(id.asText())) {
                cancelledCalls.add(id.asText());
            }
        }
    }

    private Outbound.Message wire(ObjectNode message) {
        return new Outbound.Message(Buffer.buffer(ClientMessages.write(message)), settings.frames(), 1);
    }

    private void onPong() {
        CompletableFuture<Duration> ping = pings.poll();
        if (ping != null) {
            ping.complete(Duration.ofNanos(System.nanoTime() - pingTimes.remove()));
        }
    }

    private void onClosed() {
        end();
        registry.closed(this);
        record.onClosed();
        IllegalStateException ended = new IllegalStateException("Session " + record.number() + " has ended");
        pings.forEach(ping -> ping.completeExceptionally(ended));
        pings.clear();
    }

    private void end() {
        phase = Phase.ENDED;
        vertx.cancelTimer(setupTimer);
        outbound.close();
        fragments = null;
    }

    private static <T> void complete(CompletableFuture<T> future, T value, Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(failure);
        }
    }

    /** Frames that are too large, or none at all: Vert.x would just drop the line, the service tells why. */
    private final class FrameViolations extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof CorruptedWebSocketFrameException e) {
                close(e.closeStatus().code(), e.closeStatus().reasonText(), String.valueOf(e.getMessage()));
            } else {
                ctx.fireExceptionCaught(cause);
            }
        }
    }
}
