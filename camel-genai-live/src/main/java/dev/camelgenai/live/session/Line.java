package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessageEncoder;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import dev.camelgenai.live.protocol.SetupEncoder;
import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a session, from the attempt to open it to its end. Tells the session of both, of each exactly once, and
 * of the end only when the socket is closed. All methods may be called from any thread and none of them blocks.
 */
final class Line implements LiveConnectionListener {

    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    private final LiveSession session;
    private final SessionProfile profile;
    private final SessionServices services;
    private final FailureClassifier classifier;
    private final ClientMessageEncoder encoder;
    private final ServerMessageDecoder decoder = new ServerMessageDecoder();
    private final Delivery delivery;
    private final AtomicInteger drainRequests = new AtomicInteger();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private volatile LiveConnection connection;
    private volatile String handle;
    private volatile boolean open;
    private Redaction redaction = Redaction.NONE;
    private ScheduledFuture<?> deadline;
    /** Why this side has ended it, if it did. */
    private Verdict verdict;

    Line(LiveSession session, SessionProfile profile, SessionServices services, FailureClassifier classifier,
            boolean transparent) {
        this.session = session;
        this.profile = profile;
        this.services = services;
        this.classifier = classifier;
        this.encoder = new ClientMessageEncoder(profile.target().service());
        this.delivery = new Delivery(transparent, profile.resumption());
    }

    // ---- opening

