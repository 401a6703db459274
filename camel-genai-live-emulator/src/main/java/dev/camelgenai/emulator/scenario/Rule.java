package dev.camelgenai.emulator.scenario;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One rule of a {@link ScriptedScenario}: when all conditions hold, the steps are the answer.
 *
 * @param text  what a written turn must contain
 * @param audio whether only spoken turns are meant
 * @param turn  the only turn that is meant, from 1
 * @param every which turns are meant: each one that this number divides
 * @param times how often per conversation
 */
record Rule(Optional<TextPattern> text, boolean audio, OptionalInt turn, OptionalInt every, OptionalInt times,
        List<Step> steps) {

    Rule {
        steps = List.copyOf(steps);
    }

    /**
     * A turn of the user, now or in the history.
     *
     * @param spoken whether it was not written
     * @param text   the words or the transcript
     * @param number which turn, from 1
     */
    record Said(boolean spoken, String text, int number) {
    }

    /**
     * Whether the conditions hold, apart from {@code times}.
     *
     * @return the named groups if they do
     */
    Optional<Map<String, String>> match(Said said) {
        boolean meant = !(audio && !said.spoken()) && turn.orElse(said.number()) == said.number()
                && said.number() % every.orElse(1) == 0;
        if (!meant) {
            return Optional.empty();
        }
        if (text.isEmpty()) {
            return Optional.of(Map.of());
        }
        return said.spoken() ? Optional.empty() : text.get().find(said.text());
    }

    /** Whether this rule, answering a spoken turn, could have made it be transcribed like that. */
    boolean couldHaveHeard(String transcript) {
        return !steps.isEmpty() && text.isEmpty() && steps.get(0) instanceof Step.Heard heard
                && heard.transcript().couldRender(transcript);
    }

    /** The variables that the steps of a rule with such conditions may use. */
    static Template.Scope scope(Optional<TextPattern> text) {
        Set<String> names = new HashSet<>(Variables.COMMON);
        text.ifPresentOrElse(pattern -> names.addAll(pattern.groups()), () -> names.add(Variables.SECONDS));
        return new Template.Scope(Set.copyOf(names), false);
    }
}
