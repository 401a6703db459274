package dev.camelgenai.emulator;

/**
 * A WebSocket Close frame.
 *
 * @param code   the close code; 1005 if the frame carried none
 * @param reason the reason, at most 123 bytes of UTF-8; empty if the frame carried none
 */
public record RecordedClose(int code, String reason) {
}
