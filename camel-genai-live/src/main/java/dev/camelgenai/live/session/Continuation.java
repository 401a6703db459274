package dev.camelgenai.live.session;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What follows when something is done that may be done at once or later. The caller goes on itself where it was done before
 * it returned, so that a long row of such things needs no deep stack. Thread-safe; being done a second time has no effect.
 */
public final class Continuation implements Runnable {

    private enum State {
        RETURNED,
        DONE
    }

    private final Runnable rest;
    /** {@code null} while the caller runs and nothing is done: every message has one of these, and to set it would cost a fence. */
    private final AtomicReference<State> state = new AtomicReference<>();

    /** @param rest called when it is done after the caller has returned */
    public Continuation(Runnable rest) {
        this.rest = rest;
    }

    @Override
    public void run() {
        if (!state.compareAndSet(null, State.DONE) && state.compareAndSet(State.RETURNED, State.DONE)) {
            rest.run();
        }
    }

    /** Called once, by the caller when it has returned. */
    public boolean isDoneOnReturn() {
        return !state.compareAndSet(null, State.RETURNED);
    }
}
