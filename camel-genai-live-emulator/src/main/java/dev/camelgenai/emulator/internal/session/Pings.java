package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** The pings of a session that wait for their pongs. Used on the event loop of the session only. */
final class Pings {

    private record Ping(CompletableFuture<Duration> answered, long sentNanos) {
    }

    private final Deque<Ping> waiting = new ArrayDeque<>();

    void sent(CompletableFuture<Duration> answered) {
        waiting.add(new Ping(answered, System.nanoTime()));
    }

    /** A pong has come; one that nobody waits for is allowed (RFC 6455, 5.5.3). */
    void answered() {
        Ping ping = waiting.poll();
        if (ping != null) {
            ping.answered().complete(Duration.ofNanos(System.nanoTime() - ping.sentNanos()));
        }
    }

    void fail(RuntimeException why) {
        waiting.forEach(ping -> ping.answered().completeExceptionally(why));
        waiting.clear();
    }
}
