package dev.camelgenai.live.session;

import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.camelgenai.live.transport.LiveClose;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Connections without a network. Each has an event loop without a thread: whoever gives it a task runs it, unless another
 * thread is running tasks of it already, which then runs this one as well. So nothing is under way when all actors have ended.
 */
final class StressedNetwork implements LiveConnector {

    static final String SETUP_COMPLETE = "{\"setupComplete\":{}}";

    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
        Connection connection = new Connection(listener);
        connections.add(connection);
        return CompletableFuture.completedFuture(connection);
    }

    @Override
    public void close() {
        // nothing is open
    }

    int connected() {
        return connections.size();
    }

    int open() {
        return (int) connections.stream().filter(connection -> !connection.closed.get()).count();
    }

    /** Frames over all connections, without the setups. */
    int allWritten() {
        return connections.stream().mapToInt(Connection::written).sum();
    }

    Connection last() {
        return connections.get(connections.size() - 1);
    }

    /** The service answers whatever setup it has been sent. */
    void setUp() {
        connections.forEach(connection -> connection.receive(SETUP_COMPLETE));
    }

    static final class Connection implements LiveConnection {

        private final LiveConnectionListener listener;
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final AtomicInteger todo = new AtomicInteger();
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicInteger written = new AtomicInteger();

        private Connection(LiveConnectionListener listener) {
            this.listener = listener;
        }

        /** Frames, without the setup. */
        int written() {
            return Math.max(0, written.get() - 1);
        }

        void receive(String json) {
            execute(() -> {
                if (!closed.get()) {
                    listener.onMessage(Unpooled.copiedBuffer(json, StandardCharsets.UTF_8));
                }
            });
        }

        void closedByTheService() {
            end(new LiveClose(1011, "", true, null));
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            if (todo.getAndIncrement() == 0) {
                do {
                    tasks.remove().run();
                } while (todo.decrementAndGet() != 0);
            }
        }

        @Override
        public void send(List<ByteBuf> messages, SendCallback callback) {
            int frames = messages.size();
            execute(() -> {
                if (closed.get()) {
                    callback.onSent(new ClosedChannelException());
                } else {
                    written.addAndGet(frames);
                    callback.onSent(null);
                }
            });
        }

        @Override
        public int batchBytes() {
            return 1024;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void pauseReading() {
            // nothing comes by itself
        }

        @Override
        public void resumeReading() {
            // nothing comes by itself
        }

        @Override
        public void close(int code, String reason) {
            end(new LiveClose(code, reason, false, null));
        }

        @Override
        public void abort() {
            end(new LiveClose(1006, "", false, null));
        }

        private void end(LiveClose close) {
            execute(() -> {
                if (closed.compareAndSet(false, true)) {
                    listener.onClosed(close);
                }
            });
        }
    }
}
