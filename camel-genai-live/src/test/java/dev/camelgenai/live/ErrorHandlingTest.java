package dev.camelgenai.live;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** What Camel's error handlers make of the component's exceptions. */
@Timeout(60)
class ErrorHandlingTest extends RoutesTestSupport {

    private static final Map<String, Object> REFUSED = Map.of(GenAiLiveConstants.SESSION_KEY, "");

    private final Queue<String> attempts = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void serveEcho() {
        serve(Scenarios.echo());
    }

    /** The connection breaks when the first question arrives. */
    private void breakTheFirstTurn() {
        service.faults().closeAfter(1, 1011, "Internal error occurred.", 1);
    }

    private void attempt(Exchange exchange) {
        attempts.add(String.valueOf(exchange.getMessage().getBody()));
    }

    @Test
    void redeliveryRepeatsWhatIsWorthARepeat() throws Exception {
        breakTheFirstTurn();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("mock:dead").maximumRedeliveries(3).redeliveryDelay(10)
                        .onRedelivery(ErrorHandlingTest.this::attempt).retryWhile(simple("${exception.retriable}")));
                from("direct:ask").to(ASK).convertBodyTo(String.class);
            }
        });

        assertThat(template.requestBody("direct:ask", "hello", String.class)).isEqualTo("hello");

        assertThat(attempts).as("with the body as it was").containsExactly("hello");
        assertThat(mock("dead").getReceivedCounter()).isZero();
    }

    @Test
    void whatNoRepeatCanHelpGoesToTheDeadLetterQueueAtOnce() throws Exception {
        createContext();
        MockEndpoint dead = mock("dead");
        dead.expectedBodiesReceived("hello");
        start(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("mock:dead").redeliveryDelay(10)
                        .onRedelivery(ErrorHandlingTest.this::attempt).retryWhile(simple("${exception.retriable}")));
                from("direct:ask").to(ASK);
            }
        });

        Exchange sent = send("direct:ask", "hello", REFUSED);

        dead.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(attempts).isEmpty();
        assertThat(sent.getException()).isNull();
        assertThat(dead.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT)).isInstanceOf(LiveInputException.class);
    }

    @Test
    void redeliveriesThatAreUsedUpEndInTheDeadLetterQueueToo() throws Exception {
        createContext();
        component.getConfiguration().setReconnect(false);
        MockEndpoint dead = mock("dead");
        dead.expectedMessageCount(1);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("mock:dead").maximumRedeliveries(2).redeliveryDelay(0)
                        .onRedelivery(ErrorHandlingTest.this::attempt));
                from("direct:ask").to(ASK);
            }
        });
        service.close();

        send("direct:ask", "hello", Map.of());

        dead.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(attempts).hasSize(2);
        assertThat(dead.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT)).isInstanceOf(GenAiLiveException.class);
    }

    @Test
    void onExceptionTellsRetriableFailuresFromOthers() throws Exception {
        createContext();
        breakTheFirstTurn();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                onException(GenAiLiveException.class).onWhen(simple("${exception.retriable}")).handled(true)
                        .setBody(simple("again: ${exception.class.simpleName}"));
                onException(GenAiLiveException.class).continued(true).setBody(constant("never"));
                from("direct:ask").to(ASK).setBody(simple("${body} and on"));
            }
        });

        Exchange lost = send("direct:ask", "hello", Map.of());
        Exchange refused = send("direct:ask", "hello", REFUSED);

        assertThat(lost.getMessage().getBody()).isEqualTo("again: " + LiveSessionLostException.class.getSimpleName());
        assertThat(refused.getMessage().getBody()).isEqualTo("never and on");
    }

    @Test
    void aRouteTriesAndCatches() throws Exception {
        breakTheFirstTurn();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").doTry().to(ASK).convertBodyTo(String.class)
                        .doCatch(LiveSessionLostException.class).setBody(constant("lost"))
                        .doCatch(GenAiLiveException.class).setBody(constant("refused"))
                        .doFinally().process(this::mark).end();
            }

            private void mark(Exchange exchange) {
                exchange.getMessage().setBody(exchange.getMessage().getBody() + "!");
            }
        });

        assertThat(send("direct:ask", "one", Map.of()).getMessage().getBody()).isEqualTo("lost!");
        assertThat(send("direct:ask", "two", REFUSED).getMessage().getBody()).isEqualTo("refused!");
        assertThat(send("direct:ask", "three", Map.of()).getMessage().getBody()).isEqualTo("three!");
    }

    @Test
    void aConsumersRouteHasItsOwnErrorHandlerAndTheNextMessageComes() throws Exception {
        createContext();
        MockEndpoint dead = mock("dead");
        dead.expectedMinimumMessageCount(2);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("mock:dead"));
                from(HEAR).process(exchange -> {
                    throw new IllegalStateException("on purpose");
                });
            }
        });
        template.sendBody(TELL, "hello");

        dead.assertIsSatisfied(PATIENCE.toMillis());

        assertThat(dead.getExchanges()).extracting(exchange -> exchange.getMessage()
                .getHeader(GenAiLiveConstants.SEQUENCE_NUMBER, Long.class)).startsWith(1L, 2L);
    }

    @Test
    void aBridgedConsumerGivesTheEndOfItsSessionToTheErrorHandlerOfTheRoute() throws Exception {
        createContext();
        component.getConfiguration().setReconnect(false);
        MockEndpoint dead = mock("dead");
        dead.expectedMessageCount(1);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR + "&bridgeErrorHandler=true").onException(LiveSessionLostException.class).handled(true)
                        .to("mock:dead").end().to("mock:heard");
            }
        });
        template.requestBody(ASK, "hello", LiveTurn.class);
        RecordedSession session = connection(1);

        session.dropTcp();

        dead.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(dead.getExchanges().get(0).getMessage().getHeader(GenAiLiveConstants.SESSION_KEY)).isEqualTo("default");
    }
}
