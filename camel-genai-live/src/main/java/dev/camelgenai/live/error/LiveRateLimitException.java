package dev.camelgenai.live.error;

/**
 * The service refused for quota: requests, tokens or concurrent sessions. Retriable after a while.
 */
public final class LiveRateLimitException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveRateLimitException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveRateLimitException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
