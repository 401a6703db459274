package dev.camelgenai.live.tool;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What became of every function call, by the recording of the server. Takes the lines of a cassette, in their order. A call is
 * known by its argument {@value #NONCE}, which is unique, because ids begin anew with every conversation.
 */
final class CallLedger {

    /** The argument that tells the calls of all connections apart. */
    static final String NONCE = "nonce";
    /** What a result of a route has in it somewhere, if it is not an error: the nonce again. */
    static final String REF = "ref";

    /** What a call counts as. */
    enum Verdict {
        /** One last answer, over the connection that made the call. */
        ANSWERED,
        /** Taken back before an answer came, and none came. */
        CANCELLED,
        /** Taken back while the answer was on its way. */
        CROSSED,
        /** The connection ended before the answer. */
        LOST,
        /** Still waits. */
        OPEN,
        /** None of these, or more than one. */
        UNEXPLAINED
    }

    /**
     * An answer to a call.
     *
     * @param willContinue whether more were to follow
     */
    record Answer(String name, JsonNode response, boolean willContinue) {

        String error() {
            return response.path("error").asText("");
        }
    }

    /** One call. */
    static final class Call {

        final String nonce;
        final String id;
        final String name;
        final boolean blocking;
        /** How many calls were made together. */
        final int batch;
        final List<Answer> answers = new ArrayList<>();
        private final Connection connection;
        private final List<String> wrong = new ArrayList<>();
        private boolean cancelled;
        private boolean answeredAfterwards;

        private Call(Connection connection, JsonNode call, int batch) {
            this.connection = connection;
            this.nonce = call.path("args").path(NONCE).asText("");
            this.id = call.path("id").asText();
            this.name = call.path("name").asText();
            this.blocking = connection.blocks(name);
            this.batch = batch;
        }

        private boolean isFinished() {
            return answers.stream().anyMatch(answer -> !answer.willContinue);
        }

        Verdict verdict() {
            if (!wrong.isEmpty() || connection.leftAlone && !cancelled && !isFinished()) {
                return Verdict.UNEXPLAINED;
            }
            if (answeredAfterwards) {
                return Verdict.CROSSED;
            }
            if (isFinished()) {
                return Verdict.ANSWERED;
            }
            if (cancelled) {
                return Verdict.CANCELLED;
            }
            return connection.ended ? Verdict.LOST : Verdict.OPEN;
        }

        /** What the model was told in the last answer, if that was an error. */
        String error() {
            return answers.isEmpty() ? "" : answers.get(answers.size() - 1).error();
        }

        @Override
        public String toString() {
            return name + "[" + nonce + ", " + id + ", connection " + connection.number + "]";
        }
    }

    private static final class Connection {

        private final int number;
        private final Map<String, Call> calls = new LinkedHashMap<>();
        private final Map<String, String> behaviors = new HashMap<>();
        private String model = "";
        private boolean told;
        private boolean ended;
        /** The client ended it though nobody had told it to go. */
        private boolean leftAlone;

        private Connection(int number) {
            this.number = number;
        }

        private void declare(JsonNode tools) {
            tools.forEach(tool -> tool.path("functionDeclarations").forEach(
                    function -> behaviors.put(function.path("name").asText(), function.path("behavior").asText(""))));
        }

        private boolean blocks(String name) {
            if (model.contains("3.1")) {
                return true;
            }
            return switch (behaviors.getOrDefault(name, "")) {
                case "BLOCKING" -> true;
                case "NON_BLOCKING" -> false;
                default -> !model.contains("3.8");
            };
        }
    }

    private final Map<Integer, Connection> connections = new LinkedHashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Call> byNonce = new HashMap<>();
    private final List<String> strays = new ArrayList<>();
    private final Set<String> late = new HashSet<>();

    /** The next line of the cassette. */
    void add(JsonNode line) {
        if (!line.has("session")) {
            return;
        }
        Connection connection = connections.computeIfAbsent(line.path("session").asInt(), Connection::new);
        JsonNode message = line.path("message");
        switch (line.path("event").asText()) {
            case "server" -> server(connection, message);
            case "client" -> client(connection, message);
            case "serverClose" -> connection.ended = true;
            case "clientClose" -> leave(connection);
            case "lost" -> {
                if (line.path("by").asText().equals("client")) {
                    leave(connection);
                }
                connection.ended = true;
            }
            default -> {
                // open
            }
        }
    }

    private static void leave(Connection connection) {
        connection.leftAlone = !connection.told && !connection.ended;
        connection.ended = true;
    }

    private void server(Connection connection, JsonNode message) {
        JsonNode made = message.path("toolCall").path("functionCalls");
        made.forEach(function -> called(new Call(connection, function, made.size())));
        message.path("toolCallCancellation").path("ids").forEach(id -> {
            Call call = connection.calls.get(id.asText());
            if (call != null && !call.isFinished()) {
                call.cancelled = true;
            }
        });
        connection.told |= message.has("goAway");
    }

    private void called(Call call) {
        calls.add(call);
        if (call.connection.calls.put(call.id, call) != null) {
            call.wrong.add("its id is that of another call of the connection");
        }
        if (byNonce.put(call.nonce, call) != null) {
            call.wrong.add("its nonce is that of another call");
        }
    }

    private void client(Connection connection, JsonNode message) {
        JsonNode setup = message.path("setup");
        if (setup.isObject()) {
            connection.model = setup.path("model").asText();
            connection.declare(setup.path("tools"));
        }
        connection.declare(message.path("contextUpdate").path("tools").path("tools"));
        message.path("toolResponse").path("functionResponses").forEach(response -> answered(connection, response));
    }

    private void answered(Connection connection, JsonNode response) {
        Call call = connection.calls.get(response.path("id").asText(""));
        if (call == null) {
            strays.add("connection " + connection.number + " has made no call that this answers: " + cut(response));
            return;
        }
        Answer answer = new Answer(response.path("name").asText(""), response.path("response"),
                response.path("willContinue").asBoolean(false));
        if (call.isFinished()) {
            call.wrong.add("answered again: " + cut(response));
        }
        if (!answer.name.equals(call.name)) {
            call.wrong.add("the name in the answer is '" + answer.name + "'");
        }
        String ref = answer.response.findPath(REF).asText(call.nonce);
        if (!ref.equals(call.nonce)) {
            call.wrong.add("the answer is that to " + ref);
        }
        call.answeredAfterwards |= call.cancelled;
        call.answers.add(answer);
    }

    private static String cut(JsonNode response) {
        String text = response.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }

    /** The client has answered this call although it had read that it was taken back. */
    void addLate(String nonce) {
        late.add(nonce);
    }

    Stream<Call> calls() {
        return calls.stream();
    }

    Stream<Call> calls(Verdict verdict) {
        return calls().filter(call -> call.verdict() == verdict);
    }

    /** The calls that wait for an answer. */
    List<Call> open() {
        return calls(Verdict.OPEN).toList();
    }

    int connections() {
        return connections.size();
    }

    Map<Verdict, Long> totals() {
        Map<Verdict, Long> totals = new EnumMap<>(Verdict.class);
        calls.forEach(call -> totals.merge(call.verdict(), 1L, Long::sum));
        return totals;
    }

    /** The account: what cannot be explained. Calls that wait belong to it. */
    List<String> unexplained() {
        List<String> unexplained = new ArrayList<>(strays);
        for (Call call : calls) {
            if (late.contains(call.nonce)) {
                unexplained.add(call + " was answered after the client had read that it was cancelled");
            }
            call.wrong.forEach(what -> unexplained.add(call + ": " + what));
            switch (call.verdict()) {
                case OPEN -> unexplained.add(call + " was never answered");
                case UNEXPLAINED -> {
                    if (call.wrong.isEmpty()) {
                        unexplained.add(call + " was not answered, but its connection ended by the client");
                    }
                }
                default -> {
                    // explained
                }
            }
        }
        return unexplained;
    }

    /**
     * What of the runs of routes does not agree with the calls.
     *
     * @param runs the nonces and ids that the routes saw, in any order
     */
    List<String> unexplainedRuns(List<Run> runs) {
        List<String> unexplained = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Run run : runs) {
            Call call = byNonce.get(run.nonce());
            if (call == null) {
                unexplained.add(run + " is for a call that nobody made");
            } else if (!call.id.equals(run.id()) || !call.name.equals(run.tool())) {
                unexplained.add(run + " is for another call than " + call);
            }
            if (!seen.add(run.nonce())) {
                unexplained.add(run + " is not the first for its call");
            }
        }
        return unexplained;
    }

    /**
     * A route that was run for a call.
     *
     * @param tool  its name
     * @param nonce by its arguments
     * @param id    of the call, by its header
     * @param key   of the session, by its header
     */
    record Run(String tool, String nonce, String id, String key) {
    }
}
