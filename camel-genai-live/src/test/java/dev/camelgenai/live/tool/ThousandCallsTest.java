package dev.camelgenai.live.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.tool.CallLedger.Call;
import dev.camelgenai.live.tool.CallLedger.Verdict;
import dev.camelgenai.live.transport.AhcLiveConnector;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many sessions whose models call functions of every kind while they are interrupted, take calls back and lose their
 * connections, and an account of every call. {@code -Dtools.seed} repeats the decisions of a run.
 */
class ThousandCallsTest {

    private static final int ROUNDS = 10;
    private static final int CALLS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** Routes that hold a worker each, at a time: far less than there are workers. */
    private static final int MAX_SLOW = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Sessions of one model. */
    private enum Group {
        /** Goes on talking while its functions run. */
        EAGER("gemini-3.8-live", 20),
        /** Waits, and ends its turn meanwhile. */
        WAITING("gemini-2.5-flash-native-audio-preview-12-2025", 15),
        /** Waits. */
        SYNCHRONOUS("gemini-3.1-flash-live-preview", 15);

        private final String model;
        private final int sessions;

        Group(String model, int sessions) {
            this.model = model;
            this.sessions = sessions;
        }

        private String sessionGroup() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String uri() {
            return "genai-live:" + model + "?sessionGroup=" + sessionGroup();
        }
    }

    /** What befalls a session while a call is open. */
    private enum Blow {
        NONE,
        /** New input, for which the model takes back the calls that it waits for. */
        BARGE_IN,
        /** The model takes back a call that it does not wait for. */
        RETRACT,
        DROP,
        CLOSE_INTERNAL,
        CLOSE_NORMAL,
        /** The connection ends soon; the calls are answered before. */
        GO_AWAY,
        /** The connection ends before the calls are answered. */
        GO_AWAY_AND_END
    }

    /** One session, and what it is asked in this round. */
    private static final class Talk {

        private final Group group;
        private final String key;
        private Blow blow = Blow.NONE;
        private Blow before = Blow.NONE;
        private String question;
        private CompletableFuture<Exchange> asked;

        private Talk(Group group, int number) {
            this.group = group;
            this.key = "k" + number;
        }
    }

    @TempDir
    private Path directory;

    private final List<Talk> talks = new ArrayList<>();
    private final CallLedger ledger = new CallLedger();
    private final CalledRoutes routes = new CalledRoutes();
    private final AtomicInteger consumed = new AtomicInteger();
    private final Map<Blow, Integer> blows = new EnumMap<>(Blow.class);
    private final List<String> wrong = new ArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private Path cassette;
    private GenAiLiveEmulator emulator;
    private CassetteTail tail;
    private ProducerTemplate template;

    @Test
    void everyCallIsAnsweredOnceOrRightlyNotAtAll() throws Exception {
        long seed = Long.getLong("tools.seed", System.nanoTime());
        System.out.println("tools.seed=" + seed);
        Random random = new Random(seed);
        for (Group group : Group.values()) {
            for (int i = 0; i < group.sessions; i++) {
                talks.add(new Talk(group, talks.size() + 1));
            }
        }
        cassette = directory.resolve("calls.jsonl");
        emulator = GenAiLiveEmulator.builder().tlsPort(GenAiLiveEmulator.OFF).pacing(Pacing.IMMEDIATE)
                .scenario(new CallingScenario()).seed(seed).recordSessions(100_000).recordBytes(Long.MAX_VALUE).record(cassette)
                .start();
        try (AnswerWatch watch = new AnswerWatch(new AhcLiveConnector(2));
                GenAiLiveEmulator running = emulator;
                CassetteTail reading = new CassetteTail(cassette, ledger::add)) {
            tail = reading;
            try {
                start(watch);
                for (int round = 0; wrong.isEmpty() && round < ROUNDS; round++) {
                    play(round, random);
                }
                if (wrong.isEmpty()) {
                    finish();
                }
            } finally {
                context.stop();
            }
            watch.late().forEach(ledger::addLate);
            tail.read();
        }
        wrong.addAll(ledger.unexplained());
        wrong.addAll(ledger.unexplainedRuns(List.copyOf(routes.runs)));
        routes.runs.stream().filter(run -> !run.nonce().startsWith(run.key() + "."))
                .forEach(run -> wrong.add(run + " is for a call of another session"));
        wrong.addAll(routes.breaches);
        wrong.addAll(refusals());
        System.out.println(table(seed));
        assertThat(wrong).as("unexplained, with -Dtools.seed=" + seed).isEmpty();
        everyKindHasHappened();
    }

