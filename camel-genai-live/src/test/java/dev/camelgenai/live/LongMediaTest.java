package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

import com.google.genai.types.Blob;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.media.ImageFormat;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.media.Pictures;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.session.ManualTimer;
import dev.camelgenai.live.session.SendCallback;
import dev.camelgenai.live.session.SendOutcome;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Recordings piece by piece; time passes, and the socket takes what it was given, when the test says so. */
class LongMediaTest {

    private static final SessionAddress ANNA = new SessionAddress("group", "anna");
    private static final SessionAddress BERT = new SessionAddress("group", "bert");
    private static final MediaType PCM = MediaType.pcm(16_000);
    private static final int CHUNK_BYTES = 640;
    private static final int CHUNK_MILLIS = 20;
    private static final long LARGE = 4_000_000;

    /** What was given to the socket. */
    private record Sent(SessionAddress address, List<ClientMessage> messages, SendCallback callback) {

        List<Integer> numbers() {
            return messages.stream().map(LongMediaTest::number).toList();
        }
    }

    /** Samples of which every chunk has its number in it. */
    private static final class Stream extends ByteArrayInputStream {

        private final int failsAt;
        private int closes;

        private Stream(byte[] content, int failsAt) {
            super(content);
            this.failsAt = failsAt;
        }

        private static Stream of(int from, int chunks) {
            byte[] content = new byte[chunks * CHUNK_BYTES];
            for (int i = 0; i < chunks; i++) {
                content[i * CHUNK_BYTES] = (byte) (from + i);
            }
            return new Stream(content, Integer.MAX_VALUE);
        }

        @Override
        public int read(byte[] into, int at, int length) {
            if (pos >= failsAt) {
                throw new IllegalStateException("tape torn");
            }
            return super.read(into, at, Math.min(length, failsAt - pos));
        }

        @Override
        public void close() throws IOException {
            closes++;
            super.close();
        }
    }

    private static final class Outcome implements LongMedia.Recipient {

        private List<ClientMessage> last;
        private Runnable done;
        private GenAiLiveException failure;

        @Override
        public void last(List<ClientMessage> messages, Runnable whenDone) {
            assertThat(last == null && failure == null).as("told once").isTrue();
            last = messages;
            done = whenDone;
        }

        @Override
        public void failed(GenAiLiveException why) {
            assertThat(last == null && failure == null).as("told once").isTrue();
            failure = why;
        }
    }

    private final ManualTimer timer = new ManualTimer();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private Executor workers = Runnable::run;
    private final LongMedia media = new LongMedia((address, messages, callback) -> sent
            .add(new Sent(address, messages, callback)), task -> workers.execute(task), timer, timer.clock());

    private static LongMedia.Manner manner(GenAiLivePace pace, long maxBytes) {
        return new LongMedia.Manner(PCM, CHUNK_MILLIS, pace, maxBytes, 2);
    }

    private Outcome send(SessionAddress address, Object body, String mimeType, LongMedia.Manner manner, boolean whole) {
        Message message = new DefaultMessage(new DefaultCamelContext());
        message.setBody(body);
        message.setHeader(GenAiLiveConstants.MIME_TYPE, mimeType);
        Outcome outcome = new Outcome();
        media.send(address, MediaBody.of(message.getBody(), MediaBody.declared(message), PCM).orElseThrow(), manner, whole,
                outcome);
        return outcome;
    }

    private Outcome send(SessionAddress address, Object body, GenAiLivePace pace) {
        return send(address, body, null, manner(pace, LARGE), false);
    }

    private static int number(ClientMessage message) {
        return blob(message).data().orElseThrow()[0];
    }

    private static Blob blob(ClientMessage message) {
        return ((ClientMessage.RealtimeInput) message).parameters().audio().orElseThrow();
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().toList();
    }

    private static List<Integer> last(Outcome outcome) {
        return outcome.last.stream().map(LongMediaTest::number).toList();
    }

    private void written() {
        sent.remove().callback().onSent(SendOutcome.WRITTEN, null);
    }

    @Test
    void aPieceOfASecondFollowsWhenTheSocketHasTakenTheOneBefore() {
        Stream stream = Stream.of(0, 120);

        Outcome outcome = send(ANNA, stream, GenAiLivePace.asap);

        assertThat(sent).hasSize(1);
        assertThat(sent.peek().numbers()).isEqualTo(numbers(0, 49));
        written();
        assertThat(sent).hasSize(1);
        assertThat(sent.peek().numbers()).isEqualTo(numbers(50, 99));
        assertThat(outcome.last).isNull();
        written();
        assertThat(sent).isEmpty();
        assertThat(last(outcome)).isEqualTo(numbers(100, 119));
        assertThat(stream.closes).isEqualTo(1);
    }

    @Test
    void aPieceIsNoMoreThanHalfOfWhatTheOutboxTakes() {
        send(ANNA, Stream.of(0, 120), null, manner(GenAiLivePace.asap, 20_000), false);

        long bytes = sent.peek().messages().stream().mapToLong(ClientMessage::estimatedSize).sum();
        assertThat(bytes).isBetween(8_000L, 10_000L);
    }

