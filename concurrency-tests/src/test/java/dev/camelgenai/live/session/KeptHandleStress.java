package dev.camelgenai.live.session;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** The last handle is the one that is kept. */
public class KeptHandleStress {

    /** The store ends up with the handle that the session has. */
    @JCStressTest
    @Outcome(id = { "a, a", "b, b" }, expect = Expect.ACCEPTABLE, desc = "the last one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class TwoAtOnce {

        private final Stressed.Store store = new Stressed.Store();
        private final KeptHandle handle = new KeptHandle(Stressed.ADDRESS, store, Runnable::run);

        @Actor
        public void actor1() {
            handle.set("a");
        }

        @Actor
        public void actor2() {
            handle.set("b");
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r1 = handle.get();
            result.r2 = store.load(Stressed.ADDRESS);
        }
    }

    /** Nothing is kept of a conversation that is over. */
    @JCStressTest
    @Outcome(id = "null, null", expect = Expect.ACCEPTABLE, desc = "nothing kept")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class SetWhileForgotten {

        private final Stressed.Store store = new Stressed.Store();
        private final KeptHandle handle = new KeptHandle(Stressed.ADDRESS, store, Runnable::run);

        @Actor
        public void actor1() {
            handle.set("a");
        }

        @Actor
        public void actor2() {
            handle.forget();
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r1 = handle.get();
            result.r2 = store.load(Stressed.ADDRESS);
        }
    }

    /** A handle that comes while the stored one is read is not overwritten by that. */
    @JCStressTest
    @Outcome(id = { "old, new", "new, new" }, expect = Expect.ACCEPTABLE, desc = "the newer one stays")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class SetWhileLoaded {

        private final Stressed.Store store = new Stressed.Store();
        private final KeptHandle handle = new KeptHandle(Stressed.ADDRESS, store, Runnable::run);

        public SetWhileLoaded() {
            store.save(Stressed.ADDRESS, "old");
        }

        @Actor
        public void actor1(LL_Result result) {
            result.r1 = handle.get();
        }

        @Actor
        public void actor2() {
            handle.set("new");
        }

        @Arbiter
        public void after(LL_Result result) {
            result.r2 = handle.get();
        }
    }
}
