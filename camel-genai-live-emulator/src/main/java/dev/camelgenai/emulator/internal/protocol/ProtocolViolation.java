package dev.camelgenai.emulator.internal.protocol;

/** The client did what the service answers with a Close frame. */
public final class ProtocolViolation extends Exception {

    /** The service's answer to most things that it does not like. */
    public static final String INVALID_ARGUMENT = "Request contains an invalid argument.";

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    private ProtocolViolation(int code, String reason, String detail) {
        super(detail, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    /**
     * 1007 with the service's own unhelpful text.
     *
     * @param detail what is really wrong, for the emulator's log and record
     */
    public static ProtocolViolation invalidArgument(String detail) {
        return new ProtocolViolation(1007, INVALID_ARGUMENT, detail);
    }

    /** 1007 with a text that speaks for itself. */
    public static ProtocolViolation invalidPayload(String reason) {
        return new ProtocolViolation(1007, reason, reason);
    }

    /** 1008 for a model, a handle or a call that does not exist. */
    public static ProtocolViolation notFound(String reason, String detail) {
        return new ProtocolViolation(1008, reason, detail);
    }

    /**
     * 1007 for an ephemeral token that may not begin another session.
     *
     * @param detail why not
     */
    public static ProtocolViolation refusedToken(String detail) {
        return new ProtocolViolation(1007, "Token has been used too many times or is expired for new sessions.", detail);
    }

    /** 1011: the service cannot, whatever the client sends. */
    public static ProtocolViolation unavailable(String reason, String detail) {
        return new ProtocolViolation(1011, reason, detail);
    }

    /** The close code. */
    public int code() {
        return code;
    }

    /** The close reason, not cut yet: see {@link CloseReasons}. */
    public String reason() {
        return reason;
    }
}
