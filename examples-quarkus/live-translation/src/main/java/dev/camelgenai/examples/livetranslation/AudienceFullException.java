package dev.camelgenai.examples.livetranslation;

/** There is no place for another listener; later there may be. */
class AudienceFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AudienceFullException(String message) {
        super(message);
    }
}
