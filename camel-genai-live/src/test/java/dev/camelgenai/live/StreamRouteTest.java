package dev.camelgenai.live;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveServerContent;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveTurnTimeoutException;
import dev.camelgenai.live.session.LiveTurn;
import dev.camelgenai.live.session.LiveTurnStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.support.builder.ExpressionBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** {@code response=stream}: turns that routes take message by message. */
@Timeout(60)
class StreamRouteTest extends SilentServiceSupport {

    private static final String STREAM = "genai-live:gemini-3.8-live?response=stream&turnTimeout=30s";

    private final Queue<String> parts = new ConcurrentLinkedQueue<>();
    private final Queue<LiveTurnStream> streams = new ConcurrentLinkedQueue<>();

    private static String read(LiveServerMessage message) {
        LiveServerContent content = message.serverContent().orElseThrow();
        return content.modelTurn().flatMap(turn -> turn.parts()).flatMap(parts -> parts.get(0).text()).orElse("end");
    }

    private void part(Exchange exchange) {
        parts.add(read(exchange.getMessage().getBody(LiveServerMessage.class)));
    }

    private void keep(Exchange exchange) {
        streams.add(exchange.getMessage().getBody(LiveTurnStream.class));
    }

    private void narrates(String options) throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:narrate").to(STREAM + options).process(StreamRouteTest.this::keep)
                        .split(body()).streaming().stopOnException().process(StreamRouteTest.this::part).end();
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=30s").convertBodyTo(String.class);
                from("direct:close").to("genai-live:gemini-3.8-live?operation=closeSession");
            }
        });
    }

    private CompletableFuture<Exchange> narrate() {
        return template.asyncSend("direct:narrate", exchange -> exchange.getMessage().setBody("question"));
    }

    private static <T> T done(CompletableFuture<T> future) {
        return future.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private LiveTurnStream stream() {
        await().atMost(PATIENCE).until(() -> !streams.isEmpty());
        return streams.peek();
    }

    /** @return the exception of the part that failed */
    private static GenAiLiveException failure(Exchange exchange) {
        Throwable failure = exchange.getException();
        while (failure != null && !(failure instanceof GenAiLiveException)) {
            failure = failure.getCause();
        }
        assertThat(failure).as("of %s", exchange.getException()).isNotNull();
        return (GenAiLiveException) failure;
    }

    private void awaitParts(String... expected) {
        await().atMost(PATIENCE).until(() -> parts.size() >= expected.length);
        assertThat(parts).containsExactly(expected);
    }

    // ---- the turn

    @Test
    void aSplitGetsEachMessageWhenItComesAndEndsWithTheTurn() throws Exception {
        narrates("");
        CompletableFuture<Exchange> exchange = narrate();
        RecordedSession session = asked(1);

        send(session, text("one"));
        awaitParts("one");
        assertThat(exchange).as("the turn is not over").isNotDone();
        send(session, text("two"), TURN_COMPLETE);

        assertThat(done(exchange).getException()).isNull();
        assertThat(parts).containsExactly("one", "two", "end");
    }

    @Test
    void aSlowReaderLosesNothingThoughTheStreamHoldsOnlyAFewMessages() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:narrate").to(STREAM + "&streamMaxMessages=3")
                        .process(exchange -> goOn.await(20, TimeUnit.SECONDS))
                        .split(body()).streaming().process(StreamRouteTest.this::part).end();
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        RecordedSession session = asked(1);
        List<String> numbers = IntStream.range(0, 500).mapToObj(String::valueOf).toList();
        numbers.forEach(number -> session.send(text(number)));
        CompletableFuture<Void> last = session.send(TURN_COMPLETE);

        goOn.countDown();

        assertThat(done(exchange).getException()).isNull();
        assertThat(parts).containsExactlyElementsOf(withEnd(numbers));
        assertThat(last.orTimeout(20, TimeUnit.SECONDS)).succeedsWithin(PATIENCE);
    }

    @Test
    void aToolCallIsAnsweredFromInsideTheSplit() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:narrate").to(STREAM).split(body()).streaming().stopOnException()
                        .choice()
                        .when(exchange -> exchange.getMessage().getBody(LiveServerMessage.class).toolCall().isPresent())
                        .process(exchange -> exchange.getMessage().setBody(FunctionResponse.builder().id("call-1").name("clock")
                                .response(Map.of("time", "noon")).build()))
                        .to("genai-live:gemini-3.8-live?response=none")
                        .otherwise().process(StreamRouteTest.this::part).end().end();
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        RecordedSession session = asked(1);
        send(session, "{\"toolCall\":{\"functionCalls\":[{\"id\":\"call-1\",\"name\":\"clock\",\"args\":{}}]}}");

        assertThat(session.awaitMessages(2, PATIENCE).get(1).json().at("/toolResponse/functionResponses/0/id").asText())
                .isEqualTo("call-1");
        send(session, text("noon"), TURN_COMPLETE);

        assertThat(done(exchange).getException()).isNull();
        assertThat(parts).containsExactly("noon", "end");
    }

    // ---- turns that do not end well

    @Test
    void aLostConnectionEndsTheSplitAfterWhatHasComeWithARetriableException() throws Exception {
        narrates("");
        CompletableFuture<Exchange> exchange = narrate();
        RecordedSession session = asked(1);
        send(session, text("one"), text("two"));
        awaitParts("one", "two");

        session.dropTcp();

        assertThat(failure(done(exchange))).isInstanceOfSatisfying(LiveSessionLostException.class,
                lost -> assertThat(lost.isRetriable()).isTrue());
        assertThat(parts).containsExactly("one", "two");
    }

    @Test
    void aTurnThatDoesNotEndInTimeEndsTheSplitAndTheNextCallerIsServed() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:narrate").to("genai-live:gemini-3.8-live?response=stream&turnTimeout=500ms")
                        .split(body()).streaming().stopOnException().process(StreamRouteTest.this::part).end();
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=30s").convertBodyTo(String.class);
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        send(asked(1), text("one"));

        assertThat(failure(done(exchange))).isInstanceOf(LiveTurnTimeoutException.class)
                .hasMessageContaining("turnTimeout=500ms");
        assertThat(parts).containsExactly("one");
        theNextQuestionIsAnswered();
    }

    /** The late end of the turn that nobody awaits any more, then the answer to the next question. */
    private void theNextQuestionIsAnswered() {
        CompletableFuture<String> answer = template.asyncRequestBody("direct:ask", "next", String.class);
        send(session(), text("late"), TURN_COMPLETE);
        RecordedSession session = asked(2);
        send(session, text("in time"), TURN_COMPLETE);

        assertThat(answer.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("in time");
        assertThat(service.sessions()).hasSize(1);
    }

    @Test
    void afterATurnThatTimedOutTheNextCallerIsServed() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:impatient").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=300ms");
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=30s").convertBodyTo(String.class);
            }
        });

        assertThatThrownBy(() -> template.requestBody("direct:impatient", "question"))
                .hasCauseInstanceOf(LiveTurnTimeoutException.class);

        theNextQuestionIsAnswered();
    }

    /** Camel itself reads what is left when a split stops with an exception, so the exchange is done with the turn. */
    @Test
    void aSplitThatStopsWithAnExceptionHandsOutNoMoreAndTheNextQuestionIsAnswered() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:narrate").to(STREAM)
                        .split(body()).streaming().stopOnException().process(StreamRouteTest.this::part)
                        .filter(exchange -> parts.size() == 3).throwException(new IllegalStateException("enough")).end().end();
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=30s").convertBodyTo(String.class);
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        send(asked(1), text("one"), text("two"), text("three"), text("four"), TURN_COMPLETE);

        assertThat(done(exchange).getException()).hasStackTraceContaining("enough");
        assertThat(parts).containsExactly("one", "two", "three");
        CompletableFuture<String> answer = template.asyncRequestBody("direct:ask", "next", String.class);
        send(asked(2), text("in time"), TURN_COMPLETE);
        assertThat(done(answer)).isEqualTo("in time");
    }

    @Test
    void whoClosesTheStreamInTheSplitLeavesTheTurnAtOnceAndTheNextQuestionIsAnswered() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:narrate").to(STREAM).process(StreamRouteTest.this::keep)
                        .split(body()).streaming().stopOnException().process(StreamRouteTest.this::part)
                        .filter(exchange -> parts.size() == 3).process(exchange -> stream().close()).end().end();
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=30s").convertBodyTo(String.class);
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        send(asked(1), text("one"), text("two"), text("three"), text("four"));

        assertThat(done(exchange).getException()).isNull();
        assertThat(parts).containsExactly("one", "two", "three");
        theNextQuestionIsAnswered();
    }

    @Test
    void theEndOfTheSessionReachesAReaderWhoWaits() throws Exception {
        narrates("");
        CompletableFuture<Exchange> exchange = narrate();
        send(asked(1), text("one"));
        awaitParts("one");

        template.requestBody("direct:close", "");

        assertThat(failure(done(exchange))).isInstanceOf(LiveSessionClosedException.class);
    }

    @Test
    void shutdownReachesAReaderWhoWaits() throws Exception {
        narrates("");
        CompletableFuture<Exchange> exchange = narrate();
        send(asked(1), text("one"));
        awaitParts("one");

        context.getComponent("genai-live", GenAiLiveComponent.class).shutdown();

        assertThat(failure(done(exchange))).isInstanceOf(LiveSessionClosedException.class);
    }

    @Test
    void aReaderThatIsInterruptedLeavesTheTurn() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:narrate").to(STREAM).process(StreamRouteTest.this::keep)
                        .process(exchange -> reader.complete(Thread.currentThread()))
                        .split(body()).streaming().stopOnException().process(StreamRouteTest.this::part).end();
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        asked(1);
        Thread thread = reader.orTimeout(20, TimeUnit.SECONDS).join();
        await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.WAITING);

        thread.interrupt();

        assertThat(failure(done(exchange))).isInstanceOf(LiveSessionClosedException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(stream().hasNext()).isFalse();
    }

    @Test
    void awaitingAStreamOfTheSessionWhoseMessageIsHandledIsRefused() throws Exception {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live").onException(Exception.class).handled(true)
                        .process(exchange -> failures.add(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)))
                        .end()
                        .filter(exchange -> exchange.getMessage().getBody(LiveServerMessage.class).serverContent().isPresent())
                        .setBody(constant("and again")).to(STREAM);
                from("direct:tell").to("genai-live:gemini-3.8-live?response=none");
            }
        });
        template.sendBody("direct:tell", "hello");

        send(asked(1), text("hello"));

        await().atMost(PATIENCE).until(() -> !failures.isEmpty());
        assertThat(failures.peek()).isInstanceOf(LiveInputException.class).hasMessageContaining("response=none")
                .hasMessageContaining("seda:");
    }

    // ---- who reads the stream, and who closes it

    private void narratesThen(RouteStep step) throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                step.addTo(from("direct:narrate").to(STREAM).process(StreamRouteTest.this::keep));
            }
        });
    }

    private interface RouteStep {

        void addTo(ProcessorDefinition<?> route);
    }

    @Test
    @SuppressWarnings("unchecked")
    void aCallerReadsTheStreamThatIsTheResultOfTheExchange() throws Exception {
        narratesThen(route -> route.setHeader("done", ExpressionBuilder.constantExpression(true)));
        CompletableFuture<Iterator<LiveServerMessage>> result = CompletableFuture
                .supplyAsync(() -> template.requestBody("direct:narrate", "question", Iterator.class));
        RecordedSession session = asked(1);
        Iterator<LiveServerMessage> messages = result.orTimeout(20, TimeUnit.SECONDS).join();

        send(session, text("one"), TURN_COMPLETE);

        List<String> read = new ArrayList<>();
        messages.forEachRemaining(message -> read.add(read(message)));
        assertThat(read).containsExactly("one", "end");
    }

    @Test
    void aCallerReadsTheWordsOfTheTurnWhileTheyCome() throws Exception {
        narratesThen(route -> route.convertBodyTo(InputStream.class));
        CompletableFuture<InputStream> result = CompletableFuture
                .supplyAsync(() -> template.requestBody("direct:narrate", "question", InputStream.class));
        RecordedSession session = asked(1);
        try (InputStream words = result.orTimeout(20, TimeUnit.SECONDS).join()) {
            send(session, spoken("Gr\u00fc\u00df "));
            byte[] buffer = new byte[1_000];
            int first = words.read(buffer);
            assertThat(new String(buffer, 0, first, StandardCharsets.UTF_8)).as("before the turn has ended")
                    .isEqualTo("Gr\u00fc\u00df ");
            send(session, audio(), spoken("Gott"), TURN_COMPLETE);

            assertThat(new String(words.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("Gott");
        }
    }

    @Test
    void aStreamConvertedToStringIsAllThatWasSaid() throws Exception {
        narratesThen(route -> route.convertBodyTo(String.class));
        CompletableFuture<String> result = template.asyncRequestBody("direct:narrate", "question", String.class);

        send(asked(1), spoken("Good "), audio(), spoken("morning"), TURN_COMPLETE);

        assertThat(result.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("Good morning");
    }

    @Test
    void wordsThatBreakOffFailTheReader() throws Exception {
        narratesThen(route -> route.convertBodyTo(InputStream.class));
        CompletableFuture<InputStream> result = CompletableFuture
                .supplyAsync(() -> template.requestBody("direct:narrate", "question", InputStream.class));
        RecordedSession session = asked(1);
        try (InputStream words = result.orTimeout(20, TimeUnit.SECONDS).join()) {
            send(session, spoken("Good "));
            assertThat(words.readNBytes(5)).isEqualTo("Good ".getBytes(StandardCharsets.UTF_8));

            session.dropTcp();

            assertThatThrownBy(words::read).isInstanceOf(IOException.class).hasCauseInstanceOf(LiveSessionLostException.class);
            assertThatThrownBy(words::read).as("never an end that looks like one").isInstanceOf(IOException.class);
        }
    }

    @Test
    void aStreamThatIsNotTheResultOfItsExchangeIsClosedWithIt() throws Exception {
        narratesThen(route -> route.setBody(ExpressionBuilder.constantExpression("thanks")));

        assertThat(done(narrate()).getMessage().getBody()).isEqualTo("thanks");

        assertThat(stream().hasNext()).isFalse();
    }

    @Test
    void aStreamOfAnExchangeThatFailsIsClosedWithIt() throws Exception {
        narratesThen(route -> route.throwException(new IllegalStateException("no")));

        assertThat(done(narrate()).getException()).hasMessage("no");

        assertThat(stream().hasNext()).isFalse();
    }

    @Test
    void aStreamThatWasConvertedAndIsNotTheResultIsClosedWithItsExchange() throws Exception {
        // with stream caching the next step would wait for the end of the turn
        context.setStreamCaching(false);
        narratesThen(route -> route.convertBodyTo(InputStream.class).setBody(ExpressionBuilder.constantExpression("thanks")));

        assertThat(done(narrate()).getMessage().getBody()).isEqualTo("thanks");

        assertThat(stream().hasNext()).isFalse();
    }

    @Test
    void aWireTapReadsTheStreamThatItsExchangeReturns() throws Exception {
        narratesThen(route -> route.wireTap("direct:tap"));
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:tap").split(body()).streaming().process(StreamRouteTest.this::part).end();
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        RecordedSession session = asked(1);
        done(exchange);

        send(session, text("one"), TURN_COMPLETE);

        awaitParts("one", "end");
    }

    @Test
    void aBranchOfAMulticastReadsTheStream() throws Exception {
        narratesThen(route -> route.multicast().to("direct:reader", "mock:other"));
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:reader").split(body()).streaming().process(StreamRouteTest.this::part).end();
            }
        });
        CompletableFuture<Exchange> exchange = narrate();

        send(asked(1), text("one"), TURN_COMPLETE);

        assertThat(done(exchange).getException()).isNull();
        assertThat(parts).containsExactly("one", "end");
    }

    @Test
    void aSedaRouteTakesTheStreamAlong() throws Exception {
        narratesThen(route -> route.to("seda:reader?waitForTaskToComplete=Never")
                .setBody(ExpressionBuilder.constantExpression("thanks")));
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:reader").split(body()).streaming().process(StreamRouteTest.this::part).end();
            }
        });
        CompletableFuture<Exchange> exchange = narrate();
        RecordedSession session = asked(1);
        done(exchange);

        send(session, text("one"), TURN_COMPLETE);

        awaitParts("one", "end");
    }

    // ---- turns as a whole

    @Test
    void callersOfOneSessionAreServedInTheOrderInWhichTheyCame() throws Exception {
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=30s").convertBodyTo(String.class);
            }
        });
        var asking = context.getEndpoint("direct:ask").createAsyncProducer();
        asking.start();
        List<String> questions = IntStream.range(0, 16).mapToObj(i -> "question " + i).toList();
        for (String question : questions) {
            Exchange exchange = asking.getEndpoint().createExchange();
            exchange.getMessage().setBody(question);
            asking.process(exchange, doneSync -> answers.add(question + ": " + exchange.getMessage().getBody()));
        }

        for (int i = 0; i < 16; i++) {
            RecordedSession session = asked(i + 1);
            assertThat(session.texts().get(i)).isEqualTo(questions.get(i));
            send(session, text("answer " + i), TURN_COMPLETE);
        }

        await().atMost(PATIENCE).until(() -> answers.size() == 16);
        assertThat(answers).containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, 16).mapToObj(i -> "question " + i + ": answer " + i).toList());
        assertThat(service.sessions()).hasSize(1);
    }

    @Test
    void aStreamThatCouldHoldNothingIsRefusedAtTheStart() {
        assertThatThrownBy(() -> narrates("&streamMaxMessages=0"))
                .hasStackTraceContaining("The option streamMaxMessages must be at least 1, but is 0");
    }

    @Test
    void aTurnWithoutTimeIsRefusedAtTheStart() {
        assertThatThrownBy(() -> routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn&turnTimeout=0");
            }
        })).hasStackTraceContaining("The option turnTimeout must be a duration above 0, but is 0ms");
    }

    @Test
    void aWrittenTurnHasNoAudioToConvertTo() throws Exception {
        routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn");
            }
        });
        CompletableFuture<LiveTurn> turn = template.asyncRequestBody("direct:ask", "question", LiveTurn.class);
        send(asked(1), text("written"), TURN_COMPLETE);
        LiveTurn written = turn.orTimeout(20, TimeUnit.SECONDS).join();

        assertThatThrownBy(() -> context.getTypeConverter().convertTo(byte[].class, written))
                .hasStackTraceContaining("responseModalities=AUDIO");
        assertThatThrownBy(() -> context.getTypeConverter().convertTo(InputStream.class, written))
                .hasStackTraceContaining("responseModalities=AUDIO");
    }
}
