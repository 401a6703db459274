package dev.camelgenai.live.session;

/** A function that runs for a session. */
public interface ToolRun {

    /** What the model does until it has the result, and with it ({@code protocol} 4.4). */
    enum Manner {
        /** It waits, or is to be waited for. */
        AWAITED,
        /** It goes on with the conversation, and speaks of the result later. */
        IN_BACKGROUND,
        /** It goes on with the conversation, and does not speak of the result. */
        SILENT
    }

    Manner manner();

    /** Nobody wants the result any more. Called on an event loop: returns at once. */
    void cancel();
}
