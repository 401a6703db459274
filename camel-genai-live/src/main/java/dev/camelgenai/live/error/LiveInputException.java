package dev.camelgenai.live.error;

/**
 * The exchange asks for something that cannot be sent: an unsupported body, a blank session key, an unknown operation.
 */
public final class LiveInputException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveInputException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveInputException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
