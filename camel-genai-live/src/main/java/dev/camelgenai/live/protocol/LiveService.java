package dev.camelgenai.live.protocol;

/** The two services that speak the Live protocol. */
public enum LiveService {

    /** Gemini Developer API: API key or ephemeral token. */
    DEVELOPER_API,

    /** Vertex AI (Gemini Enterprise Agent Platform): OAuth, or an express-mode API key. */
    VERTEX_AI
}
