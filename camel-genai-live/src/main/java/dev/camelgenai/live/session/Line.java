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
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a session, from the attempt to open it to its end. Tells the session of both, of each exactly once, and
 * of the end only when the socket is closed. All methods may be called from any thread and none of them blocks.
 */
final class Line implements LiveConnectionListener {

    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    /** A batch, and some more for what is no batch any more with the last message in it. */
    private static final int JSON_BYTES = 32 * 1024;
    private static final FastThreadLocal<ByteBuf> JSON = new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
            return Unpooled.EMPTY_BUFFER;
        }
    };

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
        ByteBuf setup = Unpooled.buffer();
        try {
            new SetupEncoder(profile.target().service()).encode(profile.model(), session.setup(), handle, setup);
        } catch (RuntimeException e) {
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
        Batch batch = new Batch(line);
        try {
            int seen = 1;
            do {
                Outbox.Frame frame;
                while (line.isWritable() && (frame = session.nextFrame(this)) != null) {
                    batch.add(frame);
                }
                seen = drainRequests.addAndGet(-seen);
                // whoever sends more slowly than this thread writes would else get a record of TLS for each message
            } while (seen != 0);
            batch.send();
            session.drained(this);
        } catch (RuntimeException | Error e) {
            // no memory for a buffer, for one: the session is not to look alive and write nothing any more
            fail(new Verdict(new SessionEvent.Ending(new LiveSessionLostException(
                    "The connection was closed because of an error while writing: " + e, true, e), 0, ""), Retry.ONCE, false));
        } finally {
            batch.end();
        }
    }

    /** Collects messages that go to the socket together, in a buffer that all batches of the thread use one after the other. */
    private final class Batch {

        private final LiveConnection line;
        private final ByteBuf json;
        private List<ByteBuf> messages = new ArrayList<>();
        private List<Outbox.Frame> frames = new ArrayList<>();
        private int bytes;
        /** The number of its first message. */
        private long first;

        Batch(LiveConnection line) {
            this.line = line;
            ByteBuf used = JSON.get();
            // what is told while it is used may lead to the batch of another session
            JSON.set(Unpooled.EMPTY_BUFFER);
            this.json = used.capacity() == 0 ? Unpooled.buffer(JSON_BYTES) : used.clear();
        }

        void add(Outbox.Frame frame) {
            int start = json.writerIndex();
            try {
                encoder.encode(frame.message(), json);
            } catch (RuntimeException e) {
                json.writerIndex(start);
                session.notSendable(frame, e instanceof GenAiLiveException known
                        ? known
                        : new GenAiLiveException("The message could not be written as JSON: " + e.getMessage(), false, e));
                return;
            }
            int length = json.writerIndex() - start;
            int size = LiveConnection.FRAME_HEADER_BYTES + length;
            if (!messages.isEmpty() && bytes + size > line.batchBytes()) {
                send();
                json.readerIndex(start).discardReadBytes();
                start = 0;
            }
            messages.add(json.slice(start, length));
            frames.add(frame);
            bytes += size;
            long number = delivery.next();
            if (first == 0) {
                first = number;
            }
            session.writing(frame, number);
        }

        void send() {
            if (messages.isEmpty()) {
                return;
            }
            List<ByteBuf> together = messages;
            List<Outbox.Frame> theirs = frames;
            long number = first;
            messages = new ArrayList<>();
            frames = new ArrayList<>();
            bytes = 0;
            first = 0;
            line.send(together, failure -> written(theirs, number, failure));
        }

        void end() {
            if (json.capacity() <= JSON_BYTES) {
                JSON.set(json);
            }
        }
    }

    private void written(List<Outbox.Frame> frames, long first, Throwable failure) {
        if (failure != null) {
            cutIfNotWritten(failure);
            return;
        }
        boolean room = true;
        for (int i = 0; i < frames.size(); i++) {
            room &= delivery.taken(first + i, frames.get(i));
        }
        session.taken(this, frames, room);
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
