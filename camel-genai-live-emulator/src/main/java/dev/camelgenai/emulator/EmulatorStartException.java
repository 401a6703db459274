package dev.camelgenai.emulator;

/** The emulator cannot listen, record or replay; the message names the address or file, and the way out. */
public final class EmulatorStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EmulatorStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
