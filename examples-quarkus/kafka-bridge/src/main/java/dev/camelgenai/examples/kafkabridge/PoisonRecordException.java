package dev.camelgenai.examples.kafkabridge;

/** A record that no repetition will make acceptable. The message tells what is wrong with it, and nothing of what it says. */
public class PoisonRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PoisonRecordException(String message) {
        super(message);
    }

    PoisonRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
