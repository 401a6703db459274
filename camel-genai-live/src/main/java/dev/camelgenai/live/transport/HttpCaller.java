package dev.camelgenai.live.transport;

import java.util.concurrent.CompletionStage;

/** Sends single HTTP requests. A {@link LiveConnector} may be one as well; the built-in one is. */
public interface HttpCaller {

    /**
     * Sends a request. Does not block, apart from a name look-up of the JDK's resolver: do not call it on an event loop.
     * <p>
     * The stage completes with whatever status the server answers; redirects are not followed. It fails with
     * {@link LiveUpgradeRefusedException} when a proxy refuses, with {@link java.util.concurrent.TimeoutException} when
     * {@link HttpCall#timeout()} passes first, with {@link IllegalArgumentException} when the address or a header cannot be used
     * at all, and otherwise with the {@link java.io.IOException} of the socket or of TLS, or of an answer of more than 64 KB.
     * When it has ended, no socket is left open.
     */
    CompletionStage<HttpAnswer> call(HttpCall call);
}
