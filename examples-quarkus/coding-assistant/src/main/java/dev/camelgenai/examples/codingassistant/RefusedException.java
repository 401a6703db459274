package dev.camelgenai.examples.codingassistant;

/** A tool does not do what it was asked for; the message is for the model, and says what would do instead. */
class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
