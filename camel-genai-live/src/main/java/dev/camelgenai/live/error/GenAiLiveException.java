package dev.camelgenai.live.error;

/**
 * Root of everything that goes wrong with a live session. The message names the option or input at fault and the way
 * out; it never contains a credential. The cause, where there is one, is the exception of the socket or of Google's SDK.
 */
public class GenAiLiveException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean retriable;

    public GenAiLiveException(String message, boolean retriable) {
        this(message, retriable, null);
    }

    public GenAiLiveException(String message, boolean retriable, Throwable cause) {
        super(message, cause);
        this.retriable = retriable;
    }

    /**
     * Whether the same request may succeed when it is made again: {@code true} for lost connections, quotas and full
     * queues, {@code false} for a bad key, an unknown model or input that is not understood.
     */
    public boolean isRetriable() {
        return retriable;
    }
}
