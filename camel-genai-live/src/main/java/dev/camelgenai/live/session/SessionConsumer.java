package dev.camelgenai.live.session;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;

/**
 * Receives the messages of sessions. For one session the calls come one at a time and in order, on worker threads; for
 * different sessions they come concurrently.
 */
public interface SessionConsumer {

    /**
     * One message of the service.
     *
     * @param sequenceNumber counts the messages of the session from 1
     * @param done           to be called once, from any thread, when the message has been handled; until then no further
     *                       one of that session is delivered to this consumer
     */
    void onMessage(LiveSession session, LiveServerMessage message, long sequenceNumber, Runnable done);

    /** The session ended without having been asked to; called after the last message. */
    void onLost(LiveSession session, GenAiLiveException failure);
}
