package dev.camelgenai.emulator.scenario;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.camelgenai.emulator.scenario.assistant.Assistant;

/** The scenarios that come with the emulator. All of them are stateless and may be shared. */
public final class Scenarios {

    private static final Map<String, Supplier<Scenario>> NAMED = named();

    private Scenarios() {
    }

    /** Answers every written turn with the same text and every spoken turn with the same sound. */
    public static Scenario echo() {
        return (turn, reply) -> {
            if (turn instanceof UserTurn.Text text) {
                reply.say(text.text()).complete();
            } else if (turn instanceof UserTurn.Audio audio) {
                reply.play(audio.pcm(), audio.transcript()).complete();
            }
        };
    }

    /** Says the user's own words again: speech as it sounded, resampled to 24 kHz, and writing as it was. */
    public static Scenario parrot() {
        return ScriptedScenario.builder().otherwise(Answer::playBack).build();
    }

    /**
     * A small helper that makes small talk, remembers, knows some weather, clocks, orders and sums, and uses the functions that
     * the client declares, in English, German, French, Spanish, Italian and Portuguese. Nothing is understood: the words
     * decide, and only the first 2,000 characters. The same conversation gets the same answers, the time of day apart.
     */
    public static Scenario assistant() {
        return assistant(InstantSource.system());
    }

    /** As {@link #assistant()}, by another clock. */
    public static Scenario assistant(InstantSource clock) {
        return new Assistant(clock);
    }

    /** Accepts everything and never says a word. */
    public static Scenario silent() {
        return (turn, reply) -> {
        };
    }

    /**
     * Reads the rules of a {@link ScenarioFile}; its settings and faults are left aside.
     *
     * @throws InvalidScenarioException if the file cannot be read or is not right
     */
    public static Scenario fromYaml(Path file) {
        return ScenarioFile.read(file).scenario();
    }

    /** The names that {@link #named(String)} knows. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /**
     * The scenario of that name, or of that file if it ends in {@code .yaml} or {@code .yml}.
     *
     * @throws InvalidScenarioException if there is none; the message lists the names
     */
    public static Scenario named(String name) {
        if (ScenarioFile.isFile(name)) {
            return fromYaml(Path.of(name));
        }
        Supplier<Scenario> scenario = NAMED.get(name);
        if (scenario == null) {
            throw new InvalidScenarioException(
                    "There is no scenario '" + name + "'; choose one of " + String.join(", ", names())
                            + ", or a file that ends in .yaml or .yml");
        }
        return scenario.get();
    }

    private static Map<String, Supplier<Scenario>> named() {
        Map<String, Supplier<Scenario>> named = new LinkedHashMap<>();
        named.put("assistant", Scenarios::assistant);
        named.put("parrot", Scenarios::parrot);
        named.put("echo", Scenarios::echo);
        named.put("silent", Scenarios::silent);
        return Collections.unmodifiableMap(named);
    }
}
