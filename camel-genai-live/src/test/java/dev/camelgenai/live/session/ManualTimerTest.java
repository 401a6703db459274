package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The other tests with a controlled clock stand on this one. */
class ManualTimerTest {

    private final ManualTimer timer = new ManualTimer();
    private final long start = timer.clock().getAsLong();
    private final List<String> ran = new ArrayList<>();

    private void note(String name) {
        ran.add(name + "@" + TimeUnit.NANOSECONDS.toSeconds(timer.clock().getAsLong() - start));
    }

    @Test
    void runsWhatIsDueInOrderAndAtItsTime() {
        timer.schedule(() -> note("late"), 90, TimeUnit.SECONDS);
        timer.schedule(() -> note("second"), 5, TimeUnit.SECONDS);
        timer.schedule(() -> note("third"), 5, TimeUnit.SECONDS);
        timer.schedule(() -> note("first"), 2, TimeUnit.SECONDS);

        timer.advance(Duration.ofSeconds(89));
        assertThat(ran).containsExactly("first@2", "second@5", "third@5");
        assertThat(timer.pending()).isEqualTo(1);

        timer.advance(Duration.ofSeconds(1));
        assertThat(ran).endsWith("late@90");
        assertThat(timer.pending()).isZero();
    }

    @Test
    void runsWhatTasksScheduleWhenThatIsDueTooAndExecutesWithoutTimePassing() {
        timer.schedule(() -> timer.schedule(() -> note("follows"), 1, TimeUnit.SECONDS), 1, TimeUnit.SECONDS);
        timer.execute(() -> note("now"));

        timer.advance(Duration.ZERO);
        timer.advance(Duration.ofSeconds(2));

        assertThat(ran).containsExactly("now@0", "follows@2");
    }

    @Test
    void repeatsUntilCancelled() {
        ScheduledFuture<?> rate = timer.scheduleAtFixedRate(() -> note("tick"), 1, 2, TimeUnit.SECONDS);
        timer.advance(Duration.ofSeconds(5));
        assertThat(ran).containsExactly("tick@1", "tick@3", "tick@5");

        assertThat(rate.cancel(false)).isTrue();
        timer.advance(Duration.ofSeconds(5));

        assertThat(ran).hasSize(3);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void aTaskMayCancelItself() {
        ScheduledFuture<?>[] own = new ScheduledFuture<?>[1];
        own[0] = timer.scheduleWithFixedDelay(() -> own[0].cancel(false), 1, 1, TimeUnit.SECONDS);

        timer.advance(Duration.ofSeconds(3));

        assertThat(own[0].isCancelled()).isTrue();
        assertThat(timer.pending()).isZero();
    }

    @Test
    void hidesNoFailure() throws Exception {
        ScheduledFuture<String> result = timer.schedule(() -> "result", 0, TimeUnit.SECONDS);
        timer.advance(Duration.ZERO);
        assertThat(result.get()).isEqualTo("result");
        timer.execute(() -> {
            throw new IllegalStateException("boom");
        });

        assertThatThrownBy(() -> timer.advance(Duration.ZERO)).hasRootCauseMessage("boom");
    }

    @Test
    void takesNothingMoreOnceShutDown() {
        timer.schedule(() -> note("never"), 1, TimeUnit.SECONDS);

        assertThat(timer.shutdownNow()).hasSize(1);

        assertThat(timer.pending()).isZero();
        assertThatThrownBy(() -> timer.execute(() -> note("never"))).isInstanceOf(RejectedExecutionException.class);
        timer.advance(Duration.ofSeconds(1));
        assertThat(ran).isEmpty();
    }
}
