package dev.camelgenai.emulator.internal.session;

import java.util.ArrayDeque;
import java.util.Deque;
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

        boolean isOfUser() {
            return utterance.speaker() == Speaker.USER;
        }
    }

    /** The state that a resumption handle stands for. Immutable. */
    record Saved(List<Entry> entries, Tokens older, String unanswered, int turns) {
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    /** Of what is not in the entries any more, but still in the context. */
    private Tokens older = Tokens.NONE;
    private StringBuilder unanswered = new StringBuilder();
    private int turns;
    private String systemInstruction;
    private List<JsonNode> functions;
    private final String model;
    private final Optional<String> language;
    private final Optional<Setup.Compression> compression;

    /**
     * @param contextWindow the tokens that the model holds
     */
    ConversationMemory(Setup setup, int contextWindow) {
        model = setup.modelName();
        language = setup.language();
        systemInstruction = setup.systemInstruction();
        functions = setup.functions();
        compression = setup.compression().map(wanted -> wanted.within(contextWindow));
    }

    Saved save() {
        return new Saved(List.copyOf(entries), older, unanswered.toString(), turns);
    }

    void restore(Saved saved) {
        entries.addAll(saved.entries());
        older = saved.older();
        unanswered = new StringBuilder(saved.unanswered());
        turns = saved.turns();
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

    /** ... and has written this before all that. */
    void writtenBefore(String text) {
        unanswered.insert(0, text);
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

    /** The scenario understands the user's last words otherwise. */
    void userMeant(String text) {
        if (!entries.isEmpty() && entries.peekLast().isOfUser()) {
            Tokens tokens = entries.removeLast().tokens();
            add(Speaker.USER, text, tokens);
        }
    }

    /** The user's last words were no turn yet; what else came with them, images for instance, stays. */
    void takeBack() {
        if (!entries.isEmpty() && entries.peekLast().isOfUser()) {
            Tokens tokens = entries.removeLast().tokens();
            weigh(new Tokens(0, tokens.audio(), tokens.images()));
            turns--;
        }
    }

    void modelSaid(String text, Tokens tokens) {
        if (!text.isEmpty() || tokens.total() > 0) {
            add(Speaker.MODEL, text, tokens);
        }
    }

    /** Something that takes room in the context and that nobody said: a tool's answer. */
    void weigh(Tokens tokens) {
        older = older.plus(tokens);
    }

    /** All tokens of the conversation, the system instruction included. */
    Tokens context() {
        Tokens sum = older.plus(Tokens.ofText(systemInstruction.length()));
        for (Entry entry : entries) {
            sum = sum.plus(entry.tokens());
        }
        return sum;
    }

    /**
     * Cuts the context if it has become too large, always at a turn of the user, and never the system instruction. The last
     * exchange stays, unless there is more to come.
     *
     * @param toCome what the context has to have room for
     * @return whether it was cut
     */
    boolean compress(Tokens toCome) {
        if (compression.isEmpty() || context().plus(toCome).total() <= compression.get().trigger()) {
            return false;
        }
        long before = context().total();
        older = Tokens.NONE;
        cutToUser();
        long exchanges = entries.stream().filter(Entry::isOfUser).count();
        for (long least = toCome.total() > 0 ? 0 : 1; exchanges > least; exchanges--) {
            if (context().plus(toCome).total() <= compression.get().target()) {
                break;
            }
            entries.remove();
            cutToUser();
        }
        return context().total() < before;
    }

    private void cutToUser() {
        while (!entries.isEmpty() && !entries.peek().isOfUser()) {
            entries.remove();
        }
    }

    private void add(Speaker speaker, String text, Tokens tokens) {
        String kept = text.length() <= MAX_UTTERANCE ? text : text.substring(0, MAX_UTTERANCE);
        entries.add(new Entry(new Utterance(speaker, kept), tokens));
        if (entries.size() > Conversation.MAX_HISTORY) {
            older = older.plus(entries.remove().tokens());
        }
    }
}
