package dev.camelgenai.live.session;

import dev.camelgenai.live.error.GenAiLiveException;

/**
 * Input that the model answers: knows which turn it has opened. Confined to the tracker's lock, apart from the callback.
 */
final class TurnInput implements SendCallback {

    private final TurnTracker.Waiter waiter;
    private final boolean answersTool;
    private final SendCallback callback;
    private final Runnable onNotWritten;
    private volatile TurnTracker.Turn turn;
    /** Whether the callback knows that it was written: what follows when it is written again is not told. */
    private volatile boolean told;

    /**
     * @param waiter       who awaits the answer, or {@code null}
     * @param answersTool  whether it answers a function call and so continues the open turn, if there is one
     * @param callback     told how the input was sent; where somebody awaits the answer, each time that it is written, and
     *                     else once
     * @param onNotWritten called after it when the input was never written
     */
    TurnInput(TurnTracker.Waiter waiter, boolean answersTool, SendCallback callback, Runnable onNotWritten) {
        this.waiter = waiter;
        this.answersTool = answersTool;
        this.callback = callback;
        this.onNotWritten = onNotWritten;
    }

    TurnTracker.Waiter waiter() {
        return waiter;
    }

    boolean answersTool() {
        return answersTool;
    }

    /** The turn that it opened or continued; {@code null} while it is not written. */
    TurnTracker.Turn turn() {
        return turn;
    }

    void turn(TurnTracker.Turn opened) {
        turn = opened;
    }

    @Override
    public void onSent(SendOutcome outcome, GenAiLiveException failure) {
        if (waiter != null || !told) {
            told = outcome == SendOutcome.WRITTEN;
            callback.onSent(outcome, failure);
        }
        if (outcome != SendOutcome.WRITTEN && turn == null) {
            onNotWritten.run();
        }
    }
}
