package dev.camelgenai.emulator.internal.session;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which messages of the client are part of the conversation that a handle stands for: transparent resumption tells the client,
 * which then need not keep them. Sound that may still become part of a turn is not. Used on the event loop of the session only.
 */
final class Acknowledgements {

    /** Audio comes in such numbers that its messages are acknowledged in groups. */
    private static final int GROUP = 25;
    /** No microphone sends that many messages in the two seconds that are kept; the oldest are taken for consumed. */
    private static final int MAX_KEPT = 10_000;

    /**
     * @param endMillis where its sound ends, since the begin of the audio
     */
    private record Sound(long message, long endMillis) {
    }

    private final Deque<Sound> kept = new ArrayDeque<>();
    private long taken;
    private long acknowledgedAt;
    private long acknowledged;

    /** Everything up to and with that message is part of the conversation, unless {@link #heard} tells otherwise. */
    void taken(long message) {
        taken = message;
    }

    /**
     * The message that was {@link #taken} last was sound of nobody who speaks.
     *
     * @param heardMillis all sound so far
     * @param keptMillis  how much of its end may become part of a turn
     */
    void heard(long heardMillis, long keptMillis) {
        if (!kept.isEmpty() && kept.peekLast().message() < taken - 1) {
            // what came in between is part of the conversation: the sound before it is given up
            kept.clear();
        }
        kept.add(new Sound(taken, heardMillis));
        while (!kept.isEmpty() && (kept.size() > MAX_KEPT || kept.peek().endMillis() <= heardMillis - keptMillis)) {
            kept.remove();
        }
    }

    /** Whether there is a group of messages to tell about. */
    boolean isDue() {
        return taken >= acknowledgedAt + GROUP && consumed() > acknowledged;
    }

    /** The number of the last message that is part of the conversation; 0 is the setup. */
    long acknowledge() {
        acknowledgedAt = taken;
        acknowledged = consumed();
        return acknowledged;
    }

    private long consumed() {
        // as in heard: a turn that was taken after the sound must not be told twice
        return kept.isEmpty() || kept.peekLast().message() != taken ? taken : kept.peek().message() - 1;
    }
}
