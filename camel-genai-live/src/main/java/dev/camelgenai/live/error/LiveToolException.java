package dev.camelgenai.live.error;

/**
 * A route that the model has called failed or did not answer in time, and the endpoint has {@code toolErrorStrategy=fail}.
 */
public final class LiveToolException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveToolException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
