package dev.camelgenai.examples.voiceassistant;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MessageBudgetTest {

    private static final int PER_SECOND = 50;

    private final AtomicLong now = new AtomicLong();
    private final MessageBudget budget = new MessageBudget(PER_SECOND, Duration.ofSeconds(2), now::get);

    @Test
    void allowsTheReserveAtOnceAndNoMore() {
        assertThat(spendAll()).isEqualTo(2 * PER_SECOND);
    }

    @Test
    void comesBackAtItsRate() {
        spendAll();

        now.addAndGet(Duration.ofMillis(500).toNanos());

        assertThat(spendAll()).isEqualTo(PER_SECOND / 2);
    }

    @Test
    void keepsNoMoreThanTheReserve() {
        now.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(spendAll()).isEqualTo(2 * PER_SECOND);
    }

    @Test
    void lastsForEverAtItsRate() {
        spendAll();

        assertThat(IntStream.range(0, 1_000).allMatch(i -> {
            now.addAndGet(Duration.ofSeconds(1).toNanos() / PER_SECOND);
            return budget.spend();
        })).isTrue();
    }

    private int spendAll() {
        int spent = 0;
        while (budget.spend()) {
            spent++;
        }
        return spent;
    }
}
