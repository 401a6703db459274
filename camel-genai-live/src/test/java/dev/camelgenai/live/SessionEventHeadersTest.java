package dev.camelgenai.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.session.SessionEvent;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the headers of a life-cycle exchange say. */
class SessionEventHeadersTest {

    private static Map<String, Object> headers(SessionEvent event) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        Message message = exchange.getMessage();
        SessionEventHeaders.set(message, event);
        return message.getHeaders();
    }

    private static SessionEvent.Ending ending(int code, String reason) {
        return new SessionEvent.Ending(new LiveSessionLostException("lost", true), code, reason);
    }

    @Test
    void anOpenSessionHasItsNameOnly() {
        assertThat(headers(new SessionEvent.Opened())).isEqualTo(Map.of(GenAiLiveConstants.EVENT, "opened"));
    }

    @Test
    void goAwayTellsTheTimeThatIsLeftInMilliseconds() {
        assertThat(headers(new SessionEvent.GoingAway(Duration.ofMillis(9_500))))
                .isEqualTo(Map.of(GenAiLiveConstants.EVENT, "goAway", GenAiLiveConstants.TIME_LEFT, 9_500L));
    }

    @Test
    void reconnectingTellsTheAttemptAndWhyItIsNeeded() {
        assertThat(headers(new SessionEvent.Reconnecting(3, Duration.ofSeconds(1), ending(1011, "Internal error"))))
                .isEqualTo(Map.of(GenAiLiveConstants.EVENT, "reconnecting", GenAiLiveConstants.RECONNECT_ATTEMPT, 3,
                        GenAiLiveConstants.CLOSE_CODE, 1011, GenAiLiveConstants.CLOSE_REASON, "Internal error"));
    }

    @Test
    void resumedTellsWhetherTheConversationIsKnownAndWhatIsInDoubt() {
        assertThat(headers(new SessionEvent.Resumed(true, 2)))
                .isEqualTo(Map.of(GenAiLiveConstants.EVENT, "resumed", GenAiLiveConstants.STATE_RESTORED, true,
                        GenAiLiveConstants.IN_DOUBT, 2L));
    }

    @Test
    void anEndWithoutACloseFrameHasNeitherCodeNorReason() {
        assertThat(headers(new SessionEvent.Closed(ending(0, ""), 5)))
                .isEqualTo(Map.of(GenAiLiveConstants.EVENT, "closed", GenAiLiveConstants.IN_DOUBT, 5L));
    }

    @Test
    void aLongReasonIsCutTo123BytesAndNotInTheMiddleOfACharacter() {
        String reason = "x".repeat(121) + "\u20ac and more";

        Object cut = headers(new SessionEvent.Closed(ending(1008, reason), 0)).get(GenAiLiveConstants.CLOSE_REASON);

        assertThat(cut).isEqualTo("x".repeat(121));
    }

    @Test
    void aReasonOf123BytesIsWhole() {
        String reason = "\u20ac".repeat(41);
        assertThat(reason.getBytes(StandardCharsets.UTF_8)).hasSize(123);

        assertThat(headers(new SessionEvent.Closed(ending(1008, reason), 0)))
                .containsEntry(GenAiLiveConstants.CLOSE_REASON, reason);
    }

    @Test
    void aSurrogatePairIsCutAsOne() {
        String reason = "x".repeat(120) + "\ud83d\ude00!";

        assertThat(headers(new SessionEvent.Closed(ending(1008, reason), 0)))
                .containsEntry(GenAiLiveConstants.CLOSE_REASON, "x".repeat(120));
    }
}
