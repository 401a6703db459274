package dev.camelgenai.emulator.scenario;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import dev.camelgenai.emulator.scenario.Conversation.Speaker;
import dev.camelgenai.emulator.scenario.Conversation.Utterance;
import dev.camelgenai.emulator.scenario.Rule.Said;

/**
 * A scenario made of rules: the first one whose conditions all hold gives the answer; without one the model stays silent.
 * Immutable, and may be shared between sessions. {@link ScenarioFile} reads the same from YAML.
 *
 * <pre>{@code
 * Scenario shop = ScriptedScenario.builder()
 *     .whenText("(?i)where is order (?<id>\\d+)")
 *         .then(answer -> answer.call("orderStatus", Map.of("id", "${id}")).say("Order ${id} is ${result.state}."))
 *     .whenAudio().then(answer -> answer.playBack())
 *     .whenTurn(3).then(answer -> answer.say("That was our third turn."))
 *     .otherwise(answer -> answer.say("I did not understand '${text}'."))
 *     .build();
 * }</pre>
 *
 * <p>Variables in the texts of an answer, in the arguments of its calls and in its raw messages:
 * <ul>
 * <li><code>${text}</code> what was written, or the transcript; <code>${turn}</code> the number of the turn;
 * <code>${seconds}</code> how long a spoken turn was, like 1.8; <code>${now}</code> the time, like 2026-11-22T17:30:00Z;
 * <code>${model}</code>; <code>${language}</code>
 * <li><code>${name}</code> a named group of the rule's regular expression
 * <li>after a call <code>${result.state}</code>, <code>${result.items[0].name}</code>: a field of what the first function
 * answered; <code>${results.orderStatus.state}</code>, <code>${results["order-status"].state}</code>: of the function of that
 * name; <code>${result}</code> alone: all of it, as JSON
 * </ul>
 * A variable that cannot have a value where it stands is refused when the scenario is built. One that could, and has none, is
 * rendered as nothing: a group that took no part, a field that is not in the result. <code>$${</code> stands for the
 * characters themselves.
 *
 * <p>An argument that consists of one variable keeps its type: {@code turn} and {@code seconds} are numbers, results are what
 * they are, without a value it is null. All else is text, so that the order 0042 keeps its zeros, unless
 * <code>${amount:number}</code> or <code>${flag:boolean}</code> asks for another type and the text can be read as one.
 *
 * <p>Only the first {@value TextPattern#MAX_TEXT} characters of a text are matched. An expression that needs more than
 * {@value TextPattern#MAX_READS} steps for that fails with an {@link IllegalStateException}.
 */
public final class ScriptedScenario implements Scenario {

    /** See {@link UserTurn.Audio#transcript()}. */
    private static final Pattern SPEECH = Pattern.compile("\\(\\d+\\.\\d\\d s of speech\\)");

    private final List<Rule> rules;
    private final InstantSource clock;

    private ScriptedScenario(List<Rule> rules, InstantSource clock) {
        this.rules = List.copyOf(rules);
        this.clock = clock;
    }

    /** Starts to write rules. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if a regular expression takes too long
     */
    @Override
    public void onTurn(UserTurn turn, Reply reply) {
        Conversation conversation = reply.conversation();
        Map<Rule, Integer> used = used(conversation);
        Variables variables = new Variables(turn, conversation, Map.of(), List.of(), clock);
        Said said = new Said(turn instanceof UserTurn.Audio, variables.text(), conversation.turn());
        match(said, used).filter(match -> !match.rule().steps().isEmpty()).ifPresent(match -> {
            Step.play(match.rule().steps(), new Variables(turn, conversation, match.groups(), List.of(), clock), reply);
            reply.complete();
        });
    }

    private record Match(Rule rule, Map<String, String> groups) {
    }

    private Optional<Match> match(Said said, Map<Rule, Integer> used) {
        for (Rule rule : rules) {
            if (used.getOrDefault(rule, 0) >= rule.times().orElse(Integer.MAX_VALUE)) {
                continue;
            }
            Optional<Map<String, String>> groups = rule.match(said);
            if (groups.isPresent()) {
                return Optional.of(new Match(rule, groups.get()));
            }
        }
        return Optional.empty();
    }

    /** How often the rules have answered before. Nothing is kept between turns: the history is gone through again. */
    private Map<Rule, Integer> used(Conversation conversation) {
        // two rules may be equal and still count for themselves
        Map<Rule, Integer> used = new IdentityHashMap<>();
        if (rules.stream().noneMatch(rule -> rule.times().isPresent())) {
            return used;
        }
        List<String> said = conversation.history().stream().filter(utterance -> utterance.speaker() == Speaker.USER)
                .map(Utterance::text).toList();
        // what is older than the first turn was told by the client and has not been answered
        for (int i = Math.max(0, said.size() - (conversation.turn() - 1)); i < said.size(); i++) {
            match(past(said.get(i), conversation.turn() - (said.size() - i)), used)
                    .ifPresent(match -> used.merge(match.rule(), 1, Integer::sum));
        }
        return used;
    }

