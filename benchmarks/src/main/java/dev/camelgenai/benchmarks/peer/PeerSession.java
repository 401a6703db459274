package dev.camelgenai.benchmarks.peer;

import java.util.concurrent.CompletionStage;

/** One open session of a peer. */
public interface PeerSession {

    /** Told once, on any thread, how a send ended: {@code failure} is {@code null} where it was sent. Must not block. */
    @FunctionalInterface
    interface Completion {

        void done(Throwable failure);
    }

    /**
     * Sends a chunk of audio, PCM of 16 kHz. Does not wait. Calls for one session come one after the other.
     *
     * @param pcm        not changed afterwards
     * @param completion told by the peer's own means that the chunk was sent
     */
    void send(byte[] pcm, Completion completion);

    /** Ends the session; completes when it has ended, as far as the peer can tell. */
    CompletionStage<Void> close();
}
