package dev.camelgenai.emulator.scenario.assistant;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.camelgenai.emulator.scenario.assistant.Facts.Kind;

/**
 * Arguments of a function, as far as the text has them.
 *
 * @param values  what was found
 * @param missing the required parameters for which nothing was found
 */
record Arguments(ObjectNode values, List<String> missing) {

    private static final int MAX_ITEMS = 20;
    private static final int MAX_DEPTH = 5;
    private static final int MAX_BARE = 60;
    /** Names of parameters that take words as they are. */
    private static final Set<String> FREE = stems("query text message question prompt content description reason note summary "
            + "comment body subject search term pattern keyword title topic input sentence phrase code expression");
    /** What a parameter's name tells about its value, the more specific first. */
    private static final List<Map.Entry<Kind, Set<String>>> HINTS = List.of(
            Map.entry(Kind.EMAIL, stems("email mail")),
            Map.entry(Kind.DATE, stems("date day when")),
            Map.entry(Kind.TIME, stems("time hour")),
            Map.entry(Kind.PLACE, stems("city location place town country destination origin region room area where address")),
            Map.entry(Kind.PATH, stems("path file filename directory folder dir")),
            Map.entry(Kind.CODE, stems("id number order ticket sku invoice account customer reference booking")),
            Map.entry(Kind.NAME, stems("name person user recipient author owner")));
    private static final Set<String> DIRECTORY = stems("directory folder dir");
    private static final Pattern NEGATED = Pattern.compile(
            "(?iuU)\\b(?:off|not|no|without|don't|disable|aus|nicht|kein|keine|ohne|pas|sans|sin|senza|non|não|sem|apaga)\\b");
    private static final Pattern ABOUT = Pattern
            .compile("(?iuU)\\b(?:for|about|saying|says|nach|über|sobre|per|pour)\\s+(?<words>.+)$");
    private static final Pattern END = Pattern.compile("[\\s.!?]+$");

    /**
     * @param declaration of the function
     * @param bare        what the user said when asked for a value that was missing
     */
    static Arguments fill(JsonNode declaration, Facts facts, Optional<String> bare) {
        JsonNode schema = declaration.path(declaration.has("parameters") ? "parameters" : "parametersJsonSchema");
        Filler filler = new Filler(facts, bare.map(words -> END.matcher(words).replaceAll(""))
                .filter(words -> !words.isEmpty() && words.length() <= MAX_BARE), Words.of(declaration.path("name").asText()));
        return new Arguments(filler.object(schema, 0), List.copyOf(filler.missing));
    }

    private static Set<String> stems(String words) {
        return Set.copyOf(new HashSet<>(Words.of(words)));
    }

    /** One walk through a schema, in the order of its properties. */
    private static final class Filler {

        private final Facts facts;
        private Optional<String> bare;
        private final List<String> function;
        private final List<String> missing = new ArrayList<>();

        Filler(Facts facts, Optional<String> bare, List<String> function) {
            this.facts = facts;
            this.bare = bare;
            this.function = function;
        }

        ObjectNode object(JsonNode schema, int depth) {
            Set<String> required = new HashSet<>();
            schema.path("required").forEach(name -> required.add(name.asText()));
            ObjectNode values = JsonNodeFactory.instance.objectNode();
            if (depth < MAX_DEPTH) {
                schema.path("properties").properties().forEach(property -> {
                    boolean needed = required.contains(property.getKey());
                    value(property.getKey(), property.getValue(), needed, depth).ifPresentOrElse(
                            value -> values.set(property.getKey(), value), () -> {
                                if (needed) {
                                    missing.add(property.getKey());
                                }
                            });
                });
            }
            return values;
        }

        private Optional<JsonNode> value(String name, JsonNode schema, boolean needed, int depth) {
            if (schema.path("enum").size() > 0) {
                return choice(schema.path("enum"), needed);
            }
            return switch (type(schema)) {
                case "integer" -> facts.next(Kind.NUMBER).map(BigDecimal::new)
                        .map(number -> LongNode.valueOf(number.longValue()));
                case "number" -> facts.next(Kind.NUMBER).map(BigDecimal::new).map(Arguments::number);
                case "boolean" -> flag(name, needed);
                case "array" -> array(name, schema.path("items"), depth);
                case "object" -> {
                    ObjectNode object = object(schema, depth + 1);
                    yield object.isEmpty() && !needed ? Optional.empty() : Optional.of(object);
                }
                default -> string(name, schema, needed).map(TextNode::valueOf);
            };
        }

