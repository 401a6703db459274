package dev.camelgenai.live.transport;

/**
 * How a connection ended.
 *
 * @param code   the WebSocket close code; 1005 when the close frame carried none, 1006 when there was no close frame
 * @param reason the reason given by the side that closed, at most 123 bytes (RFC 6455, 5.5.1); empty when there was none
 * @param remote whether the server ended the connection or the line broke, rather than this side closing it
 * @param cause  the exception behind an abnormal end, or {@code null}
 */
public record LiveClose(int code, String reason, boolean remote, Throwable cause) {
}
