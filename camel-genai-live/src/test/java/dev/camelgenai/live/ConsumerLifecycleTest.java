package dev.camelgenai.live;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.LiveSessionLostException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ConsumerLifecycleTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()));

    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> reported = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
        context.getRegistry().bind("reporter", new org.apache.camel.spi.ExceptionHandler() {
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
        });
    }

    private void start(String consumerOptions) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live?exceptionHandler=#reporter" + consumerOptions).routeId("consumer")
                        .process(exchange -> exchange.getMessage().getBody(LiveServerMessage.class).serverContent()
                                .flatMap(content -> content.outputTranscription()).flatMap(part -> part.text())
                                .ifPresent(text -> {
                                    if (text.startsWith("slow")) {
                                        hold();
                                    }
                                    if (text.startsWith("bad")) {
                                        throw new IllegalStateException("route does not like " + text);
                                    }
                                    texts.add(text);
                                }));
                from("direct:open").to("genai-live:gemini-3.8-live?operation=openSession");
                from("direct:send").to("genai-live:gemini-3.8-live?response=none");
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    private void hold() {
        try {
            gate.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stopContext() {
        gate.countDown();
        context.stop();
    }

    private RecordedSession open() {
        int known = EMULATOR.get().sessions().size();
        template.sendBody("direct:open", "");
        return EMULATOR.get().awaitSessions(known + 1, PATIENCE).get(known);
    }

    private static void say(RecordedSession session, String text) {
        session.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + text + "\"}}}").join();
    }

    private void awaitTexts(String... expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts).containsExactly(expected));
    }

    @Test
    void messagesOfASuspendedRouteWaitAndAreDeliveredInOrderWhenItResumes() throws Exception {
        start("");
        RecordedSession session = open();
        say(session, "before");
        awaitTexts("before");

        context.getRouteController().suspendRoute("consumer");
        say(session, "while suspended 1");
        say(session, "while suspended 2");
        GenAiLiveConsumer consumer = (GenAiLiveConsumer) context.getRoute("consumer").getConsumer();
        await().atMost(PATIENCE).until(() -> consumer.pendingMessages() == 2);
        assertThat(texts).containsExactly("before");

        context.getRouteController().resumeRoute("consumer");
        awaitTexts("before", "while suspended 1", "while suspended 2");
    }

    @Test
    void suspendingMayCloseTheSessions() throws Exception {
        start("&onSuspend=closeSession");
        RecordedSession session = open();

        context.getRouteController().suspendRoute("consumer");

        assertThat(session.awaitClosed(PATIENCE).clientClose()).hasValueSatisfying(c -> assertThat(c.code()).isEqualTo(1000));
        assertThat(reported).as("an end that was asked for is no news").isEmpty();
    }

    @Test
    void aRouteThatWasStoppedAndStartedHearsItsSessionsAgain() throws Exception {
        start("");
        RecordedSession session = open();
        say(session, "first");
        awaitTexts("first");

        context.getRouteController().stopRoute("consumer");
        context.getRouteController().startRoute("consumer");
        say(session, "second");

        awaitTexts("first", "second");
    }

    @Test
    void whatWasReceivedIsStillDeliveredAtShutdown() throws Exception {
        start("");
        RecordedSession session = open();
        say(session, "slow");
        say(session, "right behind");
        GenAiLiveConsumer consumer = (GenAiLiveConsumer) context.getRoute("consumer").getConsumer();
        await().atMost(PATIENCE).until(() -> consumer.pendingMessages() == 1);

        Thread stopping = new Thread(context::stop);
        stopping.start();
        await().atMost(PATIENCE).until(context::isStopping);
        gate.countDown();
        stopping.join(PATIENCE.toMillis());

        assertThat(texts).containsExactly("slow", "right behind");
        assertThat(session.awaitClosed(PATIENCE).clientClose()).as("closed in an orderly way").isPresent();
    }

    @Test
    void anExceptionOfTheRouteIsReportedAndTheNextMessageIsDelivered() throws Exception {
        start("");
        RecordedSession session = open();

        say(session, "bad news");
        say(session, "good news");

        awaitTexts("good news");
        assertThat(reported).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLostConnectionIsReportedOnceAfterTheLastMessage() throws Exception {
        start("&reconnect=false");
        RecordedSession session = open();
        say(session, "last words");

        session.close(1011, "Internal error occurred.");

        await().atMost(PATIENCE).until(() -> !reported.isEmpty());
        assertThat(texts).containsExactly("last words");
        assertThat(reported).singleElement().isInstanceOf(LiveSessionLostException.class);
    }

    @Test
    void messagesInManyFragmentsAndBothKindsOfFramesAreUnderstood() throws Exception {
        start("");
        RecordedSession session = open();

        session.sendFragmented("{\"serverContent\":{\"outputTranscription\":{\"text\":\"in pieces\"}}}", 7).join();
        session.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"as text\"}}}",
                dev.camelgenai.emulator.FrameType.TEXT).join();
        session.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"as bytes\"}}}",
                dev.camelgenai.emulator.FrameType.BINARY).join();

        awaitTexts("in pieces", "as text", "as bytes");
    }

    @Test
    void withoutReconnectAMessageThatIsNotUnderstoodEndsTheSessionLoudly() throws Exception {
        start("&reconnect=false");
        RecordedSession session = open();

        session.send("{\"serverContent\":").join();

        await().atMost(PATIENCE).until(() -> !reported.isEmpty());
        assertThat(reported).singleElement().isInstanceOf(LiveSessionLostException.class);
        session.awaitClosed(PATIENCE);
    }

    @Test
    void aConnectionWithAMessageThatIsNotUnderstoodIsReplacedOnceAndThenTheSessionEndsLoudly() throws Exception {
        start("&reconnectInitialDelay=10");
        RecordedSession first = open();

        first.send("{\"serverContent\":").join();
        RecordedSession second = EMULATOR.get().awaitSessions(2, PATIENCE).get(1);
        second.awaitSetup(PATIENCE);
        say(second, "goes on");
        awaitTexts("goes on");
        assertThat(reported).isEmpty();
        second.send("{\"serverContent\":").join();

        await().atMost(PATIENCE).until(() -> !reported.isEmpty());
        assertThat(reported).singleElement().isInstanceOf(LiveSessionLostException.class);
        second.awaitClosed(PATIENCE);
        assertThat(EMULATOR.get().sessions()).hasSize(2);
    }

    @Test
    void pingsAreAnsweredAndSent() throws Exception {
        context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration().setPingInterval(50);
        start("");
        RecordedSession session = open();

        assertThat(session.ping()).succeedsWithin(PATIENCE);
        session.awaitPings(3, PATIENCE);
    }

    @Test
    void pooledExchangesAreGivenBack() throws Exception {
        PooledExchangeFactory pool = new PooledExchangeFactory();
        pool.setStatisticsEnabled(true);
        context.getCamelContextExtension().setExchangeFactory(pool);
        start("");
        RecordedSession session = open();

        for (int i = 0; i < 100; i++) {
            say(session, "message " + i);
        }

        await().atMost(PATIENCE).until(() -> texts.size() == 100);
        assertThat(texts).containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> "message " + i).toList());
        await().atMost(PATIENCE).until(() -> context.getInflightRepository().size() == 0);
    }

    @Test
    void aProducerThatAwaitsNothingDoesNotDisturbTheBody() throws Exception {
        start("");

        assertThat(template.requestBody("direct:send", "unchanged")).isEqualTo("unchanged");
    }

    @Test
    void stoppingTheContextClosesEverySessionInAnOrderlyWay() throws Exception {
        start("");
        RecordedSession session = open();

        context.stop();

        assertThat(session.awaitClosed(PATIENCE).clientClose()).hasValueSatisfying(c -> assertThat(c.code()).isEqualTo(1000));
        assertThat(reported).isEmpty();
    }
}
