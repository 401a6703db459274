package dev.camelgenai.live.tool;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a call, checked against what the tool declares. Those that are not declared are dropped: the model may make
 * them up. Which keywords of a schema are checked: {@link ArgumentSchema}.
 *
 * @param values  by name, as headers may have them
 * @param body    what the route gets as its body
 * @param trouble what is wrong with them, in words for the model, of at most {@value #MAX_TROUBLE} characters; {@code null} when
 *                they are right
 * @param cause   the exception behind the trouble, for the log only; {@code null} for none
 */
record ToolArguments(Map<String, Object> values, Object body, String trouble, Exception cause) {

    static final int MAX_TROUBLE = 300;

    /** What routes and Jackson are spared; no sensible argument is nested like this. */
    private static final int MAX_DEPTH = 64;

    static ToolArguments check(ToolSpec spec, Map<String, Object> given) {
        ArgumentSchema declared = spec.arguments();
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, ArgumentSchema> entry : declared.properties().entrySet()) {
            String name = entry.getKey();
            Object value = given.get(name);
            if (value == null) {
                if (declared.required().contains(name) && declared.isMissing(name, given)) {
                    return wrong("The argument " + name + " is missing.", null);
                }
                if (given.containsKey(name) && entry.getValue().acceptsNull()) {
                    values.put(name, null);
                }
                continue;
            }
            if (isTooDeep(value)) {
                return wrong("The argument " + name + " is nested too deeply.", null);
            }
            Object meant = spec.lenient() ? entry.getValue().lenient(value) : value;
            String trouble = meant == null ? entry.getValue().wrongType(name) : entry.getValue().trouble(name, meant);
            if (trouble != null) {
                return wrong(trouble, null);
            }
            values.put(name, meant);
        }
        try {
            return new ToolArguments(values, spec.body().of(values), null, null);
        } catch (RuntimeException e) {
            return wrong("The arguments do not have the form that the tool needs.", e);
        }
    }

    private static ToolArguments wrong(String trouble, Exception cause) {
        return new ToolArguments(Map.of(), Map.of(), clipped(trouble, MAX_TROUBLE), cause);
    }

    /** Without recursion: what comes from outside must not decide how much stack is used. */
    private static boolean isTooDeep(Object value) {
        Deque<Iterator<?>> open = new ArrayDeque<>();
        push(value, open);
        while (!open.isEmpty()) {
            if (open.size() > MAX_DEPTH) {
                return true;
            }
            if (open.peek().hasNext()) {
                push(open.peek().next(), open);
            } else {
                open.pop();
            }
        }
        return false;
    }

    private static void push(Object value, Deque<Iterator<?>> open) {
        Collection<?> parts = value instanceof Map<?, ?> map ? map.values() : value instanceof List<?> list ? list : List.of();
        if (!parts.isEmpty()) {
            open.push(parts.iterator());
        }
    }

    /** A text of a bounded length, without characters that would forge lines of a log. */
    static String clipped(String text, int length) {
        String clipped = text.length() <= length ? text : text.substring(0, length - 3) + "...";
        return clipped.replaceAll("\\p{Cntrl}", " ");
    }
}
