package dev.camelgenai.live.transport;

import java.io.IOException;

/** The server answered the WebSocket upgrade, or a proxy the request for a tunnel, with an ordinary HTTP response. */
public final class LiveUpgradeRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String body;
    private final boolean byProxy;

    /**
     * @param status the HTTP status
     * @param body   the text of the response, cut to a few kilobytes; empty when there was none
     */
    public LiveUpgradeRefusedException(int status, String body) {
        this(status, body, false);
    }

    /**
     * @param status  the HTTP status
     * @param body    the text of the response, cut to a few kilobytes; empty when there was none
     * @param byProxy whether the proxy answered so, and the server was never reached
     */
    public LiveUpgradeRefusedException(int status, String body, boolean byProxy) {
        super((byProxy
                ? "The proxy answered the request for a tunnel with HTTP status "
                : "The server answered the WebSocket upgrade with HTTP status ") + status
                + (body.isBlank() ? "" : ": " + body));
        this.status = status;
        this.body = body;
        this.byProxy = byProxy;
    }

    public int status() {
        return status;
    }

    public String body() {
        return body;
    }

    /** Whether the proxy refused: the status then says nothing about the service or its credentials. */
    public boolean byProxy() {
        return byProxy;
    }
}
