package dev.camelgenai.emulator.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.internal.protocol.GoogleError;

/** What a request gets back. */
record Answer(int status, String contentType, String body) {

    static Answer json(JsonNode body) {
        return new Answer(200, "application/json; charset=UTF-8", body.toPrettyString() + '\n');
    }

    static Answer text(String contentType, String body) {
        return new Answer(200, contentType, body);
    }

    static Answer error(int status, String message) {
        return new Answer(status, "application/json; charset=UTF-8", new GoogleError(status, message).json() + '\n');
    }
}
