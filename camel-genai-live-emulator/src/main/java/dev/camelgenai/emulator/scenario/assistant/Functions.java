package dev.camelgenai.emulator.scenario.assistant;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.ToolCall;

/** Chooses among the functions that the client declares, by the words that they share with what the user said. */
final class Functions {

    private static final int MAX_CALLS = 4;
    private static final int MAX_DECLARATIONS = 200;
    /** One word of the function's name is enough, or three of its description. */
    private static final int THRESHOLD = 3;
    private static final int NAME_WEIGHT = 3;
    private static final int PARAMETER_WEIGHT = 2;

    private final InstantSource clock;

    Functions(InstantSource clock) {
        this.clock = clock;
    }

    /** A function and what to call it with. */
    private record Plan(JsonNode declaration, Arguments arguments) {

        String name() {
            return declaration.path("name").asText();
        }

        boolean later() {
            return "NON_BLOCKING".equals(declaration.path("behavior").asText());
        }
    }

    /** Answers the turn if a function is meant. */
    boolean answer(Question question, Reply reply) {
        if (question.conversation().functions().isEmpty()) {
            return false;
        }
        Optional<Question> asked = question.pending("toolNeeds");
        if (asked.isPresent() && !question.said().isEmpty()) {
            List<String> said = question.said();
            List<Plan> completed = plan(asked.get().with(said.get(said.size() - 1) + ' ' + question.text()),
                    Optional.of(question.text()).filter(text -> !text.endsWith("?")));
            if (!completed.isEmpty() && completed.stream().allMatch(plan -> plan.arguments().missing().isEmpty())) {
                call(completed, asked.get(), reply);
                return true;
            }
        }
        List<Plan> plans = plan(question, Optional.empty());
        if (plans.isEmpty()) {
            return false;
        }
        Optional<Plan> incomplete = plans.stream().filter(plan -> !plan.arguments().missing().isEmpty()).findFirst();
        if (incomplete.isPresent()) {
            reply.say(question.say("toolNeeds", "function", incomplete.get().name(), "missing",
                    String.join(", ", incomplete.get().arguments().missing()))).complete();
        } else {
            call(plans, question, reply);
        }
        return true;
    }

    private static void call(List<Plan> plans, Question question, Reply reply) {
        if (plans.stream().allMatch(Plan::later)) {
            reply.say(question.say("toolLater"));
        }
        reply.call(plans.stream().map(plan -> new ToolCall(plan.name(), plan.arguments().values())).toList(),
                (results, next) -> next.say(results.stream().map(result -> ResultSentence.of(result, question))
                        .collect(Collectors.joining(" "))));
        reply.complete();
    }

    /** What to call; several functions if the text asks for several things. */
    private List<Plan> plan(Question question, Optional<String> bare) {
        List<JsonNode> declared = question.conversation().functions().stream().limit(MAX_DECLARATIONS).toList();
        List<Plan> parts = new ArrayList<>();
        for (String part : question.language().pattern("and").split(question.text(), MAX_CALLS)) {
            Optional<JsonNode> chosen = choose(part, declared);
            Optional<JsonNode> same = parts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(parts.get(parts.size() - 1).declaration());
            Optional<Plan> plan = chosen.or(() -> same).map(function -> plan(function, question.with(part), bare))
                    .filter(next -> chosen.isPresent() || repeats(next, parts.get(parts.size() - 1)));
            if (plan.isEmpty()) {
                parts.clear();
                break;
            }
            parts.add(plan.get());
        }
        boolean several = parts.size() > 1 && parts.stream().allMatch(plan -> plan.arguments().missing().isEmpty())
                && new HashSet<>(parts).size() == parts.size();
        return several
                ? parts
                : choose(question.text(), declared).map(function -> plan(function, question, bare)).stream().toList();
    }

    private Plan plan(JsonNode function, Question question, Optional<String> bare) {
        return new Plan(function, Arguments.fill(function, Facts.of(question, clock), bare));
    }

    /** "... and in Rome": the same function with other arguments; unless the text goes on with a list. */
    private static boolean repeats(Plan next, Plan before) {
        return next.arguments().missing().isEmpty() && !next.arguments().values().isEmpty()
                && !next.arguments().values().equals(before.arguments().values())
                && StreamSupport.stream(before.arguments().values().spliterator(), false).noneMatch(JsonNode::isArray);
    }

    /** The function that fits best, the earlier one if two fit as well. */
    private static Optional<JsonNode> choose(String text, List<JsonNode> declared) {
        Set<String> said = Set.copyOf(Words.of(text));
        Set<String> meant = Words.meant(text);
        Optional<JsonNode> best = Optional.empty();
        double bestScore = 0;
        for (JsonNode function : declared) {
            double score = score(said, meant, function);
            if (score > bestScore) {
                best = Optional.of(function);
                bestScore = score;
            }
        }
        return best;
    }

    /**
     * @param said  the words themselves
     * @param meant with what they mean besides
     */
    private static double score(Set<String> said, Set<String> meant, JsonNode function) {
        Set<String> name = Set.copyOf(new HashSet<>(Words.of(function.path("name").asText())));
        JsonNode properties = function.path(function.has("parameters") ? "parameters" : "parametersJsonSchema")
                .path("properties");
        Set<String> parameters = new HashSet<>();
        properties.properties().forEach(property -> {
            parameters.addAll(Words.of(property.getKey()));
            property.getValue().path("enum").forEach(value -> parameters.addAll(Words.of(value.asText())));
        });
        Set<String> description = new HashSet<>(Words.of(Question.cut(function.path("description").asText())));
        parameters.removeAll(name);
        description.removeAll(name);
        description.removeAll(parameters);
        double score = NAME_WEIGHT * telling(meant, name) + PARAMETER_WEIGHT * telling(meant, parameters)
                + telling(meant, description);
        // "off", or "parcel" rather than another word for it, decides between two functions, but does not make one of them meant
        return score < THRESHOLD
                ? 0
                : score + Stream.concat(name.stream(), description.stream()).filter(Words::isGeneric).filter(meant::contains)
                        .count() / 2.0 + telling(said, name) / 4.0 - name.size() / 100.0;
    }

    private static long telling(Set<String> said, Set<String> words) {
        return words.stream().filter(word -> !Words.isGeneric(word)).filter(said::contains).count();
    }
}
