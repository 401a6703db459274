package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;

/** What a caller hears of its turn: whatever comes first of answer, failure and time-out. */
final class Answer implements TurnCallback {

    private final TurnCallback callback;
    private final Runnable onWritten;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile ScheduledFuture<?> timeout;

    /**
     * @param onWritten called each time that the input is written
     */
    Answer(TurnCallback callback, Runnable onWritten) {
        this.callback = callback;
        this.onWritten = onWritten;
    }

    /**
     * @param onTimeout called when the time is up; gives the exception for it
     */
    void expireAfter(Duration duration, ScheduledExecutorService timer, Function<Duration, GenAiLiveException> onTimeout) {
        try {
            timeout = timer.schedule(() -> {
                if (!told.get()) {
                    onTurn(null, onTimeout.apply(duration));
                }
            }, duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            onTurn(null, new LiveSessionClosedException("The component is being shut down", true, e));
            return;
        }
        if (told.get()) {
            timeout.cancel(false);
        }
    }

    /** The fate of the input. */
    void inputSent(SendOutcome outcome, GenAiLiveException failure) {
        if (failure != null) {
            onTurn(null, failure);
        } else if (outcome == SendOutcome.DROPPED) {
            onTurn(null, new LiveSessionLostException("The input was dropped from the outbox (outboxOverflow="
                    + OutboxOverflow.dropOldestRealtime + " or realtimeMaxAge), so there will be no answer", true));
        } else if (outcome == SendOutcome.CANCELLED) {
            onTurn(null, new LiveSessionLostException("The service has cancelled the function call, or lost it with the"
                    + " connection, so there will be no answer to its result", false));
        } else {
            onWritten.run();
        }
    }

    /** The caller wants to hear nothing any more. */
    void cancel() {
        if (told.compareAndSet(false, true)) {
            disarm();
        }
    }

    private void disarm() {
        ScheduledFuture<?> armed = timeout;
        if (armed != null) {
            armed.cancel(false);
        }
    }

    @Override
    public void onTurn(LiveTurn turn, GenAiLiveException failure) {
        if (!told.compareAndSet(false, true)) {
            return;
        }
        disarm();
        callback.onTurn(turn, failure);
    }
}
