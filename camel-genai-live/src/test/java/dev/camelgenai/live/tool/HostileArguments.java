package dev.camelgenai.live.tool;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Arguments for a function with the parameters {@code ref}, {@code amount} (a required integer), {@code colour} (red or green),
 * {@code ratio} (a number), {@code agreed} (a boolean) and {@code note} (a string).
 */
final class HostileArguments {

    /** Arguments that do not fit, and must not reach the route. */
    static final List<Consumer<ObjectNode>> REFUSED = List.of(
            args -> args.remove("amount"),
            args -> args.remove("ref"),
            args -> args.remove(List.of("ref", "amount")),
            args -> args.putNull("amount"),
            args -> args.put("amount", "a lot"),
            args -> args.put("amount", 2.5),
            args -> args.put("amount", new BigDecimal("1e400")),
            args -> args.put("amount", true),
            args -> args.putArray("amount").add(1),
            args -> args.put("colour", "mauve"),
            args -> args.put("colour", "red,green"),
            args -> args.put("ratio", "NaN"),
            args -> args.put("agreed", "yes"),
            args -> args.putObject("note").put("text", "nested"),
            args -> args.set("note", deep(300)));

    /** Arguments that are to do harm, and fit: what of them nobody has declared must not reach the route. */
    static final List<Consumer<ObjectNode>> TAKEN = List.of(
            args -> args.put("CamelFileName", "/etc/passwd").put("camelhttpuri", "http://elsewhere").put("CAMELX", 1),
            args -> args.put("note", "x".repeat(300_000)),
            args -> args.set("unasked", deep(300)),
            args -> args.put("note", "${exchangeProperty.secret} {{secret}} #{secret} \u0000\r\nCamelFileName: x \ud800"),
            args -> args.put("breadcrumbId", "x").put("", "empty").put("a\r\nb", "line").put("org.apache.camel.x", "x"),
            args -> args.put("colour", "red").put("ratio", new BigDecimal("1e300")).put("agreed", false));

    private static final ObjectMapper JSON = new ObjectMapper();

    private HostileArguments() {
    }

    private static ObjectNode deep(int levels) {
        ObjectNode outer = JSON.createObjectNode();
        ObjectNode inner = outer;
        for (int i = 0; i < levels; i++) {
            inner = inner.putObject("n");
        }
        return outer;
    }
}
