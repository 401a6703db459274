package dev.camelgenai.live;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import dev.camelgenai.live.transport.AhcLiveConnector;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Real sockets that can be made to take nothing after the setup, as those of a slow network. */
final class HeldSockets implements LiveConnector {

    private final LiveConnector sockets = new AhcLiveConnector(1);
    private final Set<Held> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean holdsNewOnes;

    /** Those that are open take nothing from now on; later ones do. */
    void holdOpenOnes() {
        connections.forEach(connection -> connection.held = true);
    }

    /** Those that are opened from now on take nothing until {@link #release()}. */
    void holdNewOnes() {
        holdsNewOnes = true;
    }

    void release() {
        holdsNewOnes = false;
        connections.forEach(Held::release);
    }

    /** Whether one of them has been told not to read. */
    boolean isReadingPaused() {
        return connections.stream().anyMatch(connection -> connection.paused);
    }

    @Override
    public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
        return sockets.connect(upgrade, listener).thenApply(connection -> {
            Held held = new Held(connection, listener, holdsNewOnes);
            connections.add(held);
            return held;
        });
    }

    @Override
    public void close() {
        sockets.close();
    }

    private static final class Held implements LiveConnection {

        private final LiveConnection connection;
        private final LiveConnectionListener listener;
        private volatile boolean held;
        private volatile boolean paused;

        private Held(LiveConnection connection, LiveConnectionListener listener, boolean held) {
            this.connection = connection;
            this.listener = listener;
            this.held = held;
        }

        private void release() {
            held = false;
            connection.execute(listener::onWritable);
        }

        @Override
        public ByteBufAllocator allocator() {
            return connection.allocator();
        }

        @Override
        public void execute(Runnable task) {
            connection.execute(task);
        }

        @Override
        public void send(ByteBuf utf8Json, SendCallback callback) {
            connection.send(utf8Json, callback);
        }

        @Override
        public boolean isWritable() {
            return !held && connection.isWritable();
        }

        @Override
        public void pauseReading() {
            paused = true;
            connection.pauseReading();
        }

        @Override
        public void resumeReading() {
            paused = false;
            connection.resumeReading();
        }

        @Override
        public void close(int code, String reason) {
            connection.close(code, reason);
        }

        @Override
        public void abort() {
            connection.abort();
        }
    }
}
