package dev.camelgenai.live.error;

/**
 * The model's turn did not end within {@code turnTimeout}.
 */
public final class LiveTurnTimeoutException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveTurnTimeoutException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveTurnTimeoutException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
