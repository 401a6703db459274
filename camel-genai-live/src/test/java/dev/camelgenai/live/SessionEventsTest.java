package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.SessionAddress;
import dev.camelgenai.live.session.SessionConsumer;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a route hears about the life of its sessions. */
@Timeout(60)
class SessionEventsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()));

    private final Queue<Exchange> events = new ConcurrentLinkedQueue<>();
    private final Queue<String> order = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> reported = new ConcurrentLinkedQueue<>();
    private DefaultCamelContext context;

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
        options.setReconnect(false);
        context.getRegistry().bind("reporter", (org.apache.camel.spi.ExceptionHandler) new Reporter());
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private final class Reporter implements org.apache.camel.spi.ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            reported.add(exception);
        }
    }

    private LiveSession start(String query) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live?exceptionHandler=#reporter" + query).routeId("consumer").process(exchange -> {
                    if (exchange.getMessage().getBody() instanceof LiveServerMessage message) {
                        message.serverContent().flatMap(content -> content.outputTranscription())
                                .flatMap(part -> part.text()).ifPresent(order::add);
                    } else {
                        order.add(exchange.getMessage().getHeader(GenAiLiveConstants.EVENT, String.class));
                        events.add(exchange.copy());
                    }
                });
            }
        });
        context.start();
        return component().sessions().open(new SessionAddress("gemini-3.8-live", "anna")).toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private GenAiLiveComponent component() {
        return context.getComponent("genai-live", GenAiLiveComponent.class);
    }

    private RecordedSession served() {
        return EMULATOR.get().awaitSessions(1, PATIENCE).get(0);
    }

    @Test
    void theEndIsAnExchangeAfterTheLastMessageAndNotAnExceptionAsWell() throws Exception {
        start("&sessionEvents=closed");
        served().send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"last words\"}}}").join();

        served().close(1011, "Internal error occurred.");

        await().atMost(PATIENCE).until(() -> !events.isEmpty());
        assertThat(order).containsExactly("last words", "closed");
        assertThat(events.peek().getMessage().getBody()).isInstanceOfSatisfying(SessionEvent.Closed.class,
                closed -> assertThat(closed.cause().failure()).isInstanceOf(LiveSessionLostException.class));
        assertThat(events.peek().getMessage().getHeaders()).containsEntry(GenAiLiveConstants.EVENT, "closed")
                .containsEntry(GenAiLiveConstants.SESSION_KEY, "anna").containsKey(GenAiLiveConstants.IN_DOUBT);
        context.stop();
        assertThat(reported).isEmpty();
    }

    @Test
    void theEndIsAnExceptionWhereItsExchangeWasNotAskedFor() throws Exception {
        start("&sessionEvents=opened,resumed,reconnecting,goAway");

        served().close(1011, "Internal error occurred.");

        await().atMost(PATIENCE).until(() -> !reported.isEmpty());
        assertThat(reported).singleElement().isInstanceOf(LiveSessionLostException.class);
        context.stop();
        assertThat(order).doesNotContain("closed");
    }

    @Test
    void anEndThatWasAskedForIsNoNews() throws Exception {
        start("&sessionEvents=closed");

        component().sessions().close(new SessionAddress("gemini-3.8-live", "anna")).toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        context.stop();
        assertThat(order).doesNotContain("closed");
        assertThat(reported).isEmpty();
    }

    @Test
    void aRouteThatFailsOnAnEventIsReportedAndHoldsNothingUp() throws Exception {
        LiveSession session = start("&sessionEvents=opened");
        SessionConsumer exchanges = exchanges("opened", exchange -> {
            throw new IllegalStateException("the route does not like it");
        });
        CompletableFuture<Void> done = new CompletableFuture<>();

        exchanges.onEvent(session, new SessionEvent.Opened(), () -> done.complete(null));

        assertThat(done).isCompleted();
        assertThat(reported).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theNextDeliveryWaitsUntilTheRouteIsDoneWithTheEventThoughNoThreadDoes() throws Exception {
        LiveSession session = start("&sessionEvents=goAway");
        CompletableFuture<AsyncCallback> handedOver = new CompletableFuture<>();
        SessionConsumer exchanges = new SessionExchanges(consumer(new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                handedOver.complete(callback);
                return false;
            }
        }), GenAiLiveDeliver.message, LiveEventKinds.parse(null), SessionEventKind.parse("goAway"), null);
        CompletableFuture<Void> done = new CompletableFuture<>();

        exchanges.onEvent(session, new SessionEvent.GoingAway(Duration.ofSeconds(10)), () -> done.complete(null));

        assertThat(done).isNotDone();
        handedOver.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).done(false);
        assertThat(done).isCompleted();
    }

    @Test
    void eventsThatWereNotAskedForMakeNoExchangeAndHoldNothingUp() throws Exception {
        LiveSession session = start("");
        SessionConsumer exchanges = exchanges("opened", exchange -> order.add("an exchange"));

        for (SessionEvent event : List.of(new SessionEvent.GoingAway(Duration.ZERO), new SessionEvent.Resumed(false, 1))) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            exchanges.onEvent(session, event, () -> done.complete(null));
            assertThat(done).isCompleted();
        }

        assertThat(order).isEmpty();
    }

    @Test
    void everyEventThatWasAskedForIsAnExchangeWithItsRecord() throws Exception {
        LiveSession session = start("");
        Queue<Object> bodies = new ConcurrentLinkedQueue<>();
        SessionConsumer exchanges = exchanges(" opened, resumed,reconnecting ,goAway ",
                exchange -> bodies.add(exchange.getMessage().getBody()));
        List<SessionEvent> all = List.of(new SessionEvent.Opened(), new SessionEvent.GoingAway(Duration.ofSeconds(9)),
                new SessionEvent.Reconnecting(1, Duration.ZERO,
                        new SessionEvent.Ending(new LiveSessionLostException("lost", true), 1006, "")),
                new SessionEvent.Resumed(true, 0));

        all.forEach(event -> exchanges.onEvent(session, event, () -> {
        }));

        assertThat(bodies).containsExactlyElementsOf(all);
    }

    private SessionConsumer exchanges(String wanted, org.apache.camel.Processor route) throws Exception {
        return new SessionExchanges(consumer(route), GenAiLiveDeliver.message, LiveEventKinds.parse(null),
                SessionEventKind.parse(wanted), null);
    }

    private GenAiLiveConsumer consumer(org.apache.camel.Processor route) throws Exception {
        GenAiLiveConsumer consumer = (GenAiLiveConsumer) context.getEndpoint("genai-live:gemini-3.8-live?sessionKey=nobody")
                .createConsumer(route);
        consumer.setExceptionHandler(new Reporter());
        context.addService(consumer);
        return consumer;
    }
}
