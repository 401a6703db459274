package dev.camelgenai.emulator.internal.session;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.EmulatorClock;
import dev.camelgenai.emulator.FrameType;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedClose;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.fault.SessionFaults;
import dev.camelgenai.emulator.internal.audio.AudioEvent;
import dev.camelgenai.emulator.internal.audio.AudioInput;
import dev.camelgenai.emulator.internal.audio.Pcm;
import dev.camelgenai.emulator.internal.protocol.ClientMessages;
import dev.camelgenai.emulator.internal.protocol.CloseReasons;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.internal.protocol.Tokens;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;
import dev.camelgenai.emulator.scenario.UserTurn;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/**
 * One connection: its frames, its setup, its end, and what comes from the client; {@link TurnEngine} has what the model does.
 * Everything happens on the event loop of the connection; {@link #execute} gets there from other threads.
 */
public final class LiveSession {

    /** A message of the client may be this large; the service's own limit is not known, 16 MiB must pass. */
    public static final int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

    private static final Logger LOG = System.getLogger(LiveSession.class.getName());

    private static final int MAX_TURN_CHARACTERS = 16 * 1024 * 1024;
    private static final int DEFAULT_INPUT_RATE = 16_000;
    private static final Pattern AUDIO_MIME_TYPE = Pattern.compile("(?i)audio/(?:pcm|l16)(?:\\s*;\\s*rate\\s*=\\s*(\\d{4,6}))?"
            + "(?:\\s*;.*)?");
    private static final Set<String> IMAGE_TYPES = Set.of("image/jpeg", "image/png", "image/webp");
    private static final int MAX_LATE_PONGS = 1_000;
    private static final Duration GO_AWAY_LEAD = Duration.ofSeconds(60);

    /** The name that Vert.x gives the last handler of its pipelines. */
    private static final String VERTX_HANDLER = "handler";

    /** Why the session does not read. */
    enum Pause {
        /** A test or a fault wants it. */
        ASKED,
        /** The client asks faster than it takes the answers. */
        ANSWERS_WAIT,
        /** The fault: a rest after every message. */
        RESTS,
        /** The conversation that the client resumes seems to be on another connection: that one is looked at. */
        RESUMES
    }

    private enum Phase {
        AWAITING_SETUP,
        ACTIVE,
        /** The fault: all is read and nothing answered. */
        MUTE,
        ENDED
    }

    private final Backend backend;
    private final EmulatorSettings settings;
    private final Context context;
    private final UpgradePath path;
    private final Credential credential;
    private final SessionRecord record;
    private final SessionFaults faults;
    private final Manners manners = new Manners();
    private final Set<Pause> pauses = EnumSet.noneOf(Pause.class);
    private final Deque<CompletableFuture<Duration>> pings = new ArrayDeque<>();
    private final Deque<Long> pingTimes = new ArrayDeque<>();
    private final Set<Runnable> timers = new HashSet<>();

    private ServerWebSocket socket;
    private Channel channel;
    private Outbound outbound;
    private ByteArrayOutputStream fragments;

    private Phase phase = Phase.AWAITING_SETUP;
    private Setup setup;
    private boolean historyOpen;
    private AudioInput audio;
    private ConversationMemory memory;
    private TurnEngine engine;
    private int frames;
    private Resumptions.Line line = new Resumptions.Line(this);
    private boolean toldResumable;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private boolean hasPlace;
    private int latePongs;

    /**
     * @param hasPlace whether it has been {@linkplain SessionRegistry#admit admitted}, and so has a place to give back
     */
    public LiveSession(Backend backend, UpgradePath path, String rawPath, Map<String, List<String>> headers,
            Credential credential, boolean hasPlace) {
        this.backend = backend;
        this.settings = backend.settings();
        this.context = backend.vertx().getOrCreateContext();
        this.path = path;
        this.credential = credential;
        this.hasPlace = hasPlace;
        this.record = new SessionRecord(backend.registry().nextNumber(), rawPath, path, headers, credential,
                settings.recordMessages(), this);
        this.faults = backend.faults().session(record.number());
    }

    SessionRecord record() {
        return record;
    }

    EmulatedService service() {
        return path.service();
    }

    EmulatorClock clock() {
        return backend.clock();
    }

    Pacing pacing() {
        return settings.pacing();
    }

    int contextWindow() {
        return settings.contextWindow();
    }

    Manners manners() {
        return manners;
    }

    /** The upgrade has failed. */
    public void notOpened() {
        leave();
    }

