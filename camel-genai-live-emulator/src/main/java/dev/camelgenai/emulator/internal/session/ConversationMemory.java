package dev.camelgenai.emulator.internal.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.internal.protocol.Tokens;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Conversation.Speaker;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;

/**
 * What a session remembers: who said what, how many tokens that is, and what the user has written that waits for its answer.
 * Can be saved, for a resumption handle, and restored in another session. Used on the event loop of the session only.
 */
final class ConversationMemory {

    private static final int MAX_UTTERANCE = 4096;

    private record Entry(Utterance utterance, Tokens tokens) {
    }

    /** The state that a resumption handle stands for. Immutable. */
    record Saved(List<Entry> entries, Tokens older, String unanswered, int turns, long calls) {
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    /** Of what is not in the entries any more, but still in the context. */
    private Tokens older = Tokens.NONE;
    private StringBuilder unanswered = new StringBuilder();
    private int turns;
    private long calls;
    private long compressions;
    private String systemInstruction;
    private List<JsonNode> functions;
    private final String model;
    private final Optional<String> language;
    private final Optional<Setup.Compression> compression;

    ConversationMemory(Setup setup) {
        model = setup.modelName();
        language = setup.language();
        systemInstruction = setup.systemInstruction();
        functions = setup.functions();
        compression = setup.compression();
    }

    Saved save() {
        return new Saved(List.copyOf(entries), older, unanswered.toString(), turns, calls);
    }

    void restore(Saved saved) {
        entries.addAll(saved.entries());
        older = saved.older();
        unanswered = new StringBuilder(saved.unanswered());
        turns = saved.turns();
        calls = saved.calls();
    }

    /** The conversation as it is before what is said next. */
    Conversation view() {
        return new Conversation(model, turns, entries.stream().map(Entry::utterance).toList(), systemInstruction, functions,
                language);
    }

    /** New instructions or tools in the middle of a session; absent ones stay as they are. */
    void update(Optional<String> newInstruction, Optional<List<JsonNode>> newFunctions) {
        newInstruction.ifPresent(text -> systemInstruction = text);
        newFunctions.ifPresent(declared -> functions = declared);
    }

    /** The declaration of a function, if there is one. */
    Optional<JsonNode> function(String name) {
        return functions.stream().filter(declared -> name.equals(declared.path("name").asText())).findFirst();
    }

    /** The user has written something that is not a complete turn yet. */
    void written(CharSequence text) {
        unanswered.append(text);
    }

    int unansweredLength() {
        return unanswered.length();
    }

    /** The client tells what the model said once; what the user has written before it is answered by it. */
    void modelWrote(String text) {
        keepAsHistory();
        add(Speaker.MODEL, text, Tokens.ofText(text.length()));
    }

    /** What was written is history, and no answer is wanted. */
    void keepAsHistory() {
        if (unanswered.length() > 0) {
            String text = takeWritten();
            add(Speaker.USER, text, Tokens.ofText(text.length()));
        }
    }

    /** What waits to be answered; from now on it does not. */
    String takeWritten() {
        String text = unanswered.toString();
        unanswered = new StringBuilder();
        return text;
    }

    /** A turn of the user is to be answered: counts it. */
    void beginTurn() {
        turns++;
    }

    void userSaid(String text, Tokens tokens) {
        add(Speaker.USER, text, tokens);
    }

    void modelSaid(String text, Tokens tokens) {
        add(Speaker.MODEL, text, tokens);
    }

    /** Something that takes room in the context and that nobody said: a tool's answer, a thought. */
    void weigh(Tokens tokens) {
        older = older.plus(tokens);
    }

    long nextCall() {
        return ++calls;
    }

    /** All tokens of the conversation, the system instruction included. */
    Tokens context() {
        Tokens sum = older.plus(Tokens.ofText(systemInstruction.length()));
        for (Entry entry : entries) {
            sum = sum.plus(entry.tokens());
        }
        return sum;
    }

    /** How often the context was cut. */
    long compressions() {
        return compressions;
    }

    /**
     * Cuts the context if it has become too large, always at a turn of the user, and never the system instruction.
     *
     * @return whether it was cut
     */
    boolean compress() {
        if (compression.isEmpty() || context().total() <= compression.get().trigger()) {
            return false;
        }
        long target = compression.get().target();
        older = Tokens.NONE;
        Iterator<Entry> oldest = entries.iterator();
        int cut = 0;
        int cutAtUser = 0;
        long left = context().total();
        while (oldest.hasNext() && left > target) {
            left -= oldest.next().tokens().total();
            cut++;
        }
        int index = 0;
        for (Entry entry : entries) {
            if (index >= cut && entry.utterance().speaker() == Speaker.USER) {
                break;
            }
            index++;
            cutAtUser = index;
        }
        for (int i = 0; i < cutAtUser; i++) {
            entries.remove();
        }
        compressions++;
        return true;
    }

    private void add(Speaker speaker, String text, Tokens tokens) {
        String kept = text.length() <= MAX_UTTERANCE ? text : text.substring(0, MAX_UTTERANCE);
        entries.add(new Entry(new Utterance(speaker, kept), tokens));
        if (entries.size() > Conversation.MAX_HISTORY) {
            older = older.plus(entries.remove().tokens());
        }
    }
}
