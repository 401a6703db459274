package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import com.google.genai.types.InteractionStatus;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.protocol.ClientMessage;

/**
 * Knows which turns of a session are open and who awaits them. An awaited turn is asked for only when no other turn is open;
 * until then it waits here, first come first served.
 * <p>
 * Which answer belongs to whom is decided by the order in which inputs were written: every input that the model answers is
 * told to {@link #written} on the event loop, and the oldest one owns the next turn that ends. Thread-safe; never calls
 * anybody under its lock, but returns what is to be done.
 */
final class TurnTracker {

    /** A caller who awaits a turn. */
    static final class Waiter {

        private final boolean answersTool;
        private final TurnBounds bounds;
        private final TurnCallback callback;
        private final long since = System.nanoTime();
        private Outbox.Entry input;

        /**
         * @param answersTool whether the input answers a function call; it then belongs to the open turn and never waits
         * @param bounds      how large the turn may become, and how many may wait with it
         * @param callback    told about its end
         */
        Waiter(boolean answersTool, TurnBounds bounds, TurnCallback callback) {
            this.answersTool = answersTool;
            this.bounds = bounds;
            this.callback = callback;
        }

        /** What starts the turn. */
        Outbox.Entry input() {
            return input;
        }

        void input(Outbox.Entry entry) {
            input = entry;
        }

        TurnCallback callback() {
            return callback;
        }
    }

    /** What becomes of a new waiter. */
    enum Admission {
        /** Its input is to be sent. */
        START,
        /** A later outcome starts it. */
        WAIT,
        /** The session has ended. */
        ENDED
    }

    /**
     * What follows from an event.
     *
     * @param told    callers whose turn is over
     * @param turn    that turn
     * @param failure why there is none
     * @param start   the caller whose input is to be sent now, or {@code null}
     */
    record Outcome(List<Waiter> told, LiveTurn turn, GenAiLiveException failure, Waiter start) {

        private static final Outcome NOTHING = new Outcome(List.of(), null, null, null);
    }

    /** What became of a caller whose time is up. */
    enum Expiry {
        /** It was told about its turn before, or is told by somebody else. */
        OVER,
        /** Its turn goes on without it. */
        ABANDONED,
        /** It never got its turn, because another one was still open. */
        NEVER_STARTED,
        /** As before; nobody awaits that other turn, and the service sent nothing at all meanwhile: the session is stuck. */
        STUCK
    }

    /** A turn that the service owes. */
    private static final class Turn {

        private final List<Waiter> waiters = new ArrayList<>(1);
        private LiveTurnBuilder collected;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    /** In the order in which their inputs were written. */
    private final ArrayDeque<Turn> open = new ArrayDeque<>();
    /** Inputs that the model will answer and that are not written yet. */
    private int queued;
    /** Whether the model produced something since the last turn ended. */
    private boolean speaking;
    private boolean ended;
    private long completed;
    private long lastSign = System.nanoTime();

    /** Whether the service answers that message with a turn, rather than waiting for more. */
    static boolean startsTurn(ClientMessage message) {
        if (message instanceof ClientMessage.ClientContent content) {
            return content.parameters().turnComplete().orElse(false);
        }
        if (message instanceof ClientMessage.RealtimeInput input) {
            return input.parameters().text().isPresent() || input.parameters().activityEnd().isPresent();
        }
        return true;
    }

    private boolean isTurnOpen() {
        return queued > 0 || speaking || !open.isEmpty();
    }

    /**
     * @throws LiveQueueFullException when too many wait already
     */
    Admission admit(Waiter waiter) {
        lock.lock();
        try {
            if (ended) {
                return Admission.ENDED;
            }
            if (waiter.answersTool || (!isTurnOpen() && waiting.isEmpty())) {
                queued++;
                return Admission.START;
            }
            if (waiting.size() >= waiter.bounds.maxWaiting()) {
                throw new LiveQueueFullException("A turn is open in the session and " + waiting.size()
                        + " callers wait for it to end (maxWaitingTurns=" + waiter.bounds.maxWaiting()
                        + "). Use a session key per conversation, raise maxWaitingTurns, or do not await (response=none).",
                        true);
            }
            waiting.addLast(waiter);
            return Admission.WAIT;
        } finally {
            lock.unlock();
        }
    }

    /** Input that nobody awaits, but that the model answers, is about to be sent. */
    void submit() {
        lock.lock();
        try {
            queued++;
        } finally {
            lock.unlock();
        }
    }

