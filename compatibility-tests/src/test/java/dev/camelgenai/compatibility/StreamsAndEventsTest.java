package dev.camelgenai.compatibility;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.LiveEvents;
import org.apache.camel.Exchange;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Turns that are streamed, messages that are split into events, routes that the model calls, and URIs that change. */
class StreamsAndEventsTest extends CompatibilityTestSupport {

    private final Queue<Exchange> heard = new ConcurrentLinkedQueue<>();

    @Override
    Scenario scenario() {
        return ScriptedScenario.builder()
                .whenText("order (?<id>\\w+)").then(answer -> answer.call("orderStatus", Map.of("id", "${id}"))
                        .say("It is ${result.output}."))
                .otherwise(answer -> answer.say("${text}")).build();
    }

    private void keep(Exchange exchange) {
        heard.add(exchange.copy());
    }

    private List<Object> heard(String event) {
        return heard.stream().filter(exchange -> event.equals(exchange.getMessage().getHeader(GenAiLiveConstants.EVENT)))
                .map(exchange -> exchange.getMessage().getBody()).toList();
    }

    @Test
    void aTurnIsSplitWhileItArrives() throws Exception {
        Queue<LiveServerMessage> messages = new ConcurrentLinkedQueue<>();
        start(routes -> routes.from("direct:narrate").to("genai-live:gemini-3.8-live?response=stream")
                .split(routes.body()).streaming().stopOnException()
                .process(exchange -> messages.add(exchange.getMessage().getBody(LiveServerMessage.class))).end());

        template.sendBody("direct:narrate", "Once upon a time");

        assertThat(messages).hasSizeGreaterThan(2);
        assertThat(messages.stream().reduce((first, last) -> last).flatMap(LiveServerMessage::serverContent)
                .flatMap(content -> content.turnComplete())).contains(true);
    }

    @Test
    void aConsumerDeliversEventsWithPooledExchanges() throws Exception {
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        start(routes -> {
            routes.from("genai-live:gemini-3.8-live?sessionGroup=e&outputTranscription=true&deliver=event"
                    + "&events=audio,outputTranscript,turnTranscript,turnComplete").process(this::keep);
            routes.from("direct:say").to("genai-live:gemini-3.8-live?sessionGroup=e&response=none");
        });

        template.sendBody("direct:say", "Good morning");

        await().atMost(PATIENCE).until(() -> heard("turnTranscript").contains("Good morning"));
        assertThat(heard("audio")).isNotEmpty().allMatch(byte[].class::isInstance);
        assertThat(String.join("", heard("outputTranscript").stream().map(String.class::cast).toList()))
                .isEqualTo("Good morning");
        assertThat(heard("turnComplete")).hasSize(1);
    }

    @Test
    void aMessageIsSplitIntoTheSameEvents() throws Exception {
        start(routes -> {
            routes.from("genai-live:gemini-3.8-live?sessionGroup=s&outputTranscription=true")
                    .split(routes.method(LiveEvents.class, "of")).process(this::keep).end();
            routes.from("direct:say").to("genai-live:gemini-3.8-live?sessionGroup=s&response=none");
        });

        template.sendBodyAndHeader("direct:say", "Good evening", GenAiLiveConstants.SESSION_KEY, "anna");

        await().atMost(PATIENCE).until(() -> heard("turnComplete").size() == 1);
        assertThat(heard("audio")).isNotEmpty();
        assertThat(heard).allMatch(
                exchange -> "anna".equals(exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY)));
    }

    @Test
    void theModelCallsARoute() throws Exception {
        start(routes -> {
            routes.from("genai-live-tool:orderStatus?tags=shop&description=Status of an order&parameter.id=string"
                    + "&parameter.id.required=true").setBody(routes.simple("shipped as ${header.id}"));
            routes.from("direct:shop").to("genai-live:gemini-3.8-live?tags=shop&response=turn&turnTimeout=10s")
                    .convertBodyTo(String.class);
        });

        assertThat(template.requestBody("direct:shop", "order A1")).isEqualTo("It is shipped as A1.");
    }

    @Test
    void dynamicUrisMakeNoEndpoints() throws Exception {
        start(routes -> routes.from("direct:ask")
                .toD("genai-live:gemini-3.8-live?response=turn&turnTimeout=10s&sessionKey=${header.user}")
                .convertBodyTo(String.class));
        int before = context.getEndpoints().size();

        for (int user = 0; user < 10; user++) {
            assertThat(template.requestBodyAndHeader("direct:ask", "I am " + user, "user", "user-" + user))
                    .isEqualTo("I am " + user);
        }

        assertThat(context.getEndpoints().size() - before).isLessThanOrEqualTo(2);
        assertThat(service().sessions()).hasSize(10);
    }
}