    /** The upgrade is done. */
    public void opened(ServerWebSocket opened, Channel itsChannel) {
        socket = opened;
        channel = itsChannel;
        outbound = new Outbound(context, socket, this::nextContent);
        socket.frameHandler(this::onFrame);
        socket.pongHandler(pong -> onPong());
        socket.exceptionHandler(e -> LOG.log(Level.DEBUG, "Session {0}: {1}", record.number(), e.toString()));
        // later: Vert.x tells about the end before it hands over the Close frame that caused it
        socket.closeHandler(v -> context.runOnContext(w -> onClosed()));
        channel.pipeline().addBefore(VERTX_HANDLER, "emulator-frames", new FrameGuard());
        later(settings.setupTimeout(), () -> {
            if (phase == Phase.AWAITING_SETUP) {
                close(ServiceClose.DEADLINE_EXPIRED, "no setup within " + settings.setupTimeout());
            }
        });
        backend.registry().opened(this);
    }

    /**
     * Runs something on the event loop of the session when that much time has passed, unless the session has ended by then.
     *
     * @return cancels it
     */
    Runnable later(Duration delay, Runnable action) {
        Runnable[] cancel = new Runnable[1];
        cancel[0] = clock().schedule(delay, () -> execute(() -> {
            timers.remove(cancel[0]);
            if (phase != Phase.ENDED) {
                guard(action);
            }
        }));
        timers.add(cancel[0]);
        return () -> {
            timers.remove(cancel[0]);
            cancel[0].run();
        };
    }

    /** As {@link #execute}, for actions that nobody waits for. */
    void run(Runnable action) {
        execute(() -> guard(action));
    }

