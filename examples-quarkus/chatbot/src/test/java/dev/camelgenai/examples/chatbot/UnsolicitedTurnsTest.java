package dev.camelgenai.examples.chatbot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.camelgenai.live.GenAiLiveConstants;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class UnsolicitedTurnsTest {

    private final CamelContext context = new DefaultCamelContext();
    private final UnsolicitedTurns unsolicited = new UnsolicitedTurns();
    private final Processor question = unsolicited.question("group");
    private final Processor turns = unsolicited.turns("group");

    @Test
    void keepsWhatNobodyAskedFor() throws Exception {
        hear("ada", 1, "first");
        hear("ada", 2, "second");

        assertThat(unsolicited.take("group", "ada")).containsExactly("first", "second");
        assertThat(unsolicited.take("group", "ada")).isEmpty();
    }

    @Test
    void leavesAnswersOutThatAreHeardAfterwards() throws Exception {
        answer(ask("ada"), 1L);

        hear("ada", 1, "the answer");
        hear("ada", 2, "more");

        assertThat(unsolicited.take("group", "ada")).containsExactly("more");
    }

    @Test
    void leavesAnswersOutThatAreHeardBefore() throws Exception {
        Exchange asked = ask("ada");
        hear("ada", 1, "more");
        hear("ada", 2, "the answer");
        assertThat(unsolicited.take("group", "ada")).isEmpty();

        answer(asked, 2L);

        assertThat(unsolicited.take("group", "ada")).containsExactly("more");
    }

    @Test
    void waitsForTheLastOfSeveralQuestions() throws Exception {
        Exchange first = ask("ada");
        Exchange second = ask("ada");
        hear("ada", 1, "the first answer");
        hear("ada", 2, "the second answer");

        answer(second, 2L);
        assertThat(unsolicited.take("group", "ada")).isEmpty();
        answer(first, 1L);

        assertThat(unsolicited.take("group", "ada")).isEmpty();
    }

    @Test
    void keepsAnAnswerThatCameTooLate() throws Exception {
        answer(ask("ada"), null);

        hear("ada", 1, "the late answer");

        assertThat(unsolicited.take("group", "ada")).containsExactly("the late answer");
    }

    @Test
    void forgetsTheAnswersOfASessionThatHasEnded() throws Exception {
        answer(ask("ada"), 1L);
        Exchange end = exchange("ada");
        end.getMessage().setHeader(GenAiLiveConstants.EVENT, "closed");
        turns.process(end);

        hear("ada", 1, "of the next session");

        assertThat(unsolicited.take("group", "ada")).containsExactly("of the next session");
    }

    @Test
    void leavesOutWhatTheUserSaid() throws Exception {
        Exchange heard = exchange("ada");
        heard.getMessage().setHeader(GenAiLiveConstants.ROLE, "user");
        heard.getMessage().setHeader(GenAiLiveConstants.TURN_ID, 1L);
        heard.getMessage().setBody("a question");
        turns.process(heard);

        assertThat(unsolicited.take("group", "ada")).isEmpty();
    }

    @Test
    void keepsConversationsAndGroupsApart() throws Exception {
        answer(ask("ada"), 1L);
        hear("bob", 1, "to Bob");

        assertThat(unsolicited.take("group", "ada")).isEmpty();
        assertThat(unsolicited.take("another", "bob")).isEmpty();
        assertThat(unsolicited.take("group", "bob")).containsExactly("to Bob");
    }

    @Test
    void forgetsTheOldestOfTooMany() throws Exception {
        for (int turn = 1; turn <= 20; turn++) {
            hear("ada", turn, "turn " + turn);
        }

        assertThat(unsolicited.take("group", "ada")).hasSize(16).startsWith("turn 5").endsWith("turn 20");
    }

    @Test
    void tellsAListenerAndWhoeverAwaitsTheNext() throws Exception {
        List<String> told = new ArrayList<>();
        unsolicited.listen("group", "ada", () -> told.addAll(unsolicited.take("group", "ada")));
        hear("ada", 1, "at once");
        Exchange asked = ask("ada");
        hear("ada", 2, "after the answer");
        answer(asked, 3L);
        hear("bob", 1, "to Bob");

        assertThat(told).containsExactly("at once", "after the answer");
        assertThat(unsolicited.await("group", "bob", Duration.ofSeconds(10))).contains("to Bob");
        assertThat(unsolicited.await("group", "bob", Duration.ZERO)).isEmpty();
    }

    private Exchange ask(String key) throws Exception {
        Exchange exchange = exchange(key);
        question.process(exchange);
        return exchange;
    }

    /** @param turn {@code null} when there was no answer */
    private static void answer(Exchange asked, Long turn) {
        asked.getMessage().setHeader(GenAiLiveConstants.TURN_ID, turn);
        asked.getExchangeExtension().handoverCompletions().forEach(completion -> completion.onComplete(asked));
    }

    private void hear(String key, long turn, String text) throws Exception {
        Exchange exchange = exchange(key);
        exchange.getMessage().setHeader(GenAiLiveConstants.ROLE, "model");
        exchange.getMessage().setHeader(GenAiLiveConstants.TURN_ID, turn);
        exchange.getMessage().setBody(text);
        turns.process(exchange);
    }

    private Exchange exchange(String key) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key);
        return exchange;
    }
}
