package dev.camelgenai.emulator.fault;

import dev.camelgenai.emulator.internal.protocol.CloseReasons;

/**
 * The Close frames that the real service has been seen to send, as its users report them. The service cuts reasons at 123
 * bytes; these are as they arrive.
 */
public enum ServiceClose {

    /** Vertex AI at the end of a connection's time. */
    CANCELLED(1000, "The operation was cancelled."),
    /** Without a word. */
    NORMAL_EMPTY(1000, ""),

    /** A setup or message that does not fit; says nothing about what. */
    INVALID_ARGUMENT(1007, "Request contains an invalid argument."),
    API_KEY_NOT_VALID(1007,
            "API key not valid. Please pass a valid API key."),
    API_KEY_EXPIRED(1007,
            "API key expired. Please renew the API key."),
    LOCATION_NOT_SUPPORTED(1007,
            "User location is not supported for the API use."),
    MODEL_NOT_SUPPORTED_IN_LIVE(1007,
            "gemini-unknown is not supported in the live api."),
    UNKNOWN_FIELD(1007,
            "Invalid JSON payload received. Unknown name \"proactivity\" at 'setup': Cannot find field."),
    AUDIO_NOT_SUPPORTED(
            1007,
            "The audio content type (CONTENT_TYPE_AUDIO) is not supported for this model configuration."),

    /** Cut in the middle of a word, as the service does it. */
    MODEL_NOT_FOUND(1008, "models/gemini-unknown is not found for API version v1beta, or is not supported for "
            + "bidiGenerateContent. Call ListModels to see the list of available models and their supported methods."),
    /** Sporadic, often with tools. */
    OPERATION_NOT_IMPLEMENTED(1008, "Operation is not implemented, or supported, or enabled."),
    /** An unknown resumption handle or function call. */
    ENTITY_NOT_FOUND(1008, "Requested entity was not found."),

    /** Often around tool responses. */
    INTERNAL_ERROR(1011, "Internal error occurred."),
    /** The developer API at the end of a connection's time, and for a setup that does not come. */
    DEADLINE_EXPIRED(1011, "Deadline expired before operation could complete."),
    UNAVAILABLE(1011,
            "The service is currently unavailable."),
    THREAD_CANCELLED(1011,
            "Thread was cancelled when writing StartStep status to channel."),
    /** Quota, or too many sessions at once. */
    RESOURCE_EXHAUSTED(1011,
            "RESOURCE_EXHAUSTED: You exceeded your current quota, please check your plan and billing details."),
    /** Cut in the middle of a word, as the service does it. */
    OVERLOADED(1011, "Request trace id: 0123456789abcdef, [ORIGINAL ERROR] extensible_stubs::"
            + "OVERLOADED_TOO_MANY_RETRIES_PER_REQUEST: You are most likely sending too many requests."),
    /** A handle whose old socket is still open. The code is reported, the words are the emulator's. */
    SESSION_ALREADY_OPEN(1011, "The session to be resumed is still open on another connection."),

    /** Named by clients as worth a retry; Google has not been seen to send it. */
    SERVICE_RESTART(1012, ""),
    /** Named by clients as worth a retry; Google has not been seen to send it. */
    TRY_AGAIN(1013, "");

    private final int code;
    private final String reason;

    ServiceClose(int code, String reason) {
        this.code = code;
        this.reason = CloseReasons.cut(reason);
    }

    /** The close code. */
    public int code() {
        return code;
    }

    /** The reason as it is on the wire: at most 123 bytes of UTF-8, perhaps empty. */
    public String reason() {
        return reason;
    }
}
