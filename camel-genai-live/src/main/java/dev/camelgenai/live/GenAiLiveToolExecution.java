package dev.camelgenai.live;

/** Who answers the function calls of a model. */
public enum GenAiLiveToolExecution {

    /** The routes that are called. */
    auto,

    /** A consumer, whose route answers with the operation sendToolResponse. */
    manual
}
