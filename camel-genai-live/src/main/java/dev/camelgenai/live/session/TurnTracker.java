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
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessage;

/**
 * Knows which turn of a session is open and who awaits it. An awaited turn starts only when no other turn is open, so that
 * nobody receives somebody else's answer; until then it waits here, first come first served. Thread-safe; never calls
 * anybody under its lock, but returns what is to be done.
 */
final class TurnTracker {

    /** A caller who awaits a turn. */
    static final class Waiter {

        private final Outbox.Entry input;
        private final boolean answersTool;
        private final TurnBounds bounds;
        private final TurnCallback callback;
        private final long since = System.nanoTime();

        /**
         * @param input       what starts the turn
         * @param answersTool whether that is an answer to a function call, which belongs to the open turn and never waits
         * @param bounds      how large the turn may become, and how many may wait with it
         * @param callback    told about its end
         */
        Waiter(Outbox.Entry input, boolean answersTool, TurnBounds bounds, TurnCallback callback) {
            this.input = input;
            this.answersTool = answersTool;
            this.bounds = bounds;
            this.callback = callback;
        }

        Outbox.Entry input() {
            return input;
        }

        TurnCallback callback() {
            return callback;
        }
    }

    /**
     * What follows from an event.
     *
     * @param told  callers whose turn is over
     * @param turn  that turn
     * @param start the caller whose turn starts now, or {@code null}
     */
    record Outcome(List<Waiter> told, LiveTurn turn, GenAiLiveException failure, Waiter start) {

        private static final Outcome NOTHING = new Outcome(List.of(), null, null, null);
    }

    /** What became of a caller whose time is up. */
    enum Expiry {
        /** It was told about its turn before. */
        OVER,
        /** Its turn goes on without it. */
        ABANDONED,
        /** It never got its turn, because another one was still open. */
        NEVER_STARTED,
        /** As before, and the service sent nothing at all meanwhile: the session is stuck. */
        STUCK
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private final List<Waiter> awaiting = new ArrayList<>();
    /** Whether the open turn is, or was until they gave up, awaited. */
    private boolean awaited;
    /** Turns that un-awaited input has started and the service has not completed. */
    private int owed;
    /** Whether the model produced something since the last turn ended. */
    private boolean speaking;
    private LiveTurnBuilder collecting;
    private long turns;
    private long lastMessage = System.nanoTime();

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
        return awaited || owed > 0 || speaking;
    }

    /**
     * @return                        whether the waiter's turn starts now, and its input has to be sent; otherwise that
     *                                is told by a later outcome
     * @throws LiveQueueFullException when too many wait already
     */
    boolean admit(Waiter waiter) {
        lock.lock();
        try {
            if (waiter.answersTool || (!isTurnOpen() && waiting.isEmpty())) {
                start(waiter);
                return true;
            }
            if (waiting.size() >= waiter.bounds.maxWaiting()) {
                throw new LiveQueueFullException("A turn is open in the session and " + waiting.size()
                        + " callers wait for it to end (maxWaitingTurns=" + waiter.bounds.maxWaiting()
                        + "). Use a session key per conversation, raise maxWaitingTurns, or do not await (response=none).",
                        true);
            }
            waiting.addLast(waiter);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void start(Waiter waiter) {
        if (awaiting.isEmpty()) {
            collecting = new LiveTurnBuilder(turns + 1, waiter.bounds.maxBytes());
        }
        awaiting.add(waiter);
        awaited = true;
    }

    /** The input of a started waiter could not be sent, so there will be no turn; tells who is next. */
    Outcome withdraw(Waiter waiter) {
        lock.lock();
        try {
            awaiting.remove(waiter);
            if (awaiting.isEmpty()) {
                awaited = false;
            }
            return new Outcome(List.of(), null, null, startNext());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Input that nobody awaits, but which makes the model answer, is about to be sent.
     *
     * @return whether that starts a turn of its own
     */
    boolean expectTurn(boolean answersTool) {
        lock.lock();
        try {
            // an answer to a function call continues the turn of that call
            boolean ownTurn = !answersTool || !isTurnOpen();
            if (ownTurn) {
                owed++;
            }
            return ownTurn;
        } finally {
            lock.unlock();
        }
    }

    /** That input was refused after all. */
    Outcome expectTurnNoLonger() {
        lock.lock();
        try {
            owed = Math.max(0, owed - 1);
            return new Outcome(List.of(), null, null, startNext());
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
            lastMessage = System.nanoTime();
            if (collecting != null && awaited) {
                collecting.add(message);
            }
            LiveServerContent content = message.serverContent().orElse(null);
            if (content != null && isEndOfTurn(content)) {
                return endTurn();
            }
            if (content != null && (content.modelTurn().isPresent() || content.outputTranscription().isPresent())) {
                speaking = true;
            }
            if (message.toolCall().isPresent() && nobodyElseAnswersTools && !awaiting.isEmpty()) {
                speaking = true;
                return tellAwaiting();
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
        turns++;
        speaking = false;
        Outcome outcome = tellAwaiting();
        if (awaited) {
            awaited = false;
        } else {
            owed = Math.max(0, owed - 1);
        }
        return new Outcome(outcome.told, outcome.turn, outcome.failure, startNext());
    }

    private Outcome tellAwaiting() {
        if (awaiting.isEmpty()) {
            return Outcome.NOTHING;
        }
        List<Waiter> told = List.copyOf(awaiting);
        awaiting.clear();
        LiveTurnBuilder collected = collecting;
        collecting = null;
        if (collected.isOverflown()) {
            return new Outcome(told, null, new LiveQueueFullException("The model's turn is larger than turnMaxBytes="
                    + told.get(0).bounds.maxBytes() + "; raise turnMaxBytes, or take the messages one by one with a consumer.",
                    false),
                    null);
        }
        return new Outcome(told, collected.build(), null, null);
    }

    private Waiter startNext() {
        if (isTurnOpen() || waiting.isEmpty()) {
            return null;
        }
        Waiter next = waiting.removeFirst();
        start(next);
        return next;
    }

    /** The time of a waiter is up. The turn it started stays open until the service ends it: its late answer is nobody's. */
    Expiry expire(Waiter waiter) {
        lock.lock();
        try {
            if (awaiting.remove(waiter)) {
                if (awaiting.isEmpty()) {
                    collecting = null;
                }
                return Expiry.ABANDONED;
            }
            if (waiting.remove(waiter)) {
                return lastMessage - waiter.since < 0 ? Expiry.STUCK : Expiry.NEVER_STARTED;
            }
            return Expiry.OVER;
        } finally {
            lock.unlock();
        }
    }

    /** The session has ended: whoever awaits something is to be told. */
    List<Waiter> end() {
        lock.lock();
        try {
            List<Waiter> all = new ArrayList<>(awaiting);
            all.addAll(waiting);
            awaiting.clear();
            waiting.clear();
            collecting = null;
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** How the end of a stuck session is explained. */
    static LiveSessionLostException stuck() {
        return new LiveSessionLostException("The session's open turn never ended and the service sent nothing more; the session"
                + " was closed so that the next use opens a new one.", true);
    }
}
