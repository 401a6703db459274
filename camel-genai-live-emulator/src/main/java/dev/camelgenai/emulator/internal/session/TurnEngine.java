package dev.camelgenai.emulator.internal.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.internal.protocol.ProtocolViolation;
import dev.camelgenai.emulator.internal.protocol.ServerMessages;
import dev.camelgenai.emulator.internal.protocol.Setup;
import dev.camelgenai.emulator.internal.protocol.Tokens;
import dev.camelgenai.emulator.internal.protocol.Usage;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.ToolResult;
import dev.camelgenai.emulator.scenario.UserTurn;

/**
 * Whose turn it is: one answer at a time, the others wait in line. Interrupts, calls functions, and accounts for what was said.
 * Used on the event loop of the session only.
 */
final class TurnEngine {

    /** With so many turns in line the session stops reading, so its client cannot fill the memory with questions. */
    static final int MAX_IN_LINE = 64;

    /** Something that the model has to say something to. */
    private sealed interface Occasion {
    }

    /**
     * @param tokens     of what was said
     * @param transcript what goes to the client if it wants to know what was heard
     */
    private record Said(UserTurn turn, Tokens tokens, Optional<String> transcript) implements Occasion {
    }

    private record Result(ToolResult result, BiConsumer<List<ToolResult>, Reply> then) implements Occasion {
    }

    private final LiveSession session;
    private final Setup setup;
    private final Scenario scenario;
    private final Speech speech;
    private final ConversationMemory memory;
    private final OpenCalls calls = new OpenCalls();
    private final Deque<Occasion> line = new ArrayDeque<>();
    private Optional<ModelTurn> current = Optional.empty();
    private Tokens prompt = Tokens.NONE;
    private int toolTokens;
    private boolean userSpeaks;

    TurnEngine(LiveSession session, Setup setup, Scenario scenario, ConversationMemory memory) {
        this.session = session;
        this.setup = setup;
        this.scenario = scenario;
        this.memory = memory;
        this.speech = new Speech(setup, session.manners());
    }

    /** The next message of the turn that is being generated, {@code null} if there is none now. */
    ObjectNode poll() {
        return current.isPresent() ? current.get().poll() : null;
    }

    /** Whether nothing is being said and nothing is waited for: the conversation can be resumed from here. */
    boolean isQuiet() {
        return current.isEmpty() && line.isEmpty() && !calls.anyOfScenario();
    }

    /** The user has said something that wants an answer; it waits until the model has finished. */
    void userTurn(UserTurn turn, Tokens tokens, Optional<String> transcript) {
        line.add(new Said(turn, tokens, transcript));
        if (isLineFull()) {
            // a model that was silent so far stays so; its clients may go on asking
            current.filter(ModelTurn::isUnbegun).ifPresent(this::abandon);
        }
        next();
    }

    /** The user is speaking, or has stopped to; functions that finish meanwhile are talked about afterwards. */
    void userSpeaks(boolean now) {
        userSpeaks = now;
        next();
    }

    boolean isLineFull() {
        return line.size() >= MAX_IN_LINE;
    }

    /** The user barges in: the turn ends here, and what its blocking functions would answer does not matter any more. */
    void interrupt() {
        if (current.isEmpty()) {
            return;
        }
        ModelTurn turn = current.get();
        if (turn.isUnbegun()) {
            abandon(turn);
            return;
        }
        turn.end();
        List<String> cancelled = calls.cancelBlocking(turn);
        if (!cancelled.isEmpty()) {
            session.send(ServerMessages.toolCallCancellation(cancelled));
        }
        session.send(ServerMessages.interrupted());
        session.onInterrupted();
        endTurn(turn, Optional.empty(), "IDLE");
        current = Optional.empty();
        afterTurn();
    }

    /** The first step of an answer is there. */
    void begun() {
        session.tellResumability();
    }

    /**
     * Calls functions.
     *
     * @return whether the turn has to wait for an answer
     */
    boolean call(ModelTurn turn, List<ToolCall> wanted, BiConsumer<List<ToolResult>, Reply> then) {
        OpenCalls.Step step = new OpenCalls.Step(turn, then);
        List<ObjectNode> functionCalls = new ArrayList<>();
        for (ToolCall call : wanted) {
            String id = "function-call-" + memory.nextCall();
            calls.add(step, id, call.name(), blocks(call.name()));
            ObjectNode functionCall = JsonNodeFactory.instance.objectNode().put("id", id).put("name", call.name());
            functionCall.set("args", call.args());
            functionCalls.add(functionCall);
        }
        session.send(ServerMessages.toolCall(functionCalls));
        if (step.blocks() && setup.traits().completesAtToolCall()) {
            session.send(turnComplete(turn, "IN_PROGRESS"));
        }
        return step.blocks();
    }

    /** What a test has sent by itself may call functions, and take that back. */
    void raw(JsonNode message) {
        message.path("toolCall").path("functionCalls")
                .forEach(call -> calls.addRaw(call.path("id").asText(""), call.path("name").asText("")));
        message.path("toolCallCancellation").path("ids").forEach(id -> calls.cancelRaw(id.asText()));
    }

