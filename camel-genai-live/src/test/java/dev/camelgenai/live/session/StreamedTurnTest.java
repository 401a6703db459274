package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.transport.LiveClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Turns that are handed out while they arrive: what they do to their session. */
@Timeout(120)
class StreamedTurnTest extends SteppedSessionFixture {

    private static final TurnBounds BOUNDS = new TurnBounds(Duration.ofMinutes(1), 1_000_000, 10);
    private static final String TURN_COMPLETE = "{\"serverContent\":{\"turnComplete\":true}}";

    private final List<LiveTurnStream> streams = new ArrayList<>();
    private final List<GenAiLiveException> failures = new ArrayList<>();

    private void ask(String question, int maxMessages) {
        session.stream(text(question), BOUNDS, maxMessages, (stream, failure) -> {
            if (stream != null) {
                streams.add(stream);
            } else {
                failures.add(failure);
            }
        });
        line.step();
        line.callbacks.forEach(callback -> callback.onSent(null));
        line.callbacks.clear();
        line.step();
    }

    private static String words(String text) {
        return "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"" + text + "\"}]}}}";
    }

    @Test
    void theSessionDoesNotReadWhileTheStreamIsFull() {
        open();
        ask("question", 2);

        line.receive(words("one"));
        assertThat(line.paused).isFalse();
        line.receive(words("two"));
        assertThat(line.paused).as("full").isTrue();
        streams.get(0).next();

        assertThat(line.paused).as("half empty").isFalse();
    }

    @Test
    void theSessionReadsOnWhenAFullStreamIsClosed() {
        open();
        ask("question", 2);
        line.receive(words("one"));
        line.receive(words("two"));
        assertThat(line.paused).isTrue();

        streams.get(0).close();

        assertThat(line.paused).isFalse();
    }

    @Test
    void whoClosesItsStreamLeavesTheTurnToNobodyAndTheNextCallerGetsItsOwn() {
        open();
        ask("first", 10);
        line.receive(words("for nobody"));
        streams.get(0).close();

        ask("second", 10);
        assertThat(line.frames).as("waits for the end of the open turn").hasSize(1);
        line.receive(words("for nobody either"));
        line.receive(TURN_COMPLETE);
        line.step();
        line.callbacks.forEach(callback -> callback.onSent(null));
        line.receive(words("for the second"));
        line.receive(TURN_COMPLETE);

        assertThat(streams).hasSize(2);
        List<String> read = new ArrayList<>();
        streams.get(1).forEachRemaining(message -> read.add(message.toJson()));
        assertThat(read).hasSize(2).first().asString().contains("for the second");
    }

    @Test
    void aLostConnectionEndsTheStreamAfterWhatHasCome() {
        open();
        ask("question", 10);
        line.receive(words("one"));

        line.listener.onClosed(new LiveClose(1006, "", true, null));

        LiveTurnStream stream = streams.get(0);
        assertThat(stream.next().toJson()).contains("one");
        assertThatThrownBy(stream::next).isInstanceOfSatisfying(LiveSessionLostException.class,
                lost -> assertThat(lost.isRetriable()).isTrue());
    }

    @Test
    void theEndOfTheSessionEndsTheStream() {
        open();
        ask("question", 10);

        session.close();
        line.step();
        line.listener.onClosed(new LiveClose(1000, "", false, null));

        assertThatThrownBy(streams.get(0)::hasNext).isInstanceOf(LiveSessionClosedException.class);
    }

    @Test
    void aQuestionThatCannotBeSentHasNoStream() {
        session.open(CompletableFuture.completedFuture(null));
        line.step();
        ask("question", 10);

        line.listener.onClosed(new LiveClose(1006, "", true, null));

        assertThat(streams).isEmpty();
        assertThat(failures).hasSize(1);
    }

    /** Read to the end, closed at once, closed in the middle, or left alone. */
    @Test
    void aThousandStreamsLeaveNothingBehind() {
        int keys = 50;
        int perKey = 20;
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        Queue<GenAiLiveException> failed = new ConcurrentLinkedQueue<>();
        AtomicInteger handed = new AtomicInteger();
        AtomicInteger read = new AtomicInteger();
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.echo())
                .start();
                EmulatedSessions client = new EmulatedSessions(emulator, settings -> settings.timer = timer)) {
            Queue<LiveTurnStream> toRead = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < keys * perKey; i++) {
                int kind = i % 4;
                client.sessions.stream(EmulatedSessions.address("key" + i % keys),
                        List.of(EmulatedSessions.content("one two three four", true)), EmulatedSessions.TURN, 8,
                        (stream, failure) -> {
                            handed.incrementAndGet();
                            if (failure != null) {
                                failed.add(failure);
                            } else if (kind == 0) {
                                stream.close();
                            } else if (kind != 1) {
                                toRead.add(stream);
                            }
                        });
            }
            int expected = keys * perKey / 2;
            while (read.get() < expected) {
                LiveTurnStream next = toRead.poll();
                if (next == null) {
                    Thread.onSpinWait();
                    continue;
                }
                if (read.getAndIncrement() % 2 == 0) {
                    next.forEachRemaining(message -> {
                    });
                } else {
                    next.next();
                    next.close();
                }
            }

            await().atMost(EmulatedSessions.PATIENCE).until(() -> handed.get() == keys * perKey);
            assertThat(failed).isEmpty();
            await().atMost(EmulatedSessions.PATIENCE).until(() -> client.sessions.all().stream().allMatch(LiveSession::isIdle));
            assertThat(client.sessions.all()).hasSize(keys).allMatch(LiveSession::isReading);
            await().atMost(EmulatedSessions.PATIENCE).until(() -> timer.getQueue().isEmpty());
        } finally {
            timer.shutdownNow();
        }
    }

    /** Where the client cannot tell whether the service has begun to answer, it asks again; who has read a part must know. */
    @Test
    void aStreamThatHasBegunFailsWhenItsQuestionIsReplayed() throws Exception {
        Queue<LiveTurnStream> handed = new ConcurrentLinkedQueue<>();
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent())
                .start();
                EmulatedSessions client = new EmulatedSessions(emulator, settings -> {
                    settings.vertexAi = true;
                    settings.transparent = true;
                })) {
            client.sessions.stream(EmulatedSessions.address("key"), List.of(EmulatedSessions.content("question", true)),
                    EmulatedSessions.TURN, 8, (stream, failure) -> handed.add(stream));
            var first = emulator.awaitSessions(1, EmulatedSessions.PATIENCE).get(0);
            first.awaitMessages(1, EmulatedSessions.PATIENCE);
            first.send(words("a part")).orTimeout(20, TimeUnit.SECONDS).join();
            await().atMost(EmulatedSessions.PATIENCE).until(() -> !handed.isEmpty());
            LiveTurnStream stream = handed.peek();
            assertThat(stream.next().toJson()).contains("a part");

            first.dropTcp();

            assertThatThrownBy(stream::next).isInstanceOfSatisfying(LiveSessionLostException.class,
                    lost -> assertThat(lost.isRetriable()).isTrue());
            assertThat(emulator.awaitSessions(2, EmulatedSessions.PATIENCE).get(1).awaitMessages(1, EmulatedSessions.PATIENCE))
                    .as("the question is replayed all the same").hasSize(1);
        }
    }
}
