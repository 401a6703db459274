package dev.camelgenai.live.session;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.camelgenai.live.error.GenAiLiveException;

/** Hands the stream of a turn to its caller when the question is sent, and ends it with the turn. */
final class StreamedAnswer implements TurnCallback {

    private final StreamCallback callback;
    private final LiveTurnStream stream;
    private final AtomicBoolean handed = new AtomicBoolean();

    StreamedAnswer(StreamCallback callback, LiveTurnStream stream) {
        this.callback = callback;
        this.stream = stream;
    }

    /** The question is on its way; may be told more than once. */
    void onWritten() {
        if (handed.compareAndSet(false, true)) {
            callback.onStream(stream, null);
        }
    }

    @Override
    public void onTurn(LiveTurn turn, GenAiLiveException failure) {
        stream.end(failure);
        if (failure == null) {
            onWritten();
        } else if (handed.compareAndSet(false, true)) {
            callback.onStream(null, failure);
        }
    }
}
