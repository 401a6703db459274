package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.LiveQueueFullException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TurnTrackerTest {

    private static final TurnBounds BOUNDS = new TurnBounds(Duration.ofSeconds(1), 1000, 2);

    private final TurnTracker tracker = new TurnTracker();

    private static TurnTracker.Waiter waiter() {
        return waiter(false);
    }

    private static TurnTracker.Waiter waiter(boolean answersTool) {
        return new TurnTracker.Waiter(null, answersTool, BOUNDS, (turn, failure) -> {
        });
    }

    private static LiveServerMessage text(String text) {
        return LiveServerMessage.fromJson("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"" + text + "\"}]}}}");
    }

    private static LiveServerMessage turnComplete() {
        return LiveServerMessage.fromJson("{\"serverContent\":{\"turnComplete\":true}}");
    }

    private TurnTracker.Outcome receive(LiveServerMessage message) {
        return tracker.onMessage(message, false);
    }

    @Test
    void gathersTheTurnForTheOneWhoAwaitsIt() {
        TurnTracker.Waiter caller = waiter();
        assertThat(tracker.admit(caller)).isTrue();

        receive(text("Hello "));
        receive(text("world"));
        TurnTracker.Outcome end = receive(turnComplete());

        assertThat(end.told()).containsExactly(caller);
        assertThat(end.turn().text()).isEqualTo("Hello world");
        assertThat(end.turn().id()).isEqualTo(1);
    }

    @Test
    void letsCallersWaitForTheOpenTurnFirstComeFirstServed() {
        TurnTracker.Waiter first = waiter();
        TurnTracker.Waiter second = waiter();
        TurnTracker.Waiter third = waiter();
        tracker.admit(first);

        assertThat(tracker.admit(second)).isFalse();
        assertThat(tracker.admit(third)).isFalse();

        assertThat(receive(turnComplete()).start()).isSameAs(second);
        assertThat(receive(turnComplete()).start()).isSameAs(third);
    }

    @Test
    void refusesMoreCallersThanMayWait() {
        tracker.admit(waiter());
        tracker.admit(waiter());
        tracker.admit(waiter());

        assertThatThrownBy(() -> tracker.admit(waiter())).isInstanceOf(LiveQueueFullException.class)
                .hasMessageContaining("maxWaitingTurns=2");
    }

    @Test
    void givesNobodyTheAnswerToInputThatWasNotAwaited() {
        tracker.expectTurn(false);
        TurnTracker.Waiter caller = waiter();

        assertThat(tracker.admit(caller)).isFalse();
        receive(text("answer to the other input"));
        TurnTracker.Outcome endOfOther = receive(turnComplete());

        assertThat(endOfOther.told()).isEmpty();
        assertThat(endOfOther.start()).isSameAs(caller);
        receive(text("mine"));
        assertThat(receive(turnComplete()).turn().text()).isEqualTo("mine");
    }

    @Test
    void waitsForATurnThatTheModelStartedByItself() {
        receive(text("Are you still there?"));
        TurnTracker.Waiter caller = waiter();

        assertThat(tracker.admit(caller)).isFalse();
        assertThat(receive(turnComplete()).start()).isSameAs(caller);
    }

    @Test
    void discardsTheLateAnswerOfACallerWhoGaveUp() {
        TurnTracker.Waiter gaveUp = waiter();
        TurnTracker.Waiter next = waiter();
        tracker.admit(gaveUp);

        assertThat(tracker.expire(gaveUp)).isEqualTo(TurnTracker.Expiry.ABANDONED);
        assertThat(tracker.admit(next)).isFalse();
        receive(text("late"));
        TurnTracker.Outcome endOfLate = receive(turnComplete());

        assertThat(endOfLate.told()).isEmpty();
        assertThat(endOfLate.start()).isSameAs(next);
        receive(text("on time"));
        assertThat(receive(turnComplete()).turn().text()).isEqualTo("on time");
    }

    @Test
    void noticesThatASessionIsStuckWhenNothingComesWhileSomebodyWaits() {
        TurnTracker.Waiter gaveUp = waiter();
        tracker.admit(gaveUp);
        tracker.expire(gaveUp);
        TurnTracker.Waiter next = waiter();
        tracker.admit(next);

        assertThat(tracker.expire(next)).isEqualTo(TurnTracker.Expiry.STUCK);
    }

    @Test
    void anAnswerToAFunctionCallJoinsTheOpenTurn() {
        TurnTracker.Waiter caller = waiter();
        TurnTracker.Waiter toolAnswer = waiter(true);
        tracker.admit(caller);
        receive(LiveServerMessage.fromJson("{\"toolCall\":{\"functionCalls\":[{\"id\":\"1\",\"name\":\"clock\"}]}}"));

        assertThat(tracker.admit(toolAnswer)).isTrue();
        receive(text("It is noon"));

        assertThat(receive(turnComplete()).told()).containsExactly(caller, toolAnswer);
    }

    @Test
    void tellsAFunctionCallAtOnceWhereNobodyElseCouldAnswerIt() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);

        TurnTracker.Outcome told = tracker.onMessage(
                LiveServerMessage.fromJson("{\"toolCall\":{\"functionCalls\":[{\"id\":\"1\",\"name\":\"clock\"}]}}"), true);

        assertThat(told.told()).containsExactly(caller);
        assertThat(told.turn().functionCalls()).singleElement().satisfies(call -> assertThat(call.name()).contains("clock"));
    }

    @Test
    void goesOnCollectingWhileAThinkingModelIsStillAtWork() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);

        receive(text("Let me see. "));
        TurnTracker.Outcome pause = receive(
                LiveServerMessage
                        .fromJson("{\"serverContent\":{\"turnComplete\":true,\"interactionStatus\":\"IN_PROGRESS\"}}"));
        receive(text("Done."));
        TurnTracker.Outcome end = receive(
                LiveServerMessage.fromJson("{\"serverContent\":{\"turnComplete\":true,\"interactionStatus\":\"IDLE\"}}"));

        assertThat(pause.told()).isEmpty();
        assertThat(end.turn().text()).isEqualTo("Let me see. Done.");
    }

    @Test
    void boundsTheTurnAndNamesTheOption() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);

        receive(text("x".repeat(1001)));
        TurnTracker.Outcome end = receive(turnComplete());

        assertThat(end.turn()).isNull();
        assertThat(end.failure()).isInstanceOf(LiveQueueFullException.class).hasMessageContaining("turnMaxBytes=1000");
    }

    @Test
    void readsEveryFieldOfAMessageThatHasSeveral() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);

        TurnTracker.Outcome end = receive(LiveServerMessage.fromJson("""
                {"usageMetadata":{"totalTokenCount":7},
                 "serverContent":{"modelTurn":{"parts":[{"text":"a"},{"text":"thinking","thought":true}]},
                                  "inputTranscription":{"text":"in"},"outputTranscription":{"text":"out"},
                                  "interrupted":true,"turnComplete":true}}"""));

        assertThat(end.turn().text()).isEqualTo("a");
        assertThat(end.turn().inputTranscript()).isEqualTo("in");
        assertThat(end.turn().outputTranscript()).isEqualTo("out");
        assertThat(end.turn().interrupted()).isTrue();
        assertThat(end.turn().usage()).hasValueSatisfying(usage -> assertThat(usage.totalTokenCount()).contains(7));
    }

    @Test
    void tellsEverybodyWhenTheSessionEnds() {
        TurnTracker.Waiter first = waiter();
        TurnTracker.Waiter second = waiter();
        tracker.admit(first);
        tracker.admit(second);

        assertThat(tracker.end()).isEqualTo(List.of(first, second));
        assertThat(tracker.end()).isEmpty();
    }
}
