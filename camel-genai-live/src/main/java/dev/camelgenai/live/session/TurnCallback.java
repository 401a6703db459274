package dev.camelgenai.live.session;

import dev.camelgenai.live.error.GenAiLiveException;

/** Told once how an awaited turn ended. May be called on an event loop: it must not block and must not run route code. */
@FunctionalInterface
public interface TurnCallback {

    /**
     * @param turn    the model's turn, or {@code null} when it failed
     * @param failure why there is no turn, or {@code null}
     */
    void onTurn(LiveTurn turn, GenAiLiveException failure);
}
