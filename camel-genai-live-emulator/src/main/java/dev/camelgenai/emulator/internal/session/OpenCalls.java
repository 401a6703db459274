package dev.camelgenai.emulator.internal.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.ToolResult;

/**
 * The function calls of a session that wait for an answer, and those that were cancelled. Bounded. Used on the event loop of
 * the session only.
 */
final class OpenCalls {

    /** The functions that were called by one step of a turn. */
    static final class Step {

        private final ModelTurn turn;
        private final BiConsumer<List<ToolResult>, Reply> then;
        private final Set<String> blocking = new LinkedHashSet<>();
        private final List<ToolResult> results = new ArrayList<>();

        Step(ModelTurn turn, BiConsumer<List<ToolResult>, Reply> then) {
            this.turn = turn;
            this.then = then;
        }

        boolean blocks() {
            return !blocking.isEmpty();
        }

        BiConsumer<List<ToolResult>, Reply> then() {
            return then;
        }
    }

    /**
     * A call that waits.
     *
     * @param step what the answer belongs to; empty for calls that a test has sent itself
     */
    record Open(String id, String name, boolean blocking, Optional<Step> step) {
    }

    private static final int MAX_OPEN = 10_000;
    private static final int MAX_CANCELLED = 10_000;

    private final Map<String, Open> open = new LinkedHashMap<>();
    private final Set<String> cancelled = new LinkedHashSet<>();

    /** A call that a scenario makes. */
    void add(Step step, String id, String name, boolean blocking) {
        put(new Open(id, name, blocking, Optional.of(step)));
        if (blocking) {
            step.blocking.add(id);
        }
    }

    /** A call in a message that a test has sent itself. */
    void addRaw(String id, String name) {
        put(new Open(id, name, false, Optional.empty()));
    }

    /** Whether a scenario waits for an answer. */
    boolean anyOfScenario() {
        return open.values().stream().anyMatch(call -> call.step().isPresent());
    }

    Optional<Open> find(String id) {
        return Optional.ofNullable(open.get(id));
    }

    boolean wasCancelled(String id) {
        return cancelled.contains(id);
    }

    /** No more answers are expected. */
    void answered(Open call) {
        open.remove(call.id());
    }

    /** Takes the answer of a blocking function; when it was the last one of its step, the turn goes on. */
    void result(Open call, ToolResult result) {
        Step step = call.step().orElseThrow();
        step.results.add(result);
        step.blocking.remove(call.id());
        if (step.blocking.isEmpty()) {
            step.turn.resume(List.copyOf(step.results), step.then);
        }
    }

    /** The client need not answer the blocking calls of a turn any more. */
    List<String> cancelBlocking(ModelTurn turn) {
        List<String> ids = new ArrayList<>();
        for (Iterator<Open> calls = open.values().iterator(); calls.hasNext();) {
            Open call = calls.next();
            if (call.blocking() && call.step().filter(step -> step.turn == turn).isPresent()) {
                calls.remove();
                ids.add(call.id());
            }
        }
        ids.forEach(this::remember);
        return ids;
    }

    /** A test has told the client so. */
    void cancelRaw(String id) {
        if (open.remove(id) != null) {
            remember(id);
        }
    }

    private void put(Open call) {
        if (open.size() >= MAX_OPEN) {
            throw new IllegalStateException(MAX_OPEN + " function calls are open");
        }
        open.put(call.id(), call);
    }

    private void remember(String id) {
        cancelled.add(id);
        if (cancelled.size() > MAX_CANCELLED) {
            Iterator<String> oldest = cancelled.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
