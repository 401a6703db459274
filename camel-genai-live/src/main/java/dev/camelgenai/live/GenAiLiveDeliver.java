package dev.camelgenai.live;

/** What a consumer makes an exchange of. */
public enum GenAiLiveDeliver {

    /** Every message of the service; the body is a {@code LiveServerMessage}. */
    message,

    /** Every event in a message; the body is what the event brings: text, audio, a function call. */
    event
}