    /** A bug here or in a scenario ends this session and no other: the client sees what it sees from a service with a bug. */
    void guard(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | AssertionError e) {
            LOG.log(Level.ERROR, "Session " + record.number() + " failed", e);
            close(ServiceClose.INTERNAL_ERROR, e.toString());
        }
    }

    /** Runs on the event loop of the session, at once if that is where the caller is. */
    public CompletableFuture<Void> execute(Runnable action) {
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
        if (phase == Phase.MUTE) {
            return;
        }
        boolean refused = outbound.add(wire(message)).isCompletedExceptionally();
        if (refused && phase == Phase.ACTIVE) {
            LOG.log(Level.DEBUG, "Session {0} is dropped: its client does not read", record.number());
            dropTcp();
        }
    }

    /** The turn has something to say. */
    void pump() {
        outbound.pump();
    }

    /** Sends what a test wants, valid or not. */
    CompletableFuture<Void> sendRaw(String message, FrameType type, int inFragments) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        execute(() -> {
            if (phase == Phase.ENDED) {
                throw new IllegalStateException("Session " + record.number() + " has ended");
            }
            remember(message);
            outbound.add(new Outbound.Message(Buffer.buffer(message), type == null ? frames() : type, inFragments))
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

    /** The first content of a turn is on its way. */
    void onMidTurn() {
        apply(faults.midTurn());
    }

    void onInterrupted() {
        record.onInterruption();
        backend.registry().interrupted();
    }

    void onCompressed() {
        record.onCompression();
    }

    void onContextExhausted(int tokens) {
        close(ServiceClose.INVALID_ARGUMENT, "the context has " + tokens + " tokens, the model holds "
                + settings.contextWindow() + "; ask for context_window_compression");
    }

    void onLineTooLong(int turns) {
        close(ServiceClose.INVALID_ARGUMENT, turns + " turns wait for the client to answer a function or to stop speaking");
    }

    /** Whether so many turns wait for their answers that no more are taken. */
    void answersWait(boolean now) {
        if (now) {
            pause(Pause.ANSWERS_WAIT);
        } else {
            resume(Pause.ANSWERS_WAIT);
        }
    }

    /** Tells a client that wants to know whether, and with which handle, the conversation can be resumed from here. */
    void tellResumability() {
        if (!setup.resumption() || phase != Phase.ACTIVE) {
            return;
        }
        if (engine.isQuiet() && !audio.speaking()) {
            toldResumable = true;
            String handle = backend.resumptions().issue(line, setup.model(),
                    new Resumptions.State(memory.save(), frames, historyOpen));
            send(ServerMessages.resumable(handle, setup.transparent()
                    ? Optional.of(acknowledgements.acknowledge())
                    : Optional.empty()));
        } else if (toldResumable) {
            toldResumable = false;
            send(ServerMessages.notResumable());
        }
    }

    /** Tells the client to go, and closes when the time is over. */
    void goAway(Duration timeLeft) {
        if (phase == Phase.ENDED) {
            throw new IllegalStateException("Session " + record.number() + " has ended");
        }
        later(timeLeft, () -> {
            boolean vertex = path.service() == EmulatedService.VERTEX_AI;
            close(vertex ? ServiceClose.CANCELLED : ServiceClose.DEADLINE_EXPIRED, "the time after goAway is over");
        });
        announceEnd(timeLeft);
    }

    /** Also from a session that a fault has silenced: who asks for it wants it. */
    private void announceEnd(Duration timeLeft) {
        outbound.add(wire(ServerMessages.goAway(timeLeft, manners.fractionalDurations())));
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
    public void close(int code, String reason, String detail) {
        if (phase == Phase.ENDED) {
            return;
        }
        LOG.log(Level.DEBUG, "Session {0} is closed with {1}: {2}", record.number(), code, detail);
        end();
        String cut = manners.truncatedReason() ? CloseReasons.truncate(reason) : CloseReasons.cut(reason);
        record.onServerClose(new RecordedClose(code, cut), detail);
        socket.close((short) code, cut)
                .onFailure(e -> LOG.log(Level.DEBUG, "Session {0}: no closing handshake: {1}", record.number(), e.toString()));
    }

    private void close(ServiceClose as, String detail) {
        close(as.code(), as.reason(), detail);
    }

    /** Ends the TCP connection as a dying machine does. */
    public void dropTcp() {
        end();
        // not through the pipeline: TLS would say good-bye
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }

    /** Says good-bye and does not wait for the answer. */
    public void shutDown() {
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

    private interface Step {

        void run() throws ProtocolViolation;
    }

    private void onMessage(byte[] utf8) {
        guarded(() -> {
            if (phase == Phase.AWAITING_SETUP) {
                onSetup(ClientMessages.parse(utf8));
            } else {
                onClientMessage(utf8);
            }
        });
    }

    /** Whatever fails ends the session with the reason that the service would have for it. */
    private void guarded(Step step) {
        guard(() -> {
            try {
                step.run();
            } catch (ProtocolViolation e) {
                close(e.code(), e.reason(), e.getMessage());
            }
        });
    }

    private void onSetup(JsonNode message) throws ProtocolViolation {
        if (ClientMessages.SETUP.equals(ClientMessages.kind(message))) {
            record.onSetup(message.get(message.fieldNames().next()));
        }
        JsonNode valid = ClientMessages.validate(message);
        if (!valid.has(ClientMessages.SETUP)) {
            throw ProtocolViolation.invalidArgument("the first message must be the setup");
        }
        Optional<EphemeralTokens.Grant> grant = grant();
        ObjectNode sent = (ObjectNode) valid.get(ClientMessages.SETUP);
        Setup accepted = Setup.of(grant.isPresent() ? EphemeralTokens.constrain(sent, grant.get()) : sent, path,
                settings.models());
        Optional<LiveSession> holder = accepted.handle().flatMap(backend.resumptions()::holder);
        if (holder.isEmpty()) {
            begin(accepted, grant);
            return;
        }
        // the client may have dropped that connection just now; messages that follow the setup wait until this is known
        pause(Pause.RESUMES);
        holder.get().lookAtSocket().whenComplete((v, e) -> execute(() -> {
            if (phase == Phase.AWAITING_SETUP) {
                guarded(() -> begin(accepted, grant));
                resume(Pause.RESUMES);
            }
        }));
    }

    /** What the credential prescribes, if it is a token of this emulator. */
    private Optional<EphemeralTokens.Grant> grant() throws ProtocolViolation {
        return credential.isEphemeral() ? backend.tokens().grant(credential.value()) : Optional.empty();
    }

    private void begin(Setup accepted, Optional<EphemeralTokens.Grant> grant) throws ProtocolViolation {
        if (grant.isPresent()) {
            backend.tokens().use(credential.value(), accepted.handle().isEmpty() || settings.resumptionUsesTokens());
            later(Duration.between(clock().now(), grant.get().expires()),
                    () -> close(ServiceClose.API_KEY_EXPIRED, "the ephemeral token has expired"));
        }
        setup = accepted;
        memory = new ConversationMemory(accepted, settings.contextWindow());
        historyOpen = accepted.historyFirst();
        if (accepted.handle().isPresent()) {
            Resumptions.Resumption resumed = backend.resumptions().resume(accepted.handle().get(), accepted.model(), this);
            line = resumed.line();
            memory.restore(resumed.state().conversation());
            frames = resumed.state().frames();
            historyOpen &= resumed.state().historyOpen();
        }
        audio = new AudioInput(accepted.detection());
        engine = new TurnEngine(this, accepted, settings.scenario(), memory);
        phase = accepted.unanswered() ? Phase.MUTE : Phase.ACTIVE;
        apply(faults.atSetup());
        if (phase != Phase.ACTIVE) {
            return;
        }
        // the time runs before the client can know: whoever moves the clock then must not be too early
        settings.connectionLifetime().ifPresent(this::limitLifetime);
        faults.start(this::await);
        send(ServerMessages.setupComplete(path.service(), record.id()));
        tellResumability();
        apply(faults.onMessage(0));
    }

    /**
     * Makes sure that the end of this connection is noticed if it has come already: a client that has dropped it may be faster
     * than the event loop. A connection that has stopped to read, as a hung server's, is given up: nobody would ever notice.
     *
     * @return completes when that is done
     */
    private CompletableFuture<Void> lookAtSocket() {
        CompletableFuture<Void> looked = new CompletableFuture<>();
        Runnable look = () -> {
            boolean hung = pauses.contains(Pause.ASKED);
            if (hung) {
                dropTcp();
            }
            if (hung || !channel.isActive()) {
                end();
                leave();
            }
            looked.complete(null);
        };
        try {
            // a timer: before it fires the event loop has read once more from its sockets
            channel.eventLoop().schedule(look, 1, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            looked.completeExceptionally(e);
        }
        return looked;
    }

    /** On the thread that arms the fault: the time runs from then on, not from when the event loop comes to it. */
    private void await(SessionFaults.Timed timed) {
        Runnable due = () -> timed.due().ifPresent(what -> apply(List.of(what)));
        if (timed.after().isZero()) {
            // even if the clock stands still, but not before setupComplete
            context.runOnContext(v -> due.run());
            return;
        }
        Runnable cancel = clock().schedule(timed.after(), () -> execute(due));
        execute(() -> {
            if (phase == Phase.ENDED) {
                cancel.run();
            } else {
                timers.add(cancel);
            }
        });
    }

    private void limitLifetime(Duration lifetime) {
        Duration half = lifetime.dividedBy(2);
        Duration lead = GO_AWAY_LEAD.compareTo(half) < 0 ? GO_AWAY_LEAD : half;
        later(lifetime.minus(lead), () -> goAway(lead));
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
        apply(faults.onMessage(number));
        if (phase != Phase.ACTIVE) {
            return;
        }
        JsonNode valid = ClientMessages.validate(message);
        String field = valid.fieldNames().next();
        switch (field) {
            case "clientContent" -> onClientContent(valid.get(field), number);
            case "realtimeInput" -> {
                engine.listen();
                onRealtimeInput(valid.get(field), number);
                engine.heardOut();
            }
            case "toolResponse" -> onToolResponse(valid.get(field), number);
            case "contextUpdate" -> onContextUpdate(valid.get(field), number);
            default -> throw ProtocolViolation.invalidArgument("a second setup");
        }
        if (phase == Phase.ACTIVE && setup.transparent() && engine.isQuiet() && !audio.speaking()
                && acknowledgements.isDue()) {
            tellResumability();
        }
        rest();
    }

    private long recordMessage(String kind, JsonNode message) {
        backend.registry().received();
        return record.onMessage(kind, message);
    }

    private void rest() {
        Duration rest = manners.readingPause();
        if (!rest.isZero() && phase == Phase.ACTIVE) {
            pause(Pause.RESTS);
            later(rest, () -> resume(Pause.RESTS));
        }
    }

    private void apply(List<Misbehaviour> due) {
        for (Misbehaviour what : due) {
            if (phase != Phase.ENDED) {
                apply(what);
            }
        }
    }

    private void apply(Misbehaviour what) {
        LOG.log(Level.DEBUG, "Session {0}: fault {1}", record.number(), what);
        if (what instanceof Misbehaviour.Close close) {
            close(close.code(), close.reason(), "fault: close");
        } else if (what instanceof Misbehaviour.Kill) {
            dropTcp();
        } else if (what instanceof Misbehaviour.Silence) {
            phase = Phase.MUTE;
        } else if (what instanceof Misbehaviour.StopReading) {
            pause(Pause.ASKED);
        } else if (what instanceof Misbehaviour.GoAway goAway) {
            goAway(goAway.timeLeft());
        } else if (what instanceof Misbehaviour.GoAwayThenSilence goAway) {
            announceEnd(goAway.timeLeft());
            phase = Phase.MUTE;
        } else if (what instanceof Misbehaviour.SpuriousInterrupted) {
            send(ServerMessages.interrupted());
            send(ServerMessages.bareTurnComplete());
        } else if (what instanceof Misbehaviour.UnresumableClose close) {
            // the close drops what waits in line
            outbound.writeNow(wire(ServerMessages.notResumable()));
            close(close.code(), close.reason(), "fault: close while not resumable");
        } else {
            manners.adopt(what);
        }
    }

    private void onClientContent(JsonNode content, long number) throws ProtocolViolation {
        engine.interrupt();
        // not before: what the interruption tells about resumption is still without this message
        acknowledgements.taken(number);
        for (JsonNode turn : content.path("turns")) {
            String role = turn.path("role").asText("user");
            String said = Setup.textOf(turn);
            switch (role) {
                case "", "user" -> append(said);
                case "model" -> memory.modelWrote(said);
                default -> throw ProtocolViolation.invalidArgument("a turn has the role user or model, not " + role);
            }
        }
        if (!content.path("turnComplete").asBoolean(false)) {
            return;
        }
        if (historyOpen) {
            historyOpen = false;
            memory.keepAsHistory();
            tellResumability();
        } else {
            answerText();
        }
    }

    private void onRealtimeInput(JsonNode input, long number) throws ProtocolViolation {
        acknowledgements.taken(number);
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
            if (setup.detection().manual()) {
                throw ProtocolViolation.invalidArgument("audioStreamEnd needs automatic activity detection");
            }
            onAudioEvents(audio.streamEnd());
        }
    }

    private void requireManual(String field) throws ProtocolViolation {
        if (!setup.detection().manual()) {
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
        byte[] pcm = decode(blob.path("data").asText(""));
        backend.registry().heard(pcm.length);
        List<AudioEvent> events = audio.accept(pcm, rate);
        if (events.isEmpty() && !audio.speaking()) {
            acknowledgements.heard(audio.heardMillis(), audio.keptMillis());
        }
        onAudioEvents(events);
        if (audio.isFull()) {
            throw ProtocolViolation.invalidArgument("a turn of more than " + AudioInput.MAX_TURN_MILLIS / 60_000 + " minutes");
        }
    }

    private void onAudioEvents(List<AudioEvent> events) {
        for (AudioEvent event : events) {
            if (phase != Phase.ACTIVE) {
                return;
            }
            if (event instanceof AudioEvent.ActivityStarted started) {
                onActivityStarted(started.offset());
            } else if (event instanceof AudioEvent.ActivityEnded ended) {
                onActivityEnded(ended.offset(), ended.turn());
            }
        }
    }

    private void onActivityStarted(Duration offset) {
        record.onActivityStart(offset);
        if (setup.explicitVad()) {
            send(ServerMessages.voiceActivity(true, offset, manners.fractionalDurations()));
        }
        engine.userSpeaks();
        tellResumability();
    }

    private void onActivityEnded(Duration offset, byte[] pcm) {
        record.onActivityEnd(offset);
        if (setup.explicitVad()) {
            send(ServerMessages.voiceActivity(false, offset, manners.fractionalDurations()));
        }
        engine.userSpoke();
        if (pcm.length == 0) {
            tellResumability();
            return;
        }
        // written and not sent off: she goes on aloud
        memory.keepAsHistory();
        UserTurn.Audio turn = new UserTurn.Audio(pcm);
        engine.userTurn(turn, Tokens.ofAudio(pcm.length).plus(takeFrames()), Optional.of(turn.transcript()));
    }

    private void onImage(JsonNode blob) throws ProtocolViolation {
        if (!IMAGE_TYPES.contains(blob.path("mimeType").asText(""))) {
            throw ProtocolViolation.invalidArgument("video is image/jpeg, image/png or image/webp, frame by frame");
        }
        decode(blob.path("data").asText(""));
        record.onVideoFrame();
        backend.registry().seen();
        if (setup.allVideo() || audio.speaking()) {
            frames++;
        }
    }

    private Tokens takeFrames() {
        Tokens tokens = Tokens.ofFrames(frames);
        frames = 0;
        return tokens;
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

    private void onToolResponse(JsonNode toolResponse, long number) throws ProtocolViolation {
        acknowledgements.taken(number);
        for (JsonNode response : toolResponse.path("functionResponses")) {
            engine.toolResponse(response, path.service() == EmulatedService.DEVELOPER_API);
        }
    }

    private void onContextUpdate(JsonNode update, long number) {
        acknowledgements.taken(number);
        memory.update(update.has("systemInstruction")
                ? Optional.of(Setup.textOf(update.get("systemInstruction")))
                : Optional.empty(),
                update.has("tools")
                        ? Optional.of(Setup.functions(update.get("tools").path("tools")))
                        : Optional.empty());
    }

    private void append(String said) throws ProtocolViolation {
        if (memory.unansweredLength() + said.length() > MAX_TURN_CHARACTERS) {
            throw ProtocolViolation.invalidArgument("a turn of more than " + MAX_TURN_CHARACTERS + " characters");
        }
        memory.written(said);
    }

    private void answerText() {
        String said = memory.takeWritten();
        engine.userTurn(new UserTurn.Text(said), Tokens.ofText(said.length()).plus(takeFrames()), Optional.empty());
    }

    /** A test that plays the model itself may call functions; their answers must then be known. */
    private void remember(String message) {
        if (engine == null) {
            return;
        }
        try {
            engine.raw(ClientMessages.parse(message.getBytes(StandardCharsets.UTF_8)));
        } catch (ProtocolViolation e) {
            LOG.log(Level.DEBUG, "Session {0} is sent what is no JSON object, as wanted", record.number());
        }
    }

    private Outbound.Message nextContent() {
        if (engine == null || phase != Phase.ACTIVE) {
            return null;
        }
        ObjectNode[] content = new ObjectNode[1];
        guard(() -> content[0] = engine.poll());
        // a fault in mid-turn may have ended it
        return content[0] == null || phase != Phase.ACTIVE ? null : wire(content[0]);
    }

    private FrameType frames() {
        FrameType usual = settings.frames();
        if (!manners.otherFrames()) {
            return usual;
        }
        return usual == FrameType.BINARY ? FrameType.TEXT : FrameType.BINARY;
    }

    private Outbound.Message wire(ObjectNode message) {
        if (manners.unknownFields()) {
            message.put("notYetInvented", true);
            if (message.get(ServerMessages.SERVER_CONTENT) instanceof ObjectNode content) {
                content.put("alsoNotYetInvented", 1);
            }
        }
        backend.registry().sent();
        return new Outbound.Message(Buffer.buffer(ClientMessages.write(message)), frames(), 1);
    }

    private void onPong() {
        CompletableFuture<Duration> ping = pings.poll();
        if (ping != null) {
            ping.complete(Duration.ofNanos(System.nanoTime() - pingTimes.remove()));
        }
    }

    private void onClosed() {
        end();
        leave();
        backend.registry().closed(this);
        record.onClosed();
        IllegalStateException ended = new IllegalStateException("Session " + record.number() + " has ended");
        pings.forEach(ping -> ping.completeExceptionally(ended));
        pings.clear();
    }

    private void end() {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        List.copyOf(timers).forEach(Runnable::run);
        timers.clear();
        faults.close();
        outbound.close();
        fragments = null;
    }

    /** The client has seen the end of this connection, or could: others may have the conversation and the place. */
    private void leave() {
        backend.resumptions().release(line, this);
        if (hasPlace) {
            hasPlace = false;
            backend.registry().left();
        }
    }

    private static <T> void complete(CompletableFuture<T> future, T value, Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(failure);
        }
    }

    /**
     * What Vert.x does differently. Frames that are too large, or none at all: Vert.x would just drop the line, the service
     * tells why. Pings: Vert.x answers them at once, the service now and then late.
     */
    private final class FrameGuard extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof PingWebSocketFrame ping && !manners.pongDelay().isZero()) {
                record.onPing();
                byte[] payload = ByteBufUtil.getBytes(ping.content());
                ping.release();
                pongLater(ctx, payload);
            } else if (message instanceof CloseWebSocketFrame) {
                // before the answer is on its way: a client that has it may come back at once
                end();
                leave();
                ctx.fireChannelRead(message);
            } else {
                ctx.fireChannelRead(message);
            }
        }

        private void pongLater(ChannelHandlerContext ctx, byte[] payload) {
            // not all pings need a pong of their own (RFC 6455, 5.5.3)
            if (latePongs < MAX_LATE_PONGS) {
                latePongs++;
                later(manners.pongDelay(), () -> {
                    latePongs--;
                    ctx.writeAndFlush(new PongWebSocketFrame(Unpooled.wrappedBuffer(payload)));
                });
            }
        }

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
