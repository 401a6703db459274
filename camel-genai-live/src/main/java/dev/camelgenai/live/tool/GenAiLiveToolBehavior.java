package dev.camelgenai.live.tool;

/** Whether the model waits for a function ({@code protocol} 4.4). */
public enum GenAiLiveToolBehavior {

    /** It says nothing until it has the result. */
    BLOCKING,

    /** It goes on with the conversation, and takes the result when it comes. */
    NON_BLOCKING
}