    @Test
    void inRealtimeEachChunkHasItsTimeCountedFromWhenTheFirstWasTaken() {
        Outcome outcome = send(ANNA, Stream.of(0, 4), GenAiLivePace.realtime);
        timer.advance(Duration.ofSeconds(3));
        assertThat(sent).as("the session is still being opened").hasSize(1);
        written();

        timer.advance(Duration.ofMillis(19));
        assertThat(sent).isEmpty();
        timer.advance(Duration.ofMillis(1));
        assertThat(sent.peek().numbers()).containsExactly(1);
        timer.advance(Duration.ofMillis(5));
        written();
        timer.advance(Duration.ofMillis(14));
        assertThat(sent).isEmpty();
        timer.advance(Duration.ofMillis(1));
        assertThat(sent.peek().numbers()).containsExactly(2);
        written();
        timer.advance(Duration.ofMillis(19));
        assertThat(outcome.last).isNull();
        timer.advance(Duration.ofMillis(1));

        assertThat(last(outcome)).containsExactly(3);
    }

    @Test
    void whatIsLateInRealtimeIsMadeUpFor() {
        send(ANNA, Stream.of(0, 9), GenAiLivePace.realtime);
        written();
        timer.advance(Duration.ofMillis(100));

        for (int number = 1; number <= 5; number++) {
            assertThat(sent.peek().numbers()).containsExactly(number);
            written();
        }

        assertThat(sent).as("chunk 6 is due at 120 ms").isEmpty();
        timer.advance(Duration.ofMillis(20));
        assertThat(sent.peek().numbers()).containsExactly(6);
    }

    /** 20 ms are 220.5 samples at 11.025 kHz: a chunk is 19.95 ms long. */
    @Test
    void chunksThatAreNoWholeNumberOfMillisecondsDoNotDrift() {
        int chunks = 2_000;
        send(ANNA, new ByteArrayInputStream(new byte[chunks * 440]), "audio/pcm;rate=11025",
                manner(GenAiLivePace.realtime, LARGE), false);
        long begin = timer.clock().getAsLong();
        List<Long> times = new ArrayList<>();

        while (!sent.isEmpty() || timer.pending() > 0) {
            if (sent.isEmpty()) {
                timer.advance(Duration.ofNanos(10_000));
            } else {
                times.add(timer.clock().getAsLong() - begin);
                written();
            }
        }

        assertThat(times).hasSize(chunks - 1);
        long due = Math.round((chunks - 2) * 220 * 1e9 / 11_025);
        assertThat(times.get(times.size() - 1)).isBetween(due, due + 10_000);
    }

    @Test
    void twoRecordingsForASessionDoNotInterleaveAndThoseForAnotherPass() {
        Outcome first = send(ANNA, Stream.of(0, 51), GenAiLivePace.asap);
        Outcome second = send(ANNA, Stream.of(60, 2), GenAiLivePace.asap);
        Outcome other = send(BERT, Stream.of(80, 2), GenAiLivePace.asap);

        assertThat(last(other)).isEqualTo(numbers(80, 81));
        written();
        assertThat(last(first)).isEqualTo(numbers(50, 50));
        assertThat(second.last).as("the end of the first is not written yet").isNull();
        first.done.run();

        assertThat(last(second)).isEqualTo(numbers(60, 61));
    }

    @Test
    void tooManyThatWaitAreRefusedAndTheirStreamsClosed() {
        List<Stream> streams = IntStream.range(0, 4).mapToObj(n -> Stream.of(n, 60)).toList();
        streams.subList(0, 3).forEach(stream -> send(ANNA, stream, GenAiLivePace.asap));

        assertThatThrownBy(() -> send(ANNA, streams.get(3), GenAiLivePace.asap)).isInstanceOf(LiveQueueFullException.class)
                .hasMessageContaining("2 more wait").hasMessageContaining("outboxMaxWaiting=2");

        assertThat(streams).extracting(stream -> stream.closes).containsExactly(0, 0, 0, 1);
    }

    @Test
    void aRecordingThatCannotBeSentEndsWithItsFailureAndTheNextOneFollows() {
        Stream stream = Stream.of(0, 120);
        Outcome first = send(ANNA, stream, GenAiLivePace.asap);
        Outcome second = send(ANNA, Stream.of(60, 2), GenAiLivePace.asap);
        LiveSessionLostException lost = new LiveSessionLostException("gone", true);

        sent.remove().callback().onSent(null, lost);

        assertThat(first.failure).isSameAs(lost);
        assertThat(stream.closes).isEqualTo(1);
        assertThat(last(second)).isEqualTo(numbers(60, 61));
    }

