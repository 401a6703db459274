package dev.camelgenai.examples.codingassistant;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** A tool does not do what it was asked for; the message is for the model, and says what would do instead. */
// routes name it, and Camel finds it by its name
@RegisterForReflection
class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
