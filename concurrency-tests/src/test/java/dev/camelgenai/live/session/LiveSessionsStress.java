package dev.camelgenai.live.session;

import java.util.List;

import dev.camelgenai.live.error.LiveSessionClosedException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** One session per key at a time, found by all who look for it. */
public class LiveSessionsStress {

    /** Two sends for a key that has no session open one. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "one connection, both written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class TwoSendsAtOnce {

        private final StressedNetwork network = new StressedNetwork();
        private final LiveSessions sessions = Stressed.sessions(network);
        private final Stressed.Told one = new Stressed.Told();
        private final Stressed.Told two = new Stressed.Told();

        @Actor
        public void actor1() {
            sessions.send(Stressed.ADDRESS, List.of(Stressed.AUDIO), one);
        }

        @Actor
        public void actor2() {
            sessions.send(Stressed.ADDRESS, List.of(Stressed.AUDIO), two);
        }

        @Arbiter
        public void after(III_Result result) {
            network.setUp();
            result.r1 = network.connected();
            result.r2 = one.get();
            result.r3 = two.get();
        }
    }

    /** A session is closed and its successor opened while another one sends: both sends are written, by one session or another. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "each told and written once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class SendWhileClosedAndSentAgain {

        private final StressedNetwork network = new StressedNetwork();
        private final LiveSessions sessions = Stressed.sessions(network);
        private final Stressed.Told one = new Stressed.Told();
        private final Stressed.Told two = new Stressed.Told();

        public SendWhileClosedAndSentAgain() {
            sessions.open(Stressed.ADDRESS);
            network.setUp();
        }

        @Actor
        public void actor1() {
            sessions.send(Stressed.ADDRESS, List.of(Stressed.AUDIO), one);
        }

        @Actor
        public void actor2() {
            sessions.close(Stressed.ADDRESS);
            sessions.send(Stressed.ADDRESS, List.of(Stressed.AUDIO), two);
        }

        @Arbiter
        public void after(III_Result result) {
            network.setUp();
            result.r1 = one.get();
            result.r2 = two.get();
            result.r3 = network.allWritten();
        }
    }

    /** A session and a consumer that appear at the same time find each other once. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "told once that it is open")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class SubscribeWhileOpened {

        private final StressedNetwork network = new StressedNetwork();
        private final LiveSessions sessions = Stressed.sessions(network);
        private final Stressed.Told one = new Stressed.Told();
        private final Stressed.Hearing hearing = new Stressed.Hearing(SessionEvent.Opened.class);

        @Actor
        public void actor1() {
            sessions.send(Stressed.ADDRESS, List.of(Stressed.AUDIO), one);
        }

        @Actor
        public void actor2() {
            sessions.subscribe(Stressed.ADDRESS.group(), null, hearing, Stressed.LANE);
        }

        @Arbiter
        public void after(I_Result result) {
            network.setUp();
            result.r1 = hearing.heard();
        }
    }

    /** A consumer that goes while the session ends hears of the end at most once, and nothing is kept of it. */
    @JCStressTest
    @Outcome(id = { "0, 0", "1, 0" }, expect = Expect.ACCEPTABLE, desc = "nothing waits for it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class UnsubscribeWhileEnded {

        private final StressedNetwork network = new StressedNetwork();
        private final LiveSessions sessions = Stressed.sessions(network);
        private final Stressed.Hearing hearing = new Stressed.Hearing(SessionEvent.Closed.class);
        private final LiveSessions.Subscription subscription = sessions.subscribe(Stressed.ADDRESS.group(), null, hearing,
                Stressed.LANE);

        public UnsubscribeWhileEnded() {
            sessions.open(Stressed.ADDRESS);
            network.setUp();
        }

        @Actor
        public void actor1() {
            subscription.close();
        }

        @Actor
        public void actor2() {
            network.last().closedByTheService();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = hearing.heard();
            result.r2 = subscription.pending();
        }
    }

    /** A session that is opened while the component is shut down is refused or closed. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing is left")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class OpenWhileAllAreClosed {

        private final StressedNetwork network = new StressedNetwork();
        private final LiveSessions sessions = Stressed.sessions(network);

        @Actor
        public void actor1() {
            try {
                sessions.open(Stressed.ADDRESS);
                network.setUp();
            } catch (LiveSessionClosedException e) {
                // the component has been stopped: one of the two ways
            }
        }

        @Actor
        public void actor2() {
            sessions.close();
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = sessions.all().size();
            result.r2 = network.open();
        }
    }
}
