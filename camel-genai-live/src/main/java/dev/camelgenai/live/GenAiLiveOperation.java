package dev.camelgenai.live;

/** What a producer does with an exchange. */
public enum GenAiLiveOperation {

    /** Sends turns of the conversation; the default for text and {@code Content}. */
    sendClientContent,

    /** Sends audio, an image or text as it arises; the default for bytes and {@code Blob}. */
    sendRealtimeInput,

    /** Answers function calls; the default for {@code FunctionResponse}. */
    sendToolResponse,

    /** Marks the start of the user's activity, when automatic activity detection is switched off. */
    activityStart,

    /** Marks the end of the user's activity, when automatic activity detection is switched off. */
    activityEnd,

    /** Says that the audio stream pauses, for instance because the microphone was switched off. */
    audioStreamEnd,

    /** Replaces the system instruction or the tools of the session, where the model takes that ({@code protocol} 4.5). */
    updateContext,

    /** Opens the session and waits until it is set up. */
    openSession,

    /** Ends the session and its conversation, and waits until the session has ended. The next use starts another conversation. */
    closeSession,

    /**
     * Ends the session and waits until its socket is closed and its resumption handle is in the repository. The next use, here or
     * on another node, goes on with the conversation.
     */
    releaseSession,

    /** Mints an ephemeral token, for a client that must not know the API key. Gemini Developer API only. */
    createToken
}