    /** Input that was admitted or submitted will not be written after all; tells who is next. */
    Outcome refused() {
        lock.lock();
        try {
            queued--;
            return new Outcome(List.of(), null, null, startNext());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Input is being written. To be called on the event loop, so that it is ordered with the messages received.
     *
     * @param waiter      who awaits the answer, or {@code null}
     * @param answersTool whether it answers a function call and so continues the open turn, if there is one
     */
    void written(Waiter waiter, boolean answersTool) {
        lock.lock();
        try {
            queued--;
            if (speaking && open.isEmpty()) {
                // the model speaks unasked: that turn ends first, and is nobody's
                open.addLast(new Turn());
            }
            if (!answersTool || open.isEmpty()) {
                open.addLast(new Turn());
            }
            if (waiter != null) {
                Turn turn = answersTool ? open.getFirst() : open.getLast();
                if (turn.collected == null) {
                    turn.collected = new LiveTurnBuilder(completed + open.size(), waiter.bounds.maxBytes());
                }
                turn.waiters.add(waiter);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param nobodyElseAnswersTools whether the callers who await the turn are the only ones who can answer its function
     *                               calls; they are then told at the call, because the turn does not end without them
     */
    Outcome onMessage(LiveServerMessage message, boolean nobodyElseAnswersTools) {
        lock.lock();
        try {
            lastSign = System.nanoTime();
            Turn current = open.peekFirst();
            if (current != null && current.collected != null) {
                current.collected.add(message);
            }
            LiveServerContent content = message.serverContent().orElse(null);
            if (content != null && isEndOfTurn(content)) {
                return endTurn();
            }
            // a transcript alone opens no turn: it may come after the end of the turn that it belongs to
            speaking |= content != null && content.modelTurn().isPresent();
            if (message.toolCall().isPresent() && nobodyElseAnswersTools && current != null && !current.waiters.isEmpty()) {
                return told(current, null);
            }
            return Outcome.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isEndOfTurn(LiveServerContent content) {
        boolean workGoesOn = content.interactionStatus()
                .map(status -> status.knownEnum() == InteractionStatus.Known.IN_PROGRESS).orElse(false);
        return content.turnComplete().orElse(false) && !workGoesOn;
    }

    private Outcome endTurn() {
        completed++;
        speaking = false;
        Turn turn = open.pollFirst();
        Waiter next = startNext();
        return turn == null || turn.waiters.isEmpty() ? new Outcome(List.of(), null, null, next) : told(turn, next);
    }

    private static Outcome told(Turn turn, Waiter next) {
        List<Waiter> waiters = List.copyOf(turn.waiters);
        LiveTurnBuilder collected = turn.collected;
        turn.waiters.clear();
        turn.collected = null;
        if (collected.isOverflown()) {
            return new Outcome(waiters, null, new LiveQueueFullException("The model's turn is larger than turnMaxBytes="
                    + waiters.get(0).bounds.maxBytes()
                    + "; raise turnMaxBytes, or take the messages one by one with a consumer.",
                    false), next);
        }
        return new Outcome(waiters, collected.build(), null, next);
    }

    private Waiter startNext() {
        if (ended || isTurnOpen() || waiting.isEmpty()) {
            return null;
        }
        queued++;
        return waiting.removeFirst();
    }

    /**
     * The time of a waiter is up. The turn that it asked for stays open until the service ends it: its late answer is nobody's.
     *
     * @param listening whether the session is open and reads, so that silence is the service's
     */
    Expiry expire(Waiter waiter, boolean listening) {
        lock.lock();
        try {
            if (waiting.remove(waiter)) {
                boolean silent = lastSign - waiter.since < 0;
                boolean nobodyAwaits = queued == 0 && open.stream().allMatch(turn -> turn.waiters.isEmpty());
                return silent && nobodyAwaits && listening ? Expiry.STUCK : Expiry.NEVER_STARTED;
            }
            for (Turn turn : open) {
                if (turn.waiters.remove(waiter)) {
                    if (turn.waiters.isEmpty()) {
                        turn.collected = null;
                    }
                    return Expiry.ABANDONED;
                }
            }
            return Expiry.OVER;
        } finally {
            lock.unlock();
        }
    }

    /** There was a reason for silence that is not the service's. */
    void touch() {
        lock.lock();
        try {
            lastSign = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** The session has ended: whoever waits for a turn, or for its end, is to be told. Nobody is admitted any more. */
    List<Waiter> end() {
        lock.lock();
        try {
            ended = true;
            List<Waiter> all = new ArrayList<>();
            open.forEach(turn -> all.addAll(turn.waiters));
            all.addAll(waiting);
            open.clear();
            waiting.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }
}
