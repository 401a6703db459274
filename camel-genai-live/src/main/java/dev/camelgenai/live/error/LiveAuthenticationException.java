package dev.camelgenai.live.error;

/**
 * The service refused the credential. Retriable only where the credential could not be fetched; a refused one never is.
 */
public final class LiveAuthenticationException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveAuthenticationException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveAuthenticationException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
