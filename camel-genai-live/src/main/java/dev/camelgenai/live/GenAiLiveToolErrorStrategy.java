package dev.camelgenai.live;

/** What follows when a route that the model has called fails; the model is told in any case. */
public enum GenAiLiveToolErrorStrategy {

    /** The model makes something of it. */
    reply,

    /** The caller who awaits the turn fails. */
    fail
}
