package dev.camelgenai.benchmarks.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.camelgenai.benchmarks.ChunkMark;
import dev.camelgenai.benchmarks.SequenceLedger;
import dev.camelgenai.benchmarks.peer.PeerSession;

/** One session under load. Chunks are sent by one thread; the rest is thread-safe. */
final class LoadSession {

    private final int index;
    private final Load load;
    private final SequenceLedger downlink = new SequenceLedger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private volatile long measuredFrom;
    private volatile long measuredTo = Long.MAX_VALUE;
    private volatile PeerSession session;
    private volatile long sequence;

    LoadSession(int index, Load load) {
        this.index = index;
        this.load = load;
    }

    void opened(PeerSession opened) {
        session = opened;
    }

    PeerSession session() {
        return session;
    }

    int index() {
        return index;
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Chunks that the peer reported as sent. */
    long sent() {
        return sent.get();
    }

    SequenceLedger downlink() {
        return downlink;
    }

    /** Answers to chunks from now on count. */
    void measureFromHere() {
        measuredTo = Long.MAX_VALUE;
        measuredFrom = sequence;
    }

    /** Answers to chunks from now on do not count. */
    void measureUpToHere() {
        measuredTo = sequence;
    }

    /** @param nanos when the chunk was due */
    void send(long nanos) {
        byte[] pcm = new byte[load.workload().chunkBytes()];
        new ChunkMark(index, sequence, nanos).writeTo(pcm);
        // one thread writes it
        sequence = sequence + 1;
        inFlight.incrementAndGet();
        try {
            session.send(pcm, this::sent);
        } catch (RuntimeException e) {
            sent(e);
        }
    }

    private void sent(Throwable failure) {
        int left = inFlight.decrementAndGet();
        if (failure == null) {
            sent.incrementAndGet();
        }
        load.sent(left, failure);
    }

    void heard(byte[] pcm) {
        ChunkMark mark = ChunkMark.of(pcm);
        if (mark.session() != index) {
            load.failed(new IllegalStateException("Session " + index + " heard audio of session " + mark.session()));
            return;
        }
        downlink.arrived(mark.sequence());
        boolean measured = mark.sequence() >= measuredFrom && mark.sequence() < measuredTo;
        load.heard(measured ? System.nanoTime() - mark.sentNanos() : -1);
    }
}
