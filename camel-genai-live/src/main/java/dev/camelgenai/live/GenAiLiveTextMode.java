package dev.camelgenai.live;

/** How a String travels that asks the model for an answer. */
public enum GenAiLiveTextMode {

    /** As the family of the model needs it. */
    auto,

    /** As a turn of the conversation, which interrupts the model. */
    clientContent,

    /** As realtime text, like speech. */
    realtime
}
