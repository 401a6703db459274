package dev.camelgenai.live;

/** When a session is opened. */
public enum GenAiLiveSessionStart {

    /** At its first use. */
    onDemand,

    /** When the route starts, which fails where the session cannot be opened. */
    onStart
}
