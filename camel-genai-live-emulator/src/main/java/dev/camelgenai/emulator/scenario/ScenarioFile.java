package dev.camelgenai.emulator.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A scenario in YAML, UTF-8: the rules of {@link ScriptedScenario}, and what the emulator is to be set to for them. Unknown
 * keys, wrong types, aliases and duplicate keys are refused.
 *
 * <pre>{@code
 * settings: {generationSpeed: 4, awaitPlayback: false, maxSessions: 10, connectionLifetime: 10m, models: [my-model]}
 * faults: [...]
 * rules:
 *   - when: {text: "(?i)order (?<id>\\d+)", times: 2}   # text or audio: true, turn, every, times
 *     then:
 *       - say: Let me look.
 *       - call: {name: orderStatus, args: {id: "${id}"}}
 *       - say: Order ${id} is ${result.state}.
 *   - when: {audio: true}
 *     then: [playBack]
 *   - otherwise: I did not understand '${text}'.
 * }</pre>
 *
 * <p>{@code then} and {@code otherwise} are a text to be said or a list of steps. A step is one of
 * <pre>{@code
 * - heard: text
 * - think: text
 * - say: text
 * - play: hello.wav                      # beside this file; or {file: hello.wav, transcript: text}
 * - tone: {frequency: 440, duration: 500ms, transcript: text}
 * - playBack
 * - pause: 1.5s
 * - call: {name: f, args: {...}}          # or a list of those, called in parallel
 * - call: {calls: [...], then: [...]}     # then: what alone follows from the results; with name and args as well
 * - send: {serverContent: {...}}
 * - nextTurn
 * - waitForInput
 * }</pre>
 * Durations are a number and one of ms, s, m, h.
 *
 * @param file     where it was read from
 * @param scenario what the rules say
 * @param settings for the emulator
 * @param faults   for the emulator, one specification each, not looked at here
 */
public record ScenarioFile(Path file, ScriptedScenario scenario, Settings settings, List<String> faults) {

    public ScenarioFile {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(settings, "settings");
        faults = List.copyOf(faults);
    }

    /**
     * Reads a file and the sound files that it names.
     *
     * @throws InvalidScenarioException if it cannot be read or is not right; the message has file, line and what is allowed
     */
    public static ScenarioFile read(Path file) {
        return ScenarioFileParser.read(file);
    }

    /** Whether the name of a scenario means such a file: it ends in {@code .yaml} or {@code .yml}. */
    public static boolean isFile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".yaml") || lower.endsWith(".yml");
    }

    /**
     * What the emulator is to be set to; empty where the file says nothing.
     *
     * @param generationSpeed    how many times faster than real time the model generates, more than 0
     * @param awaitPlayback      whether a turn is complete only when it has been played
     * @param maxSessions        how many sessions may be open at once, at least 1
     * @param connectionLifetime how long a connection may last, more than nothing
     * @param models             further models that exist
     */
    public record Settings(OptionalDouble generationSpeed, Optional<Boolean> awaitPlayback, OptionalInt maxSessions,
            Optional<Duration> connectionLifetime, List<String> models) {

        /** Nothing is said. */
        public static final Settings NONE = new Settings(OptionalDouble.empty(), Optional.empty(), OptionalInt.empty(),
                Optional.empty(), List.of());

        public Settings {
            models = List.copyOf(models);
        }
    }
}