    private void start(AnswerWatch watch) throws Exception {
        GenAiLiveComponent live = new GenAiLiveComponent();
        live.setConnector(watch);
        live.getConfiguration().setBaseUrl(emulator.wsUrl());
        live.getConfiguration().setApiKey("key");
        live.getConfiguration().setReconnectInitialDelay(5);
        live.getConfiguration().setReconnectMaxDelay(50);
        context.addComponent("genai-live", live);
        context.getShutdownStrategy().setTimeout(5);
        context.addRoutes(routes);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                for (Group group : Group.values()) {
                    String profile = group.uri() + "&tags=all&toolTimeout=60s&turnTimeout=60s";
                    from("direct:ask-" + group.sessionGroup()).to(profile + "&response=turn");
                    from("direct:tell-" + group.sessionGroup()).to(profile + "&response=none");
                    from("direct:barge-" + group.sessionGroup())
                            .to(profile + "&response=none&textMode=clientContent");
                }
                from(Group.WAITING.uri() + "&deliver=event&events=toolCall").process(exchange -> consumed.incrementAndGet());
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    // ---- a round

    private void play(int round, Random random) {
        List<Talk> shuffled = new ArrayList<>(talks);
        Collections.shuffle(shuffled, random);
        int slow = 0;
        for (Talk talk : shuffled) {
            talk.before = talk.blow;
            talk.blow = blow(talk, random.nextInt(100));
            talk.question = talk.key + "." + round;
            List<List<CalledKind>> batches = batches(talk, random, slow);
            slow += (int) batches.stream().flatMap(List::stream).filter(kind -> kind == CalledKind.SLOW).count();
            talk.asked = send(random.nextInt(4) == 0 ? "tell" : "ask", talk, CallingScenario.question(talk.question, batches));
        }
        List<Talk> struck = shuffled.stream().filter(talk -> talk.blow != Blow.NONE).toList();
        struck.forEach(talk -> strike(talk, random.nextBoolean()));
        shuffled.stream().map(talk -> talk.question).forEach(routes::release);
        awaitAnswers(round);
        struck.stream().filter(talk -> talk.blow == Blow.GO_AWAY).forEach(talk -> awaitOrComplain(
                () -> connection(talk).isEmpty(), talk.question + " is still over the connection that was to end"));
        routes.releaseSleepers();
    }

    private static Blow blow(Talk talk, int dice) {
        if (dice < 55) {
            return Blow.NONE;
        } else if (dice < 77) {
            // what does not block is not taken back by itself
            return talk.group == Group.EAGER && dice < 66 ? Blow.RETRACT : Blow.BARGE_IN;
        } else if (dice < 84) {
            return Blow.DROP;
        } else if (dice < 88) {
            return Blow.CLOSE_INTERNAL;
        } else if (dice < 91) {
            return Blow.CLOSE_NORMAL;
        } else {
            return dice < 96 ? Blow.GO_AWAY : Blow.GO_AWAY_AND_END;
        }
    }

    private static List<List<CalledKind>> batches(Talk talk, Random random, int slow) {
        if (talk.blow == Blow.RETRACT) {
            return List.of(slow < MAX_SLOW ? List.of(CalledKind.SLOW, CalledKind.BOOKING) : List.of(CalledKind.BOOKING));
        }
        List<List<CalledKind>> batches = new ArrayList<>();
        int number = 1 + random.nextInt(2);
        for (int i = 0; i < number; i++) {
            List<CalledKind> batch = new ArrayList<>();
            if (i == 0 && talk.blow != Blow.NONE) {
                batch.add(talk.blow == Blow.BARGE_IN
                        ? CalledKind.HELD
                        : random.nextBoolean() ? CalledKind.BOOKING : CalledKind.HELD);
            }
            int calls = random.nextInt(3) + (batch.isEmpty() ? 1 : 0);
            for (int call = 0; call < calls; call++) {
                CalledKind kind = CalledKind.values()[random.nextInt(CalledKind.values().length)];
                boolean crowded = kind == CalledKind.SLOW && (slow >= MAX_SLOW || batch.contains(kind));
                batch.add(crowded ? CalledKind.HOSTILE : kind);
            }
            Collections.shuffle(batch, random);
            batches.add(batch);
        }
        return batches;
    }

    private CompletableFuture<Exchange> send(String route, Talk talk, String text) {
        return template.asyncSend("direct:" + route + "-" + talk.group.sessionGroup(), exchange -> {
            exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, talk.key);
            exchange.getMessage().setBody(text);
        });
    }

