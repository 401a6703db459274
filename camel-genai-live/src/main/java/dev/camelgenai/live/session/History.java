package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import com.google.genai.types.Content;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.Part;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ServerEvent;
import dev.camelgenai.live.protocol.ServerMessage;

/**
 * What was said last in a conversation, as text, for a session that knows nothing of it. Speech is kept as far as it is
 * transcribed. Thread-safe.
 */
final class History {

    private static final String USER = "user";
    private static final String MODEL = "model";
    /** Characters of one turn; what is longer keeps its end. */
    private static final int MAX_CHARACTERS = 8 * 1024;

    /** What one side said before the other one said something. */
    private static final class Turn {

        private final String role;
        private final StringBuilder text = new StringBuilder();

        private Turn(String role) {
            this.role = role;
        }

        private void append(String fragment) {
            text.append(fragment);
            if (text.length() > MAX_CHARACTERS) {
                text.delete(0, text.length() - MAX_CHARACTERS);
            }
        }
    }

    private final boolean kept;
    private final int maxTurns;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    /** Where in the user's last turn the first input begins that the model owes an answer to; -1 when it owes none. */
    private int owed = -1;

    History(ResumptionPolicy policy) {
        this.kept = policy.historyReplay() == HistoryReplay.onFresh;
        this.maxTurns = policy.historyMaxTurns();
    }

    void sent(ClientMessage message) {
        if (!kept) {
            return;
        }
        lock.lock();
        try {
            int before = !turns.isEmpty() && turns.peekLast().role.equals(USER) ? turns.peekLast().text.length() : 0;
            add(message);
            if (TurnTracker.startsTurn(message) && owed < 0) {
                owed = before;
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(ClientMessage message) {
        if (message instanceof ClientMessage.ClientContent content) {
            content.parameters().turns().ifPresent(all -> all.forEach(turn -> {
                String role = turn.role().orElse(USER);
                turn.parts().ifPresent(parts -> parts.forEach(part -> part.text().ifPresent(text -> add(role, text))));
            }));
        } else if (message instanceof ClientMessage.RealtimeInput input) {
            input.parameters().text().ifPresent(text -> add(USER, text));
        }
    }

    /** The answer that is owed will not come: whoever wants it asks again, so what asked for it is not told. */
    void unanswered() {
        lock.lock();
        try {
            Turn last = turns.peekLast();
            if (owed >= 0 && last != null && last.role.equals(USER)) {
                last.text.setLength(Math.min(owed, last.text.length()));
                if (last.text.isEmpty()) {
                    turns.removeLast();
                }
            }
            owed = -1;
        } finally {
            lock.unlock();
        }
    }

    void received(ServerMessage message) {
        if (!kept) {
            return;
        }
        for (ServerEvent event : message.events()) {
            if (event instanceof ServerEvent.InputTranscript heard) {
                add(USER, heard.text());
            } else if (event instanceof ServerEvent.OutputTranscript said) {
                add(MODEL, said.text());
            } else if (event instanceof ServerEvent.Text written) {
                add(MODEL, written.text());
            }
        }
    }

    private void add(String role, String text) {
        if (text.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            if (turns.isEmpty() || !turns.peekLast().role.equals(role)) {
                turns.addLast(new Turn(role));
                if (turns.size() > maxTurns) {
                    turns.removeFirst();
                }
            }
            turns.peekLast().append(text);
            if (!role.equals(USER)) {
                owed = -1;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The turns kept, as one message that asks for no answer; empty when there are none. */
    Optional<ClientMessage> asInput() {
        lock.lock();
        try {
            if (turns.isEmpty()) {
                return Optional.empty();
            }
            List<Content> contents = new ArrayList<>();
            turns.forEach(turn -> contents
                    .add(Content.builder().role(turn.role).parts(Part.fromText(turn.text.toString())).build()));
            return Optional.of(new ClientMessage.ClientContent(
                    LiveSendClientContentParameters.builder().turns(contents).turnComplete(false).build()));
        } finally {
            lock.unlock();
        }
    }
}
