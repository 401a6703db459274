package dev.camelgenai.live;

/** What a producer waits for. */
public enum GenAiLiveResponse {

    /** A turn, for exchanges that expect an answer (InOut) and carry input that the model answers; otherwise nothing. */
    auto,

    /** Nothing but that the socket took the message; the body stays as it is. */
    none,

    /** The model's whole turn, which becomes the body. */
    turn,

    /** The begin of the model's turn: the body becomes a stream of its messages, which ends with the turn. */
    stream
}
