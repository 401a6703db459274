package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The life of a session from the first connection to the end, as a route hears of it between the session's messages. */
@Timeout(60)
class LifeCycleExchangesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ALL = "opened,resumed,reconnecting,goAway,closed";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    private final List<Exchange> heard = new CopyOnWriteArrayList<>();
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
        options.setReconnectInitialDelay(10);
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private void start(String sessionEvents) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live?sessionKey=anna&sessionEvents=" + sessionEvents)
                        .process(exchange -> heard.add(exchange.copy()));
                from("direct:ask").to("genai-live:gemini-3.8-live?sessionKey=anna&response=turn").convertBodyTo(String.class);
                from("direct:tell").setHeader(GenAiLiveConstants.TURN_COMPLETE, constant(false))
                        .to("genai-live:gemini-3.8-live?sessionKey=anna&response=none&operation=sendClientContent");
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    private static RecordedSession connection(int number) {
        return EMULATOR.get().awaitSessions(number, PATIENCE).get(number - 1);
    }

    private void ask(String question) {
        long handlesBefore = handles();
        assertThat(template.requestBody("direct:ask", question, String.class)).isEqualTo(question);
        // what is in doubt later is what came after this
        await().atMost(PATIENCE).until(() -> handles() > handlesBefore && describe().contains("end of the turn"));
    }

    private long handles() {
        return messages().filter(message -> message.sessionResumptionUpdate()
                .filter(update -> !update.newHandle().orElse("").isEmpty()).isPresent()).count();
    }

    private java.util.stream.Stream<LiveServerMessage> messages() {
        return heard.stream().map(exchange -> exchange.getMessage().getBody()).filter(LiveServerMessage.class::isInstance)
                .map(LiveServerMessage.class::cast);
    }

    /** Events by their names, and the messages that say how the conversation goes. */
    private List<String> describe() {
        return heard.stream().map(LifeCycleExchangesTest::describe).filter(text -> !text.isEmpty()).toList();
    }

    private static String describe(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof LiveServerMessage message)) {
            return exchange.getMessage().getHeader(GenAiLiveConstants.EVENT, String.class);
        }
        if (message.goAway().isPresent()) {
            return "the service's goAway";
        }
        return message.serverContent().flatMap(content -> content.turnComplete()).orElse(false) ? "end of the turn" : "";
    }

    private Exchange awaitEvent(String name) {
        await().atMost(PATIENCE).until(() -> !events(name).isEmpty());
        return events(name).get(0);
    }

    private List<Exchange> events(String name) {
        return heard.stream().filter(exchange -> name.equals(exchange.getMessage().getHeader(GenAiLiveConstants.EVENT)))
                .toList();
    }

    private static Object header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name);
    }

    @Test
    void givenALostConnection_whenTheSessionGoesOn_thenTheRouteHearsEachAttemptAndWhatIsInDoubtInOrderWithTheMessages()
            throws Exception {
        start(ALL);
        ask("one");
        template.sendBody("direct:tell", "after the last handle");
        template.sendBody("direct:tell", "and another one");
        connection(1).awaitMessages(3, PATIENCE);
        EMULATOR.get().faults().refuseUpgrade(503, "The service is currently unavailable.", 1);

        connection(1).close(1011, "Internal error occurred.").join();
        awaitEvent("resumed");
        ask("two");
        connection(2).close(1007, "API key not valid. Please pass a valid API key.").join();

        Exchange closed = awaitEvent("closed");
        assertThat(describe()).containsExactly("opened", "end of the turn", "reconnecting", "reconnecting", "resumed",
                "end of the turn", "closed");
        assertThat(heard.get(0).getMessage().getBody()).isInstanceOf(SessionEvent.Opened.class);
        Exchange first = events("reconnecting").get(0);
        assertThat(header(first, GenAiLiveConstants.RECONNECT_ATTEMPT)).isEqualTo(1);
        assertThat(header(first, GenAiLiveConstants.CLOSE_CODE)).isEqualTo(1011);
        assertThat(header(first, GenAiLiveConstants.CLOSE_REASON)).isEqualTo("Internal error occurred.");
        Exchange second = events("reconnecting").get(1);
        assertThat(header(second, GenAiLiveConstants.RECONNECT_ATTEMPT)).isEqualTo(2);
        assertThat(header(second, GenAiLiveConstants.CLOSE_CODE)).isEqualTo(503);
        assertThat(header(second, GenAiLiveConstants.CLOSE_REASON)).asString().contains("currently unavailable");
        Exchange resumed = awaitEvent("resumed");
        assertThat(header(resumed, GenAiLiveConstants.STATE_RESTORED)).isEqualTo(true);
        assertThat(header(resumed, GenAiLiveConstants.IN_DOUBT)).isEqualTo(2L);
        assertThat(header(closed, GenAiLiveConstants.CLOSE_CODE)).isEqualTo(1007);
        assertThat(header(closed, GenAiLiveConstants.CLOSE_REASON)).asString().startsWith("API key not valid.");
        assertThat(header(closed, GenAiLiveConstants.IN_DOUBT)).isEqualTo(0L);
        assertThat(heard).extracting(exchange -> header(exchange, GenAiLiveConstants.SESSION_KEY)).containsOnly("anna");
    }

    @Test
    void givenAGoAway_whenNothingIsUnderWay_thenTheSessionMovesAndTheRouteHearsNoLoss() throws Exception {
        start(ALL);
        ask("one");

        connection(1).goAway(Duration.ofSeconds(50)).join();

        Exchange resumed = awaitEvent("resumed");
        assertThat(header(resumed, GenAiLiveConstants.STATE_RESTORED)).isEqualTo(true);
        assertThat(header(resumed, GenAiLiveConstants.IN_DOUBT)).isEqualTo(0L);
        assertThat(header(awaitEvent("goAway"), GenAiLiveConstants.TIME_LEFT)).isEqualTo(50_000L);
        ask("two");
        assertThat(describe()).containsSubsequence("opened", "end of the turn", "goAway", "resumed", "end of the turn")
                .doesNotContain("reconnecting", "closed");
        assertThat(connection(1).clientClose()).as("left, not lost").isPresent();
        assertThat(connection(2).awaitMessages(1, PATIENCE)).hasSize(1);
    }

    @Test
    void givenAHandleThatTheServiceNoLongerTakes_whenTheSessionIsOpenAgain_thenTheRouteHearsThatTheStateIsLost()
            throws Exception {
        start(ALL);
        ask("one");
        EMULATOR.get().faults().closeInsteadOfSetupComplete(1008, "Requested entity was not found.", 1);

        connection(1).dropTcp().join();

        Exchange resumed = awaitEvent("resumed");
        assertThat(header(resumed, GenAiLiveConstants.STATE_RESTORED)).isEqualTo(false);
        assertThat(header(resumed, GenAiLiveConstants.IN_DOUBT)).isInstanceOf(Long.class);
        assertThat(connection(3).awaitSetup(PATIENCE).at("/sessionResumption/handle").isMissingNode()).isTrue();
    }

    @Test
    void givenARouteThatAskedForOneKind_whenTheWholeLifeIsLived_thenItHearsOfThatKindOnly() throws Exception {
        start("resumed");
        ask("one");
        connection(1).goAway(Duration.ofSeconds(50)).join();
        awaitEvent("resumed");
        ask("two");
        connection(2).close(1011, "Internal error occurred.").join();
        await().atMost(PATIENCE).until(() -> events("resumed").size() == 2);
        ask("three");
        connection(3).close(1007, "API key not valid. Please pass a valid API key.").join();
        await().atMost(PATIENCE).until(
                () -> context.getComponent("genai-live", GenAiLiveComponent.class).sessions().all().isEmpty());

        context.stop();

        assertThat(heard).filteredOn(exchange -> header(exchange, GenAiLiveConstants.EVENT) != null)
                .extracting(exchange -> header(exchange, GenAiLiveConstants.EVENT)).containsExactly("resumed", "resumed");
    }
}
