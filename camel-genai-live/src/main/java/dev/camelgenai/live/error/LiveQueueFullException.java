package dev.camelgenai.live.error;

/**
 * A bounded queue of the session is full and its policy is to refuse.
 */
public final class LiveQueueFullException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveQueueFullException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveQueueFullException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
