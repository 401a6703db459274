package dev.camelgenai.emulator.internal.session;

import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

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
import dev.camelgenai.emulator.internal.cassette.Playback;
import dev.camelgenai.emulator.internal.cassette.TrafficObserver;
import dev.camelgenai.emulator.internal.protocol.ClientMessages;
import dev.camelgenai.emulator.internal.protocol.CloseReasons;
import dev.camelgenai.emulator.internal.protocol.Credential;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.internal.protocol.UpgradePath;
import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;

/**
 * One connection: its frames, its setup and its end. {@link ClientInput} has what the client says, {@link TurnEngine} what the
 * model does.
 * Everything happens on the event loop of the connection; {@link #execute} gets there from other threads.
 */
public final class LiveSession {

    /** A message of the client may be this large; the service's own limit is not known, 16 MiB must pass. */
    public static final int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

    private static final Logger LOG = System.getLogger(LiveSession.class.getName());

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

    /** Part of the work of a session. */
    interface Step {

        void run() throws ProtocolViolation;
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
    private final Pings pings = new Pings();
    private final Set<Runnable> timers = new HashSet<>();

    private ServerWebSocket socket;
    private Channel channel;
    private Outbound outbound;
    private ByteArrayOutputStream fragments;
    private TrafficObserver traffic = TrafficObserver.NONE;
    /** Answers instead of the engine, if it is there. */
    private Optional<Playback> playback = Optional.empty();

    private Phase phase = Phase.AWAITING_SETUP;
    private Setup setup;
    private TurnEngine engine;
    private ClientInput input;
    private Resumptions.Line line = new Resumptions.Line(this);
    private boolean toldResumable;
    private boolean hasPlace;

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

    long nextCall() {
        return line.nextCall();
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
        outbound = new Outbound(context, socket, this::nextContent, written -> traffic.serverMessage(written));
        socket.frameHandler(this::onFrame);
        socket.pongHandler(pong -> pings.answered());
        socket.exceptionHandler(e -> LOG.log(Level.DEBUG, "Session {0}: {1}", record.number(), e.toString()));
        // later: Vert.x tells about the end before it hands over the Close frame that caused it
        socket.closeHandler(v -> context.runOnContext(w -> onClosed()));
        channel.pipeline().addBefore(VERTX_HANDLER, "emulator-frames", new FrameGuard(this));
        later(settings.setupTimeout(), () -> {
            if (phase == Phase.AWAITING_SETUP) {
                close(ServiceClose.DEADLINE_EXPIRED, "no setup within " + settings.setupTimeout());
            }
        });
        backend.registry().opened(this);
    }

    /** The client may stay: its session is recorded, or answered from a recording, if that is what the emulator does. */
    public void admitted() {
        backend.recorder().ifPresent(recorder -> traffic = recorder.session(clock(), record.path(), path.service()));
        playback = backend.replay().flatMap(replay -> replay.begin(record.path(), new ReplayStage()));
        playback.ifPresent(answering -> traffic = answering);
        pump();
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
                guard(action::run);
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
        execute(() -> guard(action::run));
    }

