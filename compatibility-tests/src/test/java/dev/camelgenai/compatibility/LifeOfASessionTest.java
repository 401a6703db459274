package dev.camelgenai.compatibility;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.Exchange;
import org.apache.camel.ServiceStatus;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.SupervisingRouteController;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a route hears about the life of its sessions, and what is left when it ends. */
class LifeOfASessionTest extends CompatibilityTestSupport {

    private static final String LINE = "genai-live:gemini-3.8-live?sessionGroup=line";

    private List<Object> events(MockEndpoint mock) {
        return mock.getExchanges().stream().map(exchange -> exchange.getMessage().getHeader(GenAiLiveConstants.EVENT))
                .toList();
    }

    @Test
    void aLostConnectionIsReplacedTheConversationGoesOnAndTheRouteIsTold() throws Exception {
        start(routes -> {
            routes.from("direct:ask").to(LINE + "&response=turn").convertBodyTo(String.class);
            routes.from(LINE + "&sessionEvents=opened,reconnecting,resumed")
                    .filter(routes.header(GenAiLiveConstants.EVENT).isNotNull())
                    .to("mock:events");
        });
        MockEndpoint events = mock("events");
        events.expectedMessageCount(3);
        assertThat(template.requestBody("direct:ask", "one")).isEqualTo("one");

        connection(1).dropTcp().join();

        events.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(events(events)).containsExactly("opened", "reconnecting", "resumed");
        assertThat(events.getExchanges().get(1).getMessage().getHeader(GenAiLiveConstants.RECONNECT_ATTEMPT)).isEqualTo(1);
        assertThat(events.getExchanges().get(2).getMessage().getHeader(GenAiLiveConstants.STATE_RESTORED)).isEqualTo(true);
        assertThat(template.requestBody("direct:ask", "two")).isEqualTo("two");
        assertThat(connection(2).awaitSetup(PATIENCE).at("/sessionResumption/handle").asText()).isNotEmpty();
    }

    @Test
    void theEndOfASessionIsAnExchangeWhereItWasAskedForAndElseGoesToTheErrorHandler() throws Exception {
        options.setReconnect(false);
        start(routes -> {
            routes.from("direct:ask").to(LINE + "&response=turn");
            routes.from(LINE + "&sessionEvents=closed").filter(routes.header(GenAiLiveConstants.EVENT).isEqualTo("closed"))
                    .to("mock:closed");
            routes.from(LINE + "&bridgeErrorHandler=true").onException(LiveSessionLostException.class).handled(true)
                    .to("mock:error").end().to("mock:heard");
        });
        mock("closed").expectedMessageCount(1);
        mock("error").expectedMessageCount(1);
        template.requestBody("direct:ask", "one");

        connection(1).close(1011, "Internal error occurred.").join();

        MockEndpoint.assertIsSatisfied(context, PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Exchange closed = mock("closed").getExchanges().get(0);
        assertThat(closed.getMessage().getBody()).isInstanceOf(SessionEvent.Closed.class);
        assertThat(closed.getMessage().getHeader(GenAiLiveConstants.CLOSE_CODE)).isEqualTo(1011);
        assertThat(closed.getMessage().getHeader(GenAiLiveConstants.CLOSE_REASON)).isEqualTo("Internal error occurred.");
        assertThat(mock("error").getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT))
                .isInstanceOf(LiveSessionLostException.class);
    }

    @Test
    void aSessionThatCannotBeOpenedFailsTheStartOfItsRoute() {
        options.setApiKey("wrong-key");

        assertThatThrownBy(() -> start(routes -> routes.from(LINE + "&sessionStart=onStart").to("mock:heard")))
                .satisfies(thrown -> assertThat(ObjectHelper.getException(LiveAuthenticationException.class, thrown))
                        .hasMessageContaining("API key not valid"));
    }

    @Test
    void aSupervisingControllerStartsTheRouteWhenTheServiceIsThereAgain() throws Exception {
        options.setReconnect(false);
        service().faults().refuseUpgrade(503, "not yet", 2);
        SupervisingRouteController controller = context.getRouteController().supervising();
        controller.setBackOffDelay(50);

        start(routes -> routes.from(LINE + "&sessionStart=onStart").routeId("line").to("mock:heard"));

        assertThat(controller.hasUnhealthyRoutes()).isTrue();
        await().atMost(PATIENCE).until(() -> context.getRouteController().getRouteStatus("line") == ServiceStatus.Started);
        assertThat(controller.hasUnhealthyRoutes()).isFalse();
        assertThat(service().counters().refused()).isEqualTo(2);
        mock("heard").expectedMinimumMessageCount(1);
        connection(1).send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"at last\"}}}").join();
        mock("heard").assertIsSatisfied(PATIENCE.toMillis());
    }

    @Test
    void aStoppedContextLeavesNeitherSocketNorThread() throws Exception {
        Set<Long> before = threads().keySet();
        start(routes -> {
            routes.from("direct:ask").to(LINE + "&response=turn");
            routes.from(LINE).to("mock:heard");
        });
        template.requestBodyAndHeader("direct:ask", "hello", GenAiLiveConstants.SESSION_KEY, "anna");
        assertThat(service().counters().openSockets()).isEqualTo(1);
        assertThat(newThreads(before)).as("while it runs").anyMatch(name -> name.contains("GenAiLive"));

        context.stop();

        await().pollInSameThread().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(service().counters().openSockets()).isZero();
            assertThat(newThreads(before)).isEmpty();
        });
    }

    private static Map<Long, String> threads() {
        return Thread.getAllStackTraces().keySet().stream().collect(Collectors.toMap(Thread::getId, Thread::getName));
    }

    private static Set<String> newThreads(Set<Long> before) {
        Set<String> names = new TreeSet<>();
        threads().forEach((id, name) -> {
            if (!before.contains(id)) {
                names.add(name);
            }
        });
        return names;
    }
}
