package dev.camelgenai.live.session;

import java.util.Objects;

/**
 * How a conversation goes on over a new connection.
 *
 * @param enabled            whether handles are asked for, kept and used
 * @param handles            keeps them
 * @param historyReplay      what a session is told that could not be resumed
 * @param historyMaxTurns    turns kept for that
 * @param replayMaxMessages  messages kept until the service acknowledges them (transparent resumption)
 * @param replayMaxBytes     their bytes, as they are on the wire
 * @param replayOverflow     what happens when there are more
 */
public record ResumptionPolicy(boolean enabled, HandleStore handles, HistoryReplay historyReplay, int historyMaxTurns,
        int replayMaxMessages, long replayMaxBytes, ReplayOverflow replayOverflow) {

    public ResumptionPolicy {
        Objects.requireNonNull(handles, "handles");
        Objects.requireNonNull(historyReplay, "historyReplay");
        Objects.requireNonNull(replayOverflow, "replayOverflow");
        if (historyMaxTurns < 1) {
            throw new IllegalArgumentException("historyMaxTurns must be at least 1, but is " + historyMaxTurns);
        }
        if (replayMaxMessages < 1) {
            throw new IllegalArgumentException("replayBufferMaxMessages must be at least 1, but is " + replayMaxMessages);
        }
        if (replayMaxBytes < 1) {
            throw new IllegalArgumentException("replayBufferMaxBytes must be at least 1, but is " + replayMaxBytes);
        }
    }
}