    /**
     * Does something that only ends this session if it fails: as the service does for what the client did wrong, and as it looks
     * like at a service with a bug for a bug here or in a scenario.
     */
    void guard(Step step) {
        try {
            step.run();
        } catch (ProtocolViolation e) {
            close(e.code(), e.reason(), e.getMessage());
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
            requireNotEnded();
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

    /** Sends a ping; completes with the time until its pong. */
    CompletableFuture<Duration> ping() {
        CompletableFuture<Duration> answered = new CompletableFuture<>();
        execute(() -> {
            requireNotEnded();
            pings.sent(answered);
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

    void onLineTooLong(int turns, long soundBytes) {
        close(ServiceClose.INVALID_ARGUMENT,
                turns + " turns wait for the client to answer a function or to stop speaking, with "
                        + soundBytes + " bytes of sound");
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
        if (engine.isQuiet() && input.isQuiet()) {
            toldResumable = true;
            String handle = backend.resumptions().issue(line, setup.model(), input.state());
            send(ServerMessages.resumable(handle, setup.transparent() ? Optional.of(input.acknowledge()) : Optional.empty()));
        } else if (toldResumable) {
            toldResumable = false;
            send(ServerMessages.notResumable());
        }
    }

    /** Tells the client to go, and closes when the time is over. */
    void goAway(Duration timeLeft) {
        requireNotEnded();
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

    /** For actions of tests; the event loop's own check {@code phase}. */
    void requireNotEnded() {
        if (phase == Phase.ENDED) {
            throw new IllegalStateException("Session " + record.number() + " has ended");
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
    public void close(int code, String reason, String detail) {
        if (phase == Phase.ENDED) {
            return;
        }
        LOG.log(Level.DEBUG, "Session {0} is closed with {1}: {2}", record.number(), code, detail);
        end();
        String cut = manners.truncatedReason() ? CloseReasons.truncate(reason) : CloseReasons.cut(reason);
        record.onServerClose(new RecordedClose(code, cut), detail);
        traffic.serverClosed(code, cut);
        socket.close((short) code, cut)
                .onFailure(e -> LOG.log(Level.DEBUG, "Session {0}: no closing handshake: {1}", record.number(), e.toString()));
    }

    private void close(ServiceClose as, String detail) {
        close(as.code(), as.reason(), detail);
    }

    /** Ends the TCP connection as a dying machine does. */
    public void dropTcp() {
        traffic.dropped();
        end();
        // not through the pipeline: TLS would say good-bye
        channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    }

    /** As {@link #dropTcp}, for the next test's sake: no part of the conversation. */
    public void discard() {
        traffic.abandoned();
        dropTcp();
    }

    /** Says good-bye and does not wait for the answer. */
    public void shutDown() {
        traffic.abandoned();
        close(1001, "", "the emulator is closed");
        channel.close();
    }

    /** Checks a close code before it is too late to tell the caller. */
    static void requireSendable(int code) {
        if (!(code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999)) {
            throw new IllegalArgumentException("A Close frame cannot carry the code " + code
                    + "; use 1000 to 1003, 1007 to 1014 or 3000 to 4999");
        }
    }

    private boolean onEventLoop() {
        Channel its = channel;
        return its != null && its.eventLoop().inEventLoop();
    }

    private void onFrame(WebSocketFrame frame) {
        if (frame.isClose()) {
            RecordedClose close = new RecordedClose(frame.binaryData().length() < 2 ? 1005 : frame.closeStatusCode(),
                    frame.closeReason() == null ? "" : frame.closeReason());
            record.onClientClose(close);
            traffic.clientClosed(close.code(), close.reason());
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
        if (playback.isPresent()) {
            recordReplayed(utf8);
            traffic.clientMessage(utf8);
            return;
        }
        traffic.clientMessage(utf8);
        guard(() -> {
            if (phase == Phase.AWAITING_SETUP) {
                onSetup(ClientMessages.parse(utf8));
            } else {
                onClientMessage(utf8);
            }
        });
    }

    /** What was recorded with an invalid message is replayed with it: nothing is refused here. */
    private void recordReplayed(byte[] utf8) {
        JsonNode message;
        try {
            message = ClientMessages.parse(utf8);
        } catch (ProtocolViolation e) {
            message = NullNode.getInstance();
        }
        String kind = ClientMessages.kind(message);
        if (phase == Phase.AWAITING_SETUP) {
            phase = Phase.ACTIVE;
            if (ClientMessages.SETUP.equals(kind)) {
                record.onSetup(message.get(message.fieldNames().next()));
            }
        } else {
            recordMessage(ClientMessages.SETUP.equals(kind) ? "invalid" : kind, message, utf8.length);
        }
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
                guard(() -> begin(accepted, grant));
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
        ConversationMemory memory = new ConversationMemory(accepted, settings.contextWindow());
        engine = new TurnEngine(this, accepted, settings.scenario(), memory);
        input = new ClientInput(this, backend.registry(), accepted, memory, engine);
        if (accepted.handle().isPresent()) {
            Resumptions.Resumption resumed = backend.resumptions().resume(accepted.handle().get(), accepted.model(), this);
            line = resumed.line();
            input.restore(resumed.state());
        }
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
            recordMessage("invalid", NullNode.getInstance(), 0);
            throw e;
        }
        String kind = ClientMessages.kind(message);
        long number = recordMessage(ClientMessages.SETUP.equals(kind) ? "invalid" : kind, message, utf8.length);
        apply(faults.onMessage(number));
        if (phase != Phase.ACTIVE) {
            return;
        }
        JsonNode valid = ClientMessages.validate(message);
        String field = valid.fieldNames().next();
        input.take(field, valid.get(field), number);
        if (phase == Phase.ACTIVE && setup.transparent() && engine.isQuiet() && input.isQuiet()
                && input.isAcknowledgementDue()) {
            tellResumability();
        }
        rest();
    }

    private long recordMessage(String kind, JsonNode message, int bytes) {
        backend.registry().received();
        boolean kept = record.hasRoom() && backend.registry().reserve(SessionRecord.weight(bytes));
        return record.onMessage(kind, message, bytes, kept);
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
        LOG.log(Level.DEBUG, "Session {0}: fault {1}", record.number(), what.getClass().getSimpleName());
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
        if (playback.isPresent()) {
            Buffer recorded = phase == Phase.ENDED ? null : playback.get().poll();
            return recorded == null ? null : outgoing(recorded);
        }
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
        return outgoing(Buffer.buffer(ClientMessages.write(message)));
    }

    private Outbound.Message outgoing(Buffer payload) {
        backend.registry().sent();
        return new Outbound.Message(payload, frames(), 1);
    }

    /** The client's Close frame is there, its answer is not on its way yet: a client that has it may come back at once. */
    void onClientClosing() {
        end();
        leave();
    }

    private void onClosed() {
        traffic.ended();
        end();
        leave();
        backend.registry().closed(this);
        record.onClosed();
        pings.fail(new IllegalStateException("Session " + record.number() + " has ended"));
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

    /** Where a recording is played: this connection. */
    private final class ReplayStage implements Playback.Stage {

        @Override
        public Instant now() {
            return clock().now();
        }

        @Override
        public void later(Duration delay, Runnable action) {
            LiveSession.this.later(delay, action);
        }

        @Override
        public void pump() {
            LiveSession.this.pump();
        }

        @Override
        public void close(int code, String reason, String detail) {
            LiveSession.this.close(code, reason, detail);
        }

        @Override
        public void drop() {
            dropTcp();
        }
    }
}
