package dev.camelgenai.live.tool;

import dev.camelgenai.live.error.LiveInputException;

/**
 * Hears of the tools of a Camel context. Called on the threads that start and stop routes, under no lock of the registry.
 */
public interface ToolListener {

    /**
     * A tool is about to become visible.
     *
     * @throws LiveInputException to refuse it, which fails the start of its route; names the fix
     */
    default void onRegister(OfferedTool tool) {
    }

    /** A tool has become visible, or has gone. */
    default void onChange() {
    }

    /** Whether some endpoint offers the tool to its model. */
    default boolean offers(OfferedTool tool) {
        return false;
    }
}
