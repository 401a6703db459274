package dev.camelgenai.compatibility;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Routes that the model calls. */
class ToolsTest extends CompatibilityTestSupport {

    private static final String SCHEMA = "RAW({\"type\":\"object\",\"required\":[\"customer\"],\"properties\":"
            + "{\"customer\":{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"integer\"}}}}})";

    /** What the arguments become. */
    public record Order(Customer customer) {
    }

    /** Who orders. */
    public record Customer(int id) {
    }

    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @Override
    Scenario scenario() {
        return ScriptedScenario.builder()
                .whenText("buy for (?<id>\\d+)").then(answer -> answer
                        .call("buy", Map.of("customer", Map.of("id", "${id:number}"))).say("${result.output}${result.error}"))
                .whenText("buy").then(answer -> answer.call("buy", Map.of("customer", Map.of())).say("${result.error}"))
                .whenText("follow").then(answer -> answer.call("follow", Map.of()).say("${result.output}${result.error}"))
                .otherwise(answer -> answer.say("${text}")).build();
    }

    private String ask(String text) {
        return template.requestBody("direct:ask", text, String.class);
    }

    private static void addChat(RouteBuilder routes) {
        routes.from("direct:ask").to("genai-live:gemini-3.1-flash-live-preview?sessionGroup=tools&tags=shop&response=turn")
                .convertBodyTo(String.class);
    }

    @Test
    void theArgumentsAreCheckedAgainstASchemaAndReadIntoARecord() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        start(routes -> {
            routes.from(
                    "genai-live-tool:buy?tags=shop&description=Buys&bodyType=" + Order.class.getName() + "&argSchema=" + SCHEMA)
                    .process(exchange -> exchange.getMessage()
                            .setBody("bought for " + exchange.getMessage().getBody(Order.class).customer().id()));
            addChat(routes);
        });

        assertThat(ask("buy for 7")).isEqualTo("bought for 7");
        assertThat(ask("buy")).contains("customer.id");
    }

    @Test
    void aCallThatIsNotAllowedDoesNotReachTheRoute() throws Exception {
        start(routes -> {
            routes.from(
                    "genai-live-tool:follow?tags=shop&description=Follows&authorization=RAW(${header.CamelGenAiLiveSessionKey}"
                            + " == 'vip')")
                    .setBody(routes.constant("followed"));
            addChat(routes);
        });

        assertThat(template.requestBodyAndHeader("direct:ask", "follow", "CamelGenAiLiveSessionKey", "vip", String.class))
                .isEqualTo("followed");
        assertThat(ask("follow")).isEqualTo("The tool may not be used in this conversation.");
    }

    @Test
    void aRouteThatGivesSeveralAnswersIsClosedWhenTheyAreTold() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        start(routes -> {
            routes.from("genai-live-tool:follow?tags=shop&description=Follows").process(exchange -> {
                exchange.getExchangeExtension().addOnCompletion(new org.apache.camel.support.SynchronizationAdapter() {
                    @Override
                    public void onDone(Exchange done) {
                        closed.set(true);
                    }
                });
                exchange.getMessage()
                        .setBody(Stream.of("packed", "sent").peek(each -> assertThat(closed).isFalse()).iterator());
            });
            addChat(routes);
        });

        assertThat(ask("follow")).contains("packed").contains("sent");
        org.awaitility.Awaitility.await().atMost(PATIENCE).untilTrue(closed);
    }

    @Test
    void aCancelledCallInterruptsItsRoute() throws Exception {
        start(routes -> {
            routes.from("genai-live-tool:follow?tags=shop&description=Follows").process(exchange -> {
                began.countDown();
                try {
                    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    interrupted.set(true);
                    ended.countDown();
                }
            });
            addChat(routes);
        });
        template.asyncSendBody("direct:ask", "follow");
        assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
        RecordedSession session = connection(1);

        session.send("{\"toolCallCancellation\":{\"ids\":[\"function-call-1\"]}}").join();
        session.send("{\"serverContent\":{\"interrupted\":true,\"turnComplete\":true}}").join();

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted).isTrue();
    }

    @Test
    void aToolThatStartsLateIsToldToAModelThatIsConnected() throws Exception {
        start(routes -> routes.from("direct:late").to("genai-live:gemini-3.8-live?sessionGroup=late&tags=late&response=turn")
                .convertBodyTo(String.class));
        template.requestBody("direct:late", "hello", String.class);

        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:follow?tags=late&description=Follows").setBody(constant("followed"));
            }
        });

        JsonNode update = connection(1).awaitMessage(message -> message.json().has("contextUpdate"), PATIENCE).json();
        assertThat(update.findValuesAsText("name")).isEqualTo(List.of("follow"));
        assertThat(template.requestBody("direct:late", "follow", String.class)).isEqualTo("followed");
    }
}