    @Test
    void aStreamThatFailsInTheMiddleEndsTheExchangeWithHowFarItWasRead() {
        Stream stream = new Stream(new byte[120 * CHUNK_BYTES], 110 * CHUNK_BYTES);

        Outcome outcome = send(ANNA, stream, GenAiLivePace.asap);
        written();

        assertThat(outcome.failure).isInstanceOf(LiveInputException.class).hasMessageContaining("2200 ms")
                .hasMessageContaining("tape torn");
        assertThat(stream.closes).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, CHUNK_BYTES + 1 })
    void aStreamThatCannotBeSoundIsClosed(int length) {
        Stream stream = new Stream(new byte[length], Integer.MAX_VALUE);

        assertThat(send(ANNA, stream, GenAiLivePace.asap).failure).isInstanceOf(LiveInputException.class);

        assertThat(stream.closes).isEqualTo(1);
    }

    @Test
    void whatIsToBeAnsweredStaysTogetherAsFarAsTheOutboxTakesIt() {
        Outcome outcome = send(ANNA, Stream.of(0, 120), null, manner(GenAiLivePace.asap, LARGE), true);

        assertThat(sent).isEmpty();
        assertThat(last(outcome)).isEqualTo(numbers(0, 119));
    }

    @Test
    void ofWhatIsToBeAnsweredAndTooLongTheEndIsKept() {
        Outcome outcome = send(ANNA, Stream.of(0, 120), null, manner(GenAiLivePace.asap, 100_000), true);

        long bytes = sent.peek().messages().stream().mapToLong(ClientMessage::estimatedSize).sum();
        assertThat(bytes).isBetween(95_000L, 100_000L);
        int first = sent.peek().messages().size();
        written();
        assertThat(last(outcome)).isEqualTo(numbers(first, 119));
    }

    @Test
    void whatIsStoppedEndsWithAFailureWhetherItWaitsForItsTimeOrItsTurn() {
        Stream paused = Stream.of(0, 9);
        Stream waiting = Stream.of(20, 9);
        Outcome first = send(ANNA, paused, GenAiLivePace.realtime);
        Outcome second = send(ANNA, waiting, GenAiLivePace.realtime);
        written();

        media.close();

        assertThat(first.failure).isInstanceOf(LiveSessionClosedException.class);
        assertThat(second.failure).isInstanceOf(LiveSessionClosedException.class);
        assertThat(paused.closes).isEqualTo(1);
        assertThat(waiting.closes).isEqualTo(1);
        assertThat(timer.pending()).isZero();
        assertThatThrownBy(() -> send(ANNA, Stream.of(0, 1), GenAiLivePace.asap))
                .isInstanceOf(LiveSessionClosedException.class);
    }

    @Test
    void whatIsOnItsWayWhenAllIsStoppedEndsWhenTheSocketIsDoneWithIt() {
        Stream stream = Stream.of(0, 120);
        Outcome outcome = send(ANNA, stream, GenAiLivePace.asap);

        media.close();
        assertThat(outcome.failure).isNull();
        written();

        assertThat(outcome.failure).isInstanceOf(LiveSessionClosedException.class);
        assertThat(stream.closes).isEqualTo(1);
    }

    @Test
    void withoutWorkersItFails() {
        workers = task -> {
            throw new RejectedExecutionException();
        };
        Stream stream = Stream.of(0, 1);

        assertThat(send(ANNA, stream, GenAiLivePace.asap).failure).isInstanceOf(LiveSessionClosedException.class);

        assertThat(stream.closes).isEqualTo(1);
    }

    @Test
    void aPictureThatIsDeclaredDoesNotWaitForTheSound() {
        send(ANNA, Stream.of(0, 120), GenAiLivePace.asap);

        Outcome picture = send(ANNA, new ByteArrayInputStream(Pictures.of(ImageFormat.PNG)), "image/*",
                manner(GenAiLivePace.asap, LARGE), false);

        assertThat(picture.last).singleElement().satisfies(message -> assertThat(
                ((ClientMessage.RealtimeInput) message).parameters().video().orElseThrow().mimeType()).contains("image/png"));
    }

    @Test
    void aPictureIsRecognisedAndOneThatIsTooLargeRefused() {
        byte[] picture = Arrays.copyOf(Pictures.of(ImageFormat.JPEG), 50_000);

        Outcome taken = send(ANNA, new ByteArrayInputStream(picture), GenAiLivePace.asap);
        taken.done.run();
        Outcome refused = send(ANNA, new ByteArrayInputStream(picture), null, manner(GenAiLivePace.asap, 50_000), false);

        assertThat(taken.last).hasSize(1);
        assertThat(refused.failure).isInstanceOf(LiveInputException.class).hasMessageContaining("outboxMaxBytes");
    }

    @Test
    void aSourceThatCannotBeOpenedEndsTheExchange() {
        Outcome outcome = send(ANNA, new java.io.File("no/such/file.wav"), GenAiLivePace.asap);

        assertThat(outcome.failure).isInstanceOf(LiveInputException.class).hasMessageContaining("no/such/file.wav");
    }

    /** Nothing of it is read before its turn has come: a file may be large, and many may wait. */
    @Test
    void whatWaitsIsNotOpened() {
        send(ANNA, Stream.of(0, 120), GenAiLivePace.asap);
        InputStream untouched = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read before its turn");
            }
        };

        Outcome outcome = send(ANNA, untouched, GenAiLivePace.asap);

        assertThat(outcome.failure).isNull();
    }
}
