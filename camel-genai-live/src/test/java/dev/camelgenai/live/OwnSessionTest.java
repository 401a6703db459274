package dev.camelgenai.live;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A route that handles messages of a session and asks the same session: told at once, never stuck. */
@Timeout(60)
class OwnSessionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ASK = "genai-live:gemini-3.8-live?response=turn&turnTimeout=30s&sessionKey=";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private DefaultCamelContext context;

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    /** One step of a route. */
    private interface Step {

        void addTo(RouteDefinition route);
    }

    /** Handles the first complete turn of the session anna, and says something in it. */
    private void handle(Step step) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class).handled(true)
                        .process(exchange -> failures.add(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)));
                from("genai-live:gemini-3.8-live?sessionKey=anna").routeId("consumer")
                        .filter(exchange -> exchange.getMessage().getHeader(GenAiLiveConstants.TURN_COMPLETE, false,
                                Boolean.class)
                                && "anna".equals(exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY))
                                && exchange.getMessage().getBody() instanceof LiveServerMessage
                                && answers.isEmpty() && failures.isEmpty())
                        .removeHeaders("CamelGenAiLive*").setBody(constant("and again")).to("direct:step");
                step.addTo(from("direct:step").routeId("step"));
                from("seda:detached").to(ASK + "anna").process(OwnSessionTest.this::answered);
                from("direct:say").to("genai-live:gemini-3.8-live?response=none&sessionKey=anna");
            }
        });
        context.start();
        context.createProducerTemplate().sendBody("direct:say", "hello");
    }

    private void answered(Exchange exchange) {
        answers.add(exchange.getMessage().getBody(LiveTurn.class).outputTranscript());
    }

    private void awaitRefusal() {
        await().atMost(PATIENCE).until(() -> !failures.isEmpty() || !answers.isEmpty());
        assertThat(answers).isEmpty();
        assertThat(failures.peek()).isInstanceOfSatisfying(LiveInputException.class,
                refusal -> assertThat(refusal.isRetriable()).isFalse())
                .hasMessageContaining("anna").hasMessageContaining("response=none").hasMessageContaining("seda:");
        assertThat(EMULATOR.get().awaitSessions(1, PATIENCE).get(0).messageCount()).as("nothing was sent").isEqualTo(1);
    }

    private void awaitAnswer() {
        await().atMost(PATIENCE).until(() -> !answers.isEmpty() || !failures.isEmpty());
        assertThat(failures).isEmpty();
        assertThat(answers).startsWith("and again");
    }

    @Test
    void awaitingATurnOnTheSessionWhoseMessageIsHandledFailsAtOnceWithTheWayOut() throws Exception {
        handle(route -> route.to(ASK + "anna").process(this::answered));

        awaitRefusal();
    }

    @Test
    void alsoWhereTheTurnIsAwaitedBecauseAnAnswerIsExpected() throws Exception {
        handle(route -> route.to(ExchangePattern.InOut, "genai-live:gemini-3.8-live?sessionKey=anna")
                .process(this::answered));

        awaitRefusal();
    }

    @Test
    void alsoInAPartOfTheMessage() throws Exception {
        handle(route -> route.split(new ConstantExpression("and again")).to(ASK + "anna").process(this::answered).end());

        awaitRefusal();
    }

    @Test
    void alsoOnAnotherThreadForWhichTheMessageWaits() throws Exception {
        handle(route -> route.threads(1).to(ASK + "anna").process(this::answered));

        awaitRefusal();
    }

    @Test
    void alsoWithExchangesThatAreUsedAgain() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        handle(route -> route.to(ASK + "anna").process(this::answered));

        awaitRefusal();
    }

    @Test
    void whatIsNotAwaitedIsSent() throws Exception {
        handle(route -> route.to("genai-live:gemini-3.8-live?response=none&sessionKey=anna")
                .process(exchange -> answers.add("and again")));

        awaitAnswer();
        assertThat(EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitMessages(2, PATIENCE)).hasSize(2);
    }

    @Test
    void goingOnByWayOfSedaWorks() throws Exception {
        handle(route -> route.to("seda:detached"));

        awaitAnswer();
    }

    @Test
    void aWireTapWorksThoughTheMessageIsStillBeingHandled() throws Exception {
        CountDownLatch tapped = new CountDownLatch(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:tapped").onException(Exception.class).handled(true)
                        .process(exchange -> failures.add(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)))
                        .end()
                        .to(ASK + "anna").process(OwnSessionTest.this::answered).process(exchange -> tapped.countDown());
            }
        });
        handle(route -> route.wireTap("direct:tapped")
                .process(exchange -> tapped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)));

        awaitAnswer();
    }

    @Test
    void anotherSessionMayBeAsked() throws Exception {
        handle(route -> route.to(ASK + "bert").process(this::answered));

        awaitAnswer();
        assertThat(EMULATOR.get().sessions()).hasSize(2);
    }
}
