package dev.camelgenai.emulator;

/** The two services that speak the Live protocol; the path of the upgrade tells which one a client means. */
public enum EmulatedService {

    /** Gemini Developer API. */
    DEVELOPER_API,

    /** Vertex AI (Gemini Enterprise Agent Platform). */
    VERTEX_AI
}
