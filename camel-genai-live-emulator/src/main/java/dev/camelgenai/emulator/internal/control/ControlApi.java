package dev.camelgenai.emulator.internal.control;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.ArmedFault;
import dev.camelgenai.emulator.fault.Fault;

/** What can be asked for: {@link #routes} is the list, and {@code GET /} shows it. Thread-safe; blocks. */
final class ControlApi {

    /** The session that stands for the newest one. */
    private static final String LAST = "last";
    private static final Duration ACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final int USUAL_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final int NORMAL_CLOSURE = 1000;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}(\\.[0-9]{1,9})?s");
    private static final Set<String> SESSION_QUERY = Set.of("limit", "full");

    private final GenAiLiveEmulator emulator;
    private final List<Route> routes = List.of(
            new Route("GET", "/", "This overview.", request -> overview()),
            new Route("GET", "/sessions", Set.of("limit", "open"),
                    "The sessions, ended ones included; ?limit=N for the last N (100), ?open=true for the open ones only.",
                    this::sessions),
            new Route("GET", "/sessions/{n}", SESSION_QUERY,
                    "Session n, or the last one for n = last, with its setup and messages; ?limit=N for the last N messages "
                            + "(100), ?full=true for long texts to their end.",
                    this::session),
            new Route("POST", "/sessions/{n}/send", "Sends the body to the client, as it is.", this::send),
            new Route("POST", "/sessions/{n}/goAway",
                    "Tells the client to go, and closes when the time is over. {\"timeLeft\":\"10s\"}", this::goAway),
            new Route("POST", "/sessions/{n}/close", "Closes. {\"code\":1011,\"reason\":\"Internal error occurred.\"}",
                    this::close),
            new Route("POST", "/sessions/{n}/drop", "Drops the TCP connection, without a Close frame.",
                    request -> act(request, RecordedSession::dropTcp)),
            new Route("POST", "/sessions/{n}/stopReading", "Reads no more from the client.",
                    request -> act(request, RecordedSession::stopReading)),
            new Route("POST", "/sessions/{n}/resumeReading", "Reads again.",
                    request -> act(request, RecordedSession::resumeReading)),
            new Route("GET", "/faults", "The faults that are armed, and what can be.", request -> faults()),
            new Route("POST", "/faults", "Arms a fault. {\"fault\":\"kill@midTurn*2\"}", this::arm),
            new Route("DELETE", "/faults/{id}", "Disarms one.", this::disarm),
            new Route("DELETE", "/faults", "Disarms all.", request -> clearFaults()),
            new Route("POST", "/reset",
                    "Begins anew: drops all connections, forgets records, counters and handles, arms the faults of the start.",
                    request -> reset()),
            new Route("GET", "/metrics", "Counters for Prometheus.", request -> metrics()),
            new Route("GET", "/health", "Whether it runs.", request -> health()));

    ControlApi(GenAiLiveEmulator emulator) {
        this.emulator = emulator;
    }

    /** The answer, errors included. */
    Answer handle(String method, String path, Map<String, List<String>> query, byte[] body) {
        try {
            for (Route route : routes) {
                Optional<String> variable = route.match(path);
                if (variable.isPresent() && route.method().equals(method)) {
                    ControlRequest request = new ControlRequest(variable.get(), query, body);
                    request.requireQueryOf(route.query());
                    return route.action().apply(request);
                }
            }
            throw notFound(method, path);
        } catch (ControlException e) {
            return Answer.error(e.status(), e.getMessage());
        }
    }

    private ControlException notFound(String method, String path) {
        String others = routes.stream().filter(route -> route.match(path).isPresent()).map(Route::method)
                .collect(Collectors.joining(" and "));
        return others.isEmpty()
                ? new ControlException(404, "There is no " + path + "; GET / lists what there is")
                : new ControlException(405, path + " takes " + others + ", not " + method);
    }

    private Answer overview() {
        ObjectNode overview = JsonNodeFactory.instance.objectNode().put("emulator", emulator.toString());
        ArrayNode list = overview.putArray("routes");
        routes.forEach(
                route -> list.addObject().put("method", route.method()).put("path", route.path()).put("does", route.does()));
        return Answer.json(overview);
    }

    private Answer sessions(ControlRequest request) {
        boolean openOnly = request.flag("open");
        int limit = request.number("limit", USUAL_LIMIT, MAX_LIMIT);
        List<RecordedSession> all = emulator.sessions().stream().filter(session -> !openOnly || session.isOpen()).toList();
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("total", all.size());
        ArrayNode list = json.putArray("sessions");
        all.subList(Math.max(0, all.size() - limit), all.size()).forEach(session -> list.add(SessionJson.summary(session)));
        return Answer.json(json);
    }

    private Answer session(ControlRequest request) {
        return Answer.json(SessionJson.detailed(find(request), request.number("limit", USUAL_LIMIT, MAX_LIMIT),
                request.flag("full")));
    }

    private Answer send(ControlRequest request) {
        if (request.body().length == 0) {
            throw ControlException.badRequest(
                    "There is nothing to send; the body is the message, like {\"serverContent\":{\"turnComplete\":true}}");
        }
        return act(request, session -> session.send(request.text()));
    }

    private Answer goAway(ControlRequest request) {
        JsonNode timeLeft = request.object("timeLeft").path("timeLeft");
        if (!timeLeft.isTextual() || !SECONDS.matcher(timeLeft.textValue()).matches()) {
            throw ControlException.badRequest("timeLeft is a number of seconds up to 99999 in a string, like \"10s\" or "
                    + "\"9.500s\": {\"timeLeft\":\"10s\"}");
        }
        Duration duration = Duration.parse("PT" + timeLeft.textValue());
        return act(request, session -> session.goAway(duration));
    }

    private Answer close(ControlRequest request) {
        JsonNode body = request.object("code", "reason");
        JsonNode code = body.path("code");
        JsonNode reason = body.path("reason");
        if (!code.isMissingNode() && !code.isInt() || !reason.isMissingNode() && !reason.isTextual()) {
            throw ControlException.badRequest(
                    "code is a number and reason a string: {\"code\":1011,\"reason\":\"Internal error occurred.\"}");
        }
        return act(request, session -> session.close(code.asInt(NORMAL_CLOSURE), reason.asText("")));
    }

    private Answer faults() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode armed = json.putArray("armed");
        emulator.faults().armed().forEach(fault -> armed.add(fault(fault)));
        ObjectNode happened = json.putObject("happened");
        emulator.faults().happened().forEach(happened::put);
        ObjectNode grammar = json.putObject("grammar").put("form", "KIND[=VALUE][@MOMENT][*TIMES][%PERCENT]");
        Fault.kinds().forEach(grammar.putArray("kinds")::add);
        Fault.moments().forEach(grammar.putArray("moments")::add);
        return Answer.json(json);
    }

    private Answer arm(ControlRequest request) {
        JsonNode spec = request.object("fault").path("fault");
        if (!spec.isTextual()) {
            throw ControlException.badRequest(
                    "fault is a string, KIND[=VALUE][@MOMENT][*TIMES][%PERCENT]: {\"fault\":\"kill@midTurn*2\"}");
        }
        try {
            Fault fault = Fault.parse(spec.textValue());
            return Answer.json(fault(new ArmedFault(emulator.faults().arm(fault), fault, 0)));
        } catch (IllegalArgumentException e) {
            throw ControlException.badRequest(e.getMessage());
        }
    }

    private Answer disarm(ControlRequest request) {
        String id = request.variable();
        if (!id.matches("[0-9]{1,18}") || !emulator.faults().disarm(Long.parseLong(id))) {
            throw new ControlException(404, "No fault with the id " + id + " is armed; armed are "
                    + emulator.faults().armed().stream().map(ArmedFault::id).toList());
        }
        return faults();
    }

    private Answer clearFaults() {
        emulator.faults().clear();
        return faults();
    }

    private Answer reset() {
        emulator.reset();
        return health();
    }

    private Answer metrics() {
        return Answer.text(PrometheusText.CONTENT_TYPE,
                PrometheusText.of(emulator.counters(), emulator.faults().happened()));
    }

    private static Answer health() {
        return Answer.json(JsonNodeFactory.instance.objectNode().put("status", "SERVING"));
    }

    private static ObjectNode fault(ArmedFault armed) {
        return JsonNodeFactory.instance.objectNode().put("id", armed.id()).put("fault", armed.fault().spec())
                .put("happened", armed.happened());
    }

    private RecordedSession find(ControlRequest request) {
        List<RecordedSession> sessions = emulator.sessions();
        Optional<RecordedSession> found = sessions.stream()
                .filter(session -> String.valueOf(session.number()).equals(request.variable())).findFirst();
        if (LAST.equals(request.variable()) && !sessions.isEmpty()) {
            found = Optional.of(sessions.get(sessions.size() - 1));
        }
        return found.orElseThrow(() -> new ControlException(404, "There is no session " + request.variable() + "; "
                + (sessions.isEmpty()
                        ? "nobody has connected yet"
                        : "there are " + sessions.get(0).number() + " to " + sessions.get(sessions.size() - 1).number()
                                + ", and last")));
    }

    private Answer act(ControlRequest request, SessionAction action) {
        RecordedSession session = find(request);
        try {
            action.on(session).get(ACTION_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return Answer.json(SessionJson.summary(session));
        } catch (IllegalArgumentException e) {
            throw ControlException.badRequest(e.getMessage());
        } catch (ExecutionException e) {
            throw new ControlException(409, String.valueOf(e.getCause().getMessage()));
        } catch (TimeoutException e) {
            throw new ControlException(504, "Not done within " + ACTION_TIMEOUT.toSeconds() + " s: the client does not read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException(503, "The emulator is being closed");
        }
    }

    private interface SessionAction {
        CompletableFuture<Void> on(RecordedSession session);
    }
}
