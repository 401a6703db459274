package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class LiveTurnStreamTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final LiveSessionLostException LOST = new LiveSessionLostException("lost", true);

    private static final ServerMessage TURN_COMPLETE = new ServerMessageDecoder()
            .read("{\"serverContent\":{\"turnComplete\":true}}".getBytes(StandardCharsets.UTF_8));

    private final List<String> told = new ArrayList<>();
    private final LiveTurnStream.Source source = new LiveTurnStream.Source() {
        @Override
        public void filled() {
            told.add("filled");
        }

        @Override
        public void drained() {
            told.add("drained");
        }

        @Override
        public void closed() {
            told.add("closed");
        }
    };
    private final LiveTurnStream stream = new LiveTurnStream(source, 4, 1_000_000);

    static ServerMessage message(String text) {
        return new ServerMessageDecoder().read(("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"" + text
                + "\"}]}}}").getBytes(StandardCharsets.UTF_8));
    }

    private void offer(int from, int to) {
        for (int i = from; i <= to; i++) {
            stream.offer(message(String.valueOf(i)));
        }
    }

    private static String text(LiveServerMessage message) {
        return message.serverContent().orElseThrow().modelTurn().orElseThrow().parts().orElseThrow().get(0).text()
                .orElseThrow();
    }

    private List<String> rest() {
        List<String> texts = new ArrayList<>();
        stream.forEachRemaining(message -> texts.add(text(message)));
        return texts;
    }

    /** @return what a thread comes to that has to wait first */
    private <T> CompletableFuture<T> whileWaiting(Supplier<T> reader) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(reader.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        await().atMost(PATIENCE).until(() -> thread.getState() == Thread.State.WAITING);
        return result;
    }

    @Test
    void givesTheMessagesInOrderAndEndsWithTheTurn() {
        offer(1, 3);
        stream.end(null);

        assertThat(rest()).containsExactly("1", "2", "3");
        assertThat(stream.hasNext()).isFalse();
        assertThatThrownBy(stream::next).isInstanceOf(NoSuchElementException.class);
    }

    /** A splitter asks whether there is more before it hands out what it has. */
    @Test
    void knowsWithoutWaitingWhetherTheTurnGoesOn() {
        assertThat(stream.hasNext()).isTrue();
        offer(1, 1);
        stream.next();
        assertThat(stream.hasNext()).as("the turn is not over").isTrue();

        stream.offer(TURN_COMPLETE);
        assertThat(stream.hasNext()).isTrue();
        stream.next();

        assertThat(stream.hasNext()).as("though nobody has said yet that the turn is over").isFalse();
    }

    @Test
    void theMessageThatEndsTheTurnHoldsNobodyUp() {
        offer(1, 4);
        stream.offer(TURN_COMPLETE);

        assertThat(told).containsExactly("filled", "drained");
    }

    @Test
    void givesWhatHasComeBeforeItTellsThatTheTurnIsLost() {
        offer(1, 2);
        stream.end(LOST);

        assertThat(text(stream.next())).isEqualTo("1");
        assertThat(text(stream.next())).isEqualTo("2");
        assertThatThrownBy(stream::hasNext).isSameAs(LOST);
        assertThatThrownBy(stream::next).as("as often as it is asked").isSameAs(LOST);
    }

    @Test
    void tellsTheSessionOnceThatItIsFullAndWhenHalfOfItIsFreeAgain() {
        offer(1, 3);
        assertThat(told).isEmpty();
        offer(4, 6);
        assertThat(told).containsExactly("filled");

        for (int i = 0; i < 3; i++) {
            stream.next();
        }
        assertThat(told).containsExactly("filled");
        stream.next();

        assertThat(told).containsExactly("filled", "drained");
    }

    @Test
    void isFullOfBytesAsWellAsOfMessages() {
        LiveTurnStream small = new LiveTurnStream(source, 1_000, 500);

        small.offer(message("x".repeat(500)));
        assertThat(told).containsExactly("filled");
        small.next();

        assertThat(told).containsExactly("filled", "drained");
    }

    @Test
    void doesNotHoldTheSessionUpWhenTheTurnIsOver() {
        offer(1, 4);

        stream.end(null);

        assertThat(told).containsExactly("filled", "drained");
        assertThat(rest()).hasSize(4);
        assertThat(told).hasSize(2);
    }

    @Test
    void whoClosesItEarlyForgetsTheRestAndHoldsNobodyUp() {
        offer(1, 5);

        stream.close();
        stream.close();
        offer(6, 20);
        stream.end(LOST);

        assertThat(told).containsExactly("filled", "drained", "closed");
        assertThat(stream.hasNext()).isFalse();
    }

    @Test
    void whoClosesItAfterTheEndHasNothingToTell() {
        offer(1, 1);
        stream.end(null);
        stream.next();

        stream.close();

        assertThat(told).isEmpty();
    }

    @Test
    void aReaderWhoWaitsGetsTheMessageThatComes() {
        CompletableFuture<String> read = whileWaiting(() -> text(stream.next()));

        offer(7, 7);

        assertThat(read.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("7");
    }

    @Test
    void aReaderWhoWaitsHearsOfTheEndAtOnce() {
        CompletableFuture<LiveServerMessage> read = whileWaiting(stream::next);

        stream.end(null);

        assertThatThrownBy(() -> read.orTimeout(20, TimeUnit.SECONDS).join()).hasCauseInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aReaderWhoWaitsHearsOfALossAtOnce() {
        CompletableFuture<LiveServerMessage> read = whileWaiting(stream::next);

        stream.end(LOST);

        assertThatThrownBy(() -> read.orTimeout(20, TimeUnit.SECONDS).join()).hasCause(LOST);
    }

    @Test
    void aReaderWhoWaitsIsReleasedByWhoeverClosesTheStream() {
        CompletableFuture<LiveServerMessage> read = whileWaiting(stream::next);

        stream.close();

        assertThatThrownBy(() -> read.orTimeout(20, TimeUnit.SECONDS).join()).hasCauseInstanceOf(NoSuchElementException.class);
    }

    @Test
    void anInterruptedReaderLeavesTheStreamAndStaysInterrupted() {
        AtomicReference<GenAiLiveException> failure = new AtomicReference<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                stream.next();
            } catch (GenAiLiveException e) {
                failure.set(e);
            }
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        reader.start();
        await().atMost(PATIENCE).until(() -> reader.getState() == Thread.State.WAITING);

        reader.interrupt();

        assertThat(interrupted.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
        assertThat(failure.get()).isInstanceOf(LiveSessionClosedException.class).hasCauseInstanceOf(InterruptedException.class);
        assertThat(told).containsExactly("closed");
    }

    /** A session that stops reading when the stream is full, and a reader that drains it meanwhile. */
    @Test
    void losesNothingAndKeepsItsBoundWhileOneThreadWritesAndAnotherReads() throws Exception {
        int messages = 50_000;
        Semaphore reading = new Semaphore(1);
        AtomicInteger full = new AtomicInteger();
        LiveTurnStream busy = new LiveTurnStream(new LiveTurnStream.Source() {
            @Override
            public void filled() {
                full.incrementAndGet();
                reading.acquireUninterruptibly();
            }

            @Override
            public void drained() {
                full.decrementAndGet();
                reading.release();
            }

            @Override
            public void closed() {
                // not in this test
            }
        }, 8, 1_000_000);
        ServerMessage[] sent = new ServerMessage[messages];
        for (int i = 0; i < messages; i++) {
            sent[i] = i < messages - 1 ? message(String.valueOf(i)) : TURN_COMPLETE;
        }
        Thread writer = new Thread(() -> {
            for (ServerMessage each : sent) {
                reading.acquireUninterruptibly();
                reading.release();
                busy.offer(each);
            }
            busy.end(null);
        });
        writer.start();

        List<ServerMessage> got = new ArrayList<>(messages);
        while (busy.hasNext()) {
            got.add(busy.nextMessage());
        }

        writer.join(PATIENCE.toMillis());
        assertThat(got).containsExactly(sent);
        assertThat(full).as("filled and drained are told in pairs").hasValue(0);
    }

    // ---- the way of a stream to its caller

    private final List<Object> handed = new ArrayList<>();
    private final StreamedAnswer answer = new StreamedAnswer(
            (given, failure) -> handed.add(given != null ? given : failure), stream);

    @Test
    void isHandedOverOnceThoughTheQuestionIsWrittenTwice() {
        answer.onWritten();
        answer.onWritten();

        assertThat(handed).containsExactly(stream);
    }

    @Test
    void isNotHandedOverWhenTheQuestionCannotBeSent() {
        answer.onTurn(null, LOST);
        answer.onWritten();

        assertThat(handed).containsExactly(LOST);
    }

    @Test
    void endsWithTheFailureWhenTheTurnIsLostAfterTheQuestionWasSent() {
        answer.onWritten();

        answer.onTurn(null, LOST);

        assertThat(handed).containsExactly(stream);
        assertThatThrownBy(stream::hasNext).isSameAs(LOST);
    }

    /** The answer may be there before the socket has told that it took the question. */
    @Test
    void isHandedOverWithAllThatHasComeWhenTheTurnIsOverBeforeTheQuestionCountsAsSent() {
        offer(1, 2);

        answer.onTurn(null, null);

        assertThat(handed).containsExactly(stream);
        assertThat(rest()).containsExactly("1", "2");
    }
}
