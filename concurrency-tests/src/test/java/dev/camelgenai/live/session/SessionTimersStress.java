package dev.camelgenai.live.session;

import java.util.concurrent.TimeUnit;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a session has put off ends with it. */
public class SessionTimersStress {

    /** Nothing is left in the timer of a session that ends while it puts something off. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nothing waits")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class ScheduledWhileStopped {

        private final StressedTimer timer = new StressedTimer();
        private final SessionTimers timers = new SessionTimers(timer);

        @Actor
        public void actor1() {
            timers.schedule(SessionTimers.Kind.NEXT_CONNECTION, () -> {
            }, 1, TimeUnit.SECONDS);
        }

        @Actor
        public void actor2() {
            timers.stop();
        }

        @Arbiter
        public void after(I_Result result) {
            result.r1 = timer.pending();
        }
    }
}
