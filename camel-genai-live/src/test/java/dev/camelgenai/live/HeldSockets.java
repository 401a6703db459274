package dev.camelgenai.live;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import dev.camelgenai.live.transport.AhcLiveConnector;
import dev.camelgenai.live.transport.ForwardingConnection;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;

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
    public boolean afterwards(Runnable task) {
        return sockets.afterwards(task);
    }

    @Override
    public void close() {
        sockets.close();
    }

    private static final class Held extends ForwardingConnection {

        private final LiveConnectionListener listener;
        private volatile boolean held;
        private volatile boolean paused;

        private Held(LiveConnection connection, LiveConnectionListener listener, boolean held) {
            forwardTo(connection);
            this.listener = listener;
            this.held = held;
        }

        private void release() {
            held = false;
            execute(listener::onWritable);
        }

        @Override
        public boolean isWritable() {
            return !held && super.isWritable();
        }

        @Override
        public void pauseReading() {
            paused = true;
            super.pauseReading();
        }

        @Override
        public void resumeReading() {
            paused = false;
            super.resumeReading();
        }

    }
}