    private Said past(String text, int number) {
        return new Said(
                SPEECH.matcher(text).matches() || rules.stream().anyMatch(rule -> rule.couldHaveHeard(text)), text, number);
    }

    /** The rules so far. Not thread-safe. */
    public static final class Builder {

        private final List<Rule> rules = new ArrayList<>();
        private InstantSource clock = InstantSource.system();
        private boolean finished;

        private Builder() {
        }

        /** What time it is for <code>${now}</code>; the system's clock if not set. */
        public Builder clock(InstantSource newClock) {
            clock = Objects.requireNonNull(newClock, "clock");
            return this;
        }

        /** A rule without conditions so far. */
        public When when() {
            if (finished) {
                throw new InvalidScenarioException(
                        "No rule can come after otherwise or a rule without conditions: that one answers everything");
            }
            return new When(this);
        }

        /** As {@link When#text}. */
        public When whenText(String regex) {
            return when().text(regex);
        }

        /** As {@link When#audio}. */
        public When whenAudio() {
            return when().audio();
        }

        /** As {@link When#turn}. */
        public When whenTurn(int number) {
            return when().turn(number);
        }

        /** As {@link When#every}. */
        public When whenEvery(int turns) {
            return when().every(turns);
        }

        /** The last rule, which holds for every turn. */
        public Builder otherwise(Consumer<Answer> steps) {
            return when().then(steps);
        }

        /** The scenario. */
        public ScriptedScenario build() {
            if (rules.isEmpty()) {
                throw new InvalidScenarioException("A scenario needs at least one rule; see Scenarios.silent()");
            }
            return new ScriptedScenario(rules, clock);
        }
    }

    /** The conditions of a rule; all of them must hold. */
    public static final class When {

        private final Builder builder;
        private Optional<TextPattern> text = Optional.empty();
        private boolean audio;
        private OptionalInt turn = OptionalInt.empty();
        private OptionalInt every = OptionalInt.empty();
        private OptionalInt times = OptionalInt.empty();

        private When(Builder builder) {
            this.builder = builder;
        }

        /**
         * The turn is written and the expression is found in it.
         *
         * @param regex a {@link Pattern}; its named groups become variables
         */
        public When text(String regex) {
            refuseSecond(text.isPresent(), "text");
            TextPattern pattern = TextPattern.compile(regex);
            pattern.groups().stream().filter(Variables::reserved).findAny().ifPresent(group -> {
                throw new InvalidScenarioException("'" + regex + "': the group " + group
                        + " has the name of a variable; give it another name");
            });
            text = Optional.of(pattern);
            return this;
        }

        /** The turn is spoken. */
        public When audio() {
            audio = true;
            return this;
        }

        /**
         * It is that turn of the conversation; resumed sessions go on counting.
         *
         * @param number from 1
         */
        public When turn(int number) {
            refuseSecond(turn.isPresent(), "turn");
            turn = OptionalInt.of(atLeastOne("turn", number));
            return this;
        }

        /**
         * The number of the turn can be divided by this one.
         *
         * @param turns 2 means every second turn
         */
        public When every(int turns) {
            refuseSecond(every.isPresent(), "every");
            every = OptionalInt.of(atLeastOne("every", turns));
            return this;
        }

        /**
         * The rule has answered fewer turns of this conversation than that, as far as it is remembered: what
         * {@link Conversation#history()} has lost is not counted.
         *
         * @param limit at least 1
         */
        public When times(int limit) {
            refuseSecond(times.isPresent(), "times");
            times = OptionalInt.of(atLeastOne("times", limit));
            return this;
        }

        /**
         * Ends the rule.
         *
         * @param steps takes the answer and adds its steps; called once, now
         */
        public Builder then(Consumer<Answer> steps) {
            if (text.isPresent() && audio) {
                throw new InvalidScenarioException(
                        "A rule cannot want text and audio: no turn is both; make two rules of it");
            }
            builder.rules.add(new Rule(text, audio, turn, every, times, Answer.steps(Rule.scope(text), steps)));
            builder.finished = text.isEmpty() && !audio && turn.isEmpty() && every.isEmpty() && times.isEmpty();
            return builder;
        }

        private static int atLeastOne(String condition, int number) {
            if (number < 1) {
                throw new InvalidScenarioException(condition + " is 1 or more, not " + number);
            }
            return number;
        }

        private static void refuseSecond(boolean set, String condition) {
            if (set) {
                throw new InvalidScenarioException("A rule has one " + condition + " only");
            }
        }
    }
}
