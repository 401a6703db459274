package dev.camelgenai.live.session;

import dev.camelgenai.live.error.GenAiLiveException;

/** Told once how a send ended. May be called on an event loop: it must not block and must not run route code. */
@FunctionalInterface
public interface SendCallback {

    /**
     * @param outcome how it ended, or {@code null} when it failed
     * @param failure why it failed, or {@code null}
     */
    void onSent(SendOutcome outcome, GenAiLiveException failure);
}
