package dev.camelgenai.live.error;

/**
 * The service closed the connection instead of answering the setup, or the setup cannot be expressed for that service.
 */
public final class LiveSetupRejectedException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveSetupRejectedException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveSetupRejectedException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
