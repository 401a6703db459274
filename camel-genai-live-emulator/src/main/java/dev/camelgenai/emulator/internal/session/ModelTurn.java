package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Tokens;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.ToolResult;

/**
 * The model's answer to one turn of the user: plays the steps of the scenario one after the other, audio no faster than the
 * {@link Pacing} allows. Steps may be added from any thread; all else happens on the event loop of the session.
 */
final class ModelTurn implements Reply {

    /** The answer's way: one after the other, {@link #ENDED} from everywhere. */
    private enum State {
        /** Nothing has been said yet; if nothing ever is, the model is silent. */
        UNBEGUN,
        /** Steps are played as they come. */
        GENERATING,
        /** A pause of the scenario, or audio that would come too early. */
        PAUSED,
        /** Blocking functions have been called. */
        WAITING_FOR_TOOLS,
        /** All is generated and is being played. */
        PLAYING,
        ENDED
    }

    private record Rest(Duration time) implements Step {
    }

    private record Call(List<ToolCall> calls, BiConsumer<List<ToolResult>, Reply> then) implements Step {
    }

    private record Say(Iterator<Speech.Piece> pieces) implements Step {
    }

    private record Raw(ObjectNode message) implements Step {
    }

    private record EndOfTurn(boolean last) implements Step {
    }

    private record WaitForInput() implements Step {
    }

    private sealed interface Step {
    }

    /** A scenario that says more while nothing of it can be sent has lost its way. */
    private static final int MAX_STEPS = 100_000;
    /** So much audio may be ahead of its pace; it makes up for the grain of the timers. */
    private static final Duration AHEAD = Duration.ofMillis(200);
    private static final Duration GRAIN = Duration.ofMillis(100);

    private final LiveSession session;
    private final TurnEngine engine;
    private final Speech speech;
    private final Conversation conversation;
    private final Pacing pacing;
    private final Deque<Step> steps = new ArrayDeque<>();
    private Deque<Step> into = steps;

    private State state = State.UNBEGUN;
    private Iterator<Speech.Piece> pieces = Collections.emptyIterator();
    private Optional<String> inputTranscript;
    private Optional<ObjectNode> unsentEnd = Optional.empty();
    private boolean sealed;
    private boolean contentSent;
    private boolean contentTold;
    private Runnable timer = () -> {
    };

    private Instant generationStart;
    private double generatedMillis;
    private Instant playbackEnd;

    private final StringBuilder said = new StringBuilder();
    private int saidCharacters;
    private int audioBytes;
    private int thoughtCharacters;

    /**
     * @param inputTranscript what the user said, to be sent with the first sign of life
     */
    ModelTurn(LiveSession session, TurnEngine engine, Speech speech, Conversation conversation,
            Optional<String> inputTranscript) {
        this.session = session;
        this.engine = engine;
        this.speech = speech;
        this.conversation = conversation;
        this.inputTranscript = inputTranscript;
        this.pacing = session.pacing();
    }

    @Override
    public Conversation conversation() {
        return conversation;
    }

    @Override
    public Reply heard(String transcript) {
        Objects.requireNonNull(transcript, "transcript");
        session.run(() -> {
            if (state == State.UNBEGUN) {
                inputTranscript = inputTranscript.map(old -> transcript);
                engine.heard(this, transcript);
            }
        });
        return this;
    }

    @Override
    public Reply think(String thought) {
        Objects.requireNonNull(thought, "thought");
        return then(new Say(speech.thought(thought)));
    }

    @Override
    public Reply say(String text) {
        Objects.requireNonNull(text, "text");
        return then(new Say(speech.words(text)));
    }

    @Override
    public Reply play(byte[] pcm, String transcript) {
        Objects.requireNonNull(pcm, "pcm");
        Objects.requireNonNull(transcript, "transcript");
        return then(new Say(speech.sound(pcm, transcript)));
    }

    @Override
    public Reply pause(Duration time) {
        Objects.requireNonNull(time, "time");
        return then(new Rest(time));
    }

    @Override
    public Reply call(List<ToolCall> calls, BiConsumer<List<ToolResult>, Reply> then) {
        Objects.requireNonNull(then, "then");
        return then(new Call(List.copyOf(calls), then));
    }

    @Override
    public Reply send(ObjectNode message) {
        // the caller may use it again, and it may be changed on its way
        return then(new Raw(message.deepCopy()));
    }

    @Override
    public Reply nextTurn() {
        return then(new EndOfTurn(false));
    }

    @Override
    public void waitForInput() {
        then(new WaitForInput());
    }

    @Override
    public void complete() {
        then(new EndOfTurn(true));
    }

    /** Whether the scenario has said nothing so far. */
    boolean isUnbegun() {
        return state == State.UNBEGUN;
    }

    boolean waitsForTools() {
        return state == State.WAITING_FOR_TOOLS;
    }

    String said() {
        return said.toString();
    }

    /** What was generated so far has been accounted for. */
    void accounted() {
        said.setLength(0);
        saidCharacters = 0;
        audioBytes = 0;
        thoughtCharacters = 0;
    }

    /** The tokens of what was generated since the turn began, or was last accounted for. */
    Tokens response() {
        return Tokens.ofText(saidCharacters).plus(Tokens.ofAudio(audioBytes));
    }

    int thoughtTokens() {
        return Tokens.ofText(thoughtCharacters).total();
    }

