package dev.camelgenai.benchmarks.peer;

import java.util.concurrent.CompletionStage;

import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;

/** The event loops of raw Netty, for the component's handoff to workers. */
record NettyLoops(NettyPeer netty) implements LiveConnector {

    @Override
    public boolean afterwards(Runnable task) {
        return netty.afterwards(task);
    }

    @Override
    public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
        throw new UnsupportedOperationException("Raw Netty connects by itself");
    }

    @Override
    public void close() {
        // they are the peer's
    }
}
