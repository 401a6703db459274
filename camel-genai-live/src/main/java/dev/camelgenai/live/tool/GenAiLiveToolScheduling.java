package dev.camelgenai.live.tool;

/** What the model does with the result of a function that it has not waited for ({@code protocol} 4.4). */
public enum GenAiLiveToolScheduling {

    /** It speaks of it at once. */
    INTERRUPT,

    /** It speaks of it when it has nothing else to say. */
    WHEN_IDLE,

    /** It knows of it and says nothing. */
    SILENT
}
