package dev.camelgenai.live.error;

/**
 * The session was closed on purpose (by the route, for idleness, at shutdown) while something was still waiting in it.
 */
public final class LiveSessionClosedException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveSessionClosedException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveSessionClosedException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
