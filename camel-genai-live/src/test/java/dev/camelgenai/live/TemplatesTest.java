package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Sessions without a route, and routes that fetch messages themselves. */
@Timeout(120)
class TemplatesTest extends RoutesTestSupport {

    private static final long MILLIS = PATIENCE.toMillis();

    private RecordedSession openSession() {
        template.sendBody(TELL + "&operation=openSession", "");
        return connection(1);
    }

    private static long number(Exchange exchange) {
        return exchange.getMessage().getHeader(GenAiLiveConstants.SEQUENCE_NUMBER, Long.class);
    }

    private static String words(Exchange exchange) {
        return exchange.getMessage().getBody(LiveServerMessage.class).serverContent()
                .flatMap(content -> content.outputTranscription()).flatMap(part -> part.text()).orElse("");
    }

    // ---- ConsumerTemplate

    @Test
    void aConsumerTemplateReceivesMessagesInOrderOrNothingInTime() throws Exception {
        serve(Scenarios.silent());
        start();
        ConsumerTemplate consumers = keep(context.createConsumerTemplate());
        assertThat(consumers.receiveNoWait(HEAR)).as("from now on it listens").isNull();
        RecordedSession session = openSession();
        // the setup, and the first handle
        List<Exchange> received = new ArrayList<>();
        say(session, "one");
        say(session, "two");

        do {
            received.add(consumers.receive(HEAR, MILLIS));
        } while (!words(received.get(received.size() - 1)).equals("two"));

        assertThat(received).extracting(TemplatesTest::number)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, received.size()).boxed().toList());
        assertThat(received).allSatisfy(
                exchange -> assertThat(exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY)).isEqualTo("default"));
        assertThat(consumers.receive(HEAR, 50)).isNull();
        received.forEach(consumers::doneUoW);
        assertThat(context.getInflightRepository().size()).isZero();
    }

    @Test
    void aMessageTakenByATemplateBelongsToItUntilItIsDoneWithIt() throws Exception {
        serve(Scenarios.silent());
        start();
        ConsumerTemplate consumers = keep(context.createConsumerTemplate());
        consumers.receiveNoWait(HEAR);
        RecordedSession session = openSession();
        say(session, "kept");
        Exchange kept = consumers.receive(HEAR, MILLIS);
        while (!words(kept).equals("kept")) {
            kept = consumers.receive(HEAR, MILLIS);
        }

        for (int i = 0; i < 20; i++) {
            say(session, "later " + i);
            consumers.doneUoW(consumers.receive(HEAR, MILLIS));
        }

        assertThat(words(kept)).isEqualTo("kept");
        consumers.doneUoW(kept);
    }

    @Test
    void whileNobodyPollsReadingPausesAndNothingIsLost() throws Exception {
        int messages = 2_000;
        serve(Scenarios.silent());
        createContext();
        HeldSockets sockets = keep(new HeldSockets());
        component.setConnector(sockets);
        start();
        String hear = HEAR + "&laneMaxMessages=8&pollingConsumerQueueSize=5";
        ConsumerTemplate consumers = keep(context.createConsumerTemplate());
        consumers.receiveNoWait(hear);
        RecordedSession session = openSession();
        String padding = "x".repeat(10_000);
        CompletableFuture<?> said = CompletableFuture.allOf(IntStream.range(0, messages)
                .mapToObj(i -> session.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + i + " " + padding
                        + "\"}}}"))
                .toArray(CompletableFuture[]::new));
        await().atMost(PATIENCE).until(sockets::isReadingPaused);

        List<String> received = new ArrayList<>();
        while (received.size() < messages) {
            Exchange exchange = consumers.receive(hear, MILLIS);
            assertThat(exchange).isNotNull();
            if (!words(exchange).isEmpty()) {
                received.add(words(exchange).split(" ")[0]);
            }
            consumers.doneUoW(exchange);
        }

        assertThat(received).containsExactlyElementsOf(IntStream.range(0, messages).mapToObj(Integer::toString).toList());
        assertThat(said).succeedsWithin(PATIENCE);
    }

    // ---- pollEnrich

    @Test
    void pollEnrichAddsTheNextMessageOrNothingWhenNoneComesInTime() throws Exception {
        serve(Scenarios.silent());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:now").pollEnrich(HEAR + "&sessionKey=news", 200, (before, message) -> {
                    before.getMessage().setBody(message == null ? "nothing" : "heard: " + words(message));
                    return before;
                });
            }
        });
        assertThat(template.requestBody("direct:now", "", String.class)).isEqualTo("nothing");
        template.sendBodyAndHeader(TELL + "&operation=openSession", "", GenAiLiveConstants.SESSION_KEY, "news");
        RecordedSession session = connection(1);

        say(session, "flash");

        await().atMost(PATIENCE).until(() -> template.requestBody("direct:now", "", String.class).equals("heard: flash"));
        assertThat(template.requestBody("direct:now", "", String.class)).isEqualTo("nothing");
    }

    // ---- ProducerTemplate

    @Test
    void manyRequestsAtATimeGetTheirOwnAnswers() throws Exception {
        int callers = 100;
        serve(Scenarios.echo());
        start();

        List<CompletableFuture<String>> answers = IntStream.range(0, callers)
                .mapToObj(i -> template.asyncRequestBodyAndHeader(ASK + "&maxWaitingTurns=100", "question " + i,
                        GenAiLiveConstants.SESSION_KEY, "caller " + i % 40, String.class))
                .toList();

        assertThat(answers).extracting(LiveTalk::result).containsExactlyElementsOf(
                IntStream.range(0, callers).mapToObj(i -> "question " + i).toList());
        assertThat(sessions()).hasSize(40);
    }

    @Test
    void moreSessionsThanTheComponentHasThreadsOpenAtOnce() throws Exception {
        int users = 150;
        serve(Scenarios.echo());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:open").to(TELL + "&operation=openSession");
            }
        });

        List<CompletableFuture<Exchange>> opened = IntStream.range(0, users)
                .mapToObj(i -> sendLater("direct:open", "", Map.of(GenAiLiveConstants.SESSION_KEY, "user " + i))).toList();

        assertThat(opened).extracting(LiveTalk::result).extracting(Exchange::getException).containsOnlyNulls();
        assertThat(sessions()).hasSize(users);
    }

    @Test
    void routesThatHoldAllWorkersLetTheOthersWaitInsteadOfRunningThemOnAnEventLoop() throws Exception {
        int exchanges = 60;
        CountDownLatch gate = new CountDownLatch(1);
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        serve(Scenarios.silent());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:slow").to(TELL).process(exchange -> {
                    threads.add(Thread.currentThread().getName());
                    assertThat(gate.await(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
                });
            }
        });
        template.sendBody(TELL + "&operation=openSession", "");

        List<CompletableFuture<Exchange>> sent = IntStream.range(0, exchanges)
                .mapToObj(i -> sendLater("direct:slow", "hello", Map.of())).toList();
        await().atMost(PATIENCE).until(() -> connection(1).messageCount() == exchanges && threads.size() >= 24);
        gate.countDown();

        assertThat(sent).extracting(LiveTalk::result).extracting(Exchange::getException).containsOnlyNulls();
        assertThat(threads).hasSize(exchanges).allSatisfy(name -> assertThat(name).contains("GenAiLiveWorker"));
    }

    @Test
    void aFutureCompletesWithTheComponentsException() throws Exception {
        serve(Scenarios.echo());
        start();

        CompletableFuture<Object> answer = template.asyncRequestBodyAndHeader(ASK, "hello", GenAiLiveConstants.SESSION_KEY,
                " ");
        CompletableFuture<Exchange> sent = template.asyncSend(ASK, exchange -> exchange.getMessage().setBody(new Object()));

        assertThatThrownBy(() -> answer.get(MILLIS, TimeUnit.MILLISECONDS)).isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(LiveInputException.class);
        assertThatThrownBy(() -> template.requestBodyAndHeader(ASK, "hello", GenAiLiveConstants.SESSION_KEY, " "))
                .cause().isInstanceOf(GenAiLiveException.class);
        assertThat(LiveTalk.result(sent).getException()).isInstanceOf(LiveInputException.class);
    }

    @Test
    void aCancelledFutureLeavesTheSessionUsable() throws Exception {
        serve(Scenarios.silent());
        start();
        CompletableFuture<String> first = template.asyncRequestBody(ASK, "first", String.class);
        RecordedSession session = connection(1);
        session.awaitMessages(1, PATIENCE);

        first.cancel(true);
        CompletableFuture<String> second = template.asyncRequestBody(ASK, "second", String.class);
        say(session, "too late");
        session.send("{\"serverContent\":{\"turnComplete\":true}}").join();
        session.awaitMessages(2, PATIENCE);
        say(session, "in time");
        session.send("{\"serverContent\":{\"turnComplete\":true}}").join();

        assertThat(LiveTalk.result(second)).isEqualTo("in time");
        assertThat(service.sessions()).hasSize(1);
    }

    @Test
    void aTurnIsTheAnswerOfAnInOutSendAndNotOfAnInOnlyOne() throws Exception {
        serve(Scenarios.echo());
        start();
        String auto = "genai-live:gemini-3.8-live?sessionGroup=auto";

        assertThat(template.requestBody(auto, "hello")).isInstanceOf(LiveTurn.class);
        assertThat(template.send(auto, exchange -> exchange.getMessage().setBody("hello")).getMessage().getBody())
                .isEqualTo("hello");
    }
}
