package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Conversation;
import dev.camelgenai.emulator.scenario.Reply;
import dev.camelgenai.emulator.scenario.UserTurn;
import org.junit.jupiter.api.Test;

import static dev.camelgenai.live.session.EmulatedSessions.content;
import static org.assertj.core.api.Assertions.assertThat;

/** A conversation of many hours, over connections that the service ends every ten minutes. */
class HoursTest extends ControlledTime {

    private static final Duration LIFETIME = Duration.ofMinutes(10);
    /** The service says goAway a minute before. */
    private static final Duration UNTIL_GO_AWAY = LIFETIME.minusMinutes(1);
    private static final Pattern ASKED = Pattern.compile("(fact\\d\\d)\\?");

    private EmulatedSessions.Heard heard;

    private void start(Consumer<EmulatedSessions.Settings> changes) {
        service(HoursTest::answerFromMemory, builder -> builder.connectionLifetime(LIFETIME));
        heard = client(changes).listen();
    }

    /** Tells every fact that it is asked for, as far as the user has told it before. */
    private static void answerFromMemory(UserTurn turn, Reply reply) {
        String said = ((UserTurn.Text) turn).text();
        String known = reply.conversation().history().stream()
                .filter(utterance -> utterance.speaker() == Conversation.Speaker.USER).map(Conversation.Utterance::text)
                .collect(Collectors.joining()) + said;
        List<String> answers = new ArrayList<>();
        for (Matcher asked = ASKED.matcher(said); asked.find();) {
            Matcher fact = Pattern.compile(asked.group(1) + " is (\\d\\d)[.]").matcher(known);
            answers.add(fact.find() ? fact.group(1) : "unknown");
        }
        reply.say(String.join(" ", answers)).complete();
    }

    private static String fact(int number) {
        return String.format(Locale.ROOT, "fact%02d", number);
    }

    private static String secret(int number) {
        return String.format(Locale.ROOT, "%02d", 99 - number);
    }

    private void tell(int number) {
        client.send(KEY, content(fact(number) + " is " + secret(number) + ".", false));
    }

    private String askFor(int... numbers) {
        StringBuilder question = new StringBuilder();
        for (int number : numbers) {
            question.append(fact(number)).append('?');
        }
        return ask(question.toString()).text();
    }

    /** The service says goAway, and the session is open over the next connection. */
    private RecordedSession outlive(int connection) {
        pass(UNTIL_GO_AWAY);
        return openOver(connection + 1);
    }

    @Test
    void given50ConnectionsOf10Minutes_whenFactsOfEarlierOnesAreAskedFor_thenTheModelKnowsThem() {
        int connections = 50;
        start(settings -> settings.history = HistoryReplay.onFresh);
        Map<String, Integer> footprint = Map.of();
        int timers = 0;
        for (int n = 1; n <= connections; n++) {
            tell(n);
            assertThat(askFor(1, (n + 1) / 2)).as("in connection %d", n).isEqualTo(secret(1) + " " + secret((n + 1) / 2));
            awaitHandles(heard, 2 * n);
            if (n == connections / 2) {
                footprint = Footprint.of(client.session(KEY));
                timers = timer.pending();
            } else if (n == connections) {
                assertThat(Footprint.of(client.session(KEY))).as("what the session holds").isEqualTo(footprint);
                assertThat(timer.pending()).isEqualTo(timers);
            }
            if (n < connections) {
                outlive(n);
            }
        }

        assertThat(footprint).as("something was measured").containsEntry("History.turns", 20);
        List<RecordedSession> all = emulator.sessions();
        assertThat(all).hasSize(connections);
        assertThat(all.subList(0, connections - 1)).allSatisfy(connection -> {
            assertThat(connection.clientClose()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1000));
            assertThat(connection.serverClose()).isEmpty();
        });
        List<SessionEvent> expected = new ArrayList<>(List.of(new SessionEvent.Opened()));
        for (int n = 1; n < connections; n++) {
            expected.add(new SessionEvent.GoingAway(Duration.ofMinutes(1)));
            expected.add(new SessionEvent.Resumed(true, 0));
        }
        await(() -> heard.all(SessionEvent.class).size() == expected.size());
        assertThat(heard.all(SessionEvent.class)).isEqualTo(expected);
        assertThat(client.session(KEY).statistics().reconnects()).isEqualTo(connections - 1);
        assertThat(client.session(KEY).statistics().inDoubt()).isZero();
    }

    /** The control: what is shown above is the handles' doing. */
    @Test
    void givenResumptionIsOff_whenAFactOfAnEarlierConnectionIsAskedFor_thenTheModelDoesNotKnowIt() {
        start(settings -> settings.resumption = false);
        tell(1);
        assertThat(askFor(1)).isEqualTo(secret(1));

        outlive(1);

        assertThat(askFor(1)).isEqualTo("unknown");
        assertThat(heard.await(SessionEvent.Resumed.class)).isEqualTo(new SessionEvent.Resumed(false, 0));
        assertThat(emulator.sessions().get(1).setup().orElseThrow().has("sessionResumption")).isFalse();
    }

    /** A session that nobody cares for is not kept alive by the service's own comings and goings. */
    @Test
    void givenAnIdleTimeoutLongerThanAConnection_whenNobodySaysAnything_thenTheSessionIsClosedAfterIt() {
        start(settings -> settings.limits = new SessionLimits(Duration.ofMinutes(15), 10, MaxSessionsPolicy.reject,
                Duration.ZERO));
        tell(1);
        assertThat(askFor(1)).isEqualTo(secret(1));
        awaitHandles(heard, 2);

        outlive(1);
        awaitHandles(heard, 3);
        timer.advance(Duration.ofMinutes(6).minusSeconds(1));
        assertThat(client.session(KEY).state()).isEqualTo(LiveSessionState.OPEN);
        timer.advance(Duration.ofSeconds(1));

        await(() -> client.sessions.all().isEmpty());
        assertThat(emulator.sessions()).hasSize(2);
    }

    /** Whoever waits for the idle timeout again and again leaves nothing behind. */
    @Test
    void givenASessionThatIsNeverIdle_whenItsIdlenessIsCheckedForHours_thenItHoldsNoMoreThanBefore() {
        service(HoursTest::answerFromMemory);
        heard = client(settings -> settings.limits = new SessionLimits(Duration.ofMinutes(5), 10, MaxSessionsPolicy.reject,
                Duration.ZERO)).listen();
        client.sessions.keepOpen(EmulatedSessions.address(KEY));
        openOver(1);
        awaitHandles(heard, 1);
        Map<String, Integer> footprint = Footprint.of(client.session(KEY));

        timer.advance(Duration.ofHours(10));

        assertThat(Footprint.of(client.session(KEY))).isEqualTo(footprint);
        assertThat(client.session(KEY).state()).isEqualTo(LiveSessionState.OPEN);
    }
}
