package dev.camelgenai.benchmarks.peer;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One way to talk to the Live API. Thread-safe. */
public interface Peer extends AutoCloseable {

    /**
     * Opens a session; completes when the service has taken the setup and what it sends is heard.
     *
     * @param index   number of the session, unique within the peer
     * @param onAudio takes the audio of each message, in the order in which the peer hands it out
     */
    CompletionStage<PeerSession> open(int index, Consumer<byte[]> onAudio);

    /** Ends all sessions and threads. */
    @Override
    void close();
}
