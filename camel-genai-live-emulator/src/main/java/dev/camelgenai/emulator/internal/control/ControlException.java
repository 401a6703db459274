package dev.camelgenai.emulator.internal.control;

/** A request that cannot be done; the message says what can. */
final class ControlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    ControlException(int status, String message) {
        super(message);
        this.status = status;
    }

    static ControlException badRequest(String message) {
        return new ControlException(400, message);
    }

    int status() {
        return status;
    }
}
