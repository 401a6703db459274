package dev.camelgenai.benchmarks.peer;

import java.security.GeneralSecurityException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;

import dev.camelgenai.live.session.WorkerHandoff;

/**
 * The floor of a session layer: raw Netty whose messages are taken by workers, many at a time by the component's own
 * {@link WorkerHandoff}, because who takes them must not hold up all sessions of an event loop. It keeps no order.
 */
final class NettyWorkerPeer implements Peer {

    /** As many as the component has. */
    private static final int WORKERS = 24;

    private final NettyPeer netty;
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final WorkerHandoff handoff;

    NettyWorkerPeer(Target target) throws GeneralSecurityException, SSLException {
        netty = new NettyPeer(target, false, true);
        handoff = new WorkerHandoff(workers, timer, new NettyLoops(netty));
    }

    @Override
    public CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio) {
        return netty.open(index, pcm -> handoff.execute(() -> onAudio.accept(pcm)));
    }

    @Override
    public void close() {
        netty.close();
        workers.shutdownNow();
        timer.shutdownNow();
    }
}
