package dev.camelgenai.emulator.scenario;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** A text with variables: <code>${name}</code>, <code>${result.a.b[0]}</code>, <code>${name:number}</code>. */
record Template(List<Part> parts) {

    private static final Pattern VARIABLE = Pattern.compile(
            "(?<name>[A-Za-z][A-Za-z0-9]*)(?<path>(?:\\.[\\w-]+|\\[\\d+]|\\[\"[^\"]*\"])*)(?::(?<type>[a-z]+))?");
    private static final Pattern STEP = Pattern.compile("\\.(?<field>[\\w-]+)|\\[(?<index>\\d+)]|\\[\"(?<quoted>[^\"]*)\"]");

    Template {
        parts = List.copyOf(parts);
    }

    /** The pieces of a template. */
    sealed interface Part {
    }

    /** Text that stays as it is. */
    record Literal(String text) implements Part {
    }

    /** A place for a value. */
    record Variable(String name, List<String> path, Type type) implements Part {

        JsonNode value(Variables variables) {
            return type.of(variables.value(name, path));
        }
    }

    /** What a value is turned into; matters only where a variable stands alone in an argument. */
    enum Type {
        /** As it is. */
        ANY,
        /** A JSON number, if the text is one. */
        NUMBER,
        /** A JSON boolean, if the text is one. */
        BOOLEAN;

        JsonNode of(JsonNode value) {
            if (!value.isTextual()) {
                return value;
            }
            String text = value.textValue().strip();
            return switch (this) {
                case ANY -> value;
                case NUMBER -> number(text, value);
                case BOOLEAN -> text.matches("(?i)true|false") ? BooleanNode.valueOf(Boolean.parseBoolean(text)) : value;
            };
        }

        private static JsonNode number(String text, JsonNode otherwise) {
            // no exponents: 1e999999999 would be a number of a gigabyte
            if (!text.matches("[-+]?\\d{1,30}(\\.\\d{1,30})?")) {
                return otherwise;
            }
            if (text.indexOf('.') >= 0) {
                return DecimalNode.valueOf(new BigDecimal(text));
            }
            BigInteger whole = new BigInteger(text);
            return whole.bitLength() < Long.SIZE ? LongNode.valueOf(whole.longValue()) : BigIntegerNode.valueOf(whole);
        }
    }

    static Template parse(String text, Scope scope) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                literal.append("${");
                at += 3;
            } else if (text.startsWith("${", at)) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new InvalidScenarioException(
                            "'" + text + "' has a ${ without its }; write $${ for the characters themselves");
                }
                if (!literal.isEmpty()) {
                    parts.add(new Literal(literal.toString()));
                    literal.setLength(0);
                }
                parts.add(variable(text.substring(at + 2, end), scope));
                at = end + 1;
            } else {
                literal.append(text.charAt(at));
                at++;
            }
        }
        if (!literal.isEmpty()) {
            parts.add(new Literal(literal.toString()));
        }
        return new Template(parts);
    }

    /** A text without variables. */
    static Template literal(String text) {
        return new Template(List.of(new Literal(text)));
    }

    String render(Variables variables) {
        return parts.stream().map(part -> part instanceof Literal literal
                ? literal.text()
                : text(((Variable) part).value(variables))).collect(Collectors.joining());
    }

    /** As {@link #render}, but a variable that stands alone keeps its type; without a value it is null. */
    JsonNode renderValue(Variables variables) {
        if (parts.size() == 1 && parts.get(0) instanceof Variable variable) {
            JsonNode value = variable.value(variables);
            return value.isMissingNode() ? NullNode.getInstance() : value;
        }
        return TextNode.valueOf(render(variables));
    }

    /** Whether this could have been rendered to that text. */
    boolean couldRender(String text) {
        return TextPattern.compile("(?s)\\A" + parts.stream()
                .map(part -> part instanceof Literal literal ? Pattern.quote(literal.text()) : ".*")
                .collect(Collectors.joining()) + "\\z").find(text).isPresent();
    }

    private static String text(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.isNull() ? "" : value.asText();
    }

    private static Variable variable(String content, Scope scope) {
        Matcher matcher = VARIABLE.matcher(content);
        if (!matcher.matches()) {
            throw new InvalidScenarioException("${" + content
                    + "} is no variable; examples: ${text}, ${result.state}, ${result.items[0]}, ${amount:number}");
        }
        List<String> path = new ArrayList<>();
        Matcher step = STEP.matcher(matcher.group("path"));
        while (step.find()) {
            path.add(step.group("field") != null
                    ? step.group("field")
                    : step.group("index") != null ? step.group("index") : step.group("quoted"));
        }
        String name = matcher.group("name");
        scope.check(name, path);
        return new Variable(name, List.copyOf(path), type(content, matcher.group("type")));
    }

    private static Type type(String content, String name) {
        if (name == null) {
            return Type.ANY;
        }
        return switch (name) {
            case "number" -> Type.NUMBER;
            case "boolean" -> Type.BOOLEAN;
            default -> throw new InvalidScenarioException("${" + content + "}: the type is number or boolean, not " + name);
        };
    }

    /**
     * Which variables a step may use.
     *
     * @param names   those with a single value
     * @param results whether functions have been called before
     */
    record Scope(Set<String> names, boolean results) {

        Scope afterCall() {
            return new Scope(names, true);
        }

        void check(String name, List<String> path) {
            if (Variables.RESULT.equals(name) || Variables.RESULTS.equals(name)) {
                if (!results) {
                    throw new InvalidScenarioException("${" + name + "} has a value only after a call");
                }
                if (Variables.RESULTS.equals(name) && path.isEmpty()) {
                    throw new InvalidScenarioException("${results} needs the name of a function: ${results.orderStatus}");
                }
            } else if (!names.contains(name)) {
                throw new InvalidScenarioException("there is no variable ${" + name + "} here; known are "
                        + String.join(", ", new TreeSet<>(names)) + (results ? ", result, results" : "")
                        + "; write $${ for the characters themselves");
            } else if (!path.isEmpty()) {
                throw new InvalidScenarioException("${" + name + "} has no fields; only result and results have");
            }
        }
    }
}
