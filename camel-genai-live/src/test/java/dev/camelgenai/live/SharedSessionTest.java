package dev.camelgenai.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two consumers and producers that await turns on the same sessions. Nobody steals messages from anybody. */
@Timeout(60)
class SharedSessionTest extends RoutesTestSupport {

    private static final int TURNS = 30;
    private static final List<String> USERS = List.of("anna", "bert");

    private record Heard(String user, long number, String words, boolean turnComplete) {

        private static Heard of(Exchange exchange) {
            return new Heard(exchange.getMessage().getHeader(GenAiLiveConstants.SESSION_KEY, String.class),
                    exchange.getMessage().getHeader(GenAiLiveConstants.SEQUENCE_NUMBER, Long.class),
                    exchange.getMessage().getBody(LiveServerMessage.class).serverContent()
                            .flatMap(content -> content.outputTranscription()).flatMap(part -> part.text()).orElse(""),
                    exchange.getMessage().getHeader(GenAiLiveConstants.TURN_COMPLETE, false, Boolean.class));
        }
    }

    private final Queue<Heard> first = new ConcurrentLinkedQueue<>();
    private final Queue<Heard> second = new ConcurrentLinkedQueue<>();
    private final Queue<Heard> anna = new ConcurrentLinkedQueue<>();

    @Test
    void eachConsumerGetsEveryMessageOnceAndTheCallerItsTurn() throws Exception {
        serve(Scenarios.echo());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR).process(exchange -> first.add(Heard.of(exchange)));
                // with a queue of its own, and slower than the other
                from(HEAR + "&laneMaxMessages=4").delay(1).end().process(exchange -> second.add(Heard.of(exchange)));
                from(HEAR + "&sessionKey=anna").process(exchange -> anna.add(Heard.of(exchange)));
                from("direct:ask").to(ASK + "&maxWaitingTurns=100");
            }
        });

        Map<String, List<CompletableFuture<Exchange>>> asked = new HashMap<>();
        for (int turn = 0; turn < TURNS; turn++) {
            for (String user : USERS) {
                asked.computeIfAbsent(user, key -> new ArrayList<>()).add(sendLater("direct:ask", user + " says " + turn,
                        Map.of(GenAiLiveConstants.SESSION_KEY, user)));
            }
        }

        for (String user : USERS) {
            List<LiveTurn> turns = asked.get(user).stream().map(LiveTalk::result)
                    .map(answer -> answer.getMessage().getBody(LiveTurn.class)).toList();
            assertThat(turns).extracting(LiveTurn::outputTranscript).as("each caller its own turn")
                    .containsExactlyElementsOf(IntStream.range(0, TURNS).mapToObj(i -> user + " says " + i).toList());
            assertThat(turns).extracting(LiveTurn::id).as("each turn one caller's").containsExactlyInAnyOrderElementsOf(
                    LongStream.rangeClosed(1, TURNS).boxed().toList());
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(turnsIn(first)).isEqualTo(2L * TURNS);
            assertThat(turnsIn(second)).isEqualTo(2L * TURNS);
            assertThat(turnsIn(anna)).isEqualTo(TURNS);
            // the last turn's end may be followed by a handle
            assertThat(second).hasSameSizeAs(first);
            assertThat(anna).hasSize((int) first.stream().filter(each -> each.user().equals("anna")).count());
        });
        assertThat(of(anna, "bert")).isEmpty();
        for (String user : USERS) {
            List<Heard> all = of(first, user);
            assertThat(all).extracting(Heard::number).as("without gap, in order, once")
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, all.size()).boxed().toList());
            assertThat(of(second, user)).isEqualTo(all);
            assertThat(all.stream().map(Heard::words).collect(Collectors.joining())).as("all that was said")
                    .isEqualTo(spokenTo(user, asked.get(user)));
        }
        assertThat(of(anna, "anna")).isEqualTo(of(first, "anna"));
    }

    /** In the order of the turns, which is that in which the session took the questions. */
    private static String spokenTo(String user, List<CompletableFuture<Exchange>> answers) {
        return answers.stream().map(answer -> answer.join().getMessage().getBody(LiveTurn.class))
                .sorted(java.util.Comparator.comparingLong(LiveTurn::id)).map(LiveTurn::outputTranscript)
                .collect(Collectors.joining());
    }

    private static long turnsIn(Queue<Heard> heard) {
        return heard.stream().filter(Heard::turnComplete).count();
    }

    private static List<Heard> of(Queue<Heard> heard, String user) {
        return heard.stream().filter(each -> each.user().equals(user)).toList();
    }
}
