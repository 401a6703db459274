package dev.camelgenai.live.error;

/**
 * A session that was open ended without being asked to; what was under way in it did not finish.
 */
public final class LiveSessionLostException extends GenAiLiveException {

    private static final long serialVersionUID = 1L;

    public LiveSessionLostException(String message, boolean retriable) {
        super(message, retriable);
    }

    public LiveSessionLostException(String message, boolean retriable, Throwable cause) {
        super(message, retriable, cause);
    }
}
