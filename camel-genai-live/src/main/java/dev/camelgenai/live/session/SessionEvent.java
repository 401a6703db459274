package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.Objects;

import dev.camelgenai.live.error.GenAiLiveException;

/** What happens to a session apart from its messages. Comes in order with them. */
public sealed interface SessionEvent {

    /** The session is open for the first time. */
    record Opened() implements SessionEvent {
    }

    /** The service will end the connection soon; the session moves to another one before. */
    record GoingAway(Duration timeLeft) implements SessionEvent {

        public GoingAway {
            Objects.requireNonNull(timeLeft, "timeLeft");
        }
    }

    /**
     * The connection is lost, or could not be opened, and will be tried again.
     *
     * @param attempt the attempt to come, from 1
     * @param delay   the pause before it
     * @param cause   what went wrong
     */
    record Reconnecting(int attempt, Duration delay, Ending cause) implements SessionEvent {

        public Reconnecting {
            Objects.requireNonNull(delay, "delay");
            Objects.requireNonNull(cause, "cause");
        }
    }

    /**
     * The session is open again, over another connection.
     *
     * @param stateRestored whether the service knows the conversation so far
     * @param inDoubt       messages that were written to the connection before and that the service may not know of
     */
    record Resumed(boolean stateRestored, long inDoubt) implements SessionEvent {
    }

    /**
     * The session has ended without having been asked to. Always the last event.
     *
     * @param inDoubt messages that were written and that the service may not know of
     */
    record Closed(Ending cause, long inDoubt) implements SessionEvent {

        public Closed {
            Objects.requireNonNull(cause, "cause");
        }
    }

    /**
     * How a connection ended.
     *
     * @param failure what it means and what to do about it
     * @param code    the WebSocket close code, or the HTTP status of a refused upgrade; 0 where there was neither
     * @param reason  as the service gave it, without secrets; empty where it gave none
     */
    record Ending(GenAiLiveException failure, int code, String reason) {

        public Ending {
            Objects.requireNonNull(failure, "failure");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
