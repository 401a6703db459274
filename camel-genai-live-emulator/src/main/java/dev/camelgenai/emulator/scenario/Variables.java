package dev.camelgenai.emulator.scenario;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * The values of the variables while one turn is answered.
 *
 * @param groups  the named groups of the rule's expression that took part
 * @param results what the functions called last have answered
 */
record Variables(UserTurn turn, Conversation conversation, Map<String, String> groups, List<ToolResult> results,
        InstantSource clock) {

    static final String SECONDS = "seconds";
    static final String RESULT = "result";
    static final String RESULTS = "results";

    /** Those that every rule has. */
    static final Set<String> COMMON = Set.of("text", "turn", "now", "model", "language");

    /** No group of an expression may have one of these names. */
    static boolean reserved(String name) {
        return COMMON.contains(name) || SECONDS.equals(name) || RESULT.equals(name) || RESULTS.equals(name);
    }

    Variables with(List<ToolResult> newResults) {
        return new Variables(turn, conversation, groups, List.copyOf(newResults), clock);
    }

    /** What the user said, or what stands for it. */
    String text() {
        return turn instanceof UserTurn.Text written ? written.text() : ((UserTurn.Audio) turn).transcript();
    }

    /** The value, a missing node if there is none. */
    JsonNode value(String name, List<String> path) {
        return switch (name) {
            case "text" -> TextNode.valueOf(text());
            case "turn" -> IntNode.valueOf(conversation.turn());
            case "now" -> TextNode.valueOf(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
            case "model" -> TextNode.valueOf(conversation.model());
            case "language" -> conversation.language().<JsonNode>map(TextNode::valueOf).orElse(MissingNode.getInstance());
            case SECONDS -> seconds();
            case RESULT -> at(results.isEmpty() ? MissingNode.getInstance() : results.get(0).response(), path);
            case RESULTS -> results.stream().filter(result -> result.name().equals(path.get(0))).findFirst()
                    .map(result -> at(result.response(), path.subList(1, path.size()))).orElse(MissingNode.getInstance());
            default -> groups.containsKey(name) ? TextNode.valueOf(groups.get(name)) : MissingNode.getInstance();
        };
    }

    private JsonNode seconds() {
        return turn instanceof UserTurn.Audio audio
                ? DecimalNode.valueOf(BigDecimal.valueOf(audio.duration().toMillis(), 3).setScale(1, RoundingMode.HALF_UP))
                : MissingNode.getInstance();
    }

    private static JsonNode at(JsonNode node, List<String> path) {
        JsonNode at = node;
        for (String step : path) {
            at = at.isArray() && step.matches("\\d{1,9}") ? at.path(Integer.parseInt(step)) : at.path(step);
        }
        return at;
    }
}
