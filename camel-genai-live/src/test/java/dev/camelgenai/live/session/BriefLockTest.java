package dev.camelgenai.live.session;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class BriefLockTest {

    private static final int TIMES = 200_000;

    private final BriefLock lock = new BriefLock();
    private final ExecutorService others = Executors.newFixedThreadPool(4);
    private int count;

    @AfterEach
    void stop() {
        others.shutdownNow();
    }

    private void countUp() {
        for (int i = 0; i < TIMES; i++) {
            lock.lock();
            try {
                count++;
            } finally {
                lock.unlock();
            }
        }
    }

    @Test
    void oneThreadAtATimeHasIt() throws Exception {
        Future<?> one = others.submit(this::countUp);
        Future<?> two = others.submit(this::countUp);
        countUp();
        one.get(30, TimeUnit.SECONDS);
        two.get(30, TimeUnit.SECONDS);

        assertThat(count).isEqualTo(3 * TIMES);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void aThreadThatFindsItTakenForLongSleepsUntilItIsFree() throws Exception {
        AtomicReference<Thread> waiting = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        lock.lock();
        Future<?> other = others.submit(() -> {
            waiting.set(Thread.currentThread());
            begun.countDown();
            lock.lock();
            lock.unlock();
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        await().until(() -> waiting.get().getState() == Thread.State.WAITING);
        assertThat(lock.hasQueuedThread(waiting.get())).isTrue();
        lock.unlock();

        other.get(30, TimeUnit.SECONDS);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void whoHasItMayTakeItAgain() {
        lock.lock();
        lock.lock();
        lock.unlock();

        assertThat(lock.isHeldByCurrentThread()).isTrue();
        lock.unlock();
        assertThat(lock.isLocked()).isFalse();
    }
}
