package dev.camelgenai.emulator.internal.session;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        /** By id, in the order of the calls; {@code null} until it is there. */
        private final Map<String, ToolResult> results = new LinkedHashMap<>();

        Step(ModelTurn turn, BiConsumer<List<ToolResult>, Reply> then) {
            this.turn = turn;
            this.then = then;
        }

        boolean blocks() {
            return !results.isEmpty();
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
    /** The names by id. */
    private final Map<String, String> cancelled = new LinkedHashMap<>();

    /** A call that a scenario makes. */
    void add(Step step, String id, String name, boolean blocking) {
        put(new Open(id, name, blocking, Optional.of(step)));
        if (blocking) {
            step.results.put(id, null);
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

    /** The calls of that function that wait. */
    List<Open> named(String name) {
        return open.values().stream().filter(call -> call.name().equals(name)).toList();
    }

    boolean wasCancelled(String id) {
        return cancelled.containsKey(id);
    }

    boolean wasCancelledByName(String name) {
        return cancelled.containsValue(name);
    }

    /** No more answers are expected. */
    void answered(Open call) {
        open.remove(call.id());
    }

    /** Takes the answer of a blocking function; when it was the last one of its step, the turn goes on. */
    void result(Open call, ToolResult result) {
        Step step = call.step().orElseThrow();
        step.results.put(call.id(), result);
        if (!step.results.containsValue(null)) {
            step.turn.resume(List.copyOf(step.results.values()), step.then);
        }
    }

    /** The client need not answer the blocking calls of a turn any more. */
    List<String> cancelBlocking(ModelTurn turn) {
        List<Open> unanswered = open.values().stream()
                .filter(call -> call.blocking() && call.step().filter(step -> step.turn == turn).isPresent()).toList();
        unanswered.forEach(this::cancel);
        return unanswered.stream().map(Open::id).toList();
    }

    /** A test has told the client so. */
    void cancelRaw(String id) {
        find(id).ifPresent(this::cancel);
    }

    private void put(Open call) {
        if (open.size() >= MAX_OPEN) {
            throw new IllegalStateException(MAX_OPEN + " function calls are open");
        }
        open.put(call.id(), call);
    }

    private void cancel(Open call) {
        open.remove(call.id());
        cancelled.put(call.id(), call.name());
        if (cancelled.size() > MAX_CANCELLED) {
            Iterator<String> oldest = cancelled.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
