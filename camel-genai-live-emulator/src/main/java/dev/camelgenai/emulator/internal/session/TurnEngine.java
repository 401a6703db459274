package dev.camelgenai.emulator.internal.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.ListIterator;
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
 * <p>
 * What the user says interrupts an answer that had begun when it arrived. A recording that is sent faster than it was spoken may
 * have several turns in one message; none of them was said to interrupt an answer, so all are answered, in order.
 */
final class TurnEngine {

    /** With so many turns in line the session stops reading, so its client cannot fill the memory with questions. */
    static final int MAX_IN_LINE = 64;
    /** ... unless the line waits for what the client sends next; then it is too long here. */
    static final int MAX_IN_WAITING_LINE = 2 * MAX_IN_LINE;
    /** The same for the sound of these turns: a spoken turn may be as large as a thousand written ones. */
    static final long MAX_SOUND_IN_LINE = 64 * 1024 * 1024;
    static final long MAX_SOUND_IN_WAITING_LINE = 2 * MAX_SOUND_IN_LINE;

    /** Something that the model has to say something to. */
    private sealed interface Occasion {
    }

    /**
     * @param tokens     of what was said
     * @param transcript what goes to the client if it wants to know what was heard
     */
    private record Said(UserTurn turn, Tokens tokens, Optional<String> transcript) implements Occasion {
    }

    /**
     * @param interrupts whether the model stops talking for it
     */
    private record Result(ToolResult result, BiConsumer<List<ToolResult>, Reply> then, Tokens tokens, boolean interrupts)
            implements
                Occasion {
    }

    private final LiveSession session;
    private final Setup setup;
    private final Scenario scenario;
    private final Speech speech;
    private final ConversationMemory memory;
    private final OpenCalls calls = new OpenCalls();
    private final LinkedList<Occasion> line = new LinkedList<>();
    private Optional<ModelTurn> current = Optional.empty();
    /** What the current turn answers. */
    private Occasion asked;
    private Tokens prompt = Tokens.NONE;
    private int toolTokens;
    private boolean listening;
    private boolean userSpeaks;
    /** The user is speaking since before the turns in line could be answered. */
    private boolean turnsHeld;

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

    /** No answer begins before the whole message of the client was {@link #heardOut heard}. */
    void listen() {
        listening = true;
    }

    void heardOut() {
        listening = false;
        next();
    }

    /** The user has said something that wants an answer; it waits until the model has finished. */
    void userTurn(UserTurn turn, Tokens tokens, Optional<String> transcript) {
        line.add(new Said(turn, tokens, transcript));
        turnsHeld = false;
        if (lineExceeds(MAX_IN_LINE, MAX_SOUND_IN_LINE)) {
            // a model that was silent so far stays so; its clients may go on asking
            current.filter(ModelTurn::isUnbegun).ifPresent(this::abandon);
        }
        next();
    }

    /** The user has begun to speak; functions that finish meanwhile are talked about afterwards. */
    void userSpeaks() {
        userSpeaks = true;
        if (setup.interruptible()) {
            turnsHeld = true;
            interrupt();
        }
    }

