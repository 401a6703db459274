package dev.camelgenai.examples.contentmoderation;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** What the client sent cannot be used; the message tells the client why, and what would do. */
// routes name it, and Camel finds it by its name
@RegisterForReflection
class BadRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadRequestException(String message) {
        super(message);
    }
}
