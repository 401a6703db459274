package dev.camelgenai.live;

import java.time.Duration;
import java.util.Map;
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
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.RouteError;
import org.apache.camel.spi.SupervisingRouteController;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Sessions that routes open when they start: a route never looks started while it is deaf. */
@Timeout(60)
class SessionStartTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String AT_START = "genai-live:gemini-3.8-live?sessionStart=onStart";
    private static final SessionAddress DEFAULT = new SessionAddress("gemini-3.8-live", "default");

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()).apiKey("right-key"));

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private DefaultCamelContext context;
    private GenAiLiveConfiguration options;

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("right-key");
        options.setReconnect(false);
    }

    @AfterEach
    void stopContext() {
        context.stop();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(EMULATOR.get().counters().openSockets()).isZero());
    }

    private void consume(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId("consumer").process(exchange -> {
                    if (exchange.getMessage().getBody() instanceof LiveServerMessage message) {
                        message.serverContent().flatMap(content -> content.outputTranscription())
                                .flatMap(part -> part.text()).ifPresent(heard::add);
                    } else {
                        heard.add(exchange.getMessage().getHeader(GenAiLiveConstants.EVENT, String.class));
                    }
                });
            }
        });
    }

    private void produce(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:say").routeId("producer").to(uri);
            }
        });
    }

    private static RecordedSession served(int index) {
        return EMULATOR.get().awaitSessions(index + 1, PATIENCE).get(index);
    }

    private void awaitHeard(RecordedSession session, String text) {
        session.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + text + "\"}}}").join();
        await().atMost(PATIENCE).until(() -> heard.contains(text));
    }

    private ServiceStatus status(String route) {
        return context.getRouteController().getRouteStatus(route);
    }

    // ---- opening

    @Test
    void aConsumerOpensItsSessionWhenItStartsAndHearsIt() throws Exception {
        consume(AT_START);

        context.start();

        assertThat(EMULATOR.get().sessions()).hasSize(1);
        assertThat(served(0).setup()).isPresent();
        awaitHeard(served(0), "hello");
    }

    @Test
    void aProducerOpensTheSessionOfItsKeyWhenItStarts() throws Exception {
        produce(AT_START + "&sessionKey=line&response=none");

        context.start();

        assertThat(EMULATOR.get().sessions()).hasSize(1);
        context.createProducerTemplate().sendBodyAndHeader("direct:say", "hello", GenAiLiveConstants.SESSION_KEY, "line");
        assertThat(served(0).awaitMessages(1, PATIENCE)).hasSize(1);
    }

    @Test
    void onDemandNothingIsOpenedAtTheStart() throws Exception {
        consume("genai-live:gemini-3.8-live");
        produce("genai-live:gemini-3.8-live?response=none");

        context.start();

        assertThat(EMULATOR.get().sessions()).isEmpty();
    }

    @ParameterizedTest(name = "supervised: {0}")
    @ValueSource(booleans = { false, true })
    void theFirstSessionHasTheOptionsOfAllEndpointsOfTheGroup(boolean supervised) throws Exception {
        if (supervised) {
            context.getRouteController().supervising().setBackOffDelay(50);
        }
        produce(AT_START + "&response=none");
        consume(AT_START);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:later").to("genai-live:gemini-3.8-live?temperature=0.25");
            }
        });

        context.start();

        assertThat(served(0).awaitSetup(PATIENCE).at("/generationConfig/temperature").asDouble()).isEqualTo(0.25);
        assertThat(EMULATOR.get().sessions()).hasSize(1);
    }

    // ---- a start that fails

    @Test
    void aConsumerWhoseSessionCannotBeOpenedFailsTheStart() throws Exception {
        options.setApiKey("wrong-key");
        consume(AT_START);

        assertThatThrownBy(() -> context.start()).satisfies(thrown -> assertThat(
                ObjectHelper.getException(LiveAuthenticationException.class, thrown))
                .hasMessageContaining("API key not valid"));
    }

    @Test
    void aProducerWhoseSessionCannotBeOpenedFailsTheStart() throws Exception {
        options.setApiKey("wrong-key");
        produce(AT_START);

        assertThatThrownBy(() -> context.start()).satisfies(thrown -> assertThat(
                ObjectHelper.getException(LiveAuthenticationException.class, thrown))
                .hasMessageContaining("API key not valid"));
    }

    @Test
    void theFailureOfTheStartIsToldOnceAndByTheStart() throws Exception {
        EMULATOR.get().faults().refuseUpgrade(503, "not yet", 1);
        consume(AT_START + "&sessionEvents=closed");

        assertThatThrownBy(() -> context.start())
                .satisfies(thrown -> assertThat(ObjectHelper.getException(LiveConnectionException.class, thrown)).isNotNull());

        context.stop();
        assertThat(heard).isEmpty();
    }

    @Test
    void aSupervisingControllerStartsTheRouteWhenTheServiceIsThereAgain() throws Exception {
        EMULATOR.get().faults().refuseUpgrade(503, "not yet", 2);
        SupervisingRouteController controller = context.getRouteController().supervising();
        controller.setBackOffDelay(50);
        consume(AT_START);

        context.start();

        assertThat(status("consumer")).isEqualTo(ServiceStatus.Stopped);
        assertThat(controller.hasUnhealthyRoutes()).isTrue();
        await().atMost(PATIENCE).until(() -> status("consumer") == ServiceStatus.Started);
        assertThat(controller.hasUnhealthyRoutes()).isFalse();
        awaitHeard(served(0), "at last");
        assertThat(EMULATOR.get().counters().refused()).isEqualTo(2);
    }

    @Test
    void aSupervisingControllerStartsTheRouteOfAProducerWhenTheServiceIsThereAgain() throws Exception {
        EMULATOR.get().faults().refuseUpgrade(503, "not yet", 2);
        SupervisingRouteController controller = context.getRouteController().supervising();
        controller.setBackOffDelay(50);
        produce(AT_START + "&response=none");

        context.start();

        assertThat(controller.hasUnhealthyRoutes()).isTrue();
        await().atMost(PATIENCE).until(() -> status("producer") == ServiceStatus.Started);
        assertThat(served(0).awaitSetup(PATIENCE)).isNotNull();
        assertThat(EMULATOR.get().counters().refused()).isEqualTo(2);
        context.createProducerTemplate().sendBody("direct:say", "hello");
        assertThat(served(0).awaitMessages(1, PATIENCE)).hasSize(1);
    }

    @Test
    void aStartThatWaitsForItsSessionCanBeInterrupted() throws Exception {
        EMULATOR.get().faults().neverAnswerSetup();
        options.setSetupTimeout(PATIENCE.multipliedBy(10).toMillis());
        consume(AT_START);
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread starting = new Thread(() -> {
            try {
                context.start();
                outcome.complete(null);
            } catch (Exception e) {
                outcome.complete(e);
            }
        });
        starting.start();
        served(0).awaitSetup(PATIENCE);

        starting.interrupt();

        assertThat(ObjectHelper.getException(LiveSessionClosedException.class,
                outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))).hasMessageContaining("interrupted")
                .hasMessageContaining("sessionStart=onStart");
    }

    @Test
    void aStartThatWaitsForItsSessionEndsWhenTheSessionIsClosed() throws Exception {
        EMULATOR.get().faults().neverAnswerSetup();
        options.setSetupTimeout(PATIENCE.multipliedBy(10).toMillis());
        consume(AT_START);
        CompletableFuture<Void> start = CompletableFuture.runAsync(() -> context.start());
        served(0).awaitSetup(PATIENCE);

        context.getComponent("genai-live", GenAiLiveComponent.class).sessions().close(DEFAULT);

        assertThat(start).failsWithin(PATIENCE).withThrowableThat()
                .satisfies(thrown -> assertThat(ObjectHelper.getException(GenAiLiveException.class, thrown)).isNotNull());
    }

    // ---- an end by itself

    @ParameterizedTest(name = "events: {0}")
    @ValueSource(strings = { "", "&sessionEvents=closed" })
    void aRouteWhoseSessionEndsByItselfIsStoppedWithTheCauseAndUnhealthy(String events) throws Exception {
        consume(AT_START + events);
        context.start();

        served(0).close(1011, "Internal error occurred.");

        await().atMost(PATIENCE).until(() -> status("consumer") == ServiceStatus.Stopped
                && context.getRoute("consumer").getLastError() != null);
        RouteError error = context.getRoute("consumer").getLastError();
        assertThat(error.isUnhealthy()).as("health DOWN").isTrue();
        assertThat(error.getException()).isInstanceOf(LiveSessionLostException.class).hasMessageContaining("1011");
        assertThat(heard).hasSize(events.isEmpty() ? 0 : 1);
    }

    @Test
    void aSupervisedRouteWhoseSessionEndsByItselfIsStoppedAsWell() throws Exception {
        context.getRouteController().supervising().setBackOffDelay(50);
        consume(AT_START);
        context.start();

        served(0).close(1011, "Internal error occurred.");

        await().atMost(PATIENCE).until(() -> status("consumer") == ServiceStatus.Stopped
                && context.getRoute("consumer").getLastError() != null);
        assertThat(context.getRoute("consumer").getLastError().isUnhealthy()).isTrue();
    }

    @Test
    void aRouteThatWasStoppedByTheEndOfItsSessionStartsAgainWithANewOne() throws Exception {
        consume(AT_START);
        context.start();
        served(0).close(1011, "Internal error occurred.");
        await().atMost(PATIENCE).until(() -> status("consumer") == ServiceStatus.Stopped
                && context.getRoute("consumer").getLastError() != null);

        context.getRouteController().startRoute("consumer");

        assertThat(status("consumer")).isEqualTo(ServiceStatus.Started);
        assertThat(context.getRoute("consumer").getLastError()).isNull();
        awaitHeard(served(1), "back again");
    }

    @Test
    void anEndThatWasAskedForStopsNoRoute() throws Exception {
        consume(AT_START);
        produce("genai-live:gemini-3.8-live?response=none");
        context.start();

        context.getComponent("genai-live", GenAiLiveComponent.class).sessions().close(DEFAULT).toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        context.createProducerTemplate().sendBody("direct:say", "anybody there?");

        awaitHeard(served(1), "of course");
        assertThat(status("consumer")).isEqualTo(ServiceStatus.Started);
    }

    @Test
    void theEndOfAnotherSessionStopsNoRoute() throws Exception {
        consume(AT_START + "&sessionEvents=closed");
        produce("genai-live:gemini-3.8-live?response=none&sessionKey=another");
        context.start();
        context.createProducerTemplate().sendBody("direct:say", "hello");

        served(1).close(1011, "Internal error occurred.");

        await().atMost(PATIENCE).until(() -> heard.contains("closed"));
        awaitHeard(served(0), "still here");
        assertThat(status("consumer")).isEqualTo(ServiceStatus.Started);
    }

    @Test
    void aRouteWhoseSessionsAreClosedWhileItIsSuspendedOpensItsOwnAgainWhenItResumes() throws Exception {
        consume(AT_START + "&onSuspend=closeSession");
        context.start();
        context.getRouteController().suspendRoute("consumer");
        served(0).awaitClosed(PATIENCE);

        context.getRouteController().resumeRoute("consumer");

        awaitHeard(served(1), "here again");
    }

    // ---- how long it stays

    private RecordedSession openAnother(String key) {
        int known = EMULATOR.get().sessions().size();
        context.createProducerTemplate().sendBodyAndHeaders("direct:say", "", Map.of(GenAiLiveConstants.SESSION_KEY, key,
                GenAiLiveConstants.OPERATION, GenAiLiveOperation.openSession));
        return served(known);
    }

    @Test
    void aSessionThatARouteOpenedAtItsStartIsNotClosedForBeingIdle() throws Exception {
        options.setSessionIdleTimeout(50);
        consume(AT_START);
        produce("genai-live:gemini-3.8-live?response=none");
        context.start();

        openAnother("first").awaitClosed(PATIENCE);
        openAnother("second").awaitClosed(PATIENCE);

        assertThat(served(0).isOpen()).isTrue();
        awaitHeard(served(0), "still here");
    }

    @Test
    void norIsTheOneThatAProducerOpensAfterIt() throws Exception {
        options.setSessionIdleTimeout(50);
        consume(AT_START);
        produce("genai-live:gemini-3.8-live?response=none");
        context.start();
        context.getComponent("genai-live", GenAiLiveComponent.class).sessions().close(DEFAULT).toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        RecordedSession next = openAnother("default");

        openAnother("first").awaitClosed(PATIENCE);
        openAnother("second").awaitClosed(PATIENCE);

        awaitHeard(next, "still here");
    }

    @ParameterizedTest
    @ValueSource(strings = { "consumer", "producer" })
    void itIsClosedForBeingIdleWhenTheRouteIsStopped(String route) throws Exception {
        options.setSessionIdleTimeout(50);
        if ("consumer".equals(route)) {
            consume(AT_START);
        } else {
            produce(AT_START + "&response=none");
        }
        context.start();

        context.getRouteController().stopRoute(route);

        assertThat(served(0).awaitClosed(PATIENCE).clientClose()).isPresent();
    }

    @Test
    void aStartThatWasGivenUpKeepsNoSessionOpen() throws Exception {
        options.setSessionIdleTimeout(50);
        EMULATOR.get().faults().refuseUpgrade(503, "not yet", 1);
        produce("genai-live:gemini-3.8-live?response=none");
        context.start();
        assertThatThrownBy(() -> consume(AT_START)).isNotNull();

        RecordedSession next = openAnother("default");

        assertThat(next.awaitClosed(PATIENCE).clientClose()).isPresent();
    }

    @Test
    void aProducerWhoseSessionHasEndedOpensAnotherWithTheNextExchange() throws Exception {
        produce(AT_START + "&response=none");
        context.start();
        served(0).close(1011, "Internal error occurred.");
        served(0).awaitClosed(PATIENCE);

        await().atMost(PATIENCE).until(() -> {
            context.createProducerTemplate().sendBody("direct:say", "hello");
            return EMULATOR.get().sessions().size() == 2;
        });

        assertThat(status("producer")).isEqualTo(ServiceStatus.Started);
    }
}
