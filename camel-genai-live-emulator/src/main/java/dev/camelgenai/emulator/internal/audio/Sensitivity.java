package dev.camelgenai.emulator.internal.audio;

/** How readily the start or the end of speech is detected. */
public enum Sensitivity {
    /** More often, and sometimes wrongly. */
    HIGH,
    /** Less often. */
    LOW
}
