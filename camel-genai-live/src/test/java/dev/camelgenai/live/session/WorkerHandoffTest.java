package dev.camelgenai.live.session;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class WorkerHandoffTest {

    private static final int WORKERS = 8;

    private final AtomicInteger refusals = new AtomicInteger();
    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(WORKERS, WORKERS, 1, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>()) {
        @Override
        public void execute(Runnable task) {
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new RejectedExecutionException("busy");
            }
            super.execute(task);
        }
    };
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Rounds loop = new Rounds();
    private final WorkerHandoff handoff = new WorkerHandoff(pool, timer, loop);
    private final List<Integer> run = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void stop() {
        gate.countDown();
        pool.shutdownNow();
        timer.shutdownNow();
    }

    /** The test's thread as an event loop. */
    private static final class Rounds implements LiveConnector {

        private final Queue<Runnable> afterwards = new ArrayDeque<>();
        private boolean inRound;

        void round(Runnable tasks) {
            inRound = true;
            tasks.run();
            for (Runnable next = afterwards.poll(); next != null; next = afterwards.poll()) {
                next.run();
            }
            inRound = false;
        }

        @Override
        public boolean afterwards(Runnable task) {
            return inRound && afterwards.add(task);
        }

        @Override
        public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    private void hand(int from, int to) {
        IntStream.range(from, to).forEach(i -> handoff.execute(() -> run.add(i)));
    }

    private void handBlocked(int number) {
        IntStream.range(0, number).forEach(i -> handoff.execute(() -> {
            try {
                assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    @Test
    void whatAnEventLoopHasInOneRoundGoesToOneWorkerInItsOrder() {
        loop.round(() -> hand(0, 20));
        loop.round(() -> hand(20, 21));

        await().until(() -> run.size() == 21);
        assertThat(pool.getTaskCount()).as("times that a worker was woken").isEqualTo(2);
        assertThat(run.stream().filter(i -> i < 20)).isSorted();
    }

    @Test
    void nothingGoesBeforeTheRoundIsOver() {
        loop.round(() -> {
            hand(0, 3);
            assertThat(pool.getTaskCount()).isZero();
        });

        await().until(() -> run.size() == 3);
    }

    @Test
    void aRoundThatHasVeryMuchGoesToSeveralWorkers() {
        loop.round(() -> hand(0, 2 * WorkerHandoff.MOST + 1));

        await().until(() -> run.size() == 2 * WorkerHandoff.MOST + 1);
        assertThat(pool.getTaskCount()).isEqualTo(3);
    }

    @Test
    void tasksOfOtherThreadsGoAtOnce() {
        hand(0, 5);

        await().until(() -> run.size() == 5);
        assertThat(pool.getTaskCount()).isEqualTo(5);
    }

    @Test
    void whatWaitsBehindATaskThatBlocksIsTakenOver() {
        loop.round(() -> {
            hand(0, 1);
            handBlocked(1);
            hand(1, 10);
        });

        await().until(() -> run.size() == 10);
        assertThat(gate.getCount()).as("the other one still blocks").isOne();
    }

    @Test
    void asLongAsOneWorkerIsNotBlockedTheRestGoesOn() {
        loop.round(() -> {
            handBlocked(WORKERS - 1);
            hand(0, 40);
        });

        await().until(() -> run.size() == 40);
        assertThat(gate.getCount()).as("the others still block").isOne();
        assertThat(run).doesNotHaveDuplicates();
    }

    @Test
    void tasksThatTakeAWhileEachRunSideBySide() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        loop.round(() -> IntStream.range(0, 40).forEach(i -> handoff.execute(() -> {
            threads.add(Thread.currentThread());
            // what a query to a database takes
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
            run.add(i);
        })));

        await().until(() -> run.size() == 40);
        assertThat(threads).hasSizeGreaterThan(2);
    }

    @Test
    void whereAllWorkersAreBlockedTheRestRunsOnceWhenTheyAreNot() {
        loop.round(() -> {
            handBlocked(WORKERS + 2);
            hand(0, 30);
        });
        await().until(() -> pool.getActiveCount() == WORKERS);

        gate.countDown();

        await().until(() -> run.size() == 30);
        assertThat(run).doesNotHaveDuplicates();
    }

    @Test
    void aTaskThatFailsKeepsNoOtherFromRunning() {
        loop.round(() -> {
            handoff.execute(() -> {
                throw new IllegalStateException("as the test wants it");
            });
            hand(0, 3);
        });

        await().until(() -> run.size() == 3);
    }

    @Test
    void whatThePoolRejectsIsOfferedAgain() {
        refusals.set(2);

        loop.round(() -> hand(0, 4));

        await().until(() -> run.size() == 4);
        assertThat(run).containsExactly(0, 1, 2, 3);
        assertThat(refusals).hasValue(0);
    }

    @Test
    void whereThePoolRejectsATaskOfAnotherThreadItsOwnerIsTold() {
        refusals.set(1);

        assertThatThrownBy(() -> hand(0, 1)).isInstanceOf(RejectedExecutionException.class);
        assertThat(run).isEmpty();
    }

    @Test
    void whenThePoolIsShutDownTasksEndNevertheless() {
        pool.shutdownNow();

        loop.round(() -> hand(0, 4));

        assertThat(run).containsExactly(0, 1, 2, 3);
    }

    @Test
    void nobodyLooksAfterTasksThatHaveEnded() {
        loop.round(() -> hand(0, 10));

        await().until(() -> run.size() == 10);
        await().until(() -> timer.getQueue().isEmpty() && timer.getActiveCount() == 0);
    }
}
