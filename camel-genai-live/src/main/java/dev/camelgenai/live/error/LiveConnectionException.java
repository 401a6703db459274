package dev.camelgenai.live.error;

/**
 * The service could not be reached, or the line broke before the session was set up: host, port, proxy, TLS, time-out.
 */
public final class LiveConnectionException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveConnectionException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveConnectionException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
