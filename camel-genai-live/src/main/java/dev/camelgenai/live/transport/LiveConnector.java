package dev.camelgenai.live.transport;

import java.util.concurrent.CompletionStage;

/**
 * Opens WebSocket connections. One connector serves all sessions of a component; its threads are shared by them.
 */
public interface LiveConnector extends AutoCloseable {

    /**
     * Opens a connection. Does not block, apart from a name look-up of the JDK's resolver: do not call it on an event
     * loop.
     * <p>
     * The stage completes when the upgrade has succeeded. It fails with {@link LiveUpgradeRefusedException} when the
     * server answers with an HTTP status other than 101, with {@link java.util.concurrent.TimeoutException} when
     * {@link LiveUpgrade#connectTimeout()} passes first, with {@link IllegalArgumentException} when the address or a
     * header cannot be used at all, and otherwise with the {@link java.io.IOException} of the socket or of TLS. After a failure no socket is left open and the listener is never called.
     *
     * @param upgrade  where to connect to, and how
     * @param listener told about all that arrives, from the first frame on
     */
    CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener);

    /**
     * On one of the connector's own threads: runs a task there when what the thread is about in this round is done.
     *
     * @return {@code false} on other threads, and where the thread takes no tasks any more; nothing is run then
     */
    default boolean afterwards(Runnable task) {
        return false;
    }

    /** Closes all connections that are still open and ends the connector's threads. Idempotent. */
    @Override
    void close();
}
