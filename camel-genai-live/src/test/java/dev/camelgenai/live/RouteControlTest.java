package dev.camelgenai.live;

import java.util.Map;

import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Routes that are stopped, suspended, started late, advised, intercepted and stubbed. */
@Timeout(60)
class RouteControlTest extends RoutesTestSupport {

    @BeforeEach
    void serveEcho() {
        serve(Scenarios.echo());
        createContext();
    }

    private static RouteBuilder asking() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").routeId("ask").to(ASK).convertBodyTo(String.class);
            }
        };
    }

    private Object ask(String question) {
        return send("direct:ask", question, Map.of()).getMessage().getBody();
    }

    @Test
    void theControlBusStopsStartsSuspendsAndResumesRoutesOfSessions() throws Exception {
        MockEndpoint heard = mock("heard");
        start(asking(), new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR).routeId("hear").to("mock:heard");
            }
        });
        assertThat(ask("one")).isEqualTo("one");
        await().atMost(PATIENCE).until(() -> heard.getReceivedCounter() > 0);

        for (String[] each : new String[][]{ { "suspend", "resume" }, { "stop", "start" } }) {
            template.requestBody("controlbus:route?routeId=hear&action=" + each[0], (Object) null);
            heard.reset();
            assertThat(ask(each[0])).isEqualTo(each[0]);
            assertThat(heard.getReceivedCounter()).isZero();
            template.requestBody("controlbus:route?routeId=hear&action=" + each[1], (Object) null);
            assertThat(context.getRouteController().getRouteStatus("hear")).isEqualTo(ServiceStatus.Started);
            assertThat(ask(each[1])).isEqualTo(each[1]);
            await().atMost(PATIENCE).until(() -> heard.getReceivedCounter() > 0);
        }
        template.requestBody("controlbus:route?routeId=ask&action=restart&restartDelay=0", (Object) null);
        assertThat(ask("again")).isEqualTo("again");
        assertThat(service.sessions()).as("sessions outlive routes").hasSize(1);
    }

    @Test
    void aProducerThatStartsLateLetsItsRouteStartAndFailsTheExchange() throws Exception {
        String broken = "genai-live:gemini-3.8-live?sessionGroup=broken&voice=Kore&outboxMaxMessages=0";
        RouteBuilder late = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:late").doTry().to(broken + "&lazyStartProducer=true").doCatch(Exception.class)
                        .setBody(simple("${exception.message}"));
            }
        };
        start(late);

        assertThat(send("direct:late", "hello", Map.of()).getMessage().getBody(String.class)).contains("outboxMaxMessages");
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:early").to("genai-live:gemini-3.8-live?sessionGroup=broken2&outboxMaxMessages=0");
            }
        })).isInstanceOf(FailedToStartRouteException.class).hasStackTraceContaining("outboxMaxMessages");
    }

    @Test
    void aTestMaySkipTheModel() throws Exception {
        context.addRoutes(asking());
        AdviceWith.adviceWith(context, "ask", advice -> advice.mockEndpointsAndSkip("genai-live:*"));
        MockEndpoint model = mock("genai-live:gemini-3.8-live");
        model.expectedBodiesReceived("hello");
        model.whenAnyExchangeReceived(exchange -> exchange.getMessage().setBody("mocked"));
        start();

        assertThat(ask("hello")).isEqualTo("mocked");

        model.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(service.sessions()).isEmpty();
    }

    @Test
    void aTestMaySkipDynamicModelsToo() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").routeId("ask").toD("genai-live:${header.model}?sessionKey=${header.user}");
            }
        });
        AdviceWith.adviceWith(context, "ask", advice -> advice.mockEndpointsAndSkip("genai-live:*"));
        MockEndpoint model = mock("genai-live:*");
        model.expectedBodiesReceived("hello");
        start();

        Exchange sent = send("direct:ask", "hello", Map.of("model", "gemini-3.8-live", "user", "anna"));

        model.assertIsSatisfied(PATIENCE.toMillis());
        assertThat(sent.getProperties().keySet()).noneMatch(name -> name.startsWith("CamelGenAiLive"));
        assertThat(service.sessions()).isEmpty();
    }

    @Test
    void anInterceptorMayAnswerInsteadOfTheModel() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                interceptSendToEndpoint("genai-live:*").skipSendToOriginalEndpoint().setBody(constant("intercepted"));
                from("direct:ask").to(ASK);
            }
        });

        assertThat(ask("hello")).isEqualTo("intercepted");
        assertThat(service.sessions()).isEmpty();
    }

    @Test
    void aStubTakesTheUriAsItIs() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("stub:" + ASK + "&voice=Kore");
                from("stub:" + ASK + "&voice=Kore").setBody(constant("stubbed"));
            }
        });

        Exchange sent = template.request("direct:ask", exchange -> exchange.getMessage().setBody("hello"));

        assertThat(sent.getMessage().getBody()).isEqualTo("stubbed");
        assertThat(service.sessions()).isEmpty();
    }

    @Test
    void aUriIsBuiltFromItsParts() throws Exception {
        String uri = context.getCamelContextExtension().getEndpointUriFactory("genai-live").buildUri("genai-live",
                Map.of("model", "gemini-3.8-live", "sessionGroup", "built", "systemInstruction", "Say 100% more",
                        "header.X-Tenant", "acme", "response", "turn"));

        GenAiLiveEndpoint endpoint = context.getEndpoint(uri, GenAiLiveEndpoint.class);

        assertThat(endpoint.getModel()).isEqualTo("gemini-3.8-live");
        assertThat(endpoint.getConfiguration().getSystemInstruction()).isEqualTo("Say 100% more");
        assertThat(endpoint.getConfiguration().getHeaders()).containsEntry("X-Tenant", "acme");
    }

    @Test
    void placeholdersAndRawValuesAreReadAsEverywhere() throws Exception {
        context.getPropertiesComponent().addInitialProperty("model", "gemini-3.8-live");
        context.getPropertiesComponent().addInitialProperty("voice", "Kore");
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").setHeader(GenAiLiveConstants.SESSION_KEY, simple("{{model}}-${header.user}"))
                        .to("genai-live:{{model}}?sessionGroup=raw&response=turn&voice={{voice}}"
                                + "&systemInstruction=RAW(1+1=2 & 100%)");
            }
        });

        Exchange sent = send("direct:ask", "hello", Map.of("user", "anna"));

        assertThat(sent.getException()).isNull();
        assertThat(sessions().get(0).address().key()).isEqualTo("gemini-3.8-live-anna");
        var setup = connection(1).awaitSetup(PATIENCE);
        assertThat(setup.at("/systemInstruction/parts/0/text").asText()).isEqualTo("1+1=2 & 100%");
        assertThat(setup.at("/generationConfig/speechConfig/voiceConfig/prebuiltVoiceConfig/voiceName").asText())
                .isEqualTo("Kore");
    }
}
