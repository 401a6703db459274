package dev.camelgenai.live.transport;

import java.io.IOException;

/** The server answered the WebSocket upgrade with an ordinary HTTP response. */
public final class LiveUpgradeRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String body;

    /**
     * @param status the HTTP status
     * @param body   the text of the response, cut to a few kilobytes; empty when there was none
     */
    public LiveUpgradeRefusedException(int status, String body) {
        super("The server answered the WebSocket upgrade with HTTP status " + status + (body.isBlank() ? "" : ": " + body));
        this.status = status;
        this.body = body;
    }

    public int status() {
        return status;
    }

    public String body() {
        return body;
    }
}
