package dev.camelgenai.live;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import com.google.genai.types.Blob;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.media.ImageFormat;
import dev.camelgenai.live.media.MediaStream;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.media.SpeechReader;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.session.SendCallback;
import dev.camelgenai.live.session.SessionAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends recordings and other media that is read as a stream, piece by piece: the next one when the socket has taken the one
 * before and, with {@code pace=realtime}, when its time has come. At most two pieces are in memory. A worker reads; no thread
 * waits for the socket or for the time. Two recordings for one session go one after the other. Thread-safe.
 */
final class LongMedia implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LongMedia.class);

    /** With {@code pace=asap} that much sound goes together. */
    private static final int PIECE_MILLIS = 1_000;
    /** Of an outbox, for what the session adds. */
    private static final long SPARE_BYTES = 1_024;

    /** Sends messages to a session, as {@code LiveSessions.send} does. */
    @FunctionalInterface
    interface Sender {

        void send(SessionAddress address, List<ClientMessage> messages, SendCallback callback);
    }

    /**
     * How recordings are sent.
     *
     * @param otherwise   what a stream is of which nothing is known
     * @param chunkMillis of sound in one message
     * @param pace        how fast
     * @param maxBytes    that an outbox takes
     * @param maxWaiting  recordings that may wait for the one that is being sent
     */
    record Manner(MediaType otherwise, int chunkMillis, GenAiLivePace pace, long maxBytes, int maxWaiting) {
    }

    /** Told once what becomes of a recording, on a worker. */
    interface Recipient {

        /**
         * All but the last messages were sent and the stream is closed.
         *
         * @param messages still to be sent, at least one
         * @param done     to be run when that is done, so that the next recording can follow
         */
        void last(List<ClientMessage> messages, Runnable done);

        /** It cannot be sent, or only a part of it was. The stream is closed. */
        void failed(GenAiLiveException failure);
    }

    private final Sender sender;
    private final Executor workers;
    private final ScheduledExecutorService timer;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** For each session what is being sent, and behind it what waits. */
    private final Map<SessionAddress, Deque<Recording>> lines = new HashMap<>();
    private boolean closed;

    LongMedia(Sender sender, Executor workers, ScheduledExecutorService timer, LongSupplier clock) {
        this.sender = sender;
        this.workers = workers;
        this.timer = timer;
        this.clock = clock;
    }

    /**
     * Takes a recording.
     *
     * @param  whole                  whether its end is to be answered: as much as the outbox takes is kept together then
     * @throws LiveQueueFullException when too many wait already; the recipient is told nothing then
     */
    void send(SessionAddress address, MediaBody body, Manner manner, boolean whole, Recipient recipient) {
        Recording recording = new Recording(address, body, manner, whole && manner.pace() == GenAiLivePace.asap, recipient);
        boolean first;
        lock.lock();
        try {
            if (closed) {
                throw stopped();
            }
            // a picture is no part of what is said
            first = isPicture(body) || enqueue(recording);
        } catch (GenAiLiveException e) {
            discard(body, e);
            throw e;
        } finally {
            lock.unlock();
        }
        if (first) {
            recording.onWorker(recording::begin);
        }
    }

    private static boolean isPicture(MediaBody body) {
        return body.declared() != null && body.declared().kind() == MediaType.Kind.IMAGE;
    }

    private static void discard(MediaBody body, GenAiLiveException failure) {
        try {
            body.discard();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private boolean enqueue(Recording recording) {
        Deque<Recording> line = lines.computeIfAbsent(recording.address, address -> new ArrayDeque<>());
        if (line.size() > recording.manner.maxWaiting()) {
            throw new LiveQueueFullException("A stream or a file is being sent to the session " + recording.address.key()
                    + " of group " + recording.address.group() + " and " + (line.size() - 1) + " more wait already"
                    + " (outboxMaxWaiting=" + recording.manner.maxWaiting() + "): slow down, or use a session key per"
                    + " conversation.", true);
        }
        line.addLast(recording);
        return line.size() == 1;
    }

    private void leave(Recording recording) {
        Recording next = null;
        lock.lock();
        try {
            Deque<Recording> line = lines.get(recording.address);
            if (line != null && line.peekFirst() == recording) {
                line.removeFirst();
                next = line.peekFirst();
                if (next == null) {
                    lines.remove(recording.address);
                }
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.onWorker(next::begin);
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Sends nothing any more and fails what waits. */
    @Override
    public void close() {
        List<Recording> left = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            lines.values().forEach(left::addAll);
            lines.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(Recording::stop);
    }

    private static LiveSessionClosedException stopped() {
        return new LiveSessionClosedException("The component is being stopped; the stream or the file was not sent completely",
                true);
    }

    /** What is sent at once, and where in the recording it ends, in samples. */
    private record Piece(List<ClientMessage> messages, long end) {
    }

    @FunctionalInterface
    private interface Step {

        void run() throws IOException;
    }

    /** One of them on its way: a step at a time, on a worker. */
    private final class Recording {

        private final SessionAddress address;
        private final MediaBody body;
        private final Manner manner;
        private final boolean whole;
        private final Recipient recipient;
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile boolean begun;
        /** The step that waits for its time; whoever cancels it has to end the recording. */
        private volatile Future<?> pause;
        private MediaStream media;
        private SpeechReader speech;
        /** Read already, and not part of a piece yet; {@code null} at the end. */
        private byte[] chunk;
        private long samplesRead;
        private Piece piece;
        private Piece next;
        private boolean started;
        private long startTime;

        private Recording(SessionAddress address, MediaBody body, Manner manner, boolean whole, Recipient recipient) {
            this.address = address;
            this.body = body;
            this.manner = manner;
            this.whole = whole;
            this.recipient = recipient;
        }

        private void begin() throws IOException {
            begun = true;
            media = MediaStream.open(body.source().open(), body.declared(), manner.otherwise());
            if (media.isImage()) {
                finish(List.of(picture()));
                return;
            }
            speech = media.speech(manner.chunkMillis());
            chunk = speech.next();
            piece = whole ? read(Integer.MAX_VALUE, manner.maxBytes() - SPARE_BYTES) : read();
            next = read();
            sendPiece();
        }

        private ClientMessage picture() throws IOException {
            // base64 makes 4 characters of 3 bytes
            byte[] image = media.image((int) Math.min(Integer.MAX_VALUE / 2, (manner.maxBytes() - SPARE_BYTES) / 4 * 3));
            String mimeType = ImageFormat.of(image, media.type()).mimeType();
            return new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
                    .video(Blob.builder().data(image).mimeType(mimeType).build()).build());
        }

        private Piece read() throws IOException {
            int chunks = manner.pace() == GenAiLivePace.realtime ? 1 : Math.max(1, PIECE_MILLIS / manner.chunkMillis());
            return read(chunks, manner.maxBytes() / 2);
        }

        /** @return without messages at the end */
        private Piece read(int maxChunks, long maxBytes) throws IOException {
            List<ClientMessage> messages = new ArrayList<>();
            long bytes = 0;
            while (chunk != null && messages.size() < maxChunks) {
                ClientMessage message = new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
                        .audio(Blob.builder().data(chunk).mimeType(speech.mimeType()).build()).build());
                bytes += message.estimatedSize();
                if (bytes > maxBytes && !messages.isEmpty()) {
                    break;
                }
                messages.add(message);
                samplesRead += SpeechReader.samples(chunk);
                chunk = speech.next();
            }
            return new Piece(messages, samplesRead);
        }

        private void sendPiece() throws IOException {
            if (next.messages().isEmpty()) {
                finish(piece.messages());
                return;
            }
            sender.send(address, piece.messages(), (outcome, failure) -> onWorker(() -> {
                if (failure != null) {
                    throw failure;
                }
                pieceSent();
            }));
        }

        private void pieceSent() throws IOException {
            if (!started) {
                // not before: the session may have had to be opened
                started = true;
                startTime = clock.getAsLong();
            }
            long due = startTime + speech.nanos(piece.end());
            piece = next;
            next = read();
            long wait = due - clock.getAsLong();
            if (manner.pace() == GenAiLivePace.asap || wait <= 0) {
                sendPiece();
                return;
            }
            pause = timer.schedule(() -> onWorker(this::sendPiece), wait, TimeUnit.NANOSECONDS);
            if (isClosed()) {
                stop();
            }
        }

        private void finish(List<ClientMessage> messages) throws IOException {
            media.close();
            if (over.compareAndSet(false, true)) {
                try {
                    recipient.last(messages, () -> leave(this));
                } catch (GenAiLiveException e) {
                    leave(this);
                    recipient.failed(e);
                }
            }
        }

        /** One that is at work finds out by itself. */
        private void stop() {
            Future<?> waiting = pause;
            if (!begun || waiting != null && waiting.cancel(false)) {
                fail(stopped());
            }
        }

        private void fail(GenAiLiveException failure) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            try {
                if (media != null) {
                    media.close();
                }
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            if (!begun) {
                discard(body, failure);
            }
            leave(this);
            recipient.failed(failure);
        }

        private void onWorker(Step step) {
            try {
                workers.execute(() -> run(step));
            } catch (RejectedExecutionException e) {
                LOG.debug("No worker to send to session {}: shutting down", address, e);
                fail(stopped());
            }
        }

        private void run(Step step) {
            try {
                if (isClosed()) {
                    throw stopped();
                }
                step.run();
            } catch (GenAiLiveException e) {
                fail(e);
            } catch (RejectedExecutionException e) {
                LOG.debug("The timer takes nothing more for session {}: shutting down", address, e);
                fail(stopped());
            } catch (IOException | RuntimeException e) {
                fail(new LiveInputException("The stream or the file in the body could not be read"
                        + (speech == null ? "" : " beyond " + speech.millisRead() + " ms of sound") + ": " + e, false, e));
            }
        }
    }
}
