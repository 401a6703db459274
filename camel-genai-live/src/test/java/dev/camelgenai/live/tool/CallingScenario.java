package dev.camelgenai.live.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ToolCall;
import dev.camelgenai.emulator.scenario.UserTurn;

/**
 * A model that calls what it is told to: {@code NAME: quick,slow;failing} are two calls at once, and a third one afterwards. A
 * call's nonce begins with the name of the question and a slash.
 */
final class CallingScenario implements Scenario {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger hostile = new AtomicInteger();

    /** How the question is put. */
    static String question(String name, List<List<CalledKind>> batches) {
        return name + ": " + String.join(";",
                batches.stream().map(batch -> String.join(",", batch.stream().map(CalledKind::function).toList())).toList());
    }

    @Override
    public void onTurn(UserTurn turn, Reply reply) {
        String text = ((UserTurn.Text) turn).text();
        int colon = text.indexOf(':');
        String name = text.substring(0, colon);
        String calls = text.substring(colon + 1).strip();
        if (!calls.isEmpty()) {
            for (String batch : calls.split(";")) {
                List<ToolCall> functions = new ArrayList<>();
                Arrays.stream(batch.split(",")).map(kind -> CalledKind.valueOf(kind.toUpperCase(Locale.ROOT)))
                        .forEach(kind -> functions.add(call(name, kind)));
                reply.call(functions, (results, then) -> then.say("."));
            }
        }
        reply.say(".").complete();
    }

    private ToolCall call(String question, CalledKind kind) {
        String nonce = question + "/" + kind.function() + "/" + numbers.incrementAndGet();
        ObjectNode args = JSON.createObjectNode().put(CallLedger.NONCE, nonce).put(CallLedger.REF, nonce);
        if (kind == CalledKind.HOSTILE) {
            args.put("amount", 1);
            int number = hostile.getAndIncrement();
            int refused = HostileArguments.REFUSED.size();
            int which = number % (refused + HostileArguments.TAKEN.size());
            (which < refused ? HostileArguments.REFUSED.get(which) : HostileArguments.TAKEN.get(which - refused)).accept(args);
        }
        return new ToolCall(kind.function(), args);
    }
}
