package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;

/**
 * A model that repeats what it was told, calls a function when it is asked to, and remembers: what it knows of a session, at
 * each question, is what the resumed states contain.
 */
final class ChaosMemory implements Scenario {

    static final String FUNCTION = "lookUp";

    /**
     * What the model knows of a session.
     *
     * @param ids      in order
     * @param complete whether nothing is older than what is remembered at most
     */
    record Known(List<String> ids, boolean complete) {
    }

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Set<String> twice = ConcurrentHashMap.newKeySet();

    @Override
    public void onTurn(UserTurn turn, Reply reply) {
        if (!(turn instanceof UserTurn.Text text)) {
            return;
        }
        remember(text.text(), reply.conversation());
        if (text.text().contains(ChaosMessage.CALLS)) {
            reply.say(text.text()).call(List.of(ToolCall.of(FUNCTION, Map.of())), (results, then) -> then.say(" found"));
        } else {
            reply.say(text.text());
        }
        reply.complete();
    }

    private void remember(String now, Conversation conversation) {
        List<String> ids = new ArrayList<>();
        conversation.history().stream().filter(utterance -> utterance.speaker() == Conversation.Speaker.USER)
                .forEach(utterance -> ids.addAll(ChaosMessage.idsIn(utterance.text())));
        ids.addAll(ChaosMessage.idsIn(now));
        Set<String> seen = new HashSet<>();
        ids.stream().filter(id -> !seen.add(id)).forEach(id -> twice.add(id));
        if (!ids.isEmpty()) {
            String last = ids.get(ids.size() - 1);
            known.put(last.substring(0, last.indexOf('-')),
                    new Known(ids, conversation.history().size() < Conversation.MAX_HISTORY));
        }
    }

    /** What the model knew of a session at its last question. */
    Known knownOf(String session) {
        return known.getOrDefault(session, new Known(List.of(), true));
    }

    /** Messages of a session that a state contained more than once. */
    List<String> knownTwice(String session) {
        return twice.stream().filter(id -> id.startsWith(session + '-')).sorted()
                .map(id -> id + " is known twice to the model").toList();
    }
}
