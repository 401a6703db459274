package dev.camelgenai.emulator;

/** Something a test waited for did not happen in time; the message tells how far it came. */
public final class AwaitTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AwaitTimeoutException(String message) {
        super(message);
    }

    public AwaitTimeoutException(String message, Throwable cause) {
        super(message, cause);
    }
}
