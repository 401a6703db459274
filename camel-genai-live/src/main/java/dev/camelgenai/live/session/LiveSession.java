package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.google.genai.types.ActivityStart;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import com.google.genai.types.LiveServerSessionResumptionUpdate;
import com.google.genai.types.LiveServerSetupComplete;
import com.google.genai.types.LiveServerToolCallCancellation;
import com.google.genai.types.SessionResumptionConfig;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveTurnTimeoutException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.session.SessionTimers.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One conversation with a model, over as many connections as it takes, one after the other.
 *
 * <pre>
 *              +--------------- goAway ------ MOVING &lt;--+
 *              v                                        |
 *   NEW --> CONNECTING --> SETTING_UP --setupComplete--> OPEN --close--> CLOSING --> CLOSED
 *              ^  |             |                        |                            ^
 *              |  +-------------+------ failure ---------+--- failure for good -------+
 *              |                |                                                     |
 *              +--- pause --- WAITING ------------------------------------------------+
 * </pre>
 *
 * What is sent while the session is not open waits in its outbox. All methods may be called from any thread and none of them
 * blocks. Callbacks may come on an event loop.
 */
public final class LiveSession {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);
    private static final Lane[] NO_LANES = {};

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    /** How long before the announced end of a connection the session leaves it at the latest; less when there is less time. */
    private static final Duration LEAVE_BEFORE = Duration.ofSeconds(5);

    private static final long ACTIVITY_NANOS = Duration.ofMillis(1).toNanos();

    /** The close code for input that the service does not take: {@code protocol} 7.1. */
    private static final int INVALID_ARGUMENT = 1007;

    private static final ClientMessage AUDIO_STREAM_END = new ClientMessage.RealtimeInput(
            LiveSendRealtimeInputParameters.builder().audioStreamEnd(true).build());
    private static final ClientMessage ACTIVITY_START = new ClientMessage.RealtimeInput(
            LiveSendRealtimeInputParameters.builder().activityStart(ActivityStart.builder().build()).build());
    /** What consumers get instead of the end of a turn that was lost with its connection. */
    private static final ServerMessage LOST_TURN = ServerMessage.of(LiveServerMessage.builder()
            .serverContent(LiveServerContent.builder().interrupted(true).turnComplete(true).build()).build());

    /** How long the words of a turn that is over may still come. */
    private static final Duration LATE_TRANSCRIPTS = Duration.ofMillis(500);

    /** How long the service may take to end a turn whose function calls it has cancelled. */
    private static final Duration CANCELLED_TURN = Duration.ofMillis(500);

    private static final SendCallback NOBODY = (outcome, failure) -> {
    };
    private static final Predicate<Outbox.Entry> ANY = entry -> true;
    private static final Runnable NOTHING_TO_TELL = () -> {
    };
    /** Of what the session itself has to say: nobody has sent it. */
    private static final SendCallback OURS = (outcome, failure) -> {
    };

    private final SessionAddress address;
    private final SessionProfile profile;
    private final SessionServices services;
    private final Consumer<LiveSession> onEnded;
    private final boolean resumes;
    private final boolean transparent;
    private final FailureClassifier classifier;
    private final Outbox outbox;
    private final TurnTracker turns;
    private final OpenCalls calls = new OpenCalls();
    private final SessionSetup setup;
    private final ToolCalls tools;
    private final TurnTranscripts transcripts = new TurnTranscripts();
    private final KeptHandle handle;
    private final History history;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<LiveSession> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong inDoubt = new AtomicLong();
    private final AtomicLong reconnects = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();
    private final AtomicLong unheard = new AtomicLong();
    /** Of lanes that are gone. */
    private final AtomicLong staleAudio = new AtomicLong();
    private final AtomicLong overflowAudio = new AtomicLong();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final SessionTimers timers;
    private volatile long lastActivity;
    private final ReentrantLock lock = new ReentrantLock();
    private final RetryBudget budget;
    private volatile LiveSessionState state = LiveSessionState.NEW;
    private volatile Line current;
    private volatile String sessionId;
    private volatile boolean keptOpen;
    /** Whether the service has announced the end of the connection. */
    private volatile boolean leaving;
    /** The connection that is to be left now, quiet or not. */
    private volatile Line lateToLeave;
    /** Whether the client has marked the begin of what the user says, and not its end. */
    private volatile boolean userSpeaks;
    /** Whether the last handle is as young as the conversation. */
    private volatile boolean resumable;
    private volatile GenAiLiveException openFailure;
    /** Why the session is not open right now, or was not before. */
    private volatile GenAiLiveException lastTrouble;
    private long openedAt;
    /** For how long the service had said nothing when that was why its connection was given up. */
    private long stalledFor;
    private boolean wasOpen;
    /** Whether a handle was refused, so that what the service knew is gone. */
    private boolean stateLost;
    /** What was in doubt when the last connection ended: should the session be resumed, and should it start afresh. */
    private long doubtIfResumed;
    private long doubtIfFresh;
    private int fullLanes;
    /** What consumers hear of the end: {@code null} for one that was asked for. */
    private volatile SessionEvent.Closed news;

    LiveSession(SessionAddress address, SessionProfile profile, SessionServices services, Consumer<LiveSession> onEnded) {
        this.address = address;
        this.profile = profile;
        this.services = services;
        this.onEnded = onEnded;
        this.setup = new SessionSetup(profile);
        Optional<SessionResumptionConfig> resumption = profile.config().sessionResumption();
        this.resumes = profile.resumption().enabled() && resumption.isPresent();
        this.transparent = resumes && resumption.flatMap(SessionResumptionConfig::transparent).orElse(false);
        this.classifier = new FailureClassifier(profile.target().uri(), profile.model().value());
        this.outbox = new Outbox(profile.outbox());
        this.turns = new TurnTracker(services.clock(), profile.outbox().maxMessages());
        this.handle = new KeptHandle(address, profile.resumption().handles(), services.connects());
        this.history = new History(profile.resumption());
        this.budget = new RetryBudget(profile.reconnect());
        this.timers = new SessionTimers(services.timer());
        this.tools = new ToolCalls(address, profile.tools(), new AnswerSender());
        this.lastActivity = services.clock().getAsLong();
    }

    public SessionAddress address() {
        return address;
    }

    public LiveSessionState state() {
        return state;
    }

    /** The id that the service gave the session; the Developer API gives none. */
    public Optional<String> sessionId() {
        return Optional.ofNullable(sessionId);
    }

    /** Completes when the session is open for the first time, or with the {@link GenAiLiveException} that says why it is not. */
    public CompletionStage<LiveSession> opened() {
        return opened.minimalCompletionStage();
    }

    /** Why the session could never be opened; empty if it was open once, is on its way, or was closed on demand. */
    Optional<GenAiLiveException> openFailure() {
        return Optional.ofNullable(openFailure);
    }

    /** Completes when the session has ended, however it did, and its resumption handle is saved. */
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** Sends that wait for the socket. */
    public int outboxSize() {
        return outbox.size();
    }

    public SessionStatistics statistics() {
        return new SessionStatistics(reconnects.get(), inDoubt.get(), outbox.dropped(), cancelled.get(), unheard.get(),
                staleAudio.get() + lanes.stream().mapToLong(Lane::staleAudio).sum(),
                overflowAudio.get() + lanes.stream().mapToLong(Lane::overflowAudio).sum());
    }

    private void keepCounts(Lane gone) {
        staleAudio.addAndGet(gone.staleAudio());
        overflowAudio.addAndGet(gone.overflowAudio());
    }

    /** Whether the session stays open though it is idle. */
    void keepOpen(boolean keep) {
        keptOpen = keep;
    }

    // ---- opening

    /** @param predecessor the end of the session that had the address before: its socket is closed then, its handle saved */
    void open(CompletionStage<Void> predecessor) {
        Line first = newLine();
        lock.lock();
        try {
            if (state != LiveSessionState.NEW) {
                // closed before it began
                return;
            }
            become(LiveSessionState.CONNECTING);
            current = first;
        } finally {
            lock.unlock();
        }
        // a store that hangs keeps a conversation from going on where it was, but not from going on
        later(Kind.FIRST_CONNECTION, profile.connectTimeout(), first::open);
        predecessor.whenComplete((nothing, failure) -> {
            timers.cancel(Kind.FIRST_CONNECTION);
            first.open();
        });
    }

    private Line newLine() {
        return new Line(this, profile, services, classifier, transparent);
    }

    private void openAgain() {
        Line next = newLine();
        lock.lock();
        try {
            if (state != LiveSessionState.WAITING && state != LiveSessionState.MOVING) {
                return;
            }
            become(LiveSessionState.CONNECTING);
            current = next;
        } finally {
            lock.unlock();
        }
        next.open();
    }

    /** What a connection that is being opened is set up with. */
    LiveConnectConfig setup() {
        return setup.now();
    }

    /** The functions of the tool box may be others now: tells the model if it can be told, else the next connection does. */
    void toolsChanged() {
        if (state == LiveSessionState.OPEN) {
            setup.news().ifPresent(news -> {
                try {
                    send(List.of(news), OURS);
                } catch (GenAiLiveException e) {
                    LOG.warn("The model of session {} cannot be told which tools there are now: {}", this, e.getMessage());
                }
            });
        }
    }

    /** What to resume with; {@code null} for a fresh session. Blocks when it has to ask the store. */
    String handleToResume() {
        return resumes ? handle.get() : null;
    }

    /** @return whether the session still wants that connection */
    boolean settingUp(Line line) {
        lock.lock();
        try {
            if (line != current || state != LiveSessionState.CONNECTING) {
                return false;
            }
            become(LiveSessionState.SETTING_UP);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void opened(Line line, ServerMessage message) {
        boolean again;
        boolean restored = line.handle() != null;
        SessionEvent event;
        lock.lock();
        try {
            if (line != current || state != LiveSessionState.SETTING_UP) {
                return;
            }
            become(LiveSessionState.OPEN);
            sessionId = message.setupComplete().flatMap(LiveServerSetupComplete::sessionId).orElse(null);
            again = wasOpen;
            boolean told = again || restored || stateLost;
            event = told ? new SessionEvent.Resumed(restored, settleDoubt(restored)) : new SessionEvent.Opened();
            wasOpen = true;
            stateLost = false;
            openedAt = services.clock().getAsLong();
            stalledFor = 0;
            leaving = false;
            resumable = restored || !resumes;
            if (restored && !again) {
                calls.onForeignHandle();
            }
            if (fullLanes > 0) {
                line.pauseReading();
            }
        } finally {
            lock.unlock();
        }
        LOG.debug("Session {} is open", this);
        turns.touch();
        if (again) {
            reconnects.incrementAndGet();
            outbox.afterGap(services.clock().getAsLong());
            if (userSpeaks && !transparent) {
                // the end of an activity that has not begun on this connection would be refused
                outbox.prepend(List.of(repeated(ACTIVITY_START, OURS)));
            }
            if (!restored) {
                history.asInput().ifPresent(seed -> outbox.prepend(List.of(repeated(seed, OURS))));
            }
        } else {
            active();
            watchIdleness();
        }
        lanes.forEach(lane -> lane.event(event));
        opened.complete(this);
        line.drain();
        toolsChanged();
    }

    private long settleDoubt(boolean restored) {
        long doubt = restored ? doubtIfResumed : doubtIfFresh;
        doubtIfResumed = 0;
        doubtIfFresh = 0;
        inDoubt.addAndGet(doubt);
        return doubt;
    }

    private static boolean isReplay(Outbox.Entry entry) {
        return entry.isRepeated() && entry.callback() != OURS;
    }

    private void doubt(long messages) {
        lock.lock();
        try {
            doubtIfResumed += messages;
            doubtIfFresh += messages;
        } finally {
            lock.unlock();
        }
    }

    // ---- sending

    /**
     * Sends messages, in order and with nothing in between.
     *
     * @return                                              {@code false} when the session has ended or is ending; the
     *                                                      callback is not called then
     * @throws dev.camelgenai.live.error.GenAiLiveException when the outbox refuses them; the callback is not called then
     */
    boolean send(List<? extends ClientMessage> messages, SendCallback callback) {
        long now = services.clock().getAsLong();
        active(now);
        boolean starts = startsTurn(messages);
        Outbox.Entry entry = new Outbox.Entry(messages,
                starts ? new TurnInput(null, answersTool(messages), callback, this::notWritten) : callback, now);
        if (answersTool(messages)) {
            return answer(entry, starts, outbox::offer);
        }
        boolean realtime = isRealtime(messages);
        TurnTracker.Waiter waiter = new TurnTracker.Waiter(starts, realtime, failure -> callback.onSent(null, failure));
        waiter.input(entry);
        return switch (turns.admit(waiter)) {
            case START -> offer(entry, starts);
            case WAIT -> true;
            case ENDED -> false;
        };
    }

    /** An answer waits for nobody's turn. */
    private boolean answer(Outbox.Entry entry, boolean starts, Predicate<Outbox.Entry> offer) {
        if (starts) {
            turns.submit();
        }
        return offer(entry, starts, offer);
    }

    private Outbox.Entry entry(List<? extends ClientMessage> messages, SendCallback callback) {
        return new Outbox.Entry(messages, callback, services.clock().getAsLong());
    }

    private Outbox.Entry repeated(ClientMessage message, SendCallback callback) {
        return Outbox.Entry.repeated(message, callback, services.clock().getAsLong());
    }

    private void notWritten() {
        perform(turns.refused());
    }

    private static boolean startsTurn(List<? extends ClientMessage> messages) {
        for (ClientMessage message : messages) {
            if (TurnTracker.startsTurn(message)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRealtime(List<? extends ClientMessage> messages) {
        for (ClientMessage message : messages) {
            if (!message.isRealtime()) {
                return false;
            }
        }
        return true;
    }

    private static boolean answersTool(List<? extends ClientMessage> messages) {
        for (ClientMessage message : messages) {
            if (message instanceof ClientMessage.ToolResponse) {
                return true;
            }
        }
        return false;
    }

    /**
     * Sends messages and awaits the model's turn. Where a turn is open in the session already, they wait for its end first.
     *
     * @param  bounds                                       of the turn and of the wait for it
     * @return                                              as {@link #send}
     * @throws dev.camelgenai.live.error.GenAiLiveException as {@link #send}, or when too many callers wait
     */
    boolean ask(List<? extends ClientMessage> messages, TurnBounds bounds, TurnCallback callback) {
        Answer answer = new Answer(callback, NOTHING_TO_TELL);
        return await(messages, new TurnTracker.Waiter(answersTool(messages), bounds, answer, null), bounds, answer);
    }

    /**
     * Sends messages and hands out the model's turn while it arrives, as soon as they are sent. Waits as {@link #ask} does.
     *
     * @param  bounds                                       of the turn and of the wait for it; as many bytes may wait to be read
     * @param  maxMessages                                  how many messages may wait to be read
     * @return                                              as {@link #send}
     * @throws dev.camelgenai.live.error.GenAiLiveException as {@link #ask}
     */
    boolean stream(List<? extends ClientMessage> messages, TurnBounds bounds, int maxMessages, StreamCallback callback) {
        StreamSource source = new StreamSource();
        LiveTurnStream stream = new LiveTurnStream(source, maxMessages, bounds.maxBytes());
        StreamedAnswer streamed = new StreamedAnswer(callback, stream);
        Answer answer = new Answer(streamed, streamed::onWritten);
        TurnTracker.Waiter waiter = new TurnTracker.Waiter(answersTool(messages), bounds, answer, stream);
        source.waiter = waiter;
        source.answer = answer;
        return await(messages, waiter, bounds, answer);
    }

    /** The reader of a stream holds the session up, or leaves it. */
    private final class StreamSource implements LiveTurnStream.Source {

        private TurnTracker.Waiter waiter;
        private Answer answer;

        @Override
        public void filled() {
            laneFilled();
        }

        @Override
        public void drained() {
            laneDrained();
        }

        @Override
        public void closed() {
            answer.cancel();
            turns.expire(waiter);
        }
    }

    private boolean await(List<? extends ClientMessage> messages, TurnTracker.Waiter waiter, TurnBounds bounds, Answer answer) {
        if (state.isEnding()) {
            return false;
        }
        active();
        List<ClientMessage> input = new ArrayList<>(messages);
        if (isRealtime(messages) && !startsTurn(messages)) {
            // whoever awaits the answer to recorded speech has no more to say
            input.add(AUDIO_STREAM_END);
        }
        waiter.input(entry(input, new TurnInput(waiter, answersTool(messages), answer::inputSent, this::notWritten)));
        switch (turns.admit(waiter)) {
            case START -> {
                if (!offer(waiter.input(), true)) {
                    return false;
                }
            }
            case WAIT -> {
                // an outcome starts it
            }
            default -> {
                return false;
            }
        }
        answer.expireAfter(bounds.timeout(), services.timer(), duration -> expired(waiter, duration));
        return true;
    }

    private GenAiLiveException expired(TurnTracker.Waiter waiter, Duration duration) {
        boolean neverSent = turns.expire(waiter) == TurnTracker.Expiry.NEVER_STARTED;
        if (neverSent) {
            perform(turns.next());
        }
        if (!neverSent && outbox.withdraw(waiter.input())) {
            neverSent = true;
            notWritten();
        }
        GenAiLiveException trouble = state == LiveSessionState.OPEN ? null : lastTrouble;
        String millis = "turnTimeout=" + duration.toMillis() + "ms";
        if (neverSent && state != LiveSessionState.OPEN) {
            return new LiveTurnTimeoutException("The session had no connection for all of " + millis
                    + ", so the input was not sent." + (trouble == null ? "" : " " + trouble.getMessage()), true, trouble);
        }
        return new LiveTurnTimeoutException(neverSent
                ? "Another turn of the session was open for all of " + millis
                        + ", so the input was not sent. Use a session key per conversation, or raise turnTimeout."
                : "The model's turn did not end within " + millis
                        + ". A late answer will be discarded. Raise turnTimeout if the connection or the model is slow; if"
                        + " it called a function, check that the call was answered.",
                true);
    }

    /**
     * Puts a send into the outbox.
     *
     * @param announced whether the tracker expects it to start a turn
     */
    private boolean offer(Outbox.Entry entry, boolean announced) {
        return offer(entry, announced, outbox::offer);
    }

    private boolean offer(Outbox.Entry entry, boolean announced, Predicate<Outbox.Entry> offer) {
        boolean accepted = false;
        try {
            accepted = offer.test(entry);
        } finally {
            if (!accepted && announced) {
                perform(turns.refused());
            }
        }
        if (accepted) {
            drain();
        }
        return accepted;
    }

    /** Tells whoever is to be told, and sends the input of the next in line, as often as one of them cannot be sent. */
    private void perform(TurnTracker.Outcome outcome) {
        for (TurnTracker.Outcome each = outcome; each != null;) {
            TurnTracker.Outcome done = each;
            done.told().forEach(waiter -> tell(waiter, done.turn(), done.failure()));
            each = done.start() == null ? null : start(done.start());
        }
    }

    /** @return what follows */
    private TurnTracker.Outcome start(TurnTracker.Waiter waiter) {
        GenAiLiveException refusal;
        try {
            if (outbox.offer(waiter.input())) {
                drain();
                return turns.started(waiter, true);
            }
            refusal = closing();
        } catch (GenAiLiveException e) {
            refusal = e;
        }
        tell(waiter, null, refusal);
        return turns.started(waiter, false);
    }

    /** One caller that fails must not keep the others from being told. */
    private void tell(TurnTracker.Waiter waiter, LiveTurn turn, GenAiLiveException failure) {
        try {
            waiter.callback().onTurn(turn, failure);
        } catch (RuntimeException e) {
            LOG.error("A caller of session {} failed to hear how its turn ended", this, e);
        }
    }

    private void drain() {
        Line line = current;
        if (line != null) {
            line.drain();
        }
    }

    // ---- what the line asks while it writes, on its event loop

    /** The next message for the socket; {@code null} when there is none, or none may be written now. */
    Outbox.Frame nextFrame(Line line) {
        while (line == current && (state == LiveSessionState.OPEN || state == LiveSessionState.CLOSING)) {
            Outbox.Frame next = outbox
                    .take(leaving && state == LiveSessionState.OPEN ? LiveSession::goesBeforeTheMove : ANY);
            if (next == null) {
                return null;
            }
            Outbox.Frame frame = wanted(next);
            if (frame != null) {
                return frame;
            }
        }
        return null;
    }

    /** What would start something on a connection that is about to end waits; what goes on or ends there does not. */
    private static boolean goesBeforeTheMove(Outbox.Entry entry) {
        return !entry.isUntouched() || entry.goesOn();
    }

    /** @return what is to be written for it; {@code null} when it has no place any more */
    private Outbox.Frame wanted(Outbox.Frame frame) {
        if (frame.message() instanceof ClientMessage.ContextUpdate update) {
            return new Outbox.Frame(frame.entry(), setup.writing(update), frame.last());
        }
        if (!(frame.message() instanceof ClientMessage.ToolResponse response)) {
            return frame;
        }
        OpenCalls.Wanted wanted = calls.wanted(response, frame.entry());
        if (wanted.message() != null) {
            return new Outbox.Frame(frame.entry(), wanted.message(), frame.last());
        }
        if (wanted.trouble() != null) {
            notSendable(frame, new LiveInputException("The answer to a function call is not sent: " + wanted.trouble()
                    + ". Every call takes one answer, with its id; willContinue is for several.", false));
        } else if (outbox.remove(frame.entry())) {
            cancelled.incrementAndGet();
            Outbox.tell(List.of(frame.entry()), SendOutcome.CANCELLED, null);
        }
        return null;
    }

    void writing(Outbox.Frame frame, long number) {
        if (frame.message() instanceof ClientMessage.ToolResponse response) {
            calls.answered(response, frame.entry());
            handleIsOlder();
        }
        if (frame.message() instanceof ClientMessage.ContextUpdate && !frame.entry().isRepeated()) {
            setup.written();
        }
        if (frame.last() && frame.entry().callback() instanceof TurnInput input) {
            turns.written(input, number);
            handleIsOlder();
            watchSilence();
        }
    }

    /**
     * The socket has taken messages.
     *
     * @param room whether they could be kept until the service acknowledges them without forgetting others
     */
    void taken(Line line, List<Outbox.Frame> frames, boolean room) {
        for (Outbox.Frame frame : frames) {
            if (!frame.entry().isRepeated()) {
                history.sent(frame.message());
            }
            if (frame.message() instanceof ClientMessage.RealtimeInput input) {
                if (input.parameters().activityStart().isPresent()) {
                    userSpeaks = true;
                } else if (input.parameters().activityEnd().isPresent()) {
                    userSpeaks = false;
                }
            }
        }
        Outbox.tell(outbox.taken(frames), SendOutcome.WRITTEN, null);
        if (!room) {
            notAcknowledged(line);
        }
        if (leaving) {
            moveIfQuiet(line);
        }
    }

    private void notAcknowledged(Line line) {
        ResumptionPolicy policy = profile.resumption();
        GenAiLiveException failure = new LiveQueueFullException("The service has acknowledged none of the last "
                + policy.replayMaxMessages() + " messages or " + policy.replayMaxBytes() + " bytes of the session"
                + " (replayBufferMaxMessages, replayBufferMaxBytes; replayOverflow=" + policy.replayOverflow()
                + "). Raise the bounds, or send larger pieces of audio.", true);
        switch (policy.replayOverflow()) {
            case failOpenTurn -> perform(turns.failOpen(failure));
            case closeSession -> line.fail(new Verdict(new SessionEvent.Ending(failure, 0, ""), Retry.NEVER, false));
        }
    }

    /** A message cannot be sent. */
    void notSendable(Outbox.Frame frame, GenAiLiveException failure) {
        if (outbox.remove(frame.entry())) {
            Outbox.tell(List.of(frame.entry()), null, failure);
        }
    }

    /** Nothing more can be written for now. */
    void drained(Line line) {
        if (state == LiveSessionState.CLOSING && outbox.isEmpty()) {
            line.close();
        }
    }

    // ---- receiving

    void received(Line line, ServerMessage message) {
        if (line != current) {
            return;
        }
        if (isSaid(message)) {
            active();
        }
        calls.onMessage(message);
        history.received(message);
        if (message.hasModelTurn()) {
            handleIsOlder();
        }
        // who answers calls decides at their and at the turn's end alone, and audio is neither
        boolean decides = message.endsTurn() || message.has(ServerEvent.Kind.toolCall);
        TurnTracker.Outcome outcome = turns.onMessage(message, decides ? toolAnswerer() : TurnTracker.ToolAnswerer.SESSION,
                decides ? hold() : TurnTracker.Hold.NONE);
        deliver(message, outcome.turnId(), transcripts.onMessage(message, outcome.turnId(), outcome.ended()),
                !outcome.heard().isEmpty());
        if ((outcome.ended() || message.hasTranscript()) && transcripts.isPending()) {
            later(Kind.SETTLE_TRANSCRIPTS, LATE_TRANSCRIPTS, this::settleTranscripts);
        }
        line.delivery().received(message, outcome);
        message.resumptionUpdate().ifPresent(update -> resumptionUpdate(line, update));
        if (!message.cancelledCalls().isEmpty()) {
            tools.cancel(message.cancelledCalls());
            if (turns.isHeldForNothing(hold())) {
                // not at once: where the user has barged in, the service ends the turn next
                later(Kind.END_CANCELLED_TURN, CANCELLED_TURN, this::endCancelledTurn);
            }
        }
        if (!message.toolCalls().isEmpty()) {
            boolean seen = isCallHeard() || !outcome.told().isEmpty() || !outcome.heard().isEmpty();
            message.toolCalls().forEach(call -> called(call, seen));
        }
        tools.onMessage(message, outcome.ended());
        for (TurnTracker.Waiter waiter : outcome.heard()) {
            waiter.stream().offer(message, outcome.ended());
        }
        perform(outcome);
        message.goAway().ifPresent(goAway -> leave(line, goAway));
        if (leaving) {
            moveIfQuiet(line);
        }
    }

    private TurnTracker.Hold hold() {
        return calls.hold(!lanes.isEmpty());
    }

    /** The model has ended its turn at calls that it has cancelled since, so that there is nothing to come. */
    private void endCancelledTurn() {
        TurnTracker.Outcome outcome = turns.endIfHeldForNothing(hold());
        if (outcome.ended()) {
            tellTranscripts(transcripts.lost());
            perform(outcome);
        }
    }

    private TurnTracker.ToolAnswerer toolAnswerer() {
        if (tools.isRunning()) {
            return TurnTracker.ToolAnswerer.SESSION;
        }
        return isCallHeard() ? TurnTracker.ToolAnswerer.CONSUMERS : TurnTracker.ToolAnswerer.CALLER;
    }

    private boolean isCallHeard() {
        for (Lane lane : lanes) {
            if (lane.consumer().hearsCalls()) {
                return true;
            }
        }
        return false;
    }

    /**
     * @param seen whether somebody else hears of the call, who may answer it
     */
    private void called(FunctionCall call, boolean seen) {
        if (tools.runs(call)) {
            ToolRun.Manner manner = tools.run(call);
            call.id().ifPresent(id -> calls.onRun(id, manner));
        } else if (!seen || (tools.isRunning() && !setup.declares(call.name().orElse("")))) {
            tools.refuse(call);
        }
    }

    /** Sends what the functions that the session runs have to say. */
    private final class AnswerSender implements ToolCalls.Sender {

        @Override
        public boolean send(FunctionResponse response, SendCallback callback) {
            ClientMessage message = new ClientMessage.ToolResponse(
                    LiveSendToolResponseParameters.builder().functionResponses(response).build());
            active();
            boolean starts = TurnTracker.startsTurn(message);
            return answer(entry(List.of(message),
                    starts ? new TurnInput(null, true, callback, LiveSession.this::notWritten) : callback), starts,
                    outbox::offerOwed);
        }

        @Override
        public void failTurn(GenAiLiveException failure) {
            perform(turns.failOpen(failure));
        }
    }

    /** Whether it is part of the conversation, rather than of the service's own coming and going. */
    private static boolean isSaid(ServerMessage message) {
        return !message.has(ServerEvent.Kind.setupComplete) && !message.has(ServerEvent.Kind.resumptionUpdate)
                && !message.has(ServerEvent.Kind.goAway);
    }

    /** To the consumers before anybody is told of the turn's end, so that their exchange exists when the caller goes on. */
    private void deliver(ServerMessage message, long turnId, List<ServerEvent.TurnTranscript> whole, boolean streamed) {
        // one look at them, or a consumer that comes meanwhile would have what another keeps to itself
        Lane[] hearing = lanes.toArray(NO_LANES);
        ReceivedMessage next = new ReceivedMessage(message, received.incrementAndGet(), turnId, whole,
                streamed || hearing.length > 1);
        if (hearing.length == 0) {
            unheard.incrementAndGet();
        }
        for (Lane lane : hearing) {
            lane.offer(next);
        }
    }

    private void settleTranscripts() {
        tellTranscripts(transcripts.settle());
    }

    private void tellTranscripts(List<ServerEvent.TurnTranscript> whole) {
        if (!whole.isEmpty()) {
            ReceivedMessage words = new ReceivedMessage(ServerMessage.nothing(), received.get(), whole.get(0).turnId(), whole,
                    true);
            lanes.forEach(lane -> lane.offer(words));
        }
    }

    /** Only what can be resumed is kept: {@code protocol} 5.2. */
    private void resumptionUpdate(Line line, LiveServerSessionResumptionUpdate update) {
        String newHandle = update.newHandle().orElse("");
        resumable = update.resumable().orElse(false) && !newHandle.isBlank();
        if (resumes && resumable) {
            line.delivery().handle(update.lastConsumedClientMessageIndex().map(OptionalLong::of).orElse(OptionalLong.empty()));
            calls.onHandle();
            handle.set(newHandle);
        }
    }

    /** From now on the messages of this session also go to that lane. */
    void attach(Lane lane) {
        lanes.add(lane);
        if (state == LiveSessionState.CLOSED && lanes.remove(lane)) {
            tellEnd(lane);
        }
    }

    private void tellEnd(Lane lane) {
        SessionEvent.Closed lost = news;
        if (lost != null) {
            lane.event(lost);
        }
        lane.end();
    }

    void detach(SessionConsumer consumer) {
        for (Lane lane : lanes) {
            if (lane.consumer() == consumer && lanes.remove(lane)) {
                keepCounts(lane);
                lane.stop();
            }
        }
    }

    /** A lane takes no more for now: stop reading, so that the service waits rather than this process's memory. */
    void laneFilled() {
        turns.touch();
        lock.lock();
        try {
            if (fullLanes++ == 0 && current != null) {
                current.pauseReading();
            }
        } finally {
            lock.unlock();
        }
    }

    void laneDrained() {
        turns.touch();
        lock.lock();
        try {
            if (--fullLanes == 0 && current != null) {
                current.resumeReading();
            }
        } finally {
            lock.unlock();
        }
        if (leaving) {
            moveIfQuiet(current);
        }
    }

    /** Whether no lane holds the session up. */
    boolean isReading() {
        lock.lock();
        try {
            return fullLanes == 0;
        } finally {
            lock.unlock();
        }
    }

    // ---- moving to another connection before the service ends this one

    private void leave(Line line, ServerEvent.GoAway goAway) {
        Duration timeLeft = goAway.timeLeft();
        lanes.forEach(lane -> lane.event(new SessionEvent.GoingAway(timeLeft)));
        if (!profile.reconnect().enabled()) {
            return;
        }
        Duration margin = timeLeft.dividedBy(5).compareTo(LEAVE_BEFORE) < 0 ? timeLeft.dividedBy(5) : LEAVE_BEFORE;
        leaving = true;
        // not when the next message comes: there may be none any more
        later(Kind.LEAVE_CONNECTION, timeLeft.minus(margin), () -> {
            lateToLeave = line;
            move(line);
        });
    }

    private void moveIfQuiet(Line line) {
        if (line == lateToLeave
                || (resumable && turns.isQuiet() && calls.isEmpty() && !outbox.isUnderWay())) {
            move(line);
        }
    }

    private void move(Line line) {
        lock.lock();
        try {
            // what waits unread in the socket would be lost with it
            if (line != current || state != LiveSessionState.OPEN || fullLanes > 0) {
                return;
            }
            become(LiveSessionState.MOVING);
        } finally {
            lock.unlock();
        }
        LOG.debug("Session {} moves to another connection", this);
        line.close();
    }

    // ---- silence

    private void watchSilence() {
        if (!profile.limits().stallTimeout().isZero() && watching.compareAndSet(false, true)) {
            later(Kind.CHECK_SILENCE, profile.limits().stallTimeout(), this::checkSilence);
        }
    }

    private void checkSilence() {
        long stallTimeout = profile.limits().stallTimeout().toNanos();
        if (state == LiveSessionState.CLOSED) {
            return;
        }
        if (state != LiveSessionState.OPEN || !isReading() || !calls.isEmpty()) {
            // it is not the service's turn
            turns.touch();
        }
        long left = stallTimeout - turns.silentFor();
        TurnTracker.Silence silence = turns.silence();
        if (left <= 0 && silence == TurnTracker.Silence.ANSWER_OWED) {
            stalled();
        } else if (left <= 0 && silence == TurnTracker.Silence.PERHAPS_MERGED) {
            perform(turns.merged());
        }
        watching.set(false);
        if (!turns.isQuiet() && watching.compareAndSet(false, true)) {
            later(Kind.CHECK_SILENCE, Duration.ofNanos(left > 0 ? left : stallTimeout), this::checkSilence);
        }
    }

    private void stalled() {
        Line line = current;
        GenAiLiveException failure = new LiveSessionLostException("The service owes an answer and has sent nothing for"
                + " stallTimeout=" + profile.limits().stallTimeout().toMillis()
                + "ms, so its connection was given up. Ask again;"
                + " raise stallTimeout if the model thinks for so long.", true);
        LOG.warn("Session {}: {}", this, failure.getMessage());
        lock.lock();
        try {
            stalledFor = turns.silentFor();
        } finally {
            lock.unlock();
        }
        line.fail(new Verdict(new SessionEvent.Ending(failure, 0, ""), Retry.ONCE, false));
    }

    private void watchIdleness() {
        if (!profile.limits().idleTimeout().isZero()) {
            later(Kind.CHECK_IDLENESS, profile.limits().idleTimeout(), this::checkIdleness);
        }
    }

    private void checkIdleness() {
        if (state.isEnding()) {
            return;
        }
        long left = profile.limits().idleTimeout().toNanos() - (services.clock().getAsLong() - lastActivity);
        if (left <= 0 && isIdle()) {
            LOG.debug("Session {} is closed: nothing was said for sessionIdleTimeout={}", this, profile.limits().idleTimeout());
            close();
        } else {
            later(Kind.CHECK_IDLENESS, left > 0 ? Duration.ofNanos(left) : profile.limits().idleTimeout(), this::checkIdleness);
        }
    }

    /** Whether nothing is under way in the session, and nobody wants it to stay open nevertheless. */
    boolean isIdle() {
        return state == LiveSessionState.OPEN && !keptOpen && turns.isIdle() && calls.isEmpty() && outbox.isEmpty()
                && !outbox.isUnderWay();
    }

    /** Something is said, or was just now. Noted once in a millisecond: to write it each time would slow down those who read other fields. */
    private void active() {
        active(services.clock().getAsLong());
    }

    private void active(long now) {
        if (now - lastActivity >= ACTIVITY_NANOS) {
            lastActivity = now;
        }
    }

    /** Something was said that the last handle does not know of. */
    private void handleIsOlder() {
        // written only where that is news, as in active()
        if (resumable == resumes) {
            resumable = !resumes;
        }
    }

    /** When something was said last, by the clock of the services; to a millisecond. */
    long lastActivity() {
        return lastActivity;
    }

    // ---- the end of a connection

    /**
     * A connection has ended, or could not be opened. What follows: the next one, at once or after a pause, or the end of the
     * session.
     */
    void lineEnded(Line line, Verdict verdict) {
        LiveSessionState before;
        Duration pause;
        boolean reconnecting;
        int attempt;
        lock.lock();
        try {
            before = state;
            if (line != current || before == LiveSessionState.CLOSED) {
                return;
            }
            if (line.wasOpen()) {
                budget.opened(services.clock().getAsLong() - openedAt - stalledFor);
            }
            pause = before == LiveSessionState.CLOSING ? null : pauseBeforeNext(line, verdict);
            reconnecting = pause != null && before != LiveSessionState.MOVING && !pause.isZero();
            attempt = budget.attempt();
            Delivery delivery = line.delivery();
            doubtIfResumed += pause == null ? delivery.inDoubtAtTheEnd(true) : delivery.inDoubt(true);
            doubtIfFresh += pause == null ? delivery.inDoubtAtTheEnd(false) : delivery.inDoubt(false);
            lastTrouble = verdict.ending().failure();
            if (pause != null && before != LiveSessionState.MOVING) {
                become(LiveSessionState.WAITING);
            }
        } finally {
            lock.unlock();
        }
        timers.cancel(Kind.LEAVE_CONNECTION);
        if (pause == null) {
            end(verdict.ending(), false);
            return;
        }
        rescue(line, verdict);
        if (reconnecting) {
            GenAiLiveException cause = verdict.ending().failure();
            LOG.warn("Session {} connects again in {} ms (attempt {} of {}): {}", this, pause.toMillis(), attempt,
                    profile.reconnect().maxAttempts(), cause.getMessage());
            SessionEvent event = new SessionEvent.Reconnecting(attempt, pause, verdict.ending());
            lanes.forEach(lane -> lane.event(event));
        }
        if (!later(Kind.NEXT_CONNECTION, pause, this::openAgain)) {
            end(new SessionEvent.Ending(new LiveSessionClosedException("The component is being shut down", true), 0, ""),
                    false);
        }
    }

    /** @return {@code null} when there is no next connection */
    private Duration pauseBeforeNext(Line line, Verdict verdict) {
        if (state == LiveSessionState.MOVING) {
            // a service that sends everybody away at once is not to be called in a loop
            Duration shortest = profile.reconnect().initialDelay();
            return services.clock().getAsLong() - openedAt < shortest.toNanos() ? shortest : Duration.ZERO;
        }
        if (!line.wasOpen() && line.handle() != null && verdict.mayBeTheHandle()) {
            // the conversation as the service knew it is gone; one that starts afresh is not refused for that
            handle.drop();
            stateLost = true;
            return Duration.ZERO;
        }
        return budget.next(verdict.retry()).orElse(null);
    }

    /** Keeps what the next connection can go on with, and ends what was lost with this one. */
    private void rescue(Line line, Verdict verdict) {
        GenAiLiveException failure = verdict.ending().failure();
        boolean resumesLater = resumes && handle.isPresent();
        Outbox.Recalled recalled = outbox.recall(transparent);
        List<Delivery.Written> unacknowledged = line.delivery().unacknowledged();
        List<Outbox.Entry> again = replay(unacknowledged, failure);
        recalled.waiting().forEach(this::unwritten);
        outbox.prepend(again);
        if (line.wasOpen() && verdict.ending().code() == INVALID_ARGUMENT) {
            // what the service refused may have been in the audio: sent again it would be refused again
            List<Outbox.Entry> media = outbox.extract(Outbox.Entry::isMedia);
            doubt(media.stream().filter(Outbox.Entry::isRepeated).count());
            refuse(media, failure);
        }
        refuse(recalled.broken(), new LiveSessionLostException(
                "The connection of the session broke before the input was written completely. " + failure.getMessage(), true,
                failure));
        List<String> lostCalls = calls.lost(resumesLater);
        tools.cancel(lostCalls);
        tools.cancelUnnamed();
        if (!lostCalls.isEmpty()) {
            deliver(ServerMessage.of(LiveServerMessage.builder()
                    .toolCallCancellation(LiveServerToolCallCancellation.builder().ids(lostCalls).build()).build()), 0,
                    List.of(), false);
        }
        TurnTracker.Outcome lost = turns.lost(failure);
        if (lost.ended()) {
            deliver(LOST_TURN, lost.turnId(), transcripts.lost(), false);
            if (!transparent) {
                history.unanswered();
            }
        }
        perform(lost);
    }

    private static void refuse(List<Outbox.Entry> entries, GenAiLiveException failure) {
        Outbox.tell(entries, null, failure);
    }

    private void unwritten(Outbox.Entry entry) {
        if (entry.callback() instanceof TurnInput input) {
            turns.unwritten(input);
        }
    }

    /** Sends of messages that the service has not acknowledged; their senders have been told already. */
    private List<Outbox.Entry> replay(List<Delivery.Written> unacknowledged, GenAiLiveException failure) {
        List<Outbox.Entry> again = new ArrayList<>();
        for (Delivery.Written written : unacknowledged) {
            SendCallback callback = NOBODY;
            if (written.last() && written.entry().callback() instanceof TurnInput input && input.turn() != null) {
                failBegun(input, failure);
                turns.unwritten(input);
                callback = input;
            }
            again.add(repeated(written.message(), callback));
        }
        return again;
    }

    /** The model may begin its answer anew, but who has read a part of it cannot. */
    private void failBegun(TurnInput input, GenAiLiveException failure) {
        TurnTracker.Waiter waiter = input.waiter();
        if (waiter != null && waiter.stream() != null && waiter.stream().hasBegun()) {
            tell(waiter, null, failure);
        }
    }

    // ---- the end of the session

    /**
     * Ends the session: what was accepted is still written, then the closing handshake follows. A session that is not open
     * ends at once. The conversation can be resumed.
     */
    public CompletionStage<Void> close() {
        if (beginClosing()) {
            drain();
        } else if (!end(new SessionEvent.Ending(closedBeforeOpen(), 0, ""), true) && beginClosing()) {
            // it became open in between
            drain();
        }
        return ended();
    }

    /** As {@link #close()}; the conversation is over and will not be resumed. */
    CompletionStage<Void> closeForGood() {
        handle.forget();
        return close();
    }

    private boolean beginClosing() {
        if (state == LiveSessionState.OPEN) {
            tools.close();
        }
        lock.lock();
        try {
            if (state != LiveSessionState.OPEN) {
                return false;
            }
            // first, so that nothing is accepted that would have to follow the close frame
            outbox.close();
            become(LiveSessionState.CLOSING);
        } finally {
            lock.unlock();
        }
        // without a timer the connection itself gives up waiting for the service's goodbye
        later(Kind.ABORT_CLOSING, CLOSE_TIMEOUT, this::abortClosing);
        return true;
    }

    private void abortClosing() {
        LOG.debug("Session {} was not closed by the service in time", this);
        end(new SessionEvent.Ending(closing(), 0, ""), false);
    }

    /** A lane's route takes nothing any more, and its policy is to end the session then. */
    void laneStalled(GenAiLiveException failure) {
        SessionEvent.Ending ending = new SessionEvent.Ending(failure, 0, "");
        Line line = current;
        if (state == LiveSessionState.OPEN && line != null) {
            // its end tells what is in doubt
            line.fail(new Verdict(ending, Retry.NEVER, false));
        } else {
            end(ending, false);
        }
    }

    /**
     * @param  ending what those hear who wait for something, and consumers unless the end was asked for
     * @param  asked  ends the session only if it is not open, because somebody asked for it
     * @return        whether this call has ended the session
     */
    private boolean end(SessionEvent.Ending ending, boolean asked) {
        LiveSessionState before;
        Line line;
        lock.lock();
        try {
            before = state;
            if (before == LiveSessionState.CLOSED
                    || (asked && (before == LiveSessionState.OPEN || before == LiveSessionState.CLOSING))) {
                return false;
            }
            if (!asked && before != LiveSessionState.CLOSING) {
                doubt(outbox.count(LiveSession::isReplay));
                news = new SessionEvent.Closed(ending, settleDoubt(resumes && handle.isPresent()));
                openFailure = wasOpen ? null : ending.failure();
            }
            become(LiveSessionState.CLOSED);
            line = current;
        } finally {
            lock.unlock();
        }
        timers.stop();
        tools.end();
        GenAiLiveException forCallers = before == LiveSessionState.CLOSING ? closing() : ending.failure();
        LOG.debug("Session {} ends in state {}", this, before);
        if (line != null) {
            line.fail(new Verdict(ending, Retry.NEVER, false));
        }
        // nobody is started any more when the outbox fails its entries
        List<TurnTracker.Waiter> left = turns.end();
        outbox.closeAndFail(forCallers);
        left.forEach(waiter -> tell(waiter, null, forCallers));
        tellTranscripts(transcripts.lost());
        for (Lane lane : lanes) {
            if (lanes.remove(lane)) {
                keepCounts(lane);
                tellEnd(lane);
            }
        }
        opened.completeExceptionally(forCallers);
        handle.whenSaved().thenRun(() -> {
            onEnded.accept(this);
            ended.complete(null);
        });
        return true;
    }

    /** @return {@code false} when nothing is done later any more, because the component is being shut down */
    private boolean later(Kind kind, Duration delay, Runnable task) {
        try {
            timers.schedule(kind, task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("{} of session {} will not come: the component is being shut down", kind, this, e);
            return false;
        }
    }

    private static LiveSessionClosedException closedBeforeOpen() {
        return new LiveSessionClosedException("The session was closed while it had no connection", true);
    }

    private static LiveSessionClosedException closing() {
        return new LiveSessionClosedException("The session was closed before the turn or the message was complete", true);
    }

    private void become(LiveSessionState target) {
        lock.lock();
        try {
            if (!state.canBecome(target)) {
                throw new IllegalStateException("A session cannot go from " + state + " to " + target);
            }
            state = target;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "LiveSession[group=" + address.group() + ", key=" + address.key() + ", " + state + "]";
    }
}
