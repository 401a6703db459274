package dev.camelgenai.live.session;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZ_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Whoever awaits a turn is told by exactly one. */
public class TurnTrackerStress {

    /** A caller is left to whoever ends the session, or refused. */
    @JCStressTest
    @Outcome(id = "WAIT, true", expect = Expect.ACCEPTABLE, desc = "left to the end")
    @Outcome(id = "ENDED, false", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class AdmittedWhileEnded {

        private final TurnTracker turns = new TurnTracker(System::nanoTime, 1_000);
        private final TurnTracker.Waiter waiter = new TurnTracker.Waiter(false, Stressed.TURN, new Stressed.Told(), null);

        public AdmittedWhileEnded() {
            turns.submit();
        }

        @Actor
        public void actor1(LZ_Result result) {
            result.r1 = turns.admit(waiter);
        }

        @Actor
        public void actor2(LZ_Result result) {
            result.r2 = turns.end().contains(waiter);
        }
    }

    /** A caller whose time is up while its turn ends is told by one of the two. */
    @JCStressTest
    @Outcome(id = "true, OVER", expect = Expect.ACCEPTABLE, desc = "answered")
    @Outcome(id = "false, ABANDONED", expect = Expect.ACCEPTABLE, desc = "too late")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class ExpiredWhileAnswered {

        private final TurnTracker turns = new TurnTracker(System::nanoTime, 1_000);
        private final TurnTracker.Waiter waiter = new TurnTracker.Waiter(false, Stressed.TURN, new Stressed.Told(), null);

        public ExpiredWhileAnswered() {
            turns.admit(waiter);
            turns.written(new TurnInput(waiter, false, new Stressed.Told(), () -> {
            }), 1);
        }

        @Actor
        public void actor1(ZL_Result result) {
            result.r1 = turns.onMessage(Stressed.TURN_COMPLETE, TurnTracker.ToolAnswerer.CONSUMERS, TurnTracker.Hold.NONE)
                    .told()
                    .contains(waiter);
        }

        @Actor
        public void actor2(ZL_Result result) {
            result.r2 = turns.expire(waiter);
        }
    }

    /** A caller whose time is up while the turn before ends is started or not. */
    @JCStressTest
    @Outcome(id = "true, OVER", expect = Expect.ACCEPTABLE, desc = "started")
    @Outcome(id = "false, NEVER_STARTED", expect = Expect.ACCEPTABLE, desc = "too late")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class ExpiredWhileStarted {

        private final TurnTracker turns = new TurnTracker(System::nanoTime, 1_000);
        private final TurnTracker.Waiter waiter = new TurnTracker.Waiter(false, Stressed.TURN, new Stressed.Told(), null);

        public ExpiredWhileStarted() {
            turns.submit();
            turns.written(new TurnInput(null, false, new Stressed.Told(), () -> {
            }), 1);
            turns.admit(waiter);
        }

        @Actor
        public void actor1(ZL_Result result) {
            result.r1 = turns.onMessage(Stressed.TURN_COMPLETE, TurnTracker.ToolAnswerer.CONSUMERS, TurnTracker.Hold.NONE)
                    .start() == waiter;
        }

        @Actor
        public void actor2(ZL_Result result) {
            result.r2 = turns.expire(waiter);
        }
    }

    /** A turn that ends while its connection is lost is told once. */
    @JCStressTest
    @Outcome(id = { "true, false", "false, true" }, expect = Expect.ACCEPTABLE, desc = "told by one of the two")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class LostWhileAnswered {

        private final TurnTracker turns = new TurnTracker(System::nanoTime, 1_000);
        private final TurnTracker.Waiter waiter = new TurnTracker.Waiter(false, Stressed.TURN, new Stressed.Told(), null);

        public LostWhileAnswered() {
            turns.admit(waiter);
            turns.written(new TurnInput(waiter, false, new Stressed.Told(), () -> {
            }), 1);
        }

        @Actor
        public void actor1(ZZ_Result result) {
            result.r1 = turns.onMessage(Stressed.TURN_COMPLETE, TurnTracker.ToolAnswerer.CONSUMERS, TurnTracker.Hold.NONE)
                    .told()
                    .contains(waiter);
        }

        @Actor
        public void actor2(ZZ_Result result) {
            result.r2 = turns.lost(null).told().contains(waiter);
        }
    }
}