    /** The user has spoken. */
    void userSpoke() {
        userSpeaks = false;
        turnsHeld = false;
        if (line.peek() instanceof Result result && result.interrupts()) {
            interrupt();
        }
        next();
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

    /** What the user has said to this turn, in the scenario's understanding. */
    void heard(ModelTurn turn, String transcript) {
        if (current.filter(answer -> answer == turn).isPresent() && asked instanceof Said said
                && said.turn() instanceof UserTurn.Audio) {
            memory.userMeant(transcript);
        }
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
            String id = "function-call-" + session.nextCall();
            calls.add(step, id, call.name(), blocks(call.name()));
            ObjectNode functionCall = JsonNodeFactory.instance.objectNode().put("id", id).put("name", call.name());
            functionCall.set("args", call.args());
            functionCalls.add(functionCall);
        }
        session.send(ServerMessages.toolCall(functionCalls));
        if (step.blocks()) {
            if (setup.traits().completesAtToolCall()) {
                endTurn(turn, Optional.empty(), "IN_PROGRESS");
            }
            regulateReading();
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
        Optional<OpenCalls.Open> answered = id.isEmpty() ? findByName(response.path("name").asText("")) : calls.find(id);
        if (answered.isEmpty()
                && (id.isEmpty() ? calls.wasCancelledByName(response.path("name").asText("")) : calls.wasCancelled(id))) {
            return;
        }
        OpenCalls.Open call = answered.orElseThrow(() -> ProtocolViolation.notFound("Requested entity was not found.",
                "no function call is open " + (id.isEmpty()
                        ? "of '" + response.path("name").asText("") + "', and the response has no id"
                        : "with id '" + id + "'")));
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
        ToolResult result = new ToolResult(call.id(), call.name(), answer, willContinue);
        if (call.blocking()) {
            memory.weigh(tokens);
            toolTokens += tokens.total();
            calls.result(call, result);
        } else {
            schedule(response.path("scheduling").asText(""), result, call.step().get().then(), tokens);
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

    /** The model thinks that the user has not finished; what is written next is put together with what was. */
    void waitsForInput(ModelTurn turn) {
        if (turn.said().isEmpty() && asked instanceof Said said && said.turn() instanceof UserTurn.Text text) {
            memory.takeBack();
            prepend(text.text());
        } else {
            memory.modelSaid(turn.said(), turn.response());
        }
        turn.end();
        current = Optional.empty();
        afterTurn();
    }

    private void prepend(String unfinished) {
        for (ListIterator<Occasion> waiting = line.listIterator(); waiting.hasNext();) {
            if (waiting.next() instanceof Said said && said.turn() instanceof UserTurn.Text text) {
                waiting.set(new Said(new UserTurn.Text(unfinished + text.text()),
                        said.tokens().plus(Tokens.ofText(unfinished.length())), said.transcript()));
                return;
            }
        }
        memory.writtenBefore(unfinished);
    }

    /** The only open call of a function; older clients of Vertex AI know no ids. */
    private Optional<OpenCalls.Open> findByName(String name) throws ProtocolViolation {
        List<OpenCalls.Open> open = calls.named(name);
        if (open.size() > 1) {
            throw ProtocolViolation.invalidArgument(
                    open.size() + " calls of '" + name + "' are open, and the function response has no id");
        }
        return open.stream().findFirst();
    }

    private void schedule(String scheduling, ToolResult result, BiConsumer<List<ToolResult>, Reply> then, Tokens tokens) {
        switch (scheduling) {
            case "SILENT" -> {
                memory.weigh(tokens);
                session.tellResumability();
            }
            case "INTERRUPT" -> {
                line.addFirst(new Result(result, then, tokens, true));
                if (!userSpeaks) {
                    interrupt();
                }
                next();
            }
            default -> {
                line.add(new Result(result, then, tokens, false));
                next();
            }
        }
    }

    private void next() {
        while (current.isEmpty() && !listening && session.isActive()) {
            Optional<Occasion> occasion = takeFromLine();
            if (occasion.isEmpty()) {
                break;
            }
            answer(occasion.get());
        }
        regulateReading();
    }

    private Optional<Occasion> takeFromLine() {
        for (Iterator<Occasion> waiting = line.iterator(); waiting.hasNext();) {
            Occasion occasion = waiting.next();
            if (!(occasion instanceof Result ? userSpeaks : turnsHeld)) {
                waiting.remove();
                return Optional.of(occasion);
            }
        }
        return Optional.empty();
    }

    private void regulateReading() {
        boolean waitsForClient = current.isEmpty() ? !listening : current.get().waitsForTools();
        session.answersWait(!waitsForClient && lineExceeds(MAX_IN_LINE, MAX_SOUND_IN_LINE));
        if (lineExceeds(MAX_IN_WAITING_LINE, MAX_SOUND_IN_WAITING_LINE)) {
            session.onLineTooLong(line.size(), soundInLine());
        }
    }

    private boolean lineExceeds(int turns, long soundBytes) {
        return line.size() >= turns || soundInLine() >= soundBytes;
    }

    private long soundInLine() {
        long bytes = 0;
        for (Occasion occasion : line) {
            if (occasion instanceof Said said && said.turn() instanceof UserTurn.Audio spoken) {
                bytes += spoken.pcm().length;
            }
        }
        return bytes;
    }

    private void answer(Occasion occasion) {
        if (occasion instanceof Said said) {
            compress(said.tokens());
            memory.beginTurn();
        }
        Optional<String> transcript = occasion instanceof Said said && setup.inputTranscription()
                ? said.transcript()
                : Optional.empty();
        ModelTurn turn = new ModelTurn(session, this, speech, memory.view(), transcript);
        toolTokens = 0;
        if (occasion instanceof Said said) {
            memory.userSaid(said.turn() instanceof UserTurn.Text text ? text.text() : said.transcript().orElse(""),
                    said.tokens());
        }
        prompt = memory.context();
        if (occasion instanceof Result result) {
            toolTokens = result.tokens().total();
            memory.weigh(result.tokens());
        }
        if (memory.context().total() > session.contextWindow()) {
            session.onContextExhausted(memory.context().total());
            return;
        }
        current = Optional.of(turn);
        asked = occasion;
        session.guard(() -> {
            if (occasion instanceof Said said) {
                scenario.onTurn(said.turn(), turn);
            } else if (occasion instanceof Result result) {
                result.then().accept(List.of(result.result()), turn);
                if (turn.isUnbegun()) {
                    abandon(turn);
                } else {
                    turn.complete();
                }
            }
        });
    }

    private void endTurn(ModelTurn turn, Optional<ObjectNode> withGenerationComplete, String interactionStatus) {
        ObjectNode end = ServerMessages.turnComplete(session.service(),
                new Usage(prompt, turn.response(), turn.thoughtTokens(), toolTokens),
                setup.traits().interactionStatus() ? Optional.of(interactionStatus) : Optional.empty());
        session.send(withGenerationComplete.map(first -> ServerMessages.merge(first, end)).orElse(end));
        if (session.manners().duplicateTurnComplete()) {
            session.send(end.deepCopy());
        }
        memory.modelSaid(turn.said(), turn.response());
        turn.accounted();
        toolTokens = 0;
        prompt = memory.context();
    }

    private void abandon(ModelTurn turn) {
        turn.end();
        current = Optional.empty();
        next();
    }

    private void afterTurn() {
        compress(Tokens.NONE);
        session.tellResumability();
        next();
    }

    private void compress(Tokens toCome) {
        if (memory.compress(toCome)) {
            session.onCompressed();
        }
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
