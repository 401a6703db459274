package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerEvent.TurnTranscript;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * Puts the fragments of transcripts together: one transcript per turn and speaker ({@code protocol} 3, rule 5). Whether a
 * fragment is called finished says nothing: some models never say so, others with the first one. Thread-safe.
 * <p>
 * What the user said is whole when the model's turn is over. Words of the user that come while the model speaks belong to this
 * turn, because transcripts are late; unless they turn out to have interrupted it, then they belong to the next. What the model
 * said may still be told in words shortly after its turn: it is whole when that time is up, or something else is said.
 */
final class TurnTranscripts {

    private static final String USER = "user";
    private static final String MODEL = "model";
    /** Of one transcript; what follows is another one. */
    private static final int MAX_CHARACTERS = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final StringBuilder user = new StringBuilder();
    /** What the user said since the model began to speak. */
    private final StringBuilder meanwhile = new StringBuilder();
    private final StringBuilder model = new StringBuilder();
    private long lastTurn;
    /** The turn that {@link #model} belongs to. */
    private long modelTurn;
    private boolean modelSpeaks;
    private boolean interrupted;
    private boolean modelTurnOver;

    /**
     * @param  turnId the turn that the message belongs to
     * @param  ended  whether that is over with it
     * @return        what is whole now
     */
    List<TurnTranscript> onMessage(ServerMessage message, long turnId, boolean ended) {
        if (turnId == 0) {
            return List.of();
        }
        lock.lock();
        try {
            lastTurn = turnId;
            List<TurnTranscript> whole = new ArrayList<>(0);
            if (modelTurnOver && turnId != modelTurn) {
                tellModel(whole);
            }
            // one that comes when the turn is over already has cut nothing short
            interrupted |= message.isInterrupted() && modelSpeaks;
            for (ServerEvent event : message.events()) {
                if (event instanceof ServerEvent.InputTranscript heard) {
                    add(modelSpeaks ? meanwhile : user, heard.text(), USER, turnId, whole);
                } else if (event instanceof ServerEvent.OutputTranscript said) {
                    modelTurn = turnId;
                    add(model, said.text(), MODEL, turnId, whole);
                }
            }
            modelSpeaks |= message.hasModelTurn();
            if (ended) {
                end(turnId, whole);
            }
            return whole;
        } finally {
            lock.unlock();
        }
    }

    private static void add(StringBuilder transcript, String fragment, String role, long turnId, List<TurnTranscript> whole) {
        if (transcript.length() + fragment.length() > MAX_CHARACTERS) {
            tell(transcript, role, turnId, whole);
        }
        transcript.append(fragment);
    }

    private void end(long turnId, List<TurnTranscript> whole) {
        if (!interrupted) {
            user.append(meanwhile);
            meanwhile.setLength(0);
        }
        tell(user, USER, turnId, whole);
        user.append(meanwhile);
        meanwhile.setLength(0);
        modelTurn = turnId;
        modelTurnOver = true;
        modelSpeaks = false;
        interrupted = false;
    }

    private void tellModel(List<TurnTranscript> whole) {
        tell(model, MODEL, modelTurn, whole);
        modelTurnOver = false;
    }

    private static void tell(StringBuilder transcript, String role, long turnId, List<TurnTranscript> whole) {
        if (!transcript.isEmpty()) {
            whole.add(new TurnTranscript(turnId, role, transcript.toString()));
            transcript.setLength(0);
        }
    }

    /** Whether the words of a turn that is over are known, but not told yet. */
    boolean isPending() {
        lock.lock();
        try {
            return modelTurnOver && !model.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The turn that is over is not added to any more. */
    List<TurnTranscript> settle() {
        lock.lock();
        try {
            List<TurnTranscript> whole = new ArrayList<>(1);
            if (modelTurnOver) {
                tellModel(whole);
            }
            return whole;
        } finally {
            lock.unlock();
        }
    }

    /** The turn under way, if there is one, ends with its connection. */
    List<TurnTranscript> lost() {
        lock.lock();
        try {
            List<TurnTranscript> whole = new ArrayList<>(settle());
            end(lastTurn, whole);
            tellModel(whole);
            return whole;
        } finally {
            lock.unlock();
        }
    }
}
