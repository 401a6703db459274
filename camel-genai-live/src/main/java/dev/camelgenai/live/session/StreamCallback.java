package dev.camelgenai.live.session;

import dev.camelgenai.live.error.GenAiLiveException;

/** Told once how a question was sent. May be called on an event loop: it must not block and must not run route code. */
@FunctionalInterface
public interface StreamCallback {

    /**
     * @param stream  what the model answers, or {@code null} when the question could not be sent
     * @param failure why there is no stream, or {@code null}
     */
    void onStream(LiveTurnStream stream, GenAiLiveException failure);
}
