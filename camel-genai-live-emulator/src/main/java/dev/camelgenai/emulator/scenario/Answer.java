package dev.camelgenai.emulator.scenario;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The steps of an answer in a {@link ScriptedScenario}, played in the order of the calls; the turn is complete after the last
 * one. An answer without steps is silence, and the turn stays open. Texts may have the variables that
 * {@link ScriptedScenario} lists. Used while the scenario is built only; not thread-safe.
 *
 * <p>All methods throw {@link InvalidScenarioException} if a text uses a variable that cannot have a value there.
 */
public final class Answer {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration MAX_PAUSE = Duration.ofHours(1);

    private final List<Step> steps = new ArrayList<>();
    private final boolean first;
    private Template.Scope scope;

    Answer(Template.Scope scope) {
        this(scope, true);
    }

    private Answer(Template.Scope scope, boolean first) {
        this.scope = scope;
        this.first = first;
    }

    static List<Step> steps(Template.Scope scope, Consumer<Answer> steps) {
        Answer answer = new Answer(scope);
        steps.accept(answer);
        return answer.steps();
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    /** What the spoken turn is transcribed to; the first step if there is one. */
    public Answer heard(String transcript) {
        if (!first || !steps.isEmpty()) {
            throw new InvalidScenarioException("heard comes before all other steps");
        }
        return add(new Step.Heard(template(transcript)));
    }

    /** A thought, sent if the setup includes thoughts. */
    public Answer think(String thought) {
        return add(new Step.Think(template(thought)));
    }

    /** Words; spoken as a tone with a transcription in an AUDIO session. */
    public Answer say(String text) {
        return add(new Step.Say(template(text)));
    }

    /** As {@link #play(Path, String)}; the transcript is the file's name in parentheses. */
    public Answer play(Path wav) {
        return add(new Step.Play(SoundFile.read(wav), Template.literal("(" + wav.getFileName() + ")")));
    }

    /**
     * A WAV file, read now and converted to mono at 24 kHz.
     *
     * @throws InvalidScenarioException if the file is not there or cannot be played
     */
    public Answer play(Path wav, String transcript) {
        return add(new Step.Play(SoundFile.read(wav), template(transcript)));
    }

    /**
     * Sound.
     *
     * @param pcm 16-bit little-endian mono PCM at 24 kHz; copied
     */
    public Answer play(byte[] pcm, String transcript) {
        return add(new Step.Play(pcm.clone(), template(transcript)));
    }

    /** As {@link #tone(double, Duration, String)}; the transcript tells frequency and duration. */
    public Answer tone(double frequency, Duration duration) {
        return add(new Step.Play(Tone.pcm(frequency, duration), Template.literal(Tone.describe(frequency, duration))));
    }

    /**
     * A sine tone.
     *
     * @param frequency 20 to 12,000 Hz
     * @param duration  1 ms to 60 s
     */
    public Answer tone(double frequency, Duration duration, String transcript) {
        return add(new Step.Play(Tone.pcm(frequency, duration), template(transcript)));
    }

    /** The user's own words back: the sound of a spoken turn, the text of a written one. */
    public Answer playBack() {
        return add(new Step.PlayBack());
    }

    /**
     * Waits, by the clock of the emulator.
     *
     * @param time more than nothing, at most an hour
     */
    public Answer pause(Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(MAX_PAUSE) > 0) {
            throw new InvalidScenarioException("A pause is longer than nothing and at most an hour, not " + time);
        }
        return add(new Step.Pause(time));
    }

    /** As {@link #callAll(List)} with one function. */
    public Answer call(String function, Map<String, ?> args) {
        return callAll(List.of(ToolCall.of(function, args)));
    }

    /** As {@link #callAll(List, Consumer)} with one function. */
    public Answer call(String function, Map<String, ?> args, Consumer<Answer> then) {
        return callAll(List.of(ToolCall.of(function, args)), then);
    }

    /**
     * Calls functions, all at once; the steps after this one come when they have been answered, and may use
     * <code>${result}</code> and <code>${results.NAME}</code>.
     *
     * @param calls texts in the arguments may have variables, at any depth
     */
    public Answer callAll(List<ToolCall> calls) {
        add(new Step.Call(invocations(calls), Optional.empty()));
        scope = scope.afterCall();
        return this;
    }

    /**
     * Calls functions, all at once. Of the steps, {@code then} comes when they have been answered: before the steps after this
     * one if the functions block, in a turn of its own otherwise.
     */
    public Answer callAll(List<ToolCall> calls, Consumer<Answer> then) {
        Answer afterwards = new Answer(scope.afterCall(), false);
        List<Step.Invocation> invocations = invocations(calls);
        then.accept(afterwards);
        return add(new Step.Call(invocations, Optional.of(afterwards.steps())));
    }

    /**
     * Any message of the server.
     *
     * @param message a JSON object; its texts may have variables
     */
    public Answer send(JsonNode message) {
        if (!message.isObject()) {
            throw new InvalidScenarioException("A message of the server is a JSON object, not " + message);
        }
        return add(new Step.Send(JsonTemplate.ofObject(message, scope)));
    }

    /** As {@link #send(JsonNode)}. */
    public Answer send(String json) {
        try {
            return send(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new InvalidScenarioException("This is no JSON: " + e.getOriginalMessage(), new UncheckedIOException(e));
        }
    }

    /** Ends a turn of the model and begins another one. */
    public Answer nextTurn() {
        return add(new Step.NextTurn());
    }

    /** Says nothing, as the user seems to go on; the last step. */
    public Answer waitForInput() {
        return add(new Step.WaitForInput());
    }

    Template.Scope scope() {
        return scope;
    }

    private Answer add(Step step) {
        if (!steps.isEmpty() && steps.get(steps.size() - 1) instanceof Step.WaitForInput) {
            throw new InvalidScenarioException("Nothing can come after waitForInput");
        }
        steps.add(step);
        return this;
    }

    private Template template(String text) {
        return Template.parse(Objects.requireNonNull(text), scope);
    }

    private List<Step.Invocation> invocations(List<ToolCall> calls) {
        if (calls.isEmpty()) {
            throw new InvalidScenarioException("A call needs at least one function");
        }
        return calls.stream()
                .map(call -> new Step.Invocation(call.name(), JsonTemplate.ofObject(call.args(), scope))).toList();
    }
}
