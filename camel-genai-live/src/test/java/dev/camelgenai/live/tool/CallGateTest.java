package dev.camelgenai.live.tool;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CallGateTest {

    private final List<String> inside = new ArrayList<>();

    private Runnable call(String name) {
        return () -> inside.add(name);
    }

    @Test
    void letsEverybodyInWithoutABound() {
        CallGate gate = new CallGate(0);

        for (int i = 0; i < 2_000; i++) {
            assertThat(gate.enter(call("c" + i))).isTrue();
        }

        assertThat(inside).hasSize(2_000);
    }

    @Test
    void letsTheNextInWhenOneLeaves() {
        CallGate gate = new CallGate(1);
        gate.enter(call("first"));
        gate.enter(call("second"));
        gate.enter(call("third"));

        assertThat(inside).containsExactly("first");
        gate.leave();
        assertThat(inside).containsExactly("first", "second");
        gate.leave();
        gate.leave();
        gate.enter(call("fourth"));
        assertThat(inside).containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void forgetsWhoGivesUp() {
        CallGate gate = new CallGate(1);
        Runnable waiting = call("waiting");
        gate.enter(call("first"));
        gate.enter(waiting);

        assertThat(gate.withdraw(waiting)).isTrue();
        assertThat(gate.withdraw(waiting)).isFalse();

        gate.leave();
        assertThat(inside).containsExactly("first");
    }

    @Test
    void turnsAwayWhoComesWhenTooManyWait() {
        CallGate gate = new CallGate(1);
        gate.enter(call("first"));
        for (int i = 0; i < CallGate.MAX_WAITING; i++) {
            assertThat(gate.enter(call("c" + i))).isTrue();
        }

        assertThat(gate.enter(call("last"))).isFalse();

        gate.leave();
        assertThat(gate.enter(call("late"))).isTrue();
    }
}
