package dev.camelgenai.live.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveTurnTimeoutException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ClientMessageEncoder;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import dev.camelgenai.live.protocol.SetupEncoder;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveProxy;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One conversation with a model over one connection.
 *
 * <pre>
 *   NEW --open--> CONNECTING --upgraded--> SETTING_UP --setupComplete--> OPEN --close--> CLOSING --closed--> CLOSED
 *    |                |                        |                          |                                    ^
 *    +----------------+------------------------+--------- failure --------+------------------------------------+
 * </pre>
 *
 * What is sent before the session is open waits in its outbox. All methods may be called from any thread and none of them
 * blocks. Callbacks may come on an event loop.
 */
public final class LiveSession {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private static final ClientMessage AUDIO_STREAM_END = new ClientMessage.RealtimeInput(
            LiveSendRealtimeInputParameters.builder().audioStreamEnd(true).build());

    private final SessionAddress address;
    private final SessionProfile profile;
    private final SessionServices services;
    private final Consumer<LiveSession> onEnded;
    private final ClientMessageEncoder encoder;
    private final ServerMessageDecoder decoder;
    private final FailureClassifier classifier;
    private final Outbox outbox;
    private final TurnTracker turns = new TurnTracker();
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private volatile GenAiLiveException openFailure;
    private final CompletableFuture<LiveSession> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicInteger drainRequests = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private volatile LiveSessionState state = LiveSessionState.NEW;
    private volatile LiveConnection connection;
    private volatile String sessionId;
    private Redaction redaction = Redaction.NONE;
    private ScheduledFuture<?> deadline;
    private int fullLanes;
    /** What consumers hear of the end: {@code null} for one that was asked for. */
    private volatile GenAiLiveException news;

