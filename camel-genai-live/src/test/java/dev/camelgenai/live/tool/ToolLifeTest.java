package dev.camelgenai.live.tool;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveToolException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.live.tool.CalledTools.BLOCKING;
import static dev.camelgenai.live.tool.CalledTools.NON_BLOCKING;
import static dev.camelgenai.live.tool.CalledTools.PATIENCE;
import static dev.camelgenai.live.tool.CalledTools.answer;
import static dev.camelgenai.live.tool.CalledTools.answers;
import static dev.camelgenai.live.tool.CalledTools.call;
import static dev.camelgenai.live.tool.CalledTools.cancel;
import static dev.camelgenai.live.tool.CalledTools.settle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** From the call of a tool to its answer, or to there being none. */
@Timeout(60)
class ToolLifeTest {

    private final CalledTools tools = new CalledTools();
    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    @AfterEach
    void stop() {
        goOn.countDown();
        tools.close();
    }

    private RecordedSession start(String model, String toolOptions, Processor tool) throws Exception {
        return start(model, "", toolOptions, tool);
    }

    private RecordedSession start(String model, String options, String toolOptions, Processor tool) throws Exception {
        return tools.start(model, options, new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:work?tags=shop&description=Works" + toolOptions).routeId("work").process(tool);
            }
        });
    }

    /** Waits for the test, and notes whether it was interrupted. */
    private void waitToGoOn(Exchange exchange) {
        began.countDown();
        try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            interrupted.set(true);
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
        exchange.getMessage().setBody("done");
    }

    private void awaitBegin() throws InterruptedException {
        assertThat(began.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    // ---- cancellation

    @Test
    void aCancelledCallInterruptsItsRouteAndIsNotAnswered() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "", this::waitToGoOn);
        call(session, "1", "work");
        awaitBegin();

        cancel(session, "1");

        awaitEnd();
        assertThat(interrupted).isTrue();
        settle(session, "after");
        assertThat(answers(session, "1")).isEmpty();
    }

    @Test
    void aRouteThatMustNotStopHalfWayGoesOnButIsNotAnswered() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "&cancellable=false", this::waitToGoOn);
        call(session, "1", "work");
        awaitBegin();

        cancel(session, "1");
        settle(session, "meanwhile");
        goOn.countDown();

        awaitEnd();
        assertThat(interrupted).isFalse();
        settle(session, "after");
        assertThat(answers(session, "1")).isEmpty();
    }

    @Test
    void theWorkerOfAnInterruptedRouteIsAsGoodAsNew() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        tools.context.getComponent("genai-live", dev.camelgenai.live.GenAiLiveComponent.class).setWorkerPool(single);
        AtomicBoolean first = new AtomicBoolean(true);
        RecordedSession session = start(NON_BLOCKING, "", exchange -> {
            if (first.getAndSet(false)) {
                waitToGoOn(exchange);
            } else {
                exchange.getMessage().setBody("interrupted: " + Thread.currentThread().isInterrupted());
            }
        });
        call(session, "1", "work");
        awaitBegin();

        cancel(session, "1");
        call(session, "2", "work");

        assertThat(answer(session, "2").at("/response/output").asText()).isEqualTo("interrupted: false");
        single.shutdown();
    }

    @Test
    void aRouteThatHasGoneToAnotherThreadStopsAtItsNextStep() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:work?tags=shop&description=Works").threads().process(exchange -> {
                    began.countDown();
                    assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                }).process(exchange -> ended.countDown()).to("mock:next");
            }
        });
        call(session, "1", "work");
        awaitBegin();

        cancel(session, "1");
        settle(session, "meanwhile");
        goOn.countDown();

        await().atMost(PATIENCE).until(() -> tools.context.getInflightRepository().size() == 0);
        assertThat(ended.getCount()).isEqualTo(1);
        assertThat(answers(session, "1")).isEmpty();
    }

    @Test
    void whatWasInterruptedIsNotRedelivered() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        RecordedSession session = tools.start(NON_BLOCKING, "", new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(3).redeliveryDelay(0));
                from("genai-live-tool:work?tags=shop&description=Works").process(exchange -> {
                    attempts.incrementAndGet();
                    waitToGoOn(exchange);
                    if (Thread.interrupted()) {
                        throw new IllegalStateException("wrapped by a library");
                    }
                });
            }
        });
        call(session, "1", "work");
        awaitBegin();

        cancel(session, "1");

        awaitEnd();
        await().atMost(PATIENCE).until(() -> tools.context.getInflightRepository().size() == 0);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aSeriesThatComesTooLateIsClosed() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        RecordedSession session = start(NON_BLOCKING, "&cancellable=false", exchange -> {
            waitToGoOn(exchange);
            exchange.getMessage().setBody(Stream.of("late").onClose(() -> closed.set(true)));
        });
        call(session, "1", "work");
        awaitBegin();

        cancel(session, "1");
        settle(session, "meanwhile");
        goOn.countDown();

        await().atMost(PATIENCE).untilTrue(closed);
        assertThat(answers(session, "1")).isEmpty();
    }

    @Test
    void theEndOfASessionInterruptsItsRoutesWhichGetTheirAnswerFirst() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "", this::waitToGoOn);
        call(session, "1", "work");
        awaitBegin();

        tools.context.createProducerTemplate().requestBody("direct:close", (Object) null);

        awaitEnd();
        assertThat(interrupted).isTrue();
        session.awaitClosed(PATIENCE);
        assertThat(answers(session, "1")).singleElement()
                .satisfies(response -> assertThat(response.at("/response/error").asText()).contains("closed"));
    }

    @Test
    void aCallThatIsLostWithItsConnectionIsNotAnsweredOnTheNext() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "", this::waitToGoOn);
        call(session, "1", "work");
        awaitBegin();

        session.dropTcp().join();

        awaitEnd();
        assertThat(interrupted).isTrue();
        RecordedSession next = tools.emulator.awaitSessions(2, PATIENCE).get(1);
        next.awaitSetup(PATIENCE);
        tools.open(2);
        settle(next, "after");
        assertThat(answers(next, "1")).isEmpty();
    }

    @Test
    void aTurnThatIsOpenForACancelledCallAloneEnds() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "", this::waitToGoOn);
        CompletableFuture<Object> asked = tools.context.createProducerTemplate().asyncRequestBody("direct:ask", "Where is it?",
                Object.class);
        session.awaitMessages(1, PATIENCE);
        call(session, "1", "work");
        session.send("{\"serverContent\":{\"turnComplete\":true}}").join();

        cancel(session, "1");

        assertThat(asked.get(10, TimeUnit.SECONDS)).isInstanceOf(LiveTurn.class);
    }

    // ---- one answer

    @Test
    void aRouteThatIsTooLateIsInterruptedAndItsResultIsNotTold() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "&timeout=200", this::waitToGoOn);

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/error").asText()).isEqualTo("The tool did not answer in time.");
        awaitEnd();
        assertThat(interrupted).isTrue();
        settle(session, "after");
        assertThat(answers(session, "1")).hasSize(1);
    }

    @Test
    void theTimeOfTheToolGoesBeforeThatOfTheEndpoint() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "&toolTimeout=100", "&timeout=20s&cancellable=false", this::waitToGoOn);
        RecordedSession late = session;
        call(late, "1", "work");
        awaitBegin();

        // far more than the 100 ms of the endpoint pass on the way of these
        for (int i = 0; i < 200; i++) {
            settle(late, "wait" + i);
        }
        goOn.countDown();

        assertThat(answer(late, "1").at("/response/output").asText()).isEqualTo("done");
    }

    @Test
    void aResultThatIsTooLargeIsAnsweredWithAnError() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "&outboxMaxBytes=20000", "",
                exchange -> exchange.getMessage().setBody("x".repeat(50_000)));

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/error").asText()).isEqualTo("The result of the tool could not be sent.");
    }

    @Test
    void aResultThatCannotBeToldIsAnsweredWithAnError() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "",
                exchange -> exchange.getMessage().setBody(Map.of("self", new Object() {
                    public Object getBroken() {
                        throw new IllegalStateException("s3cret");
                    }
                })));

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/error").asText()).isEqualTo("The tool failed.");
    }

    @Test
    void aToolWhoseRouteIsStoppedIsAnsweredFor() throws Exception {
        RecordedSession session = start(BLOCKING, "", exchange -> exchange.getMessage().setBody("done"));
        tools.context.getRouteController().stopRoute("work");

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/error").asText()).isEqualTo("The tool is not available any more.");
    }

    @Test
    void aToolWhoseRouteIsSuspendedComesBackWithIt() throws Exception {
        RecordedSession session = start(BLOCKING, "", exchange -> exchange.getMessage().setBody("done"));
        tools.context.getRouteController().suspendRoute("work");
        call(session, "1", "work");
        JsonNode suspended = answer(session, "1");

        tools.context.getRouteController().resumeRoute("work");
        call(session, "2", "work");

        assertThat(suspended.at("/response/error").asText()).contains("not available");
        assertThat(answer(session, "2").at("/response/output").asText()).isEqualTo("done");
    }

    @Test
    void aShutdownWaitsForACallThatRunsAndTellsItsResult() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "", this::waitToGoOn);
        call(session, "1", "work");
        awaitBegin();

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(tools.context::stop);
        await().atMost(PATIENCE).until(() -> tools.context.getRouteController().getRouteStatus("work").isStopping()
                || tools.context.isStopping());
        goOn.countDown();
        stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        session.awaitClosed(PATIENCE);
        assertThat(answers(session, "1")).singleElement()
                .satisfies(response -> assertThat(response.at("/response/output").asText()).isEqualTo("done"));
    }

    @Test
    void anUnknownFunctionIsAnsweredAlsoWhereAConsumerListens() throws Exception {
        tools.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:" + NON_BLOCKING + "?sessionGroup=shop").to("mock:heard");
            }
        });
        RecordedSession session = start(NON_BLOCKING, "", exchange -> exchange.getMessage().setBody("done"));

        call(session, "1", "fly");

        assertThat(answer(session, "1").at("/response/error").asText()).contains("no such function").contains("work");
    }

    @Test
    void aFunctionOfTheConfigIsLeftToTheConsumer() throws Exception {
        tools.context.getRegistry().bind("setup",
                Map.of("tools", List.of(Map.of("functionDeclarations", List.of(Map.of("name", "approve"))))));
        tools.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:" + NON_BLOCKING + "?sessionGroup=shop&deliver=event&events=toolCall")
                        .filter(header(GenAiLiveConstants.TOOL_NAME).isEqualTo("approve")).setBody(constant("approved"))
                        .to("genai-live:" + NON_BLOCKING + "?sessionGroup=shop&operation=sendToolResponse&response=none");
            }
        });
        RecordedSession session = start(NON_BLOCKING, "&config=#bean:setup", "",
                exchange -> exchange.getMessage().setBody("done"));

        call(session, "1", "approve");
        call(session, "2", "work");

        assertThat(answer(session, "1").at("/response/output").asText()).isEqualTo("approved");
        assertThat(answer(session, "2").at("/response/output").asText()).isEqualTo("done");
        settle(session, "after");
        assertThat(answers(session, "1")).hasSize(1);
    }

    @Test
    void aCallThatNobodyHearsOfIsAnsweredAlsoWithoutTools() throws Exception {
        tools.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:plain").to("genai-live:" + NON_BLOCKING + "?sessionGroup=plain&operation=openSession");
                // hears words only
                from("genai-live:" + NON_BLOCKING + "?sessionGroup=plain&events=text").to("mock:words");
            }
        });
        tools.context.start();
        tools.context.createProducerTemplate().requestBody("direct:plain", (Object) null);
        RecordedSession session = tools.emulator.awaitSessions(1, PATIENCE).get(0);

        call(session, "1", "fly");

        assertThat(answer(session, "1").at("/response/error").asText()).isEqualTo("There is no such function.");
    }

    @Test
    void theCallerFailsWithAToolThatFailsWhereThatIsAskedFor() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "&toolErrorStrategy=fail", "", exchange -> {
            throw new IllegalStateException("the database is down");
        });
        CompletableFuture<Object> asked = tools.context.createProducerTemplate().asyncRequestBody("direct:ask", "Where is it?",
                Object.class);
        session.awaitMessages(1, PATIENCE);

        call(session, "1", "work");

        assertThatThrownBy(() -> asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).cause().cause()
                .isInstanceOfSatisfying(LiveToolException.class, failure -> assertThat(failure.isRetriable()).isFalse())
                .hasMessageContaining("work").hasRootCauseMessage("the database is down");
        assertThat(answer(session, "1").at("/response/error").asText()).isEqualTo("The tool failed.");
    }

    @Test
    void aToolThatAwaitsATurnOfTheSessionThatWaitsForItIsToldSoAtOnce() throws Exception {
        AtomicReference<Exception> refusal = new AtomicReference<>();
        RecordedSession session = tools.start(BLOCKING, "", new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:work?tags=shop&description=Works").setBody(constant("What do you think?")).doTry()
                        .to("direct:ask").doCatch(Exception.class)
                        .process(exchange -> refusal.set(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)))
                        .setBody(constant("no idea"));
            }
        });

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/output").asText()).isEqualTo("no idea");
        assertThat(refusal.get()).isInstanceOf(LiveInputException.class).hasMessageContaining("response=none");
    }

    // ---- several answers

    @Test
    void aModelThatDoesNotWaitGetsTheAnswersOneByOneAndAnEnd() throws Exception {
        BlockingQueue<String> next = new ArrayBlockingQueue<>(10);
        RecordedSession session = start(NON_BLOCKING, "",
                exchange -> exchange.getMessage().setBody(new Blocking(next, "end")));
        call(session, "1", "work");

        next.add("packed");
        await().atMost(PATIENCE).until(() -> answers(session, "1").size() == 1);
        next.add("shipped");
        next.add("end");

        JsonNode last = answer(session, "1");
        assertThat(answers(session, "1")).hasSize(3);
        assertThat(answers(session, "1").subList(0, 2)).extracting(response -> response.at("/response/output").asText())
                .containsExactly("packed", "shipped");
        assertThat(answers(session, "1").subList(0, 2)).allSatisfy(
                response -> assertThat(response.path("willContinue").asBoolean()).isTrue());
        assertThat(last.path("scheduling").asText()).isEqualTo("SILENT");
        assertThat(last.path("name").asText()).isEqualTo("work");
    }

    @Test
    void aModelThatWaitsGetsThemTogether() throws Exception {
        RecordedSession session = start(BLOCKING, "",
                exchange -> exchange.getMessage().setBody(Stream.of("packed", "shipped").iterator()));

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/output").toString()).isEqualTo("[\"packed\",\"shipped\"]");
        assertThat(answers(session, "1")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { NON_BLOCKING, BLOCKING })
    void aSeriesOfNothingIsAnsweredToo(String model) throws Exception {
        RecordedSession session = start(model, "", exchange -> exchange.getMessage().setBody(Stream.empty()));

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/output").toString()).isEqualTo("[]");
        assertThat(answers(session, "1")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { NON_BLOCKING, BLOCKING })
    void aStreamIsClosedAfterItsLastAnswer(String model) throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        RecordedSession session = start(model, "",
                exchange -> exchange.getMessage().setBody(Stream.of("packed", "shipped").onClose(() -> closed.set(true))));

        call(session, "1", "work");

        answer(session, "1");
        await().atMost(PATIENCE).untilTrue(closed);
    }

    @Test
    void aSeriesThatBreaksEndsWithAnError() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "", exchange -> exchange.getMessage()
                .setBody(Stream.of(1, 0).map(divisor -> 6 / divisor).iterator()));

        call(session, "1", "work");

        assertThat(answer(session, "1").at("/response/error").asText()).isEqualTo("The tool failed.");
        assertThat(answers(session, "1")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = { "true", "false" })
    void aSeriesThatNobodyWantsAnyMoreIsClosed(String cancellable) throws Exception {
        BlockingQueue<String> next = new ArrayBlockingQueue<>(10);
        Blocking series = new Blocking(next, "end");
        RecordedSession session = start(NON_BLOCKING, "&cancellable=" + cancellable,
                exchange -> exchange.getMessage().setBody(series));
        call(session, "1", "work");
        next.add("packed");
        await().atMost(PATIENCE).until(() -> answers(session, "1").size() == 1);

        cancel(session, "1");
        settle(session, "meanwhile");
        next.add("shipped");

        await().atMost(PATIENCE).untilTrue(series.closed);
        settle(session, "after");
        assertThat(answers(session, "1")).hasSize(1);
        await().atMost(PATIENCE).until(() -> tools.context.getInflightRepository().size() == 0);
    }

    @Test
    void theRouteOfASeriesIsStoppedOnlyWhenTheSeriesHasEnded() throws Exception {
        BlockingQueue<String> next = new ArrayBlockingQueue<>(10);
        Blocking series = new Blocking(next, "end");
        RecordedSession session = start(NON_BLOCKING, "", exchange -> exchange.getMessage().setBody(series));
        call(session, "1", "work");
        next.add("packed");
        await().atMost(PATIENCE).until(() -> answers(session, "1").size() == 1);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
            try {
                tools.context.getRouteController().stopRoute("work");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(PATIENCE).until(() -> !tools.context.getRouteController().getRouteStatus("work").isStarted());
        next.add("shipped");
        stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(answer(session, "1").at("/response/error").asText()).contains("not available");
        assertThat(series.closed).isTrue();
    }

    // ---- what the model does with results

    @Test
    void theResultSaysWhatIsToBeDoneWithIt() throws Exception {
        RecordedSession session = start(NON_BLOCKING, "&scheduling=INTERRUPT",
                exchange -> exchange.getMessage().setBody("done"));

        call(session, "1", "work");

        assertThat(answer(session, "1").path("scheduling").asText()).isEqualTo("INTERRUPT");
    }

    @Test
    void aModelThatWaitsIsNotToldWhatToDoWithIt() throws Exception {
        RecordedSession session = start(BLOCKING, "&scheduling=SILENT", exchange -> exchange.getMessage().setBody("done"));

        call(session, "1", "work");

        assertThat(answer(session, "1").has("scheduling")).isFalse();
    }

    // ---- bounds

    @Test
    void noMoreCallsThanAllowedRunAtATime() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        RecordedSession session = start(NON_BLOCKING, "&maxConcurrent=2", exchange -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            two.countDown();
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
            running.decrementAndGet();
            exchange.getMessage().setBody("done");
        });
        for (int i = 0; i < 10; i++) {
            call(session, "c" + i, "work");
        }
        assertThat(two.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        settle(session, "meanwhile");

        goOn.countDown();

        for (int i = 0; i < 10; i++) {
            assertThat(answer(session, "c" + i).at("/response/output").asText()).isEqualTo("done");
        }
        assertThat(most).hasValue(2);
    }

    @Test
    void aCallThatWaitsForItsTurnTooLongIsAnsweredAndNeverRuns() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        RecordedSession session = start(NON_BLOCKING, "&maxConcurrent=1&timeout=300&cancellable=false", exchange -> {
            runs.incrementAndGet();
            waitToGoOn(exchange);
        });
        call(session, "1", "work");
        awaitBegin();

        call(session, "2", "work");

        assertThat(answer(session, "2").at("/response/error").asText()).contains("in time");
        answer(session, "1");
        goOn.countDown();
        await().atMost(PATIENCE).until(() -> tools.context.getInflightRepository().size() == 0);
        assertThat(runs).hasValue(1);
    }

    @Test
    void aTurnHasNoMoreCallsThanAllowed() throws Exception {
        RecordedSession session = start(BLOCKING, "&maxToolCallsPerTurn=2", "",
                exchange -> exchange.getMessage().setBody("done"));
        for (int i = 1; i <= 3; i++) {
            call(session, "c" + i, "work");
            answer(session, "c" + i);
        }
        // a turn that ends without a word after the calls goes on with the next
        session.send("{\"serverContent\":{\"turnComplete\":true}}").join();
        call(session, "c4", "work");

        session.send("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"Done.\"}]}}}").join();
        session.send("{\"serverContent\":{\"turnComplete\":true}}").join();
        call(session, "c5", "work");

        assertThat(List.of("c1", "c2", "c5"))
                .allSatisfy(id -> assertThat(answer(session, id).at("/response/output").asText()).isEqualTo("done"));
        assertThat(List.of("c3", "c4")).allSatisfy(
                id -> assertThat(answer(session, id).at("/response/error").asText())
                        .contains("too many function calls in this turn"));
    }

    @Test
    void aSessionHasNoMoreCallsThanAllowed() throws Exception {
        RecordedSession session = start(BLOCKING, "&maxToolCallsPerSession=1", "",
                exchange -> exchange.getMessage().setBody("done"));
        call(session, "1", "work");
        answer(session, "1");

        call(session, "2", "work");

        assertThat(answer(session, "2").at("/response/error").asText())
                .contains("too many function calls in this conversation");
    }

    @Test
    void aMockOfARouteSeesTheCallOnce() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:work?tags=shop&description=Works").to("mock:work").setBody(constant("done"));
            }
        });
        MockEndpoint work = tools.context.getEndpoint("mock:work", MockEndpoint.class);
        work.expectedMessageCount(1);

        call(session, "1", "work");

        answer(session, "1");
        work.assertIsSatisfied(PATIENCE.toMillis());
    }

    /** Gives what the test adds to a queue, up to a last word; may be closed. */
    private static final class Blocking implements Iterator<String>, AutoCloseable {

        private final BlockingQueue<String> source;
        private final String end;
        private final AtomicBoolean closed = new AtomicBoolean();
        private String next;

        private Blocking(BlockingQueue<String> source, String end) {
            this.source = source;
            this.end = end;
        }

        @Override
        public boolean hasNext() {
            try {
                next = next == null ? source.poll(30, TimeUnit.SECONDS) : next;
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
            return !end.equals(next);
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            String given = next;
            next = null;
            return given;
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }
}