    /** The next message of the turn, or {@code null} if there is none now. */
    ObjectNode poll() {
        if (contentSent && !contentTold) {
            contentTold = true;
            session.onMidTurn();
        }
        while (state == State.GENERATING) {
            if (pieces.hasNext()) {
                return inPace() ? next() : null;
            }
            Step step = steps.poll();
            if (step == null) {
                return null;
            }
            perform(step);
        }
        return null;
    }

    /** All blocking calls have been answered: what follows goes before the steps that wait. */
    void resume(List<ToolResult> results, BiConsumer<List<ToolResult>, Reply> then) {
        if (state != State.WAITING_FOR_TOOLS) {
            return;
        }
        state = State.GENERATING;
        restartPace();
        Deque<Step> first = new ArrayDeque<>();
        into = first;
        boolean wasSealed = sealed;
        sealed = false;
        try {
            then.accept(results, this);
        } finally {
            into = steps;
            // a completion that the scenario had announced before still stands
            sealed |= wasSealed;
        }
        while (!first.isEmpty()) {
            steps.addFirst(first.removeLast());
        }
        session.pump();
    }

    /** Takes no further step; what was said stays said. */
    void end() {
        state = State.ENDED;
        timer.run();
        steps.clear();
        pieces = Collections.emptyIterator();
    }

    private Reply then(Step step) {
        session.run(() -> {
            if (sealed || state == State.ENDED || !session.isActive()) {
                return;
            }
            if (into.size() >= MAX_STEPS) {
                throw new IllegalStateException("A reply may have no more than " + MAX_STEPS + " steps that wait");
            }
            sealed = step instanceof WaitForInput || step instanceof EndOfTurn end && end.last();
            into.add(step);
            if (state == State.UNBEGUN) {
                state = State.GENERATING;
                engine.begun();
                inputTranscript.ifPresent(text -> session.send(ServerMessages.inputTranscription(text)));
                inputTranscript = Optional.empty();
            }
            if (into == steps) {
                session.pump();
            }
        });
        return this;
    }

    private void perform(Step step) {
        if (step instanceof Say say) {
            pieces = say.pieces();
        } else if (step instanceof Raw raw) {
            contentSent = true;
            engine.raw(raw.message());
            session.send(raw.message());
        } else if (step instanceof Rest rest) {
            pauseFor(rest.time());
        } else if (step instanceof Call call) {
            state = State.WAITING_FOR_TOOLS;
            if (!engine.call(this, call.calls(), call.then())) {
                state = State.GENERATING;
            }
        } else if (step instanceof WaitForInput) {
            session.send(ServerMessages.waitingForInput());
            engine.waitsForInput(this);
        } else if (step instanceof EndOfTurn end) {
            generated(end.last());
        }
    }

    private ObjectNode next() {
        Speech.Piece piece = pieces.next();
        said.append(piece.transcript());
        saidCharacters += piece.characters();
        audioBytes += piece.audioBytes();
        thoughtCharacters += piece.thoughtCharacters();
        if (piece.audioBytes() > 0) {
            Instant now = session.clock().now();
            if (generationStart == null) {
                generationStart = now;
            }
            generatedMillis += piece.millis();
            Instant from = playbackEnd == null || playbackEnd.isBefore(now) ? now : playbackEnd;
            playbackEnd = from.plusNanos((long) (piece.millis() * 1e6));
        }
        contentSent = true;
        return piece.message();
    }

    private boolean inPace() {
        if (generationStart == null || Double.isInfinite(pacing.generationSpeed())) {
            return true;
        }
        Instant due = generationStart.plusNanos((long) (generatedMillis / pacing.generationSpeed() * 1e6)).minus(AHEAD);
        Duration early = Duration.between(session.clock().now(), due);
        if (early.isNegative() || early.isZero()) {
            return true;
        }
        // several at once: thousands of sessions cannot have a timer for each chunk
        pauseUntilTimer(early.compareTo(GRAIN) < 0 ? GRAIN : early);
        return false;
    }

    private void pauseFor(Duration time) {
        restartPace();
        if (!time.isZero()) {
            pauseUntilTimer(time);
        }
    }

    private void restartPace() {
        generationStart = null;
        generatedMillis = 0;
    }

    private void pauseUntilTimer(Duration time) {
        state = State.PAUSED;
        timer = session.later(time, () -> {
            if (state == State.PAUSED) {
                state = State.GENERATING;
                session.pump();
            }
        });
    }

    private void generated(boolean last) {
        state = State.PLAYING;
        if (session.manners().bundled()) {
            unsentEnd = Optional.of(ServerMessages.generationComplete());
        } else {
            session.send(ServerMessages.generationComplete());
        }
        Duration left = playbackEnd == null || !pacing.awaitPlayback()
                ? Duration.ZERO
                : Duration.between(session.clock().now(), playbackEnd);
        if (left.isNegative() || left.isZero()) {
            played(last);
        } else {
            timer = session.later(left, () -> {
                if (state == State.PLAYING) {
                    played(last);
                    session.pump();
                }
            });
        }
    }

    private void played(boolean last) {
        Optional<ObjectNode> first = unsentEnd;
        unsentEnd = Optional.empty();
        if (last) {
            end();
            engine.turnEnded(this, first);
            return;
        }
        engine.turnEndedWithMoreToCome(this, first);
        restartPace();
        state = State.GENERATING;
    }
}
