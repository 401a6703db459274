package dev.camelgenai.emulator;

/** The WebSocket opcode of server messages. Both are seen in the wild and a client has to read both. */
public enum FrameType {

    /** What the real service sends: JSON as UTF-8 in binary frames. */
    BINARY,

    /** JSON in text frames. */
    TEXT
}
