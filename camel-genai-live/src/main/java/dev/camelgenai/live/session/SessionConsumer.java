package dev.camelgenai.live.session;

/**
 * Receives the messages of sessions. For one session the calls come one at a time and in order, on worker threads; for
 * different sessions they come concurrently. Interruptions and cancellations of tool calls overtake other messages that wait,
 * as their sequence numbers tell, and audio that waits may be dropped: see {@link LaneBounds}.
 */
public interface SessionConsumer {

    /**
     * One message of the service.
     *
     * @param done to be called once, from any thread, when the message has been handled; until then no further one of that
     *             session is delivered to this consumer
     */
    void onMessage(LiveSession session, ReceivedMessage received, Runnable done);

    /** Whether it hears of the function calls of the model, and so may answer them. */
    default boolean hearsCalls() {
        return true;
    }

    /**
     * Something happened to the session.
     *
     * @param done as for {@link #onMessage}
     */
    void onEvent(LiveSession session, SessionEvent event, Runnable done);
}