    /** The client has answered a call. */
    void toolResponse(JsonNode response, boolean idRequired) throws ProtocolViolation {
        String id = response.path("id").asText("");
        if (id.isEmpty() && idRequired) {
            throw ProtocolViolation.invalidArgument("a function response without id");
        }
        if (calls.wasCancelled(id)) {
            return;
        }
        OpenCalls.Open call = calls.find(id).orElseThrow(() -> ProtocolViolation.notFound("Requested entity was not found.",
                "no function call is open with id '" + id + "'"));
        boolean willContinue = !call.blocking() && response.path("willContinue").asBoolean(false);
        if (!willContinue) {
            calls.answered(call);
        }
        if (call.step().isEmpty()) {
            return;
        }
        JsonNode answer = setup.traits().namesResponses() && !response.hasNonNull("name")
                ? JsonNodeFactory.instance.objectNode().put("error", "the response has no name")
                : response.path("response");
        Tokens tokens = Tokens.ofText(answer.toString().length());
        memory.weigh(tokens);
        toolTokens += tokens.total();
        ToolResult result = new ToolResult(id, call.name(), answer, willContinue);
        if (call.blocking()) {
            calls.result(call, result);
        } else {
            schedule(response.path("scheduling").asText(""), new Result(result, call.step().get().then()));
        }
    }

    /** The turn was said and played to its end. */
    void turnEnded(ModelTurn turn, Optional<ObjectNode> withGenerationComplete) {
        endTurn(turn, withGenerationComplete, "IDLE");
        current = Optional.empty();
        afterTurn();
    }

    /** As {@link #turnEnded}, and the model goes on. */
    void turnEndedWithMoreToCome(ModelTurn turn, Optional<ObjectNode> withGenerationComplete) {
        endTurn(turn, withGenerationComplete, "IN_PROGRESS");
    }

    /** The model thinks that the user has not finished. */
    void waitsForInput(ModelTurn turn) {
        turn.end();
        current = Optional.empty();
        afterTurn();
    }

    private void schedule(String scheduling, Result result) {
        switch (scheduling) {
            case "SILENT" -> session.tellResumability();
            case "INTERRUPT" -> {
                line.addFirst(result);
                if (!userSpeaks) {
                    interrupt();
                }
                next();
            }
            default -> {
                line.add(result);
                next();
            }
        }
    }

    private void next() {
        while (current.isEmpty() && !line.isEmpty() && !(userSpeaks && line.peek() instanceof Result) && session.isActive()) {
            Occasion occasion = line.remove();
            session.onLineShorter();
            answer(occasion);
        }
    }

    private void answer(Occasion occasion) {
        if (occasion instanceof Said) {
            memory.beginTurn();
        }
        Optional<String> transcript = occasion instanceof Said said && setup.inputTranscription()
                ? said.transcript()
                : Optional.empty();
        ModelTurn turn = new ModelTurn(session, this, speech, memory.view(), transcript);
        if (occasion instanceof Said said) {
            memory.userSaid(said.turn() instanceof UserTurn.Text text ? text.text() : said.transcript().orElse(""),
                    said.tokens());
        }
        prompt = memory.context();
        if (prompt.total() > session.contextWindow()) {
            session.onContextExhausted(prompt.total());
            return;
        }
        current = Optional.of(turn);
        if (occasion instanceof Said said) {
            scenario.onTurn(said.turn(), turn);
        } else if (occasion instanceof Result result) {
            result.then().accept(List.of(result.result()), turn);
            turn.complete();
        }
    }

    private void endTurn(ModelTurn turn, Optional<ObjectNode> withGenerationComplete, String interactionStatus) {
        ObjectNode end = turnComplete(turn, interactionStatus);
        session.send(withGenerationComplete.map(first -> ServerMessages.merge(first, end)).orElse(end));
        if (session.manners().duplicateTurnComplete()) {
            session.send(end.deepCopy());
        }
        memory.modelSaid(turn.said(), turn.response());
        toolTokens = 0;
        prompt = memory.context();
    }

    private ObjectNode turnComplete(ModelTurn turn, String interactionStatus) {
        return ServerMessages.turnComplete(session.service(),
                new Usage(prompt, turn.response(), turn.thoughtTokens(), toolTokens),
                setup.traits().interactionStatus() ? Optional.of(interactionStatus) : Optional.empty());
    }

    private void abandon(ModelTurn turn) {
        turn.end();
        current = Optional.empty();
        next();
    }

    private void afterTurn() {
        if (memory.compress()) {
            session.onCompressed();
        }
        session.tellResumability();
        next();
    }

    private boolean blocks(String function) {
        if (!setup.traits().nonBlocking()) {
            return true;
        }
        String behavior = memory.function(function).map(declared -> declared.path("behavior").asText("")).orElse("");
        return switch (behavior) {
            case "BLOCKING" -> true;
            case "NON_BLOCKING" -> false;
            default -> !setup.traits().nonBlockingByDefault();
        };
    }
}