        /** The value that the text names; without one a required parameter gets the first. */
        private Optional<JsonNode> choice(JsonNode values, boolean needed) {
            Set<String> said = Words.meant(facts.text());
            return StreamSupport.stream(values.spliterator(), false)
                    .filter(value -> !Words.of(value.asText()).isEmpty() && said.containsAll(Words.of(value.asText())))
                    .findFirst().or(() -> needed ? Optional.of(values.get(0)) : Optional.empty());
        }

        private Optional<JsonNode> flag(String name, boolean needed) {
            Set<String> said = Words.meant(facts.text());
            return needed || Words.of(name).stream().anyMatch(said::contains)
                    ? Optional.of(BooleanNode.valueOf(!NEGATED.matcher(facts.text()).find()))
                    : Optional.empty();
        }

        private Optional<JsonNode> array(String name, JsonNode items, int depth) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            if (items.path("enum").isArray()) {
                Set<String> said = Words.meant(facts.text());
                items.path("enum").forEach(value -> {
                    if (said.containsAll(Words.of(value.asText()))) {
                        array.add(value);
                    }
                });
            } else if (!"array".equals(type(items)) && !"object".equals(type(items)) && !"boolean".equals(type(items))) {
                Optional<JsonNode> item = value(name, items, false, depth);
                while (item.isPresent() && array.size() < MAX_ITEMS) {
                    array.add(item.get());
                    // words that are free would be the same for ever
                    item = isFree(name) ? Optional.empty() : value(name, items, false, depth);
                }
            }
            return array.isEmpty() ? Optional.empty() : Optional.of(array);
        }

        private Optional<String> string(String name, JsonNode schema, boolean needed) {
            Kind kind = kind(name, schema);
            if (kind == Kind.ANY && isFree(name)) {
                return needed || facts.firstQuoted().isPresent() ? Optional.of(free()) : Optional.empty();
            }
            Optional<String> found = facts.next(kind).or(() -> needed ? facts.next(Kind.ANY) : Optional.empty());
            if (found.isEmpty() && needed && bare.isPresent()) {
                found = bare;
                bare = Optional.empty();
            }
            boolean directory = Words.of(name).stream().anyMatch(DIRECTORY::contains)
                    || kind == Kind.PATH && function.contains("list");
            return found.or(() -> needed && directory ? Optional.of(".") : Optional.empty());
        }

        /** What is in quotes, or comes after "for" or "about", or all. */
        private String free() {
            return facts.firstQuoted().orElseGet(() -> {
                Matcher about = ABOUT.matcher(facts.text());
                return END.matcher(about.find() ? about.group("words") : facts.text()).replaceAll("");
            });
        }
    }

    private static boolean isFree(String name) {
        return Words.of(name).stream().anyMatch(FREE::contains);
    }

    private static Kind kind(String name, JsonNode schema) {
        String format = schema.path("format").asText("").toLowerCase(Locale.ROOT);
        if (format.startsWith("date")) {
            return Kind.DATE;
        }
        if (format.equals("time") || format.equals("email")) {
            return Kind.valueOf(format.toUpperCase(Locale.ROOT));
        }
        if (isFree(name)) {
            return Kind.ANY;
        }
        List<String> words = Words.of(name);
        return HINTS.stream().filter(hint -> words.stream().anyMatch(hint.getValue()::contains)).map(Map.Entry::getKey)
                .findFirst().orElse(Kind.ANY);
    }

    /** In lower case; Google writes STRING, and JSON Schema may have a list with null in it. */
    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            return StreamSupport.stream(type.spliterator(), false).map(JsonNode::asText).filter(name -> !"null".equals(name))
                    .findFirst().orElse("string");
        }
        return type.asText("string").toLowerCase(Locale.ROOT);
    }

    private static JsonNode number(BigDecimal number) {
        return number.scale() <= 0 ? LongNode.valueOf(number.longValue()) : DecimalNode.valueOf(number);
    }
}
