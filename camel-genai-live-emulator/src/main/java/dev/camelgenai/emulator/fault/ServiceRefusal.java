package dev.camelgenai.emulator.fault;

import java.util.Arrays;
import java.util.Optional;

/** The HTTP errors that answer an upgrade, with the messages that Google's APIs have for them. */
public enum ServiceRefusal {

    UNAUTHORIZED(401, "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
            + "valid authentication credential."),
    FORBIDDEN(403, "The caller does not have permission"),
    NOT_FOUND(404,
            "Requested entity was not found."),
    REQUEST_TIMEOUT(408, "The request timed out."),
    TOO_MANY_REQUESTS(429,
            "Resource has been exhausted (e.g. check quota)."),
    INTERNAL_SERVER_ERROR(500,
            "Internal error encountered."),
    BAD_GATEWAY(502,
            "The server encountered a temporary error and could not complete your request."),
    SERVICE_UNAVAILABLE(
            503, "The service is currently unavailable."),
    GATEWAY_TIMEOUT(504,
            "Deadline expired before operation could complete.");

    private final int status;
    private final String message;

    ServiceRefusal(int status, String message) {
        this.status = status;
        this.message = message;
    }

    static Optional<ServiceRefusal> of(int status) {
        return Arrays.stream(values()).filter(refusal -> refusal.status == status).findFirst();
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The message in the JSON body. */
    public String message() {
        return message;
    }
}