    /** Does nothing when it was called before. */
    void open() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        try {
            long millis = profile.connectTimeout().toMillis();
            // on the timer, because all the threads that fetch tokens may be held up
            arm(() -> fail(notBegun(millis)), millis);
            services.connects().execute(this::connect);
        } catch (RejectedExecutionException e) {
            fail(shuttingDown(e));
        }
    }

    private void arm(Runnable atDeadline, long millis) {
        lock.lock();
        try {
            if (verdict == null) {
                deadline = services.timer().schedule(atDeadline, millis, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private void disarm() {
        lock.lock();
        try {
            if (deadline != null) {
                deadline.cancel(false);
                deadline = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void connect() {
        Executor connects = services.connects();
        handle = session.handleToResume();
        profile.target().credentials().headers(connects)
                .thenComposeAsync(this::upgrade, connects)
                .whenComplete((upgraded, failure) -> {
                    if (failure != null) {
                        fail(classifier.notConnected(failure, redaction()));
                    } else {
                        setUp(upgraded);
                    }
                });
    }

    private static Verdict notBegun(long millis) {
        return new Verdict(new SessionEvent.Ending(new LiveAuthenticationException(
                "No access token could be fetched within connectTimeout=" + millis
                        + "ms. Check that Google's token service can be reached from here, or set apiKey or credentials.",
                true), 0, ""), Retry.BACKOFF, false);
    }

    private static Verdict shuttingDown(RejectedExecutionException e) {
        return new Verdict(new SessionEvent.Ending(
                new LiveSessionClosedException("The component is being shut down; no session can be opened", true, e), 0, ""),
                Retry.NEVER, false);
    }

    private CompletionStage<LiveConnection> upgrade(Map<String, String> credentials) {
        lock.lock();
        try {
            if (verdict != null) {
                return CompletableFuture.failedFuture(verdict.ending().failure());
            }
            redaction = Redaction.of(profile, credentials);
        } finally {
            lock.unlock();
        }
        // from here on the connector keeps the time
        disarm();
        Map<String, String> headers = new LinkedHashMap<>(profile.headers());
        headers.putAll(credentials);
        return services.connector().connect(new LiveUpgrade(profile.target().uri(), Map.of(), headers,
                profile.connectTimeout(), profile.pingInterval(), profile.sslContext(), profile.proxy()), this);
    }

    private void setUp(LiveConnection upgraded) {
        boolean wanted;
        lock.lock();
        try {
            connection = upgraded;
            wanted = verdict == null && session.settingUp(this);
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            upgraded.abort();
            return;
        }
        long millis = profile.setupTimeout().toMillis();
        arm(() -> fail(classifier.setupUnanswered(millis)), millis);
        ByteBuf setup = upgraded.allocator().buffer();
        try {
            new SetupEncoder(profile.target().service()).encode(profile.model(), session.setup(), handle, setup);
        } catch (RuntimeException e) {
            setup.release();
            fail(new Verdict(new SessionEvent.Ending(e instanceof GenAiLiveException known
                    ? known
                    : new GenAiLiveException("The setup could not be written: " + e.getMessage(), false, e), 0, ""),
                    Retry.NEVER, false));
            return;
        }
        upgraded.send(List.of(setup), this::cutIfNotWritten);
    }

    // ---- sending

    /**
     * Has the socket take what it takes. Always on the event loop: Netty writes a frame that is sent there before those that
     * other threads have sent already, so that senders on both sides would overtake each other.
     */
    void drain() {
        LiveConnection line = connection;
        if (line == null || !open || drainRequests.getAndIncrement() != 0) {
            return;
        }
        try {
            line.execute(() -> drain(line));
        } catch (RejectedExecutionException e) {
            fail(shuttingDown(e));
        }
    }

    private void drain(LiveConnection line) {
        try {
            int seen = 1;
            do {
                writeAll(line);
                session.drained(this);
                seen = drainRequests.addAndGet(-seen);
            } while (seen != 0);
        } catch (RuntimeException | Error e) {
            // no memory for a buffer, for one: the session is not to look alive and write nothing any more
            fail(new Verdict(new SessionEvent.Ending(new LiveSessionLostException(
                    "The connection was closed because of an error while writing: " + e, true, e), 0, ""), Retry.ONCE, false));
        }
    }

    private void writeAll(LiveConnection line) {
        Batch batch = new Batch(line);
        try {
            Outbox.Frame frame;
            while (line.isWritable() && (frame = session.nextFrame(this)) != null) {
                ByteBuf json = encode(line, frame);
                if (json != null) {
                    if (!batch.fits(json)) {
                        batch.send();
                        batch = new Batch(line);
                    }
                    batch.add(frame, json);
                }
            }
            batch.send();
        } finally {
            batch.discard();
        }
    }

    /** @return {@code null} for one that cannot be sent, of which the session has been told then */
    private ByteBuf encode(LiveConnection line, Outbox.Frame frame) {
        ByteBuf json = line.allocator().buffer(frame.message().estimatedSize());
        try {
            encoder.encode(frame.message(), json);
            return json;
        } catch (RuntimeException e) {
            json.release();
            session.notSendable(frame, e instanceof GenAiLiveException known
                    ? known
                    : new GenAiLiveException("The message could not be written as JSON: " + e.getMessage(), false, e));
            return null;
        }
    }

    /** Messages that go to the socket together. */
    private final class Batch implements LiveConnection.SendCallback {

        private final LiveConnection line;
        private final List<Outbox.Frame> frames = new ArrayList<>();
        private List<ByteBuf> messages = new ArrayList<>();
        private int bytes;
        /** The number of its first message. */
        private long first;

        Batch(LiveConnection line) {
            this.line = line;
        }

        boolean fits(ByteBuf json) {
            return messages.isEmpty() || bytes + size(json) <= line.batchBytes();
        }

        private static int size(ByteBuf json) {
            return LiveConnection.FRAME_HEADER_BYTES + json.readableBytes();
        }

        void add(Outbox.Frame frame, ByteBuf json) {
            messages.add(json);
            frames.add(frame);
            bytes += size(json);
            long number = delivery.next();
            if (first == 0) {
                first = number;
            }
            session.writing(frame, number);
        }

        void send() {
            if (!messages.isEmpty()) {
                List<ByteBuf> all = messages;
                messages = List.of();
                line.send(all, this);
            }
        }

        /** What was not sent will not be. */
        void discard() {
            messages.forEach(ByteBuf::release);
            messages = List.of();
        }

        @Override
        public void onSent(Throwable failure) {
            if (failure != null) {
                cutIfNotWritten(failure);
                return;
            }
            boolean room = true;
            for (int i = 0; i < frames.size(); i++) {
                room &= delivery.taken(first + i, frames.get(i));
            }
            session.taken(Line.this, frames, room);
        }
    }

    /** A frame that is not written means that the connection has ended, or has to; why, its end tells. */
    private void cutIfNotWritten(Throwable failure) {
        if (failure != null) {
            LOG.debug("A frame of {} was not written", session, failure);
            connection.abort();
        }
    }

    // ---- receiving

    @Override
    public void onMessage(ByteBuf utf8Json) {
        ServerMessage message;
        try {
            message = decoder.read(utf8Json);
        } catch (RuntimeException e) {
            close(1007, "not understood", new Verdict(new SessionEvent.Ending(new LiveSessionLostException(
                    "The service sent a message that is not valid: " + e.getMessage(), true, e), 0, ""), Retry.ONCE, false));
            return;
        }
        if (ended.get()) {
            return;
        }
        if (!open && message.setupComplete().isPresent()) {
            open = true;
            disarm();
            session.opened(this, message);
        }
        session.received(this, message);
    }

    @Override
    public void onWritable() {
        drain();
    }

    void pauseReading() {
        LiveConnection line = connection;
        if (line != null && open) {
            line.pauseReading();
        }
    }

    void resumeReading() {
        LiveConnection line = connection;
        if (line != null) {
            line.resumeReading();
        }
    }

    // ---- ending

    /** Says goodbye to the service; what this side has sent before still arrives. */
    void close() {
        close(1000, "", null);
    }

    private void close(int code, String reason, Verdict because) {
        LiveConnection line;
        lock.lock();
        try {
            line = connection;
            if (verdict == null) {
                verdict = because;
            }
        } finally {
            lock.unlock();
        }
        if (line != null) {
            line.close(code, reason);
        }
    }

    /** Cuts the connection, or gives up opening it. */
    void fail(Verdict because) {
        LiveConnection line;
        lock.lock();
        try {
            if (verdict == null) {
                verdict = because;
            }
            line = connection;
        } finally {
            lock.unlock();
        }
        if (line == null) {
            end();
        } else {
            line.abort();
        }
    }

    @Override
    public void onClosed(LiveClose close) {
        lock.lock();
        try {
            if (verdict == null) {
                verdict = open ? classifier.lost(close, redaction) : classifier.notSetUp(close, redaction);
            }
        } finally {
            lock.unlock();
        }
        end();
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            disarm();
            session.lineEnded(this, verdict());
        }
    }

    private Verdict verdict() {
        lock.lock();
        try {
            return verdict;
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

    Delivery delivery() {
        return delivery;
    }

    /** The handle that the service was asked to resume with, or {@code null}. */
    String handle() {
        return handle;
    }

    /** Whether the setup was accepted. */
    boolean wasOpen() {
        return open;
    }
}
