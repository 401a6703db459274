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
        become(LiveSessionState.CONNECTING);
        try {
            services.connects().execute(this::connect);
        } catch (RejectedExecutionException e) {
            end(new LiveSessionClosedException("The component is being shut down; no session can be opened", true, e));
        }
    }

    private void connect() {
        Executor connects = services.connects();
        long millis = profile.connectTimeout().toMillis();
        profile.target().credentials().headers(connects).toCompletableFuture().copy()
                .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                .thenComposeAsync(credentials -> credentials != null
                        ? upgrade(credentials)
                        : CompletableFuture.failedFuture(noCredential(millis)), connects)
                .whenComplete((upgraded, failure) -> {
                    if (failure != null) {
                        end(classifier.notConnected(failure, redaction()));
                    } else {
                        setUp(upgraded);
                    }
                });
    }

    private static LiveAuthenticationException noCredential(long millis) {
        return new LiveAuthenticationException("No access token could be fetched within connectTimeout=" + millis
                + "ms. Check that Google's token service can be reached from here, or set apiKey or credentials.", true);
    }

    private CompletionStage<LiveConnection> upgrade(Map<String, String> credentials) {
        lock.lock();
        try {
            redaction = Redaction.of(secrets(credentials));
        } finally {
            lock.unlock();
        }
        if (state != LiveSessionState.CONNECTING) {
            return CompletableFuture.failedFuture(closedBeforeOpen());
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
        boolean turnExpected = startsTurn(messages) && turns.expectTurn(answersTool(messages));
        boolean accepted = false;
        try {
            accepted = outbox.offer(new Outbox.Entry(messages, turnExpected ? expectingTurn(callback) : callback));
        } finally {
            if (!accepted && turnExpected) {
                perform(turns.expectTurnNoLonger());
            }
        }
        if (accepted) {
            drain();
        }
        return accepted;
    }

    private SendCallback expectingTurn(SendCallback callback) {
        return (outcome, failure) -> {
            if (outcome != SendOutcome.WRITTEN) {
                perform(turns.expectTurnNoLonger());
            }
            callback.onSent(outcome, failure);
        };
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
        Answer answer = new Answer(callback);
        List<ClientMessage> input = new ArrayList<>(messages);
        if (messages.stream().allMatch(ClientMessage::isRealtime) && !startsTurn(messages)) {
            // whoever awaits the answer to recorded speech has no more to say
            input.add(AUDIO_STREAM_END);
        }
        TurnTracker.Waiter waiter = new TurnTracker.Waiter(new Outbox.Entry(input, answer::inputSent), answersTool(messages),
                bounds, answer);
        answer.waiter = waiter;
        boolean startNow = turns.admit(waiter);
        if (state == LiveSessionState.CLOSED && turns.expire(waiter) != TurnTracker.Expiry.OVER) {
            return false;
        }
        try {
            answer.armTimeout(bounds.timeout());
        } catch (RejectedExecutionException e) {
            answer.onTurn(null, new LiveSessionClosedException("The component is being shut down", true, e));
            turns.expire(waiter);
            perform(turns.withdraw(waiter));
            return true;
        }
        if (startNow) {
            start(waiter);
        }
        return true;
    }

    private void start(TurnTracker.Waiter waiter) {
        try {
            if (!outbox.offer(waiter.input())) {
                waiter.callback().onTurn(null, closing());
                perform(turns.withdraw(waiter));
                return;
            }
        } catch (GenAiLiveException e) {
            waiter.callback().onTurn(null, e);
            perform(turns.withdraw(waiter));
            return;
        }
        drain();
    }

    private void perform(TurnTracker.Outcome outcome) {
        outcome.told().forEach(waiter -> waiter.callback().onTurn(outcome.turn(), outcome.failure()));
        if (outcome.start() != null) {
            start(outcome.start());
        }
    }

    /**
     * Has the socket take what it takes. Always on the event loop: Netty writes a frame that is sent there before those that
     * other threads have sent already, so that senders on both sides would overtake each other.
     */
    private void drain() {
        LiveConnection line = connection;
        if (line != null && drainRequests.getAndIncrement() == 0) {
            line.execute(() -> drain(line));
        }
    }

    private void drain(LiveConnection line) {
        int seen = 1;
        do {
            writeWhilePossible(line);
            seen = drainRequests.addAndGet(-seen);
        } while (seen != 0);
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
            lane.end(null);
        }
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
        lock.lock();
        try {
            if (--fullLanes == 0 && connection != null) {
                connection.resumeReading();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- ending

    /**
     * Ends the session: what was accepted is still written, then the closing handshake follows. A session that is not open
     * yet ends at once.
     */
    public CompletionStage<Void> close() {
        boolean drainFirst;
        lock.lock();
        try {
            drainFirst = state == LiveSessionState.OPEN;
            if (drainFirst) {
                become(LiveSessionState.CLOSING);
                cancelDeadline();
                deadline = services.timer().schedule(this::abortClosing, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
        if (drainFirst) {
            outbox.close();
            drain();
        } else if (state != LiveSessionState.CLOSING) {
            end(closedBeforeOpen(), null);
        }
        return ended();
    }

    private void abortClosing() {
        LOG.debug("Session {} was not closed by the service in time", this);
        end(closing(), null);
    }

    private void lineClosed(LiveClose close) {
        switch (state) {
            case NEW, CONNECTING, SETTING_UP -> end(classifier.notSetUp(close, redaction()));
            case OPEN -> end(classifier.lost(close, redaction()));
            case CLOSING -> end(closing(), null);
            case CLOSED -> {
            }
        }
    }

    private void end(GenAiLiveException failure) {
        end(failure, failure);
    }

    /**
     * @param forCallers   what those hear who wait for something
     * @param forConsumers what consumers hear, {@code null} for an end that was asked for
     */
    private void end(GenAiLiveException forCallers, GenAiLiveException forConsumers) {
        LiveSessionState before;
        LiveConnection line;
        lock.lock();
        try {
            before = state;
            if (before == LiveSessionState.CLOSED) {
                return;
            }
            become(LiveSessionState.CLOSED);
            line = connection;
            cancelDeadline();
        } finally {
            lock.unlock();
        }
        LOG.debug("Session {} ends in state {}", this, before);
        if (line != null) {
            line.abort();
        }
        onEnded.accept(this);
        outbox.closeAndFail(forCallers);
        turns.end().forEach(waiter -> waiter.callback().onTurn(null, forCallers));
        for (Lane lane : lanes) {
            if (lanes.remove(lane)) {
                lane.end(forConsumers);
            }
        }
        opened.completeExceptionally(forCallers);
        ended.complete(null);
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

    /** A caller's turn: whatever comes first of answer, failure and time-out is what it hears. */
    private final class Answer implements TurnCallback {

        private final TurnCallback callback;
        private final AtomicInteger told = new AtomicInteger();
        private TurnTracker.Waiter waiter;
        private volatile ScheduledFuture<?> timeout;

        private Answer(TurnCallback callback) {
            this.callback = callback;
        }

        private void armTimeout(Duration duration) {
            timeout = services.timer().schedule(() -> expire(duration), duration.toMillis(), TimeUnit.MILLISECONDS);
            if (told.get() != 0) {
                timeout.cancel(false);
            }
        }

        private void inputSent(SendOutcome outcome, GenAiLiveException failure) {
            if (failure != null) {
                onTurn(null, failure);
                perform(turns.withdraw(waiter));
            } else if (outcome == SendOutcome.DROPPED) {
                onTurn(null, new LiveSessionLostException("The input was dropped from the outbox (outboxOverflow="
                        + OutboxOverflow.dropOldestRealtime + "), so there will be no answer", true));
                perform(turns.withdraw(waiter));
            }
        }

        private void expire(Duration duration) {
            TurnTracker.Expiry expiry = turns.expire(waiter);
            if (expiry == TurnTracker.Expiry.OVER) {
                return;
            }
            onTurn(null, new LiveTurnTimeoutException(switch (expiry) {
                case NEVER_STARTED, STUCK ->
                    "Another turn of the session was open for all of turnTimeout=" + duration.toMillis()
                            + "ms, so the input was not sent. Use a session key per conversation, or raise turnTimeout.";
                default -> "The model's turn did not end within turnTimeout=" + duration.toMillis()
                        + "ms. A late answer will be discarded. Raise turnTimeout if the connection or the model is"
                        + " slow; if it called a function, check that the call was answered.";
            }, true));
            if (expiry == TurnTracker.Expiry.STUCK) {
                end(TurnTracker.stuck());
            }
        }

        @Override
        public void onTurn(LiveTurn turn, GenAiLiveException failure) {
            if (!told.compareAndSet(0, 1)) {
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
