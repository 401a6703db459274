package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * What was written to one connection, and how much of that the service is known to have taken in. The messages are numbered
 * from 1, as the service numbers them for transparent resumption ({@code protocol} 5.2), where they are kept until it
 * acknowledges them. Confined to the connection's event loop.
 * <p>
 * Evidence that a message was taken in: the end of a turn that answers it, or one written later. Evidence that a resumption
 * handle knows of it: that the handle came after that. Everything else is in doubt when the connection is lost.
 */
final class Delivery {

    /**
     * A message that the socket has taken.
     *
     * @param entry what it belongs to
     * @param last  whether it is the last of that
     */
    record Written(long number, ClientMessage message, Outbox.Entry entry, boolean last) {
    }

    private final boolean transparent;
    private final ResumptionPolicy bounds;
    private final ArrayDeque<Written> unacknowledged = new ArrayDeque<>();
    private long unacknowledgedBytes;
    private long forgotten;
    private long handed;
    private long taken;
    /** How many had been taken when the turn under way was heard first. */
    private long takenAtFirstSign;
    private long answered;
    private long covered;

    Delivery(boolean transparent, ResumptionPolicy bounds) {
        this.transparent = transparent;
        this.bounds = bounds;
    }

    /** The number of a message that is about to be handed to the socket. */
    long next() {
        return ++handed;
    }

    /**
     * The socket has taken a message.
     *
     * @param  number what {@link #next} gave it
     * @return        whether there was room to keep it; {@code false} when older ones had to be forgotten
     */
    boolean taken(long number, Outbox.Frame frame) {
        taken = number;
        if (!transparent) {
            return true;
        }
        unacknowledged.addLast(new Written(number, frame.message(), frame.entry(), frame.last()));
        unacknowledgedBytes += frame.message().estimatedSize();
        boolean room = true;
        while (unacknowledged.size() > bounds.replayMaxMessages() || unacknowledgedBytes > bounds.replayMaxBytes()) {
            forgetOldest();
            forgotten++;
            room = false;
        }
        return room;
    }

    private void forgetOldest() {
        unacknowledgedBytes -= unacknowledged.removeFirst().message.estimatedSize();
    }

    /** A message came, and the tracker has said what follows from it. */
    void received(ServerMessage message, TurnTracker.Outcome outcome) {
        if (outcome.ended()) {
            answered = Math.max(answered, outcome.answered() > 0 ? outcome.answered() : takenAtFirstSign);
            takenAtFirstSign = 0;
        } else if (takenAtFirstSign == 0 && message.hasModelTurn()) {
            takenAtFirstSign = taken;
        }
    }

    /**
     * A handle came that the session can be resumed with.
     *
     * @param lastConsumed the number of the last message that it knows of, where the service says so
     */
    void handle(OptionalLong lastConsumed) {
        covered = answered;
        if (transparent && lastConsumed.isPresent()) {
            while (!unacknowledged.isEmpty() && unacknowledged.peekFirst().number <= lastConsumed.getAsLong()) {
                forgetOldest();
            }
            // what was forgotten is older than what is still kept
            if (unacknowledged.isEmpty() || lastConsumed.getAsLong() >= unacknowledged.peekFirst().number - 1) {
                forgotten = 0;
            }
        }
    }

    /**
     * Messages that the service may not know of.
     *
     * @param restored whether the conversation goes on from the last handle, rather than from nothing
     */
    long inDoubt(boolean restored) {
        return transparent ? forgotten : taken - (restored ? covered : answered);
    }

    /** Messages that the service may not know of if there is no next connection. */
    long inDoubtAtTheEnd(boolean restored) {
        return inDoubt(restored) + unacknowledged.size();
    }

    /** What has to be written again on the next connection, in order; not kept any longer. */
    List<Written> unacknowledged() {
        List<Written> all = new ArrayList<>(unacknowledged);
        unacknowledged.clear();
        unacknowledgedBytes = 0;
        return all;
    }
}
