package dev.camelgenai.live;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.processor.aggregate.GroupedExchangeAggregationStrategy;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Sessions among Camel's patterns. */
@Timeout(60)
class EipTest extends RoutesTestSupport {

    private static final AggregationStrategy JOIN = (joined, next) -> {
        String words = next.getMessage().getBody(String.class);
        next.getMessage().setBody(joined == null ? words : joined.getMessage().getBody(String.class) + "," + words);
        return next;
    };

    private static String group(String name) {
        return "genai-live:gemini-3.8-live?sessionGroup=" + name + "&response=turn";
    }

    @Test
    void multicastAsksSeveralGroupsAndJoinsTheAnswersInTheOrderOfTheRoute() throws Exception {
        serve(Scenarios.echo());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sequential").multicast(JOIN).to(group("a"), group("b"), group("c"));
                from("direct:parallel").multicast(JOIN).parallelProcessing().to(group("a"), group("b"), group("c"));
                from("direct:streaming").multicast(JOIN).parallelProcessing().streaming().to(group("a"), group("b"),
                        group("c"));
                from("direct:same").multicast(JOIN).parallelProcessing().to(group("a"), group("a"));
            }
        });

        for (String route : List.of("sequential", "parallel", "streaming")) {
            assertThat(template.requestBody("direct:" + route, route, String.class))
                    .isEqualTo(String.join(",", route, route, route));
        }
        assertThat(template.requestBody("direct:same", "two turns", String.class)).isEqualTo("two turns,two turns");

        assertThat(service.sessions()).as("one for each group").hasSize(3);
    }

    @Test
    void aSplitterAsksForManyUsersAtATime() throws Exception {
        List<String> users = IntStream.range(0, 40).mapToObj(i -> "user " + i).toList();
        serve(Scenarios.echo());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:split").split(body(), JOIN).parallelProcessing()
                        .setHeader(GenAiLiveConstants.SESSION_KEY, body()).to(group("split"));
            }
        });

        String answers = template.requestBody("direct:split", users, String.class);

        assertThat(answers.split(",")).containsExactlyElementsOf(users);
        assertThat(sessions()).hasSize(users.size());
    }

    @Test
    void aSequentialSplitterKeepsTheOrderOnTheWire() throws Exception {
        List<String> notes = IntStream.range(0, 200).mapToObj(i -> "note " + i).toList();
        serve(Scenarios.silent());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:split").split(body()).to(TELL + "&operation=sendRealtimeInput");
            }
        });

        template.sendBody("direct:split", notes);

        assertThat(connection(1).awaitMessages(notes.size(), PATIENCE)).extracting(RecordedMessage::json)
                .extracting(json -> json.at("/realtimeInput/text").asText()).containsExactlyElementsOf(notes);
    }

    @Test
    void anAggregatorCollectsTheMessagesOfATurn() throws Exception {
        serve(Scenarios.echo());
        createContext();
        MockEndpoint turns = mock("turns");
        turns.expectedMessageCount(4);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR + "&outputTranscription=true")
                        .filter(exchange -> exchange.getMessage().getBody(LiveServerMessage.class).serverContent().isPresent())
                        .aggregate(header(GenAiLiveConstants.SESSION_KEY), new GroupedExchangeAggregationStrategy())
                        .completionPredicate(exchange -> {
                            List<?> parts = exchange.getProperty(org.apache.camel.ExchangePropertyKey.GROUPED_EXCHANGE,
                                    List.class);
                            return ((Exchange) parts.get(parts.size() - 1)).getMessage()
                                    .getHeader(GenAiLiveConstants.TURN_COMPLETE, false, Boolean.class);
                        })
                        .to("mock:turns");
                from("direct:tell").to(TELL);
            }
        });
        for (String user : List.of("anna", "bert")) {
            send("direct:tell", "one of " + user, Map.of(GenAiLiveConstants.SESSION_KEY, user));
            send("direct:tell", "two of " + user, Map.of(GenAiLiveConstants.SESSION_KEY, user));
        }

        turns.assertIsSatisfied(PATIENCE.toMillis());

        assertThat(turns.getExchanges()).extracting(EipTest::words).containsExactlyInAnyOrder("one of anna", "two of anna",
                "one of bert", "two of bert");
    }

    private static String words(Exchange turn) {
        StringBuilder words = new StringBuilder();
        for (Object part : turn.getMessage().getBody(List.class)) {
            ((Exchange) part).getMessage().getBody(LiveServerMessage.class).serverContent()
                    .flatMap(content -> content.outputTranscription()).flatMap(transcript -> transcript.text())
                    .ifPresent(words::append);
        }
        return words.toString();
    }

    @Test
    void anIdempotentConsumerAsksOnlyOnce() throws Exception {
        serve(Scenarios.echo());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:once").idempotentConsumer(header("id"), MemoryIdempotentRepository.memoryIdempotentRepository())
                        .to(ASK);
            }
        });

        Exchange first = send("direct:once", "hello", Map.of("id", 1));
        Exchange again = send("direct:once", "hello", Map.of("id", 1));

        assertThat(first.getMessage().getBody()).isInstanceOf(LiveTurn.class);
        assertThat(again.getMessage().getBody()).isEqualTo("hello");
        assertThat(connection(1).messageCount()).isEqualTo(1);
    }

    @Test
    void anIdempotentConsumerForgetsWhatCouldNotBeSent() throws Exception {
        serve(Scenarios.echo());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:once").idempotentConsumer(header("id"), MemoryIdempotentRepository.memoryIdempotentRepository())
                        .to(ASK);
            }
        });

        Exchange refused = send("direct:once", "hello", Map.of("id", 1, GenAiLiveConstants.SESSION_KEY, ""));
        Exchange repeated = send("direct:once", "hello", Map.of("id", 1));

        assertThat(refused.getException()).isNotNull();
        assertThat(repeated.getMessage().getBody(String.class)).isEqualTo("hello");
    }

    @Test
    void completionsOfTheUnitOfWorkTellHowItEnded() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        serve(Scenarios.echo());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                onCompletion().onCompleteOnly().process(exchange -> told.add("complete " + exchange.getMessage().getBody()));
                onCompletion().onFailureOnly().process(exchange -> told.add("failed"));
                from("direct:ask").to(ASK).convertBodyTo(String.class);
            }
        });

        send("direct:ask", "hello", Map.of());
        send("direct:ask", "hello", Map.of(GenAiLiveConstants.SESSION_KEY, ""));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).containsExactlyInAnyOrder("complete hello", "failed"));
    }
}
