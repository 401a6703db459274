package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import com.google.genai.types.FunctionCall;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * What waits in a lane, in the order of delivery: first come first served, except for interruptions and cancellations of tool
 * calls. They go before all messages that wait, and keep their order among themselves. Three things hold them back:
 * <ul>
 * <li>a message that carries, beside them, something whose place counts (model content, transcripts, calls, an end) keeps
 * its own place;</li>
 * <li>none goes before an event that tells of a new connection or the loss of one, because what came before that event has
 * nothing to do with it ({@link SessionEvent.GoingAway} is no such event);</li>
 * <li>a cancellation stays behind the calls that it cancels, where those wait as well; others may pass it there.</li>
 * </ul>
 * Confined to the lane's lock.
 */
final class LaneQueue {

    /** A message, an event, or, where there is neither, the end of the session. */
    record Item(ReceivedMessage received, SessionEvent event) {

        static final Item END = new Item(null, null);

        boolean isMessage() {
            return received != null;
        }

        private boolean isConnectionChange() {
            return event != null && !(event instanceof SessionEvent.GoingAway);
        }

        boolean isInterruption() {
            return isMessage() && received.message().isInterrupted();
        }

        private boolean overtakes() {
            return isMessage() && (isInterruption() || !cancelled().isEmpty())
                    && mayChangeItsPlace(received.message());
        }

        private static boolean mayChangeItsPlace(ServerMessage message) {
            return !message.hasModelTurn() && !message.hasTranscript() && message.toolCalls().isEmpty()
                    && !message.isGenerationComplete() && !message.isTurnComplete();
        }

        private List<String> cancelled() {
            return received.message().cancelledCalls();
        }

        private boolean callsOneOf(List<String> ids) {
            return isMessage() && !ids.isEmpty() && received.message().toolCalls().stream()
                    .map(FunctionCall::id).flatMap(id -> id.stream()).anyMatch(ids::contains);
        }
    }

    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private int messages;

    int size() {
        return items.size();
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** What counts against the bound: messages only. */
    int messages() {
        return messages;
    }

    void add(Item item) {
        if (item.overtakes()) {
            List<Item> reordered = new ArrayList<>(items);
            reordered.add(placeFor(item, reordered), item);
            replaceBy(reordered);
        } else {
            items.addLast(item);
            messages += item.isMessage() ? 1 : 0;
        }
    }

    private static int placeFor(Item overtaking, List<Item> waiting) {
        List<String> cancelled = overtaking.cancelled();
        int place = waiting.size();
        while (place > 0 && !waiting.get(place - 1).isConnectionChange() && !waiting.get(place - 1).callsOneOf(cancelled)) {
            place--;
        }
        while (place < waiting.size() && waiting.get(place).overtakes()) {
            place++;
        }
        return place;
    }

    Item poll() {
        Item first = items.pollFirst();
        if (first != null && first.isMessage()) {
            messages--;
        }
        return first;
    }

    void clear() {
        items.clear();
        messages = 0;
    }

    /**
     * Drops all audio. Messages that carry something else too go on without it.
     *
     * @return the messages that lost their audio
     */
    int dropAudio() {
        List<Item> kept = new ArrayList<>(items.size());
        int lost = 0;
        for (Item item : items) {
            if (!item.isMessage()) {
                kept.add(item);
                continue;
            }
            ReceivedMessage rest = item.received.withoutAudio().orElse(null);
            lost += rest == item.received ? 0 : 1;
            if (rest != null) {
                kept.add(rest == item.received ? item : new Item(rest, null));
            }
        }
        if (lost > 0) {
            replaceBy(kept);
        }
        return lost;
    }

    /**
     * Drops the oldest messages that are audio only until no more than so many messages are left, or no audio.
     *
     * @return the messages dropped
     */
    int dropOldestAudio(int target) {
        List<Item> kept = new ArrayList<>(items.size());
        int excess = messages - target;
        for (Item item : items) {
            if (excess > 0 && item.isMessage() && item.received.withoutAudio().isEmpty()) {
                excess--;
            } else {
                kept.add(item);
            }
        }
        int dropped = items.size() - kept.size();
        if (dropped > 0) {
            replaceBy(kept);
        }
        return dropped;
    }

    private void replaceBy(List<Item> others) {
        items.clear();
        items.addAll(others);
        messages = (int) others.stream().filter(Item::isMessage).count();
    }
}
