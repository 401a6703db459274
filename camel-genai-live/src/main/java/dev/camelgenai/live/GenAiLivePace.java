package dev.camelgenai.live;

/** How fast long audio is sent. */
public enum GenAiLivePace {

    /** As fast as the service takes it. */
    asap,

    /** As fast as it would be spoken, as from a microphone. */
    realtime
}
