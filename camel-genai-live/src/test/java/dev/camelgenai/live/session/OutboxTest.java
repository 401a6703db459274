package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import com.google.genai.types.Blob;
import com.google.genai.types.Content;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.Part;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OutboxTest {

    /** Remembers how a send ended. */
    private static final class Told implements SendCallback {

        private final List<Object> results = new ArrayList<>();

        @Override
        public void onSent(SendOutcome outcome, GenAiLiveException failure) {
            results.add(outcome != null ? outcome : failure);
        }
    }

    private final Told told = new Told();
    private long now;

    private static Outbox outbox(int maxMessages, long maxBytes, int maxWaiting, OutboxOverflow overflow) {
        return new Outbox(new OutboxBounds(maxMessages, maxBytes, maxWaiting, overflow, Duration.ZERO));
    }

    private static ClientMessage text(String text) {
        return new ClientMessage.ClientContent(LiveSendClientContentParameters.builder()
                .turns(List.of(Content.fromParts(Part.fromText(text)))).turnComplete(true).build());
    }

    private static ClientMessage audio(int bytes) {
        return new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
                .audio(Blob.builder().data(new byte[bytes]).mimeType("audio/pcm;rate=16000").build()).build());
    }

    private Outbox.Entry entry(ClientMessage... messages) {
        return new Outbox.Entry(List.of(messages), told, now);
    }

    private static Outbox.Entry head(Outbox outbox) {
        AtomicReference<Outbox.Entry> head = new AtomicReference<>();
        assertThat(outbox.take(entry -> {
            head.set(entry);
            return false;
        })).as("one that may not go").isNull();
        return head.get();
    }

    private static Outbox.Frame take(Outbox outbox, Outbox.Entry head) {
        return outbox.take(entry -> entry == head);
    }

    @Test
    void keepsTheOrderOfOffers() {
        Outbox outbox = outbox(10, 1_000_000, 0, OutboxOverflow.fail);
        Outbox.Entry first = entry(text("one"));
        Outbox.Entry second = entry(text("two"));

        outbox.offer(first);
        outbox.offer(second);

        assertThat(head(outbox)).isSameAs(first);
        assertThat(outbox.remove(first)).isTrue();
        assertThat(head(outbox)).isSameAs(second);
        assertThat(outbox.remove(first)).as("removed once already").isFalse();
    }

    @Test
    void failsAtOnceWhenFullAndAskedTo() {
        Outbox outbox = outbox(1, 1_000_000, 5, OutboxOverflow.fail);
        outbox.offer(entry(text("fits")));

        assertThatThrownBy(() -> outbox.offer(entry(text("too many"))))
                .isInstanceOf(LiveQueueFullException.class).hasMessageContaining("outboxMaxMessages=1")
                .hasMessageContaining("outboxOverflow=fail");
        assertThat(told.results).isEmpty();
    }

    @Test
    void letsSomeWaitBeyondTheBoundsAndThenRefuses() {
        Outbox outbox = outbox(2, 1_000_000, 1, OutboxOverflow.block);
        outbox.offer(entry(text("1")));
        outbox.offer(entry(text("2")));

        outbox.offer(entry(text("waits")));

        assertThat(outbox.size()).isEqualTo(3);
        assertThatThrownBy(() -> outbox.offer(entry(text("one too many"))))
                .isInstanceOf(LiveQueueFullException.class).hasMessageContaining("outboxMaxWaiting=1");
    }

    @Test
    void countsBytesAsTheyWillBeOnTheWire() {
        Outbox outbox = outbox(1000, 10_000, 1, OutboxOverflow.block);
        outbox.offer(entry(audio(6_000)));

        outbox.offer(entry(audio(6_000)));

        assertThatThrownBy(() -> outbox.offer(entry(audio(6_000)))).isInstanceOf(LiveQueueFullException.class);
    }

    @Test
    void refusesWhatCanNeverFitAndSaysWhichOptionBoundsIt() {
        Outbox outbox = outbox(1000, 10_000, 100, OutboxOverflow.block);

        assertThatThrownBy(() -> outbox.offer(entry(audio(20_000))))
                .isInstanceOfSatisfying(LiveQueueFullException.class, e -> assertThat(e.isRetriable()).isFalse())
                .hasMessageContaining("outboxMaxBytes=10000");
    }

    @Test
    void dropsTheOldestRealtimeInputButNeverText() {
        Outbox outbox = outbox(2, 1_000_000, 0, OutboxOverflow.dropOldestRealtime);
        Outbox.Entry text = entry(text("stays"));
        outbox.offer(text);
        outbox.offer(entry(audio(10)));

        outbox.offer(entry(audio(20)));

        assertThat(told.results).containsExactly(SendOutcome.DROPPED);
        assertThat(outbox.dropped()).isEqualTo(1);
        assertThat(head(outbox)).isSameAs(text);
    }

    @Test
    void refusesWhenThereIsNoRealtimeInputToDrop() {
        Outbox outbox = outbox(1, 1_000_000, 0, OutboxOverflow.dropOldestRealtime);
        outbox.offer(entry(text("stays")));

        assertThatThrownBy(() -> outbox.offer(entry(text("refused")))).isInstanceOf(LiveQueueFullException.class);
        assertThat(outbox.dropped()).isZero();
    }

    @Test
    void doesNotDropWhatIsPartlyOnTheWire() {
        Outbox outbox = outbox(1, 1_000_000, 0, OutboxOverflow.dropOldestRealtime);
        Outbox.Entry begun = entry(audio(10), audio(10));
        outbox.offer(begun);
        take(outbox, begun);

        assertThatThrownBy(() -> outbox.offer(entry(audio(20)))).isInstanceOf(LiveQueueFullException.class);
    }

    @Test
    void tellsEverySendOnceWhenTheSessionEnds() {
        Outbox outbox = outbox(10, 1_000_000, 0, OutboxOverflow.block);
        outbox.offer(entry(text("1")));
        outbox.offer(entry(text("2")));
        LiveSessionLostException lost = new LiveSessionLostException("gone", true);

        outbox.closeAndFail(lost);

        assertThat(told.results).containsExactly(lost, lost);
        assertThat(outbox.offer(entry(text("late")))).isFalse();
        assertThat(told.results).hasSize(2);
    }

    @Test
    void whatTheSocketDidNotTakeWaitsAgainAheadOfTheRest() {
        Outbox outbox = outbox(10, 1_000_000, 0, OutboxOverflow.fail);
        Outbox.Entry taken = entry(text("taken"));
        Outbox.Entry handed = entry(text("handed"));
        Outbox.Entry waiting = entry(text("waiting"));
        List.of(taken, handed, waiting).forEach(outbox::offer);
        Outbox.Frame first = take(outbox, taken);
        take(outbox, handed);
        assertThat(outbox.taken(List.of(first))).containsExactly(taken);

        Outbox.Recalled recalled = outbox.recall(false);

        assertThat(recalled.waiting()).containsExactly(handed);
        assertThat(recalled.broken()).isEmpty();
        assertThat(head(outbox)).isSameAs(handed);
        assertThat(take(outbox, handed).last()).isTrue();
        assertThat(head(outbox)).isSameAs(waiting);
    }

    @Test
    void aSendThatWasWrittenInPartIsBrokenUnlessItMayGoOn() {
        for (boolean goOn : List.of(false, true)) {
            Outbox outbox = outbox(10, 1_000_000, 0, OutboxOverflow.fail);
            ClientMessage second = audio(2);
            Outbox.Entry entry = entry(audio(1), second, audio(3));
            outbox.offer(entry);
            Outbox.Frame first = take(outbox, entry);
            take(outbox, entry);
            assertThat(outbox.taken(List.of(first))).isEmpty();

            Outbox.Recalled recalled = outbox.recall(goOn);

            if (goOn) {
                assertThat(recalled.waiting()).containsExactly(entry);
                assertThat(take(outbox, entry)).satisfies(frame -> assertThat(frame.message()).isSameAs(second));
            } else {
                assertThat(recalled.broken()).containsExactly(entry);
                assertThat(outbox.isEmpty()).isTrue();
            }
        }
    }

    @Test
    void afterAGapOldMediaIsDroppedAndCountedAndAnswersToToolsGoFirst() {
        Outbox outbox = new Outbox(new OutboxBounds(10, 1_000_000, 0, OutboxOverflow.fail, Duration.ofNanos(50)));
        Outbox.Entry old = entry(audio(1));
        Outbox.Entry question = entry(text("question"));
        now = 60;
        Outbox.Entry young = entry(audio(2));
        Outbox.Entry answer = entry(new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder().build()));
        List.of(old, question, young, answer).forEach(outbox::offer);

        outbox.afterGap(100);

        assertThat(told.results).containsExactly(SendOutcome.DROPPED);
        assertThat(outbox.dropped()).isEqualTo(1);
        List<Outbox.Entry> order = new ArrayList<>();
        for (Outbox.Frame next = outbox.take(any -> true); next != null; next = outbox.take(any -> true)) {
            order.add(next.entry());
        }
        assertThat(order).containsExactly(answer, question, young);
    }

    @Test
    void mediaHasNoAgeUnlessOneIsSet() {
        Outbox outbox = outbox(10, 1_000_000, 0, OutboxOverflow.fail);
        outbox.offer(entry(audio(1)));

        outbox.afterGap(Long.MAX_VALUE);

        assertThat(outbox.size()).isEqualTo(1);
    }

    @Test
    void withdrawsOnlyWhatIsNotOnItsWay() {
        Outbox outbox = outbox(10, 1_000_000, 0, OutboxOverflow.fail);
        Outbox.Entry onItsWay = entry(audio(1), audio(2));
        Outbox.Entry waiting = entry(text("waiting"));
        outbox.offer(onItsWay);
        outbox.offer(waiting);
        take(outbox, onItsWay);

        assertThat(outbox.withdraw(onItsWay)).isFalse();
        assertThat(outbox.withdraw(waiting)).isTrue();
        assertThat(outbox.size()).isEqualTo(1);
    }
}
