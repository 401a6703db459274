package dev.camelgenai.examples.contentmoderation;

/** What the client sent cannot be used; the message tells the client why, and what would do. */
class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
        super(message);
    }
}