    /** The connection over which the question came, while it is open. */
    private Optional<RecordedSession> connection(Talk talk) {
        return emulator.sessions().stream().filter(RecordedSession::isOpen)
                .filter(session -> session.texts().stream().anyMatch(text -> text.startsWith(talk.question + ":"))).findFirst();
    }

    private List<Call> gated(Talk talk) {
        return ledger.calls().filter(call -> call.nonce.startsWith(talk.question + "/"))
                .filter(call -> CalledKind.valueOf(call.name.toUpperCase(Locale.ROOT)).isGated()).toList();
    }

    private boolean isWaiting(Talk talk) {
        return routes.begun(talk.question, CalledKind.HELD) + routes.begun(talk.question, CalledKind.BOOKING) > 0;
    }

    /**
     * @param race whether the routes may end while it happens
     */
    private void strike(Talk talk, boolean race) {
        awaitOrComplain(() -> isWaiting(talk), talk.question + " has not called a function that waits");
        Optional<RecordedSession> found = connection(talk);
        if (found.isEmpty()) {
            wrong.add(talk.question + " has no connection");
            return;
        }
        blows.merge(talk.blow, 1, Integer::sum);
        RecordedSession connection = found.get();
        switch (talk.blow) {
            case BARGE_IN -> send("barge", talk, talk.question + "b:");
            case RETRACT -> {
                awaitOrComplain(() -> {
                    tail.read();
                    return !gated(talk).isEmpty();
                }, talk.question + " has no call to take back");
                connection.send(cancellation(gated(talk)));
                connection.send("{\"serverContent\":{\"interrupted\":true}}");
                connection.send("{\"serverContent\":{\"turnComplete\":true}}");
            }
            case DROP -> connection.dropTcp();
            case CLOSE_INTERNAL -> connection.close(ServiceClose.INTERNAL_ERROR.code(), ServiceClose.INTERNAL_ERROR.reason());
            case CLOSE_NORMAL -> connection.close(ServiceClose.CANCELLED.code(), ServiceClose.CANCELLED.reason());
            case GO_AWAY -> connection.goAway(Duration.ofSeconds(20));
            case GO_AWAY_AND_END -> connection.goAway(Duration.ofMillis(300));
            case NONE -> throw new IllegalStateException("nothing to do");
        }
        if (talk.blow == Blow.GO_AWAY) {
            routes.release(talk.question);
        } else if (talk.blow == Blow.GO_AWAY_AND_END) {
            connection.awaitClosed(PATIENCE);
        } else if (race) {
            routes.release(talk.question);
        } else if (talk.blow == Blow.BARGE_IN || talk.blow == Blow.RETRACT) {
            awaitOrComplain(() -> {
                tail.read();
                return gated(talk).stream().anyMatch(call -> call.verdict() == Verdict.CANCELLED);
            }, talk.question + " had no call taken back");
        } else {
            connection.awaitClosed(PATIENCE);
        }
    }

    private static JsonNode cancellation(List<Call> calls) {
        ObjectNode message = JSON.createObjectNode();
        calls.forEach(call -> message.withObject("/toolCallCancellation").withArray("ids").add(call.id));
        return message;
    }

    private void awaitAnswers(int round) {
        for (Talk talk : talks) {
            awaitOrComplain(() -> talk.asked.isDone(), talk.question + " (" + talk.blow + ") has no end");
        }
        for (Talk talk : talks) {
            Exception failure = talk.asked.isDone() ? talk.asked.join().getException() : null;
            boolean mayFail = talk.blow != Blow.NONE || talk.before != Blow.NONE;
            if (failure != null && !(mayFail && failure instanceof GenAiLiveException known && known.isRetriable())) {
                wrong.add(talk.question + " (" + talk.blow + ", before " + talk.before + ") failed with " + failure);
            }
        }
        awaitOrComplain(() -> {
            tail.read();
            return ledger.open().isEmpty();
        }, "round " + round + " has calls without an answer");
    }

