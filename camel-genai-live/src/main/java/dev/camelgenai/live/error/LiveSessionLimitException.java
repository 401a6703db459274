package dev.camelgenai.live.error;

/**
 * As many sessions are open as {@code maxSessions} allows.
 */
public final class LiveSessionLimitException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveSessionLimitException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveSessionLimitException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
