package dev.camelgenai.emulator.internal.protocol;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * The JSON body of an HTTP error.
 *
 * @param code    the HTTP status
 * @param message for humans
 */
public record GoogleError(int code, String message) {

    /** Of the body. */
    public static final String CONTENT_TYPE = "application/json; charset=UTF-8";

    /** The body. */
    public String json() {
        return JsonNodeFactory.instance.objectNode()
                .set("error", JsonNodeFactory.instance.objectNode().put("code", code).put("message", message)
                        .put("status", status()))
                .toString();
    }

    private String status() {
        return switch (code) {
            case 400, 413, 426 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            case 409 -> "ABORTED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 405, 501 -> "UNIMPLEMENTED";
            case 502, 503 -> "UNAVAILABLE";
            default -> code >= 500 ? "INTERNAL" : "FAILED_PRECONDITION";
        };
    }
}
