package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Nothing is lost, told twice or out of order. */
public class OutboxStress {

    /** What is accepted is told once, even if the end comes at the same time; what is not is not told. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "accepted, and failed with the rest")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class OfferWhileClosed {

        private final Outbox outbox = new Outbox(Stressed.BOUNDS);
        private final Stressed.Told told = new Stressed.Told();

        @Actor
        public void actor1(II_Result result) {
            result.r1 = outbox.offer(Stressed.entry(Stressed.TEXT, told)) ? 1 : 0;
        }

        @Actor
        public void actor2() {
            outbox.closeAndFail(null);
        }

        @Arbiter
        public void after(II_Result result) {
            result.r2 = told.get();
        }
    }

    /** What is offered is written in order, whoever writes meanwhile. */
    @JCStressTest
    @Outcome(id = "abc", expect = Expect.ACCEPTABLE, desc = "in order, each once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class OffersWhileWritten {

        private final Outbox outbox = new Outbox(Stressed.BOUNDS);
        private final Order order = new Order(outbox);

        public OffersWhileWritten() {
            order.offer("a");
        }

        @Actor
        public void actor1() {
            order.offer("b");
            order.offer("c");
        }

        @Actor
        public void actor2() {
            order.write();
        }

        @Arbiter
        public void after(L_Result result) {
            order.write();
            result.r1 = order.written();
        }
    }

    /** What the socket was given and did not take is written again, before what is offered meanwhile. */
    @JCStressTest
    @Outcome(id = "abc", expect = Expect.ACCEPTABLE, desc = "in order, each once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class OffersWhileTheConnectionBreaks {

        private final Outbox outbox = new Outbox(Stressed.BOUNDS);
        private final Order order = new Order(outbox);

        public OffersWhileTheConnectionBreaks() {
            order.offer("a");
            order.offer("b");
            outbox.take(any -> true);
            outbox.take(any -> true);
        }

        @Actor
        public void actor1() {
            order.offer("c");
        }

        @Actor
        public void actor2() {
            outbox.recall(false);
        }

        @Arbiter
        public void after(L_Result result) {
            order.write();
            result.r1 = order.written();
        }
    }

    /** A send whose caller gives up is either taken out or written, not both and not neither. */
    @JCStressTest
    @Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "taken out")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class WithdrawnWhileTaken {

        private final Outbox outbox = new Outbox(Stressed.BOUNDS);
        private final Outbox.Entry entry = Stressed.entry(Stressed.TEXT, new Stressed.Told());

        public WithdrawnWhileTaken() {
            outbox.offer(entry);
        }

        @Actor
        public void actor1(ZZ_Result result) {
            result.r1 = outbox.withdraw(entry);
        }

        @Actor
        public void actor2(ZZ_Result result) {
            result.r2 = outbox.take(head -> head == entry) != null;
        }

    }

    /** Media that makes room for newer media is dropped or written, not both. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "dropped")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class DroppedWhileTaken {

        private final Outbox outbox = new Outbox(
                new OutboxBounds(1, 100_000, 0, OutboxOverflow.dropOldestRealtime, Duration.ZERO));
        private final Stressed.Told dropped = new Stressed.Told();
        private final Outbox.Entry entry = Stressed.entry(Stressed.AUDIO, dropped);

        public DroppedWhileTaken() {
            outbox.offer(entry);
        }

        @Actor
        public void actor1() {
            outbox.offer(Stressed.entry(Stressed.AUDIO, new Stressed.Told()));
        }

        @Actor
        public void actor2(II_Result result) {
            result.r2 = isWritten(outbox, entry) ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result result) {
            result.r1 = dropped.get();
        }
    }

    /** A send that the socket takes while the session ends is told once. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "told once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class EndedWhileTaken {

        private final Outbox outbox = new Outbox(Stressed.BOUNDS);
        private final Stressed.Told told = new Stressed.Told();
        private final Outbox.Entry entry = Stressed.entry(Stressed.TEXT, told);

        public EndedWhileTaken() {
            outbox.offer(entry);
        }

        @Actor
        public void actor1() {
            if (isWritten(outbox, entry)) {
                told.onSent(SendOutcome.WRITTEN, null);
            }
        }

        @Actor
        public void actor2() {
            outbox.closeAndFail(null);
        }

        @Arbiter
        public void after(I_Result result) {
            result.r1 = told.get();
        }
    }

    /** @return whether this call has written it, and nobody else has made away with it meanwhile */
    private static boolean isWritten(Outbox outbox, Outbox.Entry entry) {
        Outbox.Frame frame = outbox.take(head -> head == entry);
        return frame != null && outbox.taken(List.of(frame)).contains(entry);
    }

    /** Writes what is in an outbox and remembers the order. */
    private static final class Order {

        private final Outbox outbox;
        private final Map<Outbox.Entry, String> names = new ConcurrentHashMap<>();
        private final StringBuffer written = new StringBuffer();

        Order(Outbox outbox) {
            this.outbox = outbox;
        }

        void offer(String name) {
            Outbox.Entry entry = Stressed.entry(Stressed.TEXT, new Stressed.Told());
            names.put(entry, name);
            outbox.offer(entry);
        }

        void write() {
            for (Outbox.Frame next = outbox.take(any -> true); next != null; next = outbox.take(any -> true)) {
                if (outbox.taken(List.of(next)).contains(next.entry())) {
                    written.append(names.get(next.entry()));
                }
            }
        }

        String written() {
            return written.toString();
        }
    }
}
