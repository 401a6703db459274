package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import com.google.genai.types.FunctionResponseScheduling;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * Knows which turns of a session are open and who awaits them. An awaited turn is asked for only when no other turn is open;
 * until then it waits here, first come first served, and so does what is sent after it, realtime input apart.
 * <p>
 * Which answer belongs to whom is decided by the order in which inputs were written: every input that the model answers is
 * told to {@link #written} on the event loop, and the oldest one owns the next turn that ends. Thread-safe; never calls
 * anybody under its lock, but returns what is to be done.
 */
final class TurnTracker {

    /** A caller who awaits a turn, or a send that must not overtake one. */
    static final class Waiter {

        private final boolean answersTool;
        private final boolean awaits;
        private final boolean startsTurn;
        private final boolean realtime;
        private final TurnBounds bounds;
        private final TurnCallback callback;
        private final LiveTurnStream stream;
        private Outbox.Entry input;

        /**
         * @param stream      gets the messages of the turn one by one; {@code null} for a caller who wants it as a whole
         * @param answersTool whether the input answers a function call; it then belongs to the open turn and never waits
         * @param bounds      how large the turn may become, and how many may wait with it
         * @param callback    told about its end
         */
        Waiter(boolean answersTool, TurnBounds bounds, TurnCallback callback, LiveTurnStream stream) {
            this.stream = stream;
            this.answersTool = answersTool;
            this.awaits = true;
            this.startsTurn = true;
            this.realtime = false;
            this.bounds = bounds;
            this.callback = callback;
        }

        /**
         * A send that awaits nothing. It waits only while somebody before it does.
         *
         * @param startsTurn whether the model answers it
         * @param realtime   whether it may pass callers who await a turn
         * @param onFailure  told when it cannot be sent any more
         */
        Waiter(boolean startsTurn, boolean realtime, Consumer<GenAiLiveException> onFailure) {
            this.stream = null;
            this.answersTool = false;
            this.awaits = false;
            this.startsTurn = startsTurn;
            this.realtime = realtime;
            this.bounds = null;
            this.callback = (turn, failure) -> onFailure.accept(failure);
        }

        /** What is to be sent. */
        Outbox.Entry input() {
            return input;
        }

        void input(Outbox.Entry entry) {
            input = entry;
        }

        TurnCallback callback() {
            return callback;
        }

        LiveTurnStream stream() {
            return stream;
        }

        private boolean collects() {
            return stream == null;
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
     * @param told     callers whose turn is over
     * @param turn     that turn
     * @param failure  why there is none
     * @param start    the caller whose input is to be sent now, or {@code null}
     * @param ended    whether a turn has ended
     * @param answered the number of the message that it answered, 0 where it answered none that is known
     * @param heard    callers who read the turn message by message
     * @param turnId   the number of the turn that the message belongs to, from 1; 0 where it belongs to none
     */
    record Outcome(List<Waiter> told, LiveTurn turn, GenAiLiveException failure, Waiter start, boolean ended, long answered,
            List<Waiter> heard, long turnId) {

        private static final Outcome NOTHING = starting(null);

        private static Outcome starting(Waiter waiter) {
            return new Outcome(List.of(), null, null, waiter, false, 0, List.of(), 0);
        }

        private static Outcome failing(List<Waiter> told, GenAiLiveException failure, Waiter start, boolean ended,
                long turnId) {
            return new Outcome(told, null, failure, start, ended, 0, List.of(), turnId);
        }

        private Outcome about(List<Waiter> streaming, long turn) {
            return streaming.isEmpty() && turn == turnId
                    ? this
                    : new Outcome(told, this.turn, failure, start, ended, answered, streaming, turn);
        }
    }

    /** Who answers the function calls of the model. */
    enum ToolAnswerer {
        /** The session, which runs the functions. */
        SESSION,
        /** Routes that consume its messages. */
        CONSUMERS,
        /** Nobody but the caller who awaits the turn: it is told at the call, because the turn does not end without it. */
        CALLER
    }

    /** How long the function calls that are open keep the turn open that the model ends meanwhile. */
    enum Hold {
        /** They do not: there are none, or the model will not speak of their results. */
        NONE,
        /** Until the model has said something; the results are for another turn. */
        UNTIL_WORDS,
        /** Until they have their answers. */
        UNTIL_ANSWERED
    }

    /** What the silence of the service means. */
    enum Silence {
        /** It owes nothing. */
        NOTHING_OWED,
        /** It owes an answer. */
        ANSWER_OWED,
        /**
         * Callers wait for turns to end that nobody awaits, and the service has ended a turn since these were asked for: it
         * may have answered several inputs with one turn.
         */
        PERHAPS_MERGED
    }

    /** What became of a caller whose time is up. */
    enum Expiry {
        /** It was told about its turn before, or is told by somebody else. */
        OVER,
        /** Its turn goes on without it. */
        ABANDONED,
        /** It never got its turn, because another one was still open. */
        NEVER_STARTED
    }

    /** A turn that the service owes. */
    static final class Turn {

        private final List<Waiter> waiters = new ArrayList<>(1);
        private LiveTurnBuilder collected;
        /** The number of the message that asked for it last, on its connection; 0 when the model speaks unasked. */
        private long message;
        /** The number of the message that asked for it first. */
        private long question;
        /** Whether another turn has ended since it was asked for. */
        private boolean outlived;
        /** Whether the model has ended it before, when it had to go on for a result. */
        private boolean held;
    }

    private static final Set<ServerEvent.Kind> OF_THE_SESSION = EnumSet.of(ServerEvent.Kind.setupComplete,
            ServerEvent.Kind.resumptionUpdate, ServerEvent.Kind.goAway);

    private final BriefLock lock = new BriefLock();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private int waitingCallers;
    private int waitingSends;
    /** Taken out of the line, and not in the outbox yet: what comes now comes after them. */
    private int starting;
    private int startingSends;
    /** In the order in which their inputs were written. */
    private final ArrayDeque<Turn> open = new ArrayDeque<>();
    /** Inputs that the model will answer and that are not written yet. */
    private int queued;
    /** Whether the model produced something since the last turn ended. */
    private boolean speaking;
    /** Whether it has produced all of that; the rest of the turn is playback. */
    private boolean generated;
    /** Whether the result of a function was written, of which the model has said nothing yet. */
    private boolean resultAwaited;
    /** Whether the model has ended the turn, which goes on for a result, and has said nothing since. */
    private boolean heldOpen;
    /** Whether somebody has barged in on it, so that it may not have heard the last answers to its function calls. */
    private boolean interrupted;
    private boolean ended;
    private long completed;
    private final LongSupplier clock;
    private final int maxSends;
    /** When the service was heard, or asked, last; or had a reason to be silent. */
    private long lastSign;

    /**
     * @param maxSends how many sends that await nothing may wait for those before them
     */
    TurnTracker(LongSupplier clock, int maxSends) {
        this.clock = clock;
        this.maxSends = maxSends;
        this.lastSign = clock.getAsLong();
    }

    /** Whether the service answers that message with a turn, rather than waiting for more. */
    static boolean startsTurn(ClientMessage message) {
        if (message instanceof ClientMessage.ClientContent content) {
            return content.parameters().turnComplete().orElse(false);
        }
        if (message instanceof ClientMessage.RealtimeInput input) {
            return input.parameters().text().isPresent() || input.parameters().activityEnd().isPresent();
        }
        return message instanceof ClientMessage.ToolResponse response && asksForWords(response);
    }

    /** Whether the model is to speak of a result, rather than just know it, or wait for the next one of the same call. */
    private static boolean asksForWords(ClientMessage.ToolResponse message) {
        return message.parameters().functionResponses().orElse(List.of()).stream()
                .anyMatch(response -> !response.willContinue().orElse(false) && response.scheduling()
                        .map(scheduling -> scheduling.knownEnum() != FunctionResponseScheduling.Known.SILENT).orElse(true));
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
            if (waiter.answersTool || isFreeFor(waiter)) {
                queued += waiter.startsTurn ? 1 : 0;
                return Admission.START;
            }
            refuseWhenFull(waiter);
            waiting.addLast(waiter);
            count(waiter, 1);
            return Admission.WAIT;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFreeFor(Waiter waiter) {
        if (waiter.realtime) {
            return waitingSends == 0 && startingSends == 0;
        }
        return waiting.isEmpty() && starting == 0 && (!waiter.awaits || !isTurnOpen());
    }

    private void count(Waiter waiter, int more) {
        waitingCallers += waiter.awaits ? more : 0;
        waitingSends += waiter.awaits ? 0 : more;
    }

    private void refuseWhenFull(Waiter waiter) {
        if (waiter.awaits && waitingCallers >= waiter.bounds.maxWaiting()) {
            throw new LiveQueueFullException("A turn is open in the session and " + waitingCallers
                    + " callers wait for it to end (maxWaitingTurns=" + waiter.bounds.maxWaiting()
                    + "). Use a session key per conversation, raise maxWaitingTurns, or do not await (response=none).",
                    true);
        }
        if (!waiter.awaits && waitingSends >= maxSends) {
            throw new LiveQueueFullException(
                    waitingSends + " sends of the session wait already for a question before them, which"
                            + " waits for the open turn to end (outboxMaxMessages=" + maxSends
                            + "). Use a session key per conversation, send realtime input, or do not await (response=none).",
                    true);
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
            return Outcome.starting(startNext());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Input is being written. To be called on the event loop, so that it is ordered with the messages received.
     *
     * @param message the number of its last message on the connection
     */
    void written(TurnInput input, long message) {
        lock.lock();
        try {
            queued--;
            lastSign = clock.getAsLong();
            if (speaking && open.isEmpty()) {
                // the model speaks unasked: that turn ends first, and is nobody's
                open.addLast(new Turn());
            }
            if (!input.answersTool() || open.isEmpty()) {
                open.addLast(new Turn());
            }
            Turn turn = input.answersTool() ? open.getFirst() : open.getLast();
            resultAwaited |= input.answersTool();
            turn.message = message;
            turn.question = turn.question == 0 ? message : turn.question;
            turn.outlived = false;
            input.turn(turn);
            Waiter waiter = input.waiter();
            if (waiter != null) {
                if (turn.collected == null && waiter.collects()) {
                    turn.collected = new LiveTurnBuilder(completed + open.size(), waiter.bounds.maxBytes());
                }
                turn.waiters.add(waiter);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Input that was counted as written will be written again: the connection took it only in part, or did not keep it. Its
     * caller goes on waiting. To be followed by {@link #lost}.
     */
    void unwritten(TurnInput input) {
        lock.lock();
        try {
            Turn turn = input.turn();
            if (turn == null) {
                return;
            }
            input.turn(null);
            queued++;
            turn.waiters.remove(input.waiter());
            if (!input.answersTool()) {
                open.remove(turn);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection is lost, and with it every turn that was asked for on it: the service will not end them.
     *
     * @param failure what their callers are told
     */
    Outcome lost(GenAiLiveException failure) {
        lock.lock();
        try {
            List<Waiter> told = new ArrayList<>();
            boolean wasOpen = speaking || !open.isEmpty();
            open.forEach(turn -> told.addAll(turn.waiters));
            open.clear();
            speaking = false;
            generated = false;
            resultAwaited = false;
            heldOpen = false;
            interrupted = false;
            completed += wasOpen ? 1 : 0;
            return Outcome.failing(told, failure, startNext(), wasOpen, wasOpen ? completed : 0);
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param answerer who answers the function calls of the model
     * @param hold     what those that are open mean for the turn
     */
    Outcome onMessage(ServerMessage message, ToolAnswerer answerer, Hold hold) {
        lock.lock();
        try {
            lastSign = clock.getAsLong();
            long turnId = turnOf(message);
            Turn current = open.peekFirst();
            List<Waiter> streaming = current == null || current.waiters.isEmpty() || isOfTheSession(message)
                    ? List.of()
                    : current.waiters.stream().filter(waiter -> !waiter.collects()).toList();
            return follow(message, current, answerer, hold).about(streaming, turnId);
        } finally {
            lock.unlock();
        }
    }

    private Outcome follow(ServerMessage message, Turn current, ToolAnswerer answerer, Hold hold) {
        if (current != null && current.collected != null) {
            current.collected.add(message);
        }
        interrupted |= message.isInterrupted();
        resultAwaited &= !message.hasModelTurn();
        heldOpen &= !message.hasModelTurn();
        if (message.endsTurn()) {
            boolean resultToCome = resultAwaited && answerer == ToolAnswerer.SESSION;
            if (!isHeld(current, answerer, resultToCome ? Hold.UNTIL_ANSWERED : hold)) {
                return endTurn();
            }
            // at the call, before the model knew of the result; the next end is that of the answer
            resultAwaited &= hold != Hold.NONE;
            holdOpen(current);
        }
        // a transcript alone opens no turn: it may come after the end of the turn that it belongs to
        speaking |= message.hasModelTurn();
        generated |= message.isGenerationComplete();
        if (answerer == ToolAnswerer.CALLER && current != null && current.collected != null
                && message.has(ServerEvent.Kind.toolCall)) {
            return told(current, null, false);
        }
        return Outcome.NOTHING;
    }

    /** What the model ends after the turn itself, while that goes on for a result, is the answer to what was written since. */
    private void holdOpen(Turn current) {
        heldOpen = true;
        if (!current.held) {
            current.held = true;
            return;
        }
        Turn next = open.stream().skip(1).findFirst().orElse(null);
        if (next != null && next.waiters.isEmpty()) {
            open.remove(next);
            current.message = Math.max(current.message, next.message);
        }
    }

    /**
     * Some models end their turn at the call and tell the result in another one; that is the answer to the question. The session
     * gives results in any case. A consumer may not, so that words are not held back for it.
     */
    private boolean isHeld(Turn current, ToolAnswerer answerer, Hold hold) {
        if (interrupted || current == null || hold == Hold.NONE || answerer == ToolAnswerer.CALLER) {
            return false;
        }
        return answerer == ToolAnswerer.SESSION && hold == Hold.UNTIL_ANSWERED
                || current.collected != null && current.collected.isSilent();
    }

    /** Which turn a message belongs to; what the model said may be told in words when its turn is over. */
    private long turnOf(ServerMessage message) {
        boolean content = message.hasModelTurn() || message.hasTranscript() || message.isInterrupted()
                || message.isGenerationComplete() || message.isTurnComplete() || message.has(ServerEvent.Kind.toolCall)
                || message.has(ServerEvent.Kind.grounding) || message.has(ServerEvent.Kind.usage);
        if (!content) {
            return 0;
        }
        boolean late = !speaking && open.isEmpty() && message.events().stream()
                .allMatch(event -> event.kind() == ServerEvent.Kind.outputTranscript || event.kind() == ServerEvent.Kind.usage);
        return late && completed > 0 ? completed : completed + 1;
    }

    /** Whether it is about the session and nothing else; the setup is answered when the first question is written already. */
    private static boolean isOfTheSession(ServerMessage message) {
        return !message.events().isEmpty()
                && message.events().stream().allMatch(event -> OF_THE_SESSION.contains(event.kind()));
    }

    private Outcome endTurn() {
        completed++;
        speaking = false;
        generated = false;
        resultAwaited = false;
        heldOpen = false;
        Turn turn = open.pollFirst();
        if (turn != null && interrupted) {
            turn.message = turn.question;
        }
        interrupted = false;
        open.forEach(left -> left.outlived = true);
        Waiter next = startNext();
        return turn == null || turn.waiters.isEmpty()
                ? new Outcome(List.of(), null, null, next, true, turn == null ? 0 : turn.message, List.of(), 0)
                : told(turn, next, true);
    }

    /** @param ended whether the turn is over; if not, those who read it message by message go on */
    private static Outcome told(Turn turn, Waiter next, boolean ended) {
        List<Waiter> waiters = turn.waiters.stream().filter(waiter -> ended || waiter.collects()).toList();
        LiveTurnBuilder collected = turn.collected;
        turn.waiters.removeAll(waiters);
        turn.collected = null;
        if (collected != null && collected.isOverflown()) {
            return new Outcome(waiters, null, new LiveQueueFullException("The model's turn is larger than turnMaxBytes="
                    + waiters.get(0).bounds.maxBytes()
                    + "; raise turnMaxBytes, or take the messages one by one with a consumer or response=stream.",
                    false), next, ended, turn.message, List.of(), 0);
        }
        return new Outcome(waiters, collected == null ? null : collected.build(), null, next, ended, turn.message, List.of(),
                0);
    }

    private Waiter startNext() {
        if (ended || waiting.isEmpty() || (waiting.peekFirst().awaits && isTurnOpen())) {
            return null;
        }
        Waiter next = waiting.removeFirst();
        count(next, -1);
        starting++;
        startingSends += next.awaits ? 0 : 1;
        queued += next.startsTurn ? 1 : 0;
        return next;
    }

    /**
     * What an outcome has started is in the outbox, or was refused; tells who is next.
     *
     * @param accepted whether it will be written
     */
    Outcome started(Waiter waiter, boolean accepted) {
        lock.lock();
        try {
            starting--;
            startingSends -= waiter.awaits ? 0 : 1;
            queued -= waiter.startsTurn && !accepted ? 1 : 0;
            return Outcome.starting(startNext());
        } finally {
            lock.unlock();
        }
    }

    /** Somebody who waited is gone; tells who is next. */
    Outcome next() {
        lock.lock();
        try {
            return Outcome.starting(startNext());
        } finally {
            lock.unlock();
        }
    }

    /** The time of a waiter is up. The turn that it asked for stays open until the service ends it: its late answer is nobody's. */
    Expiry expire(Waiter waiter) {
        lock.lock();
        try {
            if (waiting.remove(waiter)) {
                count(waiter, -1);
                return Expiry.NEVER_STARTED;
            }
            for (Turn turn : open) {
                if (turn.waiters.remove(waiter)) {
                    if (turn.waiters.stream().noneMatch(Waiter::collects)) {
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

    /** Fails whoever awaits an open turn; the turns themselves go on. */
    Outcome failOpen(GenAiLiveException failure) {
        lock.lock();
        try {
            List<Waiter> told = new ArrayList<>();
            for (Turn turn : open) {
                told.addAll(turn.waiters);
                turn.waiters.clear();
                turn.collected = null;
            }
            return Outcome.failing(told, failure, null, false, 0);
        } finally {
            lock.unlock();
        }
    }

    /** There was a reason for silence that is not the service's. */
    void touch() {
        lock.lock();
        try {
            lastSign = clock.getAsLong();
        } finally {
            lock.unlock();
        }
    }

    /** How long the service has been silent, in nanoseconds. */
    long silentFor() {
        lock.lock();
        try {
            return clock.getAsLong() - lastSign;
        } finally {
            lock.unlock();
        }
    }

    Silence silence() {
        lock.lock();
        try {
            if (generated) {
                // playback may take minutes
                return Silence.NOTHING_OWED;
            }
            if (speaking || open.stream().anyMatch(turn -> !turn.waiters.isEmpty() || !turn.outlived)) {
                return Silence.ANSWER_OWED;
            }
            return open.isEmpty() || waiting.isEmpty() ? Silence.NOTHING_OWED : Silence.PERHAPS_MERGED;
        } finally {
            lock.unlock();
        }
    }

    /** The turns that are open were answered together with others. */
    Outcome merged() {
        lock.lock();
        try {
            open.clear();
            return Outcome.starting(startNext());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the turn is only open for results that will not come, as the calls are cancelled. */
    boolean isHeldForNothing(Hold hold) {
        lock.lock();
        try {
            return heldOpen && hold == Hold.NONE && !resultAwaited;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the turn if {@link #isHeldForNothing}. */
    Outcome endIfHeldForNothing(Hold hold) {
        lock.lock();
        try {
            return isHeldForNothing(hold) ? endTurn() : Outcome.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the service is not in the middle of a turn, and owes none. */
    boolean isQuiet() {
        lock.lock();
        try {
            return open.isEmpty() && !speaking;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is under way at all. */
    boolean isIdle() {
        lock.lock();
        try {
            return isQuiet() && queued == 0 && waiting.isEmpty();
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
