package dev.camelgenai.live.tool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Routes that the model calls. */
@Timeout(60)
class ToolRoutesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ORDER_STATUS = "genai-live-tool:orderStatus?tags=shop&description=Status of an order"
            + "&parameter.id=string&parameter.id.required=true&parameter.verbose=boolean&parameter.limit=integer";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(ScriptedScenario.builder()
                    .whenText("order (?<id>\\w+)").then(answer -> answer.call("orderStatus", Map.of("id", "${id}"))
                            .say("Order ${id}: ${result.output}${result.error}${result.state}"))
                    .whenText("without id")
                    .then(answer -> answer.call("orderStatus", Map.of("limit", 3)).say("${result.error}"))
                    .whenText("half a limit").then(answer -> answer.call("orderStatus", Map.of("id", "1", "limit", 2.5))
                            .say("${result.error}"))
                    .whenText("fly").then(answer -> answer.call("fly", Map.of()).say("${result.error}"))
                    .whenText("steer").then(answer -> answer
                            .call("orderStatus", Map.of("id", "1", "CamelFileName", "/etc/passwd", "unasked", "x"))
                            .say("${result.output}"))
                    .otherwise(answer -> answer.say("I did not understand '${text}'.")).build()));

    private DefaultCamelContext context;

    @BeforeEach
    void createContext() {
        context = new DefaultCamelContext();
        GenAiLiveComponent live = context.getComponent("genai-live", GenAiLiveComponent.class);
        live.getConfiguration().setBaseUrl(EMULATOR.get().wsUrl());
        live.getConfiguration().setApiKey("key");
        live.getConfiguration().setReconnect(false);
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private void start(RouteBuilder routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:shop").to("genai-live:gemini-2.5-flash-native-audio-preview-12-2025?sessionGroup=shop&tags=shop"
                        + "&response=turn&turnTimeout=10s&toolTimeout=1s").convertBodyTo(String.class);
            }
        });
        context.addRoutes(routes);
        context.start();
    }

    private void startTool(org.apache.camel.Processor tool) throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(ORDER_STATUS).routeId("tool").process(tool).to("mock:called");
            }
        });
    }

    private String ask(String question) {
        return context.createProducerTemplate().requestBody("direct:shop", question, String.class);
    }

    private JsonNode setup() {
        return EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitSetup(PATIENCE);
    }

    @Test
    void theModelIsToldOfTheToolAndItsParameters() throws Exception {
        startTool(exchange -> {
        });

        ask("hello");

        JsonNode function = setup().at("/tools/0/functionDeclarations/0");
        assertThat(function.path("name").asText()).isEqualTo("orderStatus");
        assertThat(function.path("description").asText()).isEqualTo("Status of an order");
        assertThat(function.at("/parameters/properties/id/type").asText()).isEqualTo("STRING");
        assertThat(function.at("/parameters/properties/verbose/type").asText()).isEqualTo("BOOLEAN");
        assertThat(function.at("/parameters/required").toString()).isEqualTo("[\"id\"]");
    }

    @Test
    void aCallRunsTheRouteAndItsResultGoesBack() throws Exception {
        startTool(exchange -> exchange.getMessage().setBody("shipped"));
        MockEndpoint called = context.getEndpoint("mock:called", MockEndpoint.class);

        assertThat(ask("order A1")).isEqualTo("Order A1: shipped");

        assertThat(called.getExchanges()).hasSize(1);
        Map<String, Object> headers = called.getExchanges().get(0).getMessage().getHeaders();
        assertThat(headers).containsEntry("id", "A1").containsEntry(GenAiLiveConstants.TOOL_NAME, "orderStatus")
                .containsEntry(GenAiLiveConstants.SESSION_KEY, "default").containsKey(GenAiLiveConstants.TOOL_CALL_ID);
    }

    @Test
    void theArgumentsAreTheBody() throws Exception {
        startTool(exchange -> exchange.getMessage().setBody("got " + exchange.getMessage().getBody(Map.class)));

        assertThat(ask("order A1")).isEqualTo("Order A1: got {id=A1}");
    }

    @Test
    void aMapIsTheResultItself() throws Exception {
        startTool(exchange -> exchange.getMessage().setBody(Map.of("state", "packed")));

        assertThat(ask("order A1")).contains("packed");
    }

    @Test
    void rowsAreTheOutput() throws Exception {
        startTool(exchange -> exchange.getMessage().setBody(List.of(Map.of("state", "paid"))));

        assertThat(ask("order A1")).contains("state").contains("paid");
    }

    @Test
    void theModelIsToldThatARouteFailedButNotWhy() throws Exception {
        startTool(exchange -> {
            throw new IllegalStateException("password of the database is s3cret");
        });

        assertThat(ask("order A1")).contains("The tool failed.").doesNotContain("s3cret");
        assertThat(EMULATOR.get().sessions().get(0).messages().toString()).doesNotContain("s3cret");
    }

    @Test
    void aRouteThatDoesNotAnswerIsGivenUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        startTool(exchange -> assertThat(never.await(20, TimeUnit.SECONDS)).isTrue());

        assertThat(ask("order A1")).contains("did not answer in time");
        never.countDown();
    }

    @ParameterizedTest
    @CsvSource({ "without id, The argument id is missing.", "half a limit, The argument limit must be of the type integer." })
    void argumentsThatDoNotFitNeverReachTheRoute(String question, String told) throws Exception {
        startTool(exchange -> exchange.getMessage().setBody("ran"));

        assertThat(ask(question)).contains(told);
        assertThat(context.getEndpoint("mock:called", MockEndpoint.class).getExchanges()).isEmpty();
    }

    @Test
    void argumentsThatWereNotDeclaredAreDropped() throws Exception {
        startTool(exchange -> exchange.getMessage().setBody(exchange.getMessage().getHeaders().keySet().stream()
                .filter(name -> name.equals("CamelFileName") || name.equals("unasked")).toList() + ""
                + exchange.getMessage()
                        .getBody()));

        assertThat(ask("steer")).isEqualTo("[]{id=1}");
    }

    @Test
    void aFunctionThatNobodyKnowsIsAnsweredWithThoseThatThereAre() throws Exception {
        startTool(exchange -> exchange.getMessage().setBody("ran"));

        assertThat(ask("fly")).contains("There is no such function").contains("orderStatus");
    }

    @Test
    void aModelThatDoesNotWaitForItsFunctionsIsWaitedFor() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:quick").to("genai-live:gemini-3.8-live?sessionGroup=quick&tags=shop&response=turn&turnTimeout=10s")
                        .convertBodyTo(String.class);
            }
        });
        startTool(exchange -> exchange.getMessage().setBody("shipped"));

        assertThat(context.createProducerTemplate().requestBody("direct:quick", "order A1", String.class))
                .isEqualTo("Order A1: shipped");
    }

    @Test
    void aToolWithAnotherTagIsNotOffered() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:other?tags=kitchen&description=Cooks").setBody(constant("soup"));
            }
        });

        ask("hello");

        assertThat(setup().path("tools").isMissingNode()).isTrue();
    }

    @Test
    void callsAreAnsweredByARouteOfOnesOwnWithToolExecutionManual() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(ORDER_STATUS).to("mock:called");
                from("genai-live:gemini-3.8-live?sessionGroup=approval&tags=shop&deliver=event&events=toolCall"
                        + "&toolExecution=manual").process(exchange -> {
                            FunctionCall call = exchange.getMessage().getBody(FunctionCall.class);
                            exchange.getMessage().setBody(FunctionResponse.builder().id(call.id().orElseThrow())
                                    .name(call.name().orElseThrow()).response(Map.of("output", "approved")).build());
                        }).to("genai-live:gemini-3.8-live?sessionGroup=approval&operation=sendToolResponse&response=none");
                from("direct:approved").to("genai-live:gemini-3.8-live?sessionGroup=approval&response=turn&turnTimeout=10s")
                        .convertBodyTo(String.class);
            }
        });
        context.start();

        assertThat(context.createProducerTemplate().requestBody("direct:approved", "order A1", String.class))
                .contains("approved");
        assertThat(context.getEndpoint("mock:called", MockEndpoint.class).getExchanges()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "genai-live-tool:t?tags=a&description=d&parameter.x=text                           | parameter.x",
        "genai-live-tool:t?tags=a&description=d&parameter.x.required=true                  | parameter.x=string",
        "genai-live-tool:t?tags=a&description=d&parameter.x=string&parameter.x.requird=true| parameter.x.requird",
        "genai-live-tool:t?tags=a&description=d&parameter.CamelX=string                    | CamelX",
        "genai-live-tool:t u?tags=a&description=d                                          | letter" })
    void mistakesAreRefusedAtTheStart(String uri, String named) {
        assertThatThrownBy(() -> {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(uri.strip()).to("mock:called");
                }
            });
            context.start();
        }).satisfies(failure -> {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertThat(failure.toString() + cause).contains(named);
        });
    }

    @Test
    void twoRoutesCannotBeOneTool() {
        assertThatThrownBy(() -> startTwo()).hasStackTraceContaining("Two routes are the tool same");
    }

    private void startTwo() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:same?tags=a&description=one").to("mock:one");
                from("genai-live-tool:same?tags=b&description=two").to("mock:two");
            }
        });
        context.start();
    }

    @Test
    void aFunctionOfTheConfigAndAToolCannotHaveOneName() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(ORDER_STATUS).to("mock:called");
                from("direct:clash").to("genai-live:gemini-3.8-live?sessionGroup=clash&tags=shop&config=#bean:clash");
            }
        });
        context.getRegistry().bind("clash", Map.of("tools",
                List.of(Map.of("functionDeclarations", List.of(Map.of("name", "orderStatus"))))));

        assertThatThrownBy(() -> {
            context.start();
            context.createProducerTemplate().requestBody("direct:clash", "hello");
        }).hasStackTraceContaining("declared in config and by a genai-live-tool route");
    }

    @Test
    void theHeadersAreThoseOfTheOtherComponent() {
        assertThat(List.of(GenAiLiveToolConstants.SESSION_KEY, GenAiLiveToolConstants.TOOL_CALL_ID,
                GenAiLiveToolConstants.TOOL_NAME))
                .containsExactly(GenAiLiveConstants.SESSION_KEY, GenAiLiveConstants.TOOL_CALL_ID, GenAiLiveConstants.TOOL_NAME);
    }
}
