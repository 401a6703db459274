package dev.camelgenai.emulator.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.scenario.Conversation.Speaker;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;

/** Writes down the steps of an answer; the test answers the calls. */
public final class FakeReply implements Reply {

    private final Conversation conversation;
    private final Function<ToolCall, JsonNode> functions;
    private final List<String> steps = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private final List<byte[]> sounds = new ArrayList<>();

    /**
     * @param functions what the client answers to a call
     */
    public FakeReply(Conversation conversation, Function<ToolCall, JsonNode> functions) {
        this.conversation = conversation;
        this.functions = functions;
    }

    /** The first turn of a conversation without functions. */
    public static FakeReply first() {
        return new FakeReply(conversation(1), call -> {
            throw new AssertionError(call);
        });
    }

    /** A conversation without functions, before that turn. */
    public static Conversation conversation(int turn, Utterance... history) {
        return new Conversation("gemini-test", turn, List.of(history), "", List.of(), Optional.empty());
    }

    /** What the user said. */
    public static Utterance user(String text) {
        return new Utterance(Speaker.USER, text);
    }

    /** What the model said. */
    public static Utterance model(String text) {
        return new Utterance(Speaker.MODEL, text);
    }

    /** A second of something. */
    public static UserTurn.Audio speech(int millis) {
        return new UserTurn.Audio(new byte[millis * 48]);
    }

    /** The steps, like {@code say: Hello}. */
    public List<String> steps() {
        return steps;
    }

    /** The words of all the steps that say something. */
    public String said() {
        return String.join(" ",
                steps.stream().filter(step -> step.startsWith("say: ")).map(step -> step.substring(5)).toList());
    }

    /** The calls, flat. */
    public List<ToolCall> calls() {
        return calls;
    }

    /** What was played. */
    public List<byte[]> sounds() {
        return sounds;
    }

    @Override
    public Conversation conversation() {
        return conversation;
    }

    @Override
    public Reply heard(String transcript) {
        return add("heard: " + transcript);
    }

    @Override
    public Reply think(String thought) {
        return add("think: " + thought);
    }

    @Override
    public Reply say(String text) {
        return add("say: " + text);
    }

    @Override
    public Reply play(byte[] pcm, String transcript) {
        sounds.add(pcm);
        return add("play: " + transcript);
    }

    @Override
    public Reply pause(Duration time) {
        return add("pause: " + time);
    }

    @Override
    public Reply call(List<ToolCall> newCalls, BiConsumer<List<ToolResult>, Reply> then) {
        calls.addAll(newCalls);
        add("call: " + String.join(", ", newCalls.stream().map(ToolCall::name).toList()));
        then.accept(IntStream.range(0, newCalls.size()).mapToObj(i -> new ToolResult("id-" + i, newCalls.get(i).name(),
                functions.apply(newCalls.get(i)), false)).toList(), this);
        return this;
    }

    @Override
    public Reply send(ObjectNode message) {
        return add("send: " + message);
    }

    @Override
    public Reply nextTurn() {
        return add("nextTurn");
    }

    @Override
    public void waitForInput() {
        add("waitForInput");
    }

    @Override
    public void complete() {
        add("complete");
    }

    private Reply add(String step) {
        // as the contract says: an answer that has ended takes no more
        if (!steps.contains("complete") && !steps.contains("waitForInput")) {
            steps.add(step);
        }
        return this;
    }
}
