package dev.camelgenai.live;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.impl.engine.PooledProcessorExchangeFactory;
import org.apache.camel.spi.ExchangeFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Exchanges that Camel uses again. */
@Timeout(60)
class PooledExchangesTest extends RoutesTestSupport {

    private static final String STAIN = "stain";

    private record Seen(Map<String, Object> headers, Map<String, Object> properties, Object body) {
    }

    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Set<Integer> instances = java.util.Collections.synchronizedSet(new TreeSet<>());

    @BeforeEach
    void poolExchanges() {
        serve(Scenarios.echo());
        createContext();
        context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
        context.getCamelContextExtension().setProcessorExchangeFactory(new PooledProcessorExchangeFactory());
        context.getCamelContextExtension().getExchangeFactory().setStatisticsEnabled(true);
        context.getCamelContextExtension().getExchangeFactoryManager().setStatisticsEnabled(true);
    }

    private void note(Exchange exchange) {
        instances.add(System.identityHashCode(exchange));
        seen.add(new Seen(Map.copyOf(exchange.getMessage().getHeaders()), Map.copyOf(exchange.getProperties()),
                exchange.getMessage().getBody()));
        // what a route leaves behind
        exchange.getMessage().setHeader(STAIN, true);
        exchange.setProperty(STAIN, true);
        exchange.setVariable(STAIN, true);
    }

    private List<ExchangeFactory> factories() {
        return context.getCamelContextExtension().getExchangeFactoryManager().getExchangeFactories().stream()
                .filter(factory -> factory.getConsumer() instanceof GenAiLiveConsumer).toList();
    }

    @Test
    void everyExchangeIsGivenBackAndComesBackClean() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR + "&sessionEvents=opened,closed").process(PooledExchangesTest.this::note);
                from(HEAR + "&sessionEvents=closed,opened").process(exchange -> {
                    throw new IllegalStateException("on purpose");
                });
                from("direct:ask").to(ASK).convertBodyTo(String.class);
                from("direct:close").to(TELL + "&operation=closeSession");
            }
        });

        for (String user : List.of("anna", "bert", "cleo")) {
            for (int i = 0; i < 5; i++) {
                assertThat(template.requestBodyAndHeader("direct:ask", user + i, GenAiLiveConstants.SESSION_KEY, user,
                        String.class)).isEqualTo(user + i);
            }
        }
        await().atMost(PATIENCE).until(() -> seen.stream()
                .filter(each -> Boolean.TRUE.equals(each.headers().get(GenAiLiveConstants.TURN_COMPLETE))).count() == 15);
        // an event of each session while its route is idle, so made in an exchange that a message had before
        for (String user : List.of("anna", "bert", "cleo")) {
            template.sendBodyAndHeader("direct:close", "", GenAiLiveConstants.SESSION_KEY, user);
        }

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(factories()).hasSize(2).allSatisfy(factory -> {
            ExchangeFactory.Statistics statistics = factory.getStatistics();
            assertThat(statistics.getReleasedCounter()).as("released")
                    .isEqualTo(statistics.getCreatedCounter() + statistics.getAcquiredCounter()).isGreaterThan(15 * 3);
            assertThat(statistics.getAcquiredCounter()).as("used again").isPositive();
            assertThat(statistics.getDiscardedCounter()).isZero();
        }));
        assertThat(instances).as("so they were used again").hasSizeLessThan(seen.size());
        assertThat(seen).allSatisfy(each -> {
            assertThat(each.headers()).doesNotContainKey(STAIN).containsKey(GenAiLiveConstants.SESSION_KEY);
            assertThat(each.properties()).doesNotContainKey(STAIN);
            if (each.body() instanceof LiveServerMessage) {
                assertThat(each.headers()).doesNotContainKey(GenAiLiveConstants.EVENT)
                        .containsKey(GenAiLiveConstants.SEQUENCE_NUMBER);
            } else {
                assertThat(each.headers()).containsKey(GenAiLiveConstants.EVENT)
                        .doesNotContainKeys(GenAiLiveConstants.SEQUENCE_NUMBER, GenAiLiveConstants.TURN_COMPLETE,
                                GenAiLiveConstants.TOTAL_TOKENS);
            }
        });
    }

    @Test
    void whatIsTakenAsideKeepsItsContent() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR).to("seda:aside");
                from("seda:aside").process(PooledExchangesTest.this::note);
                from("direct:ask").to(ASK);
            }
        });

        for (int i = 0; i < 10; i++) {
            template.requestBody("direct:ask", "question " + i);
        }

        await().atMost(PATIENCE).until(() -> seen.stream()
                .filter(each -> Boolean.TRUE.equals(each.headers().get(GenAiLiveConstants.TURN_COMPLETE))).count() == 10);
        assertThat(seen).extracting(each -> each.headers().get(GenAiLiveConstants.SEQUENCE_NUMBER)).doesNotHaveDuplicates()
                .doesNotContainNull();
        assertThat(seen).extracting(Seen::body).doesNotContainNull();
    }
}
