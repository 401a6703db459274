package dev.camelgenai.emulator.internal.cassette;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.EmulatorClock;
import io.vertx.core.buffer.Buffer;

/**
 * Writes sessions to a cassette, with a thread of its own: who has something to record only puts it into a queue. The queue
 * holds {@value #MAX_WAITING_BYTES} bytes; if the file is slower than that, or cannot be written to any more, the recording ends
 * there: what is in the file by then stays good, and {@link #close()} fails. Thread-safe.
 */
public final class Recorder implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Recorder.class.getName());

    static final int MAX_WAITING_BYTES = 128 * 1024 * 1024;
    /** About what an event takes besides its payload. */
    private static final int EVENT_BYTES = 256;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    /** Never written. */
    private static final CassetteEvent END = new CassetteEvent.Lost(0, 0, CassetteEvent.Side.SERVER);

    private final Path file;
    private final int maxWaiting;
    private final Semaphore room;
    /** Has no more in it than there is room for. */
    private final BlockingQueue<CassetteEvent> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile Thread writer;

    public Recorder(Path file) {
        this(file, MAX_WAITING_BYTES);
    }

    Recorder(Path file, int maxWaitingBytes) {
        this.file = file;
        this.maxWaiting = maxWaitingBytes;
        this.room = new Semaphore(maxWaitingBytes);
    }

    /**
     * Creates the file, or empties it, and begins to record.
     *
     * @throws IOException if the file cannot be written to
     */
    public void start() throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
        try {
            CassetteFormat.writeHeader(out);
            out.flush();
        } catch (IOException e) {
            try (out) {
                throw e;
            }
        }
        writer = new Thread(() -> write(out), "emulator-recorder");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * A session begins.
     *
     * @param path without the query
     * @return records what it is told
     */
    public TrafficObserver session(EmulatorClock clock, String path, EmulatedService service) {
        Track track = new Track(sessions.incrementAndGet(), clock);
        offer(new CassetteEvent.Opened(track.number, 0, path, service));
        return track;
    }

    /**
     * Writes what is left, and closes the file.
     *
     * @throws IllegalStateException if the recording is not complete
     */
    @Override
    public void close() {
        if (writer == null) {
            return;
        }
        waiting.add(END);
        try {
            writer.join(CLOSE_TIMEOUT.toMillis());
            if (writer.isAlive()) {
                fail("the file takes too long to be written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted while closing");
        }
        writer = null;
        if (failure.get() != null) {
            throw new IllegalStateException("The recording in " + file + " is not complete: " + failure.get());
        }
    }

    private void offer(CassetteEvent event) {
        if (failure.get() != null) {
            return;
        }
        if (room.tryAcquire(weight(event))) {
            waiting.add(event);
        } else {
            fail("more than " + maxWaiting + " bytes waited to be written, and an event of session " + event.session()
                    + " was lost; record fewer sessions at once, or to a faster disk");
        }
    }

    private int weight(CassetteEvent event) {
        int bytes = event instanceof CassetteEvent.Message message ? message.payload().length() : 0;
        return Math.min(maxWaiting, bytes + EVENT_BYTES);
    }

    private void write(OutputStream file) {
        try (OutputStream out = file) {
            for (CassetteEvent event = next(out); event != END; event = next(out)) {
                CassetteFormat.write(event, out);
                room.release(weight(event));
            }
        } catch (IOException | RuntimeException e) {
            fail("it cannot be written to: " + e);
            // nobody is to wait for this thread
            waiting.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("its thread was interrupted");
        }
    }

    /** Before it waits for more it brings all there is to the file: whoever kills the process finds it there. */
    private CassetteEvent next(OutputStream out) throws IOException, InterruptedException {
        CassetteEvent next = waiting.poll();
        if (next == null) {
            out.flush();
            next = waiting.take();
        }
        return next;
    }

    private void fail(String why) {
        if (failure.compareAndSet(null, why)) {
            LOG.log(Level.ERROR, "The recording in {0} ends here: {1}", file, why);
        }
    }

    /** Records one session; what comes after its end is not of interest. Used on the event loop of the session. */
    private final class Track implements TrafficObserver {

        private final int number;
        private final EmulatorClock clock;
        private final Instant start;
        private boolean over;

        Track(int number, EmulatorClock clock) {
            this.number = number;
            this.clock = clock;
            this.start = clock.now();
        }

        @Override
        public void clientMessage(byte[] payload) {
            record(new CassetteEvent.Message(number, millis(), CassetteEvent.Side.CLIENT, Buffer.buffer(payload)));
        }

        @Override
        public void serverMessage(Buffer payload) {
            record(new CassetteEvent.Message(number, millis(), CassetteEvent.Side.SERVER, payload));
        }

        @Override
        public void serverClosed(int code, String reason) {
            recordEnd(new CassetteEvent.Closed(number, millis(), CassetteEvent.Side.SERVER, code, reason));
        }

        @Override
        public void clientClosed(int code, String reason) {
            recordEnd(new CassetteEvent.Closed(number, millis(), CassetteEvent.Side.CLIENT, code, reason));
        }

        @Override
        public void dropped() {
            recordEnd(new CassetteEvent.Lost(number, millis(), CassetteEvent.Side.SERVER));
        }

        @Override
        public void abandoned() {
            over = true;
        }

        @Override
        public void ended() {
            recordEnd(new CassetteEvent.Lost(number, millis(), CassetteEvent.Side.CLIENT));
        }

        private void record(CassetteEvent event) {
            if (!over) {
                offer(event);
            }
        }

        private void recordEnd(CassetteEvent event) {
            record(event);
            over = true;
        }

        private long millis() {
            return Math.max(0, Duration.between(start, clock.now()).toMillis());
        }
    }
}
