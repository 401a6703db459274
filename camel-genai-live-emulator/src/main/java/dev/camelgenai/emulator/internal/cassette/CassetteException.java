package dev.camelgenai.emulator.internal.cassette;

/** A file is no cassette, or a broken one; the message names the file, the line and what is wrong there. */
public final class CassetteException extends Exception {

    private static final long serialVersionUID = 1L;

    CassetteException(String message, Throwable cause) {
        super(message, cause);
    }
}
