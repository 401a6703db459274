package dev.camelgenai.live.transport;

/**
 * What a server answers. {@link #toString()} does not show the body, which may be a secret.
 *
 * @param status the HTTP status
 * @param body   all of it; of the text of a refusal perhaps the beginning only
 */
public record HttpAnswer(int status, byte[] body) {

    @Override
    public String toString() {
        return "HttpAnswer[" + status + ", " + body.length + " bytes]";
    }
}
