package dev.camelgenai.benchmarks.peer;

/**
 * Where the counting server listens.
 *
 * @param port of {@code localhost}
 */
public record Target(int port) {

    /** The model that sessions are opened with. */
    static final String MODEL = "gemini-3.8-live";
    /** The server takes any. */
    static final String API_KEY = "benchmark-key";
    static final String AUDIO = "audio/pcm;rate=16000";
    /** As the SDKs build it. */
    static final String PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

    String https() {
        return "https://localhost:" + port;
    }

    String wss() {
        return "wss://localhost:" + port;
    }
}