    LiveSession(SessionAddress address, SessionProfile profile, SessionServices services, Consumer<LiveSession> onEnded) {
        this.address = address;
        this.profile = profile;
        this.services = services;
        this.onEnded = onEnded;
        this.encoder = new ClientMessageEncoder(profile.target().service());
        this.decoder = new ServerMessageDecoder();
        this.classifier = new FailureClassifier(profile.target().uri(), profile.model().value());
        this.outbox = new Outbox(profile.outbox());
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

    /** Completes when the session is open, or with the {@link GenAiLiveException} that says why it is not. */
    public CompletionStage<LiveSession> opened() {
        return opened.minimalCompletionStage();
    }

    /** Why the session could never be opened; empty if it was open once, is on its way, or was closed on demand. */
    Optional<GenAiLiveException> openFailure() {
        return Optional.ofNullable(openFailure);
    }

    /** Completes when the session has ended, however it did. */
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** Sends that wait for the socket. */
    public int outboxSize() {
        return outbox.size();
    }

    /** Sends that were dropped by policy so far. */
    public long dropped() {
        return outbox.dropped();
    }

    // ---- opening

    void open() {
        long millis = profile.connectTimeout().toMillis();
        try {
            lock.lock();
            try {
                if (state != LiveSessionState.NEW) {
                    // closed before it began
                    return;
                }
                become(LiveSessionState.CONNECTING);
                // on the timer, because all the threads that fetch tokens may be held up
                deadline = services.timer().schedule(() -> end(notBegun(millis)), millis, TimeUnit.MILLISECONDS);
            } finally {
                lock.unlock();
            }
            services.connects().execute(this::connect);
        } catch (RejectedExecutionException e) {
            end(new LiveSessionClosedException("The component is being shut down; no session can be opened", true, e));
        }
    }

    private void connect() {
        Executor connects = services.connects();
        profile.target().credentials().headers(connects)
                .thenComposeAsync(this::upgrade, connects)
                .whenComplete((upgraded, failure) -> {
                    if (failure != null) {
                        end(classifier.notConnected(failure, redaction()));
                    } else {
                        setUp(upgraded);
                    }
                });
    }

    private static LiveAuthenticationException notBegun(long millis) {
        return new LiveAuthenticationException("No access token could be fetched within connectTimeout=" + millis
                + "ms. Check that Google's token service can be reached from here, or set apiKey or credentials.", true);
    }

    private CompletionStage<LiveConnection> upgrade(Map<String, String> credentials) {
        lock.lock();
        try {
            if (state != LiveSessionState.CONNECTING) {
                return CompletableFuture.failedFuture(closedBeforeOpen());
            }
            redaction = Redaction.of(secrets(credentials));
            // from here on the connector keeps the time
            cancelDeadline();
        } finally {
            lock.unlock();
        }
        Map<String, String> headers = new LinkedHashMap<>(profile.headers());
        headers.putAll(credentials);
        return services.connector().connect(new LiveUpgrade(profile.target().uri(), Map.of(), headers,
                profile.connectTimeout(), profile.pingInterval(), profile.sslContext(), profile.proxy()), new Line());
    }

    private List<String> secrets(Map<String, String> credentials) {
        List<String> secrets = new ArrayList<>(credentials.values());
        secrets.addAll(profile.headers().values());
        LiveProxy proxy = profile.proxy();
        if (proxy != null && proxy.password() != null) {
            secrets.add(proxy.password());
            secrets.add(Base64.getEncoder()
                    .encodeToString((proxy.username() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8)));
        }
        return secrets;
    }

    private void setUp(LiveConnection upgraded) {
        boolean wanted;
        lock.lock();
        try {
            wanted = state == LiveSessionState.CONNECTING;
            if (wanted) {
                connection = upgraded;
                become(LiveSessionState.SETTING_UP);
                long millis = profile.setupTimeout().toMillis();
                deadline = services.timer().schedule(() -> end(classifier.setupUnanswered(millis)), millis,
                        TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            upgraded.abort();
            return;
        }
        ByteBuf setup = upgraded.allocator().buffer();
        try {
            new SetupEncoder(profile.target().service()).encode(profile.model(), profile.config(), null, setup);
        } catch (RuntimeException e) {
            setup.release();
            end(e instanceof GenAiLiveException known
                    ? known
                    : new GenAiLiveException("The setup could not be written: " + e.getMessage(), false, e));
            return;
        }
        upgraded.send(setup, failure -> {
            if (failure != null) {
                LOG.debug("The setup of session {} was not written", this, failure);
            }
        });
    }

    private void setUpComplete(LiveServerMessage message) {
        sessionId = message.setupComplete().flatMap(complete -> complete.sessionId()).orElse(null);
        lock.lock();
        try {
            if (state != LiveSessionState.SETTING_UP) {
                return;
            }
            become(LiveSessionState.OPEN);
            cancelDeadline();
        } finally {
            lock.unlock();
        }
        LOG.debug("Session {} is open", this);
        opened.complete(this);
        drain();
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
        if (!startsTurn(messages)) {
            boolean accepted = outbox.offer(new Outbox.Entry(messages, callback));
            if (accepted) {
                drain();
            }
            return accepted;
        }
        TurnInput input = new TurnInput(null, answersTool(messages), callback);
        turns.submit();
        return offer(new Outbox.Entry(messages, input, input::writing));
    }

    private static boolean startsTurn(List<? extends ClientMessage> messages) {
        return messages.stream().anyMatch(TurnTracker::startsTurn);
    }

    private static boolean answersTool(List<? extends ClientMessage> messages) {
        return messages.stream().anyMatch(ClientMessage.ToolResponse.class::isInstance);
    }

    /**
     * Sends messages and awaits the model's turn. Where a turn is open in the session already, they wait for its end first.
     *
     * @param  bounds                                       of the turn and of the wait for it
     * @return                                              as {@link #send}
     * @throws dev.camelgenai.live.error.GenAiLiveException as {@link #send}, or when too many callers wait
     */
    boolean ask(List<? extends ClientMessage> messages, TurnBounds bounds, TurnCallback callback) {
        if (state.compareTo(LiveSessionState.CLOSING) >= 0) {
            return false;
        }
        List<ClientMessage> input = new ArrayList<>(messages);
        if (messages.stream().allMatch(ClientMessage::isRealtime) && !startsTurn(messages)) {
            // whoever awaits the answer to recorded speech has no more to say
            input.add(AUDIO_STREAM_END);
        }
        Answer answer = new Answer(callback);
        TurnTracker.Waiter waiter = new TurnTracker.Waiter(answersTool(messages), bounds, answer);
        answer.waiter = waiter;
        TurnInput turnInput = new TurnInput(waiter, answersTool(messages), answer::inputSent);
        waiter.input(new Outbox.Entry(input, turnInput, turnInput::writing));
        switch (turns.admit(waiter)) {
            case START -> {
                if (!offer(waiter.input())) {
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
        answer.armTimeout(bounds.timeout());
        return true;
    }

    /** Puts input that starts a turn, and was announced to the tracker, into the outbox. */
    private boolean offer(Outbox.Entry entry) {
        boolean accepted = false;
        try {
            accepted = outbox.offer(entry);
        } finally {
            if (!accepted) {
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
            TurnTracker.Outcome current = each;
            current.told().forEach(waiter -> tell(waiter, current.turn(), current.failure()));
            each = current.start() == null ? null : start(current.start());
        }
    }

    /** @return what follows when the input was refused, {@code null} when it is on its way */
    private TurnTracker.Outcome start(TurnTracker.Waiter waiter) {
        GenAiLiveException refusal;
        try {
            if (outbox.offer(waiter.input())) {
                drain();
                return null;
            }
            refusal = closing();
        } catch (GenAiLiveException e) {
            refusal = e;
        }
        tell(waiter, null, refusal);
        return turns.refused();
    }

    /** One caller that fails must not keep the others from being told. */
    private void tell(TurnTracker.Waiter waiter, LiveTurn turn, GenAiLiveException failure) {
        try {
            waiter.callback().onTurn(turn, failure);
        } catch (RuntimeException e) {
            LOG.error("A caller of session {} failed to hear how its turn ended", this, e);
        }
    }

    /**
     * Has the socket take what it takes. Always on the event loop: Netty writes a frame that is sent there before those that
     * other threads have sent already, so that senders on both sides would overtake each other.
     */
    private void drain() {
        LiveConnection line = connection;
        if (line == null || drainRequests.getAndIncrement() != 0) {
            return;
        }
        try {
            line.execute(() -> drain(line));
        } catch (RejectedExecutionException e) {
            end(new LiveSessionClosedException("The component is being shut down", true, e));
        }
    }

    private void drain(LiveConnection line) {
        try {
            int seen = 1;
            do {
                writeWhilePossible(line);
                seen = drainRequests.addAndGet(-seen);
            } while (seen != 0);
        } catch (RuntimeException | Error e) {
            // no memory for a buffer, for one: the session is not to look alive and write nothing any more
            end(new LiveSessionLostException("The session was closed because of an error while writing: " + e, true, e));
        }
    }

    private void writeWhilePossible(LiveConnection line) {
        if (state != LiveSessionState.OPEN && state != LiveSessionState.CLOSING) {
            return;
        }
        Outbox.Entry head;
        while (line.isWritable() && (head = outbox.peek()) != null) {
            writeNext(line, head);
        }
        if (state == LiveSessionState.CLOSING && outbox.isEmpty()) {
            line.close(1000, "");
        }
    }

    private void writeNext(LiveConnection line, Outbox.Entry head) {
        ClientMessage message = outbox.nextMessageOf(head);
        if (message == null) {
            return;
        }
        ByteBuf frame = line.allocator().buffer(message.estimatedSize());
        try {
            encoder.encode(message, frame);
        } catch (RuntimeException e) {
            frame.release();
            if (outbox.remove(head)) {
                head.callback().onSent(null, e instanceof GenAiLiveException known
                        ? known
                        : new GenAiLiveException("The message could not be written as JSON: " + e.getMessage(), false, e));
            }
            return;
        }
        if (head.isLast() && outbox.remove(head)) {
            head.onWriting().run();
            line.send(frame, failure -> {
                if (failure == null) {
                    head.callback().onSent(SendOutcome.WRITTEN, null);
                } else {
                    head.callback().onSent(null, notWritten(failure));
                }
            });
        } else {
            // when a frame in the middle is not written the line is broken, and its end fails the whole send
            line.send(frame, failure -> {
                if (failure != null) {
                    LOG.debug("A frame of session {} was not written", this, failure);
                }
            });
        }
    }

    private GenAiLiveException notWritten(Throwable failure) {
        return new LiveSessionLostException("The connection of the session broke before the input was written completely", true,
                failure instanceof IOException ? failure : null);
    }

    // ---- receiving

    private void received(byte[] utf8Json) {
        LiveServerMessage message;
        try {
            message = decoder.decode(utf8Json);
        } catch (RuntimeException e) {
            LiveConnection line = connection;
            if (line != null) {
                line.close(1007, "not understood");
            }
            end(new LiveSessionLostException("The service sent a message that is not valid: " + e.getMessage(), true, e));
            return;
        }
        if (state == LiveSessionState.SETTING_UP && message.setupComplete().isPresent()) {
            setUpComplete(message);
        }
        long sequenceNumber = received.incrementAndGet();
        // before the turn's end is told, so that a consumer's exchange exists when the caller goes on
        for (Lane lane : lanes) {
            lane.offer(message, sequenceNumber);
        }
        perform(turns.onMessage(message, lanes.isEmpty()));
    }

    /** From now on the messages of this session also go to that lane. */
    void attach(Lane lane) {
        lanes.add(lane);
        if (state == LiveSessionState.CLOSED && lanes.remove(lane)) {
            tellEnd(lane);
        }
    }

    private void tellEnd(Lane lane) {
        GenAiLiveException lost = news;
        if (lost != null) {
            lane.event(new SessionEvent.Closed(new SessionEvent.Ending(lost, 0, ""), 0));
        }
        lane.end();
    }

    void detach(SessionConsumer consumer) {
        for (Lane lane : lanes) {
            if (lane.consumer() == consumer && lanes.remove(lane)) {
                lane.stop();
            }
        }
    }

    /** A lane takes no more for now: stop reading, so that the service waits rather than this process's memory. */
    void laneFilled() {
        turns.touch();
        lock.lock();
        try {
            if (fullLanes++ == 0 && connection != null) {
                connection.pauseReading();
            }
        } finally {
            lock.unlock();
        }
    }

    void laneDrained() {
        turns.touch();
        lock.lock();
        try {
            if (--fullLanes == 0 && connection != null) {
                connection.resumeReading();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A lane's consumer is too slow, and that is to end the session. */
    void laneStalled(GenAiLiveException failure) {
        end(failure);
    }

    // ---- ending

    /**
     * Ends the session: what was accepted is still written, then the closing handshake follows. A session that is not open
     * yet ends at once.
     */
    public CompletionStage<Void> close() {
        if (beginClosing()) {
            drain();
        } else if (!end(closedBeforeOpen(), LiveSessionState.SETTING_UP) && beginClosing()) {
            // it became open in between
            drain();
        }
        return ended();
    }

    private boolean beginClosing() {
        lock.lock();
        try {
            if (state != LiveSessionState.OPEN) {
                return false;
            }
            // first, so that nothing is accepted that would have to follow the close frame
            outbox.close();
            become(LiveSessionState.CLOSING);
            cancelDeadline();
            deadline = services.timer().schedule(this::abortClosing, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void abortClosing() {
        LOG.debug("Session {} was not closed by the service in time", this);
        end(closing());
    }

    private void lineClosed(LiveClose close) {
        end(state == LiveSessionState.OPEN
                ? classifier.lost(close, redaction())
                : classifier.notSetUp(close, redaction()));
    }

    private void end(GenAiLiveException failure) {
        end(failure, null);
    }

    /**
     * @param  failure what those hear who wait for something, and consumers unless the end was asked for
     * @param  upTo    ends the session only if it has come this far at most, because somebody asked for it; {@code null} for
     *                 an end by itself
     * @return         whether this call has ended the session
     */
    private boolean end(GenAiLiveException failure, LiveSessionState upTo) {
        LiveSessionState before;
        LiveConnection line;
        lock.lock();
        try {
            before = state;
            if (before == LiveSessionState.CLOSED || (upTo != null && before.compareTo(upTo) > 0)) {
                return false;
            }
            news = upTo != null || before == LiveSessionState.CLOSING ? null : failure;
            if (upTo == null && before.compareTo(LiveSessionState.OPEN) < 0) {
                openFailure = failure;
            }
            become(LiveSessionState.CLOSED);
            line = connection;
            cancelDeadline();
        } finally {
            lock.unlock();
        }
        GenAiLiveException forCallers = before == LiveSessionState.CLOSING ? closing() : failure;
        LOG.debug("Session {} ends in state {}", this, before);
        if (line != null) {
            line.abort();
        }
        onEnded.accept(this);
        // nobody is started any more when the outbox fails its entries
        List<TurnTracker.Waiter> left = turns.end();
        outbox.closeAndFail(forCallers);
        left.forEach(waiter -> tell(waiter, null, forCallers));
        for (Lane lane : lanes) {
            if (lanes.remove(lane)) {
                tellEnd(lane);
            }
        }
        opened.completeExceptionally(forCallers);
        ended.complete(null);
        return true;
    }

    /** Whether silence is the service's own. */
    private boolean isListening() {
        lock.lock();
        try {
            return state == LiveSessionState.OPEN && fullLanes == 0;
        } finally {
            lock.unlock();
        }
    }

    private static LiveSessionClosedException closedBeforeOpen() {
        return new LiveSessionClosedException("The session was closed before it was open", true);
    }

    private static LiveSessionClosedException closing() {
        return new LiveSessionClosedException("The session was closed before the turn or the message was complete", true);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
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

    private Redaction redaction() {
        lock.lock();
        try {
            return redaction;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "LiveSession[group=" + address.group() + ", key=" + address.key() + ", " + state + "]";
    }

    /** Brings the connection's events to the session. */
    private final class Line implements LiveConnectionListener {

        @Override
        public void onMessage(byte[] utf8Json) {
            received(utf8Json);
        }

        @Override
        public void onWritable() {
            drain();
        }

        @Override
        public void onClosed(LiveClose close) {
            lineClosed(close);
        }
    }

    /** Input that the model answers: tells the tracker when it is written, or that it will not be. */
    private final class TurnInput implements SendCallback {

        private final TurnTracker.Waiter waiter;
        private final boolean answersTool;
        private final SendCallback callback;
        private volatile boolean written;

        private TurnInput(TurnTracker.Waiter waiter, boolean answersTool, SendCallback callback) {
            this.waiter = waiter;
            this.answersTool = answersTool;
            this.callback = callback;
        }

        private void writing() {
            written = true;
            turns.written(waiter, answersTool);
        }

        @Override
        public void onSent(SendOutcome outcome, GenAiLiveException failure) {
            callback.onSent(outcome, failure);
            if (outcome != SendOutcome.WRITTEN && !written) {
                perform(turns.refused());
            }
        }
    }

    /** A caller's turn: whatever comes first of answer, failure and time-out is what it hears. */
    private final class Answer implements TurnCallback {

        private final TurnCallback callback;
        private final AtomicBoolean told = new AtomicBoolean();
        private TurnTracker.Waiter waiter;
        private volatile ScheduledFuture<?> timeout;

        private Answer(TurnCallback callback) {
            this.callback = callback;
        }

        private void armTimeout(Duration duration) {
            try {
                timeout = services.timer().schedule(() -> expire(duration), duration.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                onTurn(null, new LiveSessionClosedException("The component is being shut down", true, e));
                return;
            }
            if (told.get()) {
                timeout.cancel(false);
            }
        }

        private void inputSent(SendOutcome outcome, GenAiLiveException failure) {
            if (failure != null) {
                onTurn(null, failure);
            } else if (outcome == SendOutcome.DROPPED) {
                onTurn(null, new LiveSessionLostException("The input was dropped from the outbox (outboxOverflow="
                        + OutboxOverflow.dropOldestRealtime + "), so there will be no answer", true));
            }
        }

        private void expire(Duration duration) {
            TurnTracker.Expiry expiry = turns.expire(waiter, isListening());
            boolean neverSent = expiry == TurnTracker.Expiry.NEVER_STARTED || expiry == TurnTracker.Expiry.STUCK;
            onTurn(null, new LiveTurnTimeoutException(neverSent
                    ? "Another turn of the session was open for all of turnTimeout=" + duration.toMillis()
                            + "ms, so the input was not sent. Use a session key per conversation, or raise turnTimeout."
                    : "The model's turn did not end within turnTimeout=" + duration.toMillis()
                            + "ms. A late answer will be discarded. Raise turnTimeout if the connection or the model is slow; if"
                            + " it called a function, check that the call was answered.",
                    true));
            if (expiry == TurnTracker.Expiry.STUCK) {
                end(new LiveSessionLostException("The session's open turn never ended and the service sent nothing more; the"
                        + " session was closed so that the next use opens a new one.", true));
            }
        }

        @Override
        public void onTurn(LiveTurn turn, GenAiLiveException failure) {
            if (!told.compareAndSet(false, true)) {
                return;
            }
            ScheduledFuture<?> armed = timeout;
            if (armed != null) {
                armed.cancel(false);
            }
            callback.onTurn(turn, failure);
        }
    }
}