    private void awaitOrComplain(Callable<Boolean> condition, String complaint) {
        try {
            // who is late in a run that has failed already need not be waited for
            await().atMost(wrong.isEmpty() ? PATIENCE : Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(10))
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            wrong.add(complaint);
            show(complaint.split("[. ]")[0] + '.');
        }
    }

    /** What passed with a session, for whoever has to find out what happened. */
    private void show(String key) {
        Set<Integer> numbers = emulator.sessions().stream()
                .filter(session -> session.texts().stream().anyMatch(text -> text.startsWith(key)))
                .map(RecordedSession::number).collect(Collectors.toSet());
        try (CassetteTail all = new CassetteTail(cassette, line -> {
            if (numbers.contains(line.path("session").asInt())) {
                System.out.println(line);
            }
        })) {
            all.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ledger.calls().filter(call -> call.nonce.startsWith(key))
                .forEach(call -> System.out.println(call + " " + call.verdict()));
    }

    /** Whoever was hit last still talks, and nothing comes behind. */
    private void finish() {
        for (Talk talk : talks) {
            talk.before = talk.blow;
            talk.blow = Blow.NONE;
            talk.question = talk.key + ".last";
            talk.asked = send("ask", talk, CallingScenario.question(talk.question, List.of(List.of(CalledKind.QUICK))));
        }
        awaitAnswers(ROUNDS);
        awaitOrComplain(() -> routes.booked.get() == routes.bookings.get(), "a booking was stopped half-way");
    }

    // ---- the account

    /** Closes that the service had reason for. */
    private List<String> refusals() {
        return emulator.sessions().stream()
                .filter(session -> session.serverClose().filter(close -> close.code() == 1007 || close.code() == 1008)
                        .isPresent())
                .map(session -> "connection " + session.number() + " was closed: " + session.serverCloseDetail().orElse(""))
                .toList();
    }

    private long count(Predicate<Call> which) {
        return ledger.calls().filter(which).count();
    }

    private Map<String, Long> kinds() {
        Map<String, Long> kinds = new LinkedHashMap<>();
        kinds.put("in parallel", count(call -> call.batch > 1));
        kinds.put("blocking", count(call -> call.blocking));
        kinds.put("non-blocking", count(call -> !call.blocking));
        for (CalledKind kind : CalledKind.values()) {
            kinds.put(kind.function(), count(call -> call.name.equals(kind.function())));
        }
        kinds.put("cancelled or crossed",
                count(call -> call.verdict() == Verdict.CANCELLED || call.verdict() == Verdict.CROSSED));
        kinds.put("lost", count(call -> call.verdict() == Verdict.LOST));
        kinds.put("told to have failed", count(call -> call.error().startsWith("The tool failed")));
        kinds.put("told to have no result in time", count(call -> call.error().startsWith("The tool did not answer in time")));
        kinds.put("with several answers", count(call -> call.answers.size() > 1));
        kinds.put("told to be unknown", count(call -> call.error().startsWith("There is no such function")));
        kinds.put("told to be wrong", count(call -> call.error().startsWith("The argument")));
        kinds.put("seen by a consumer", (long) consumed.get());
        return kinds;
    }

    private void everyKindHasHappened() {
        assertThat(ledger.calls().count()).isGreaterThanOrEqualTo(CALLS);
        assertThat(ledger.calls().map(call -> call.nonce.split("\\.")[0]).distinct()).hasSizeGreaterThanOrEqualTo(50);
        assertThat(kinds()).allSatisfy((kind, number) -> assertThat(number).as(kind).isGreaterThanOrEqualTo(10));
    }

    private String table(long seed) {
        Map<String, Object> rows = new LinkedHashMap<>();
        rows.put("seed", seed);
        rows.put("sessions", talks.size());
        rows.put("connections", ledger.connections());
        rows.put("calls", ledger.calls().count());
        ledger.totals()
                .forEach((verdict, number) -> rows.put("  " + verdict.name().toLowerCase(Locale.ROOT), number));
        kinds().forEach((kind, number) -> rows.put("kind " + kind, number));
        blows.forEach((blow, number) -> rows.put("blow " + blow, number));
        rows.put("routes run", routes.runs.size());
        rows.put("routes interrupted", routes.interrupted.get());
        rows.put("unexplained", wrong.size());
        return rows.entrySet().stream().map(row -> String.format("%-28s %s", row.getKey(), row.getValue()))
                .collect(Collectors.joining("\n", "The account of the calls\n", "\n"));
    }
}
