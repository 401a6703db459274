package dev.camelgenai.live.session;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.camelgenai.live.error.GenAiLiveException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LII_Result;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** A session ends once, whatever happens meanwhile, and tells everybody once. */
public class LiveSessionStress {

    /** Closed while the service accepts the setup. */
    @JCStressTest
    @Outcome(id = "closed, 0, 1", expect = Expect.ACCEPTABLE, desc = "ended once, no connection left, nothing in the timer")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class CloseWhileItIsSetUp {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);

        public CloseWhileItIsSetUp() {
            session.open(CompletableFuture.completedFuture(null));
        }

        @Actor
        public void actor1() {
            network.setUp();
        }

        @Actor
        public void actor2() {
            session.close();
        }

        @Arbiter
        public void after(LII_Result result) {
            result.r1 = Ends.of(session, timer);
            result.r2 = network.open();
            result.r3 = ends.get();
        }
    }

    /** Closed while it opens. */
    @JCStressTest
    @Outcome(id = "closed, 0, 1", expect = Expect.ACCEPTABLE, desc = "ended once, no connection left, nothing in the timer")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class CloseWhileItOpens {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);

        @Actor
        public void actor1() {
            session.open(CompletableFuture.completedFuture(null));
        }

        @Actor
        public void actor2() {
            session.close();
        }

        @Arbiter
        public void after(LII_Result result) {
            result.r1 = Ends.of(session, timer);
            result.r2 = network.open();
            result.r3 = ends.get();
        }
    }

    /** Closed while its connection breaks, with another one to follow. */
    @JCStressTest
    @Outcome(id = "closed, 0, 1", expect = Expect.ACCEPTABLE, desc = "ended once, no connection left, nothing in the timer")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class CloseWhileTheConnectionBreaks {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, true, ends);

        public CloseWhileTheConnectionBreaks() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1() {
            network.last().closedByTheService();
        }

        @Actor
        public void actor2() {
            session.close();
        }

        @Arbiter
        public void after(LII_Result result) {
            result.r1 = Ends.of(session, timer);
            result.r2 = network.open();
            result.r3 = ends.get();
        }
    }

    /** Closed while it begins its next connection. */
    @JCStressTest
    @Outcome(id = "closed, 0, 1", expect = Expect.ACCEPTABLE, desc = "ended once, no connection left, nothing in the timer")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class CloseWhileItConnectsAgain {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, true, ends);

        public CloseWhileItConnectsAgain() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
            network.last().closedByTheService();
        }

        @Actor
        public void actor1() {
            timer.fire();
            network.setUp();
        }

        @Actor
        public void actor2() {
            session.close();
        }

        @Arbiter
        public void after(LII_Result result) {
            result.r1 = Ends.of(session, timer);
            result.r2 = network.open();
            result.r3 = ends.get();
        }
    }

    /** Closed by two at once. */
    @JCStressTest
    @Outcome(id = "closed, 0, 1", expect = Expect.ACCEPTABLE, desc = "ended once, no connection left, nothing in the timer")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class CloseTwice {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);

        public CloseTwice() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1() {
            session.close();
        }

        @Actor
        public void actor2() {
            session.close();
        }

        @Arbiter
        public void after(LII_Result result) {
            result.r1 = Ends.of(session, timer);
            result.r2 = network.open();
            result.r3 = ends.get();
        }
    }

    /** Two causes of an end at once: one is told, and once. */
    @JCStressTest
    @Outcome(id = "closed 1, 0, 1", expect = Expect.ACCEPTABLE, desc = "the consumer is told once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class LaneStallsWhileTheConnectionBreaks {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);
        private final Stressed.Hearing hearing = new Stressed.Hearing(SessionEvent.Closed.class);

        public LaneStallsWhileTheConnectionBreaks() {
            session.attach(new Lane(session, hearing, Stressed.LANE, Stressed.services(network, timer), false, lane -> {
            }));
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1() {
            session.laneStalled(new GenAiLiveException("stalled", true, null));
        }

        @Actor
        public void actor2() {
            network.last().closedByTheService();
        }

        @Arbiter
        public void after(LII_Result result) {
            result.r1 = Ends.of(session, timer) + " " + hearing.heard();
            result.r2 = network.open();
            result.r3 = ends.get();
        }
    }

    /** A consumer that comes while the session ends hears of the end, and once. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "told once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class AttachWhileItEnds {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);
        private final Stressed.Hearing hearing = new Stressed.Hearing(SessionEvent.Closed.class);

        public AttachWhileItEnds() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1() {
            session.attach(new Lane(session, hearing, Stressed.LANE, Stressed.services(network, timer), false, lane -> {
            }));
        }

        @Actor
        public void actor2() {
            network.last().closedByTheService();
        }

        @Arbiter
        public void after(I_Result result) {
            result.r1 = hearing.heard();
        }
    }

    /** What a session accepts while it is closed is still written, and told once. */
    @JCStressTest
    @Outcome(id = "true, 1, 1", expect = Expect.ACCEPTABLE, desc = "accepted and written")
    @Outcome(id = "false, 0, 0", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class SendWhileClosed {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);
        private final Stressed.Told told = new Stressed.Told();

        public SendWhileClosed() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1(ZII_Result result) {
            result.r1 = session.send(List.of(Stressed.AUDIO), told);
        }

        @Actor
        public void actor2() {
            session.close();
        }

        @Arbiter
        public void after(ZII_Result result) {
            result.r2 = told.get();
            result.r3 = network.last().written();
        }
    }

    /** What a session accepts while it ends is told once. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "accepted, and written or failed")
    @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class SendWhileTheConnectionBreaksForGood {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);
        private final Stressed.Told told = new Stressed.Told();

        public SendWhileTheConnectionBreaksForGood() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1(ZI_Result result) {
            result.r1 = session.send(List.of(Stressed.TEXT), told);
        }

        @Actor
        public void actor2() {
            network.last().closedByTheService();
        }

        @Arbiter
        public void after(ZI_Result result) {
            result.r2 = told.get();
        }
    }

    /** What a session accepts between two connections is written once, over one of them. */
    @JCStressTest
    @Outcome(id = "true, 1, 1", expect = Expect.ACCEPTABLE, desc = "accepted and written once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class SendWhileTheConnectionBreaks {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, true, ends);
        private final Stressed.Told told = new Stressed.Told();

        public SendWhileTheConnectionBreaks() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1(ZII_Result result) {
            result.r1 = session.send(List.of(Stressed.AUDIO), told);
        }

        @Actor
        public void actor2() {
            network.last().closedByTheService();
        }

        @Arbiter
        public void after(ZII_Result result) {
            timer.fire();
            network.setUp();
            result.r2 = told.get();
            result.r3 = network.allWritten();
        }
    }

    /** A caller who is accepted while the session is closed is told once. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "accepted and told")
    @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class AskWhileClosed {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);
        private final Stressed.Told told = new Stressed.Told();

        public AskWhileClosed() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
        }

        @Actor
        public void actor1(ZI_Result result) {
            result.r1 = session.ask(List.of(Stressed.TEXT), Stressed.TURN, told);
        }

        @Actor
        public void actor2() {
            session.close();
        }

        @Arbiter
        public void after(ZI_Result result) {
            result.r2 = told.get();
        }
    }

    /** A caller who comes while the turn before ends gets the next one, whether it had to wait or not. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the one before is told, the next one is asked for")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class AskWhileTheTurnBeforeEnds {

        private final StressedNetwork network = new StressedNetwork();
        private final StressedTimer timer = new StressedTimer();
        private final AtomicInteger ends = new AtomicInteger();
        private final LiveSession session = Stressed.session(network, timer, false, ends);
        private final Stressed.Told told = new Stressed.Told();

        public AskWhileTheTurnBeforeEnds() {
            session.open(CompletableFuture.completedFuture(null));
            network.setUp();
            session.ask(List.of(Stressed.TEXT), Stressed.TURN, told);
        }

        @Actor
        public void actor1() {
            session.ask(List.of(Stressed.TEXT), Stressed.TURN, new Stressed.Told());
        }

        @Actor
        public void actor2() {
            network.last().receive(TURN_COMPLETE);
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = told.get();
            result.r2 = network.last().written() - 1;
        }
    }

    private static final String TURN_COMPLETE = "{\"serverContent\":{\"turnComplete\":true}}";

    /** What is left of a session that should have ended. */
    private static final class Ends {

        static String of(LiveSession session, StressedTimer timer) {
            String state = session.state() == LiveSessionState.CLOSED ? "closed" : session.state().name();
            return timer.pending() == 0 ? state : state + " and " + timer.pending() + " tasks";
        }
    }
}
