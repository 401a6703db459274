package dev.camelgenai.live.session;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import dev.camelgenai.live.error.GenAiLiveException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** A call gets one answer, or is cancelled. */
public class ToolCallsStress {

    private static final FunctionCall CALL = FunctionCall.builder().id("1").name("work").build();
    private static final FunctionResponse RESPONSE = FunctionResponse.builder().id("1").name("work")
            .response(Map.of("output", "done")).build();
    private static final SendCallback NOBODY = (outcome, failure) -> {
    };

    /** A session with one function, which the test answers. */
    private static class Running implements ToolBox, ToolCalls.Sender, ToolRun {

        final ToolCalls calls = new ToolCalls(new SessionAddress("group", "key"), this, this);
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        ToolAnswers answers;

        @Override
        public List<FunctionDeclaration> declarations() {
            return List.of();
        }

        @Override
        public boolean runs() {
            return true;
        }

        @Override
        public boolean has(String function) {
            return true;
        }

        @Override
        public ToolLimits limits() {
            return ToolLimits.DEFAULT;
        }

        @Override
        public ToolRun call(SessionAddress session, FunctionCall call, ToolAnswers taker) {
            answers = taker;
            return this;
        }

        @Override
        public Manner manner() {
            return Manner.AWAITED;
        }

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
        }

        @Override
        public boolean send(FunctionResponse response, SendCallback callback) {
            sent.incrementAndGet();
            return true;
        }

        @Override
        public void failTurn(GenAiLiveException failure) {
            throw new IllegalStateException("nothing fails here", failure);
        }
    }

    /** An answer that comes with the cancellation is sent, or its function stopped. */
    @JCStressTest
    @Outcome(id = "true, 1, 0", expect = Expect.ACCEPTABLE, desc = "answered")
    @Outcome(id = "false, 0, 1", expect = Expect.ACCEPTABLE, desc = "cancelled")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
    @State
    public static class AnsweredWhileCancelled extends Running {

        public AnsweredWhileCancelled() {
            calls.run(CALL);
        }

        @Actor
        public void actor1(ZII_Result result) {
            result.r1 = answers.answer(RESPONSE, NOBODY);
        }

        @Actor
        public void actor2() {
            calls.cancel(List.of("1"));
        }

        @Arbiter
        public void arbiter(ZII_Result result) {
            result.r2 = sent.get();
            result.r3 = cancelled.get();
        }
    }

    /** A result that comes with the time-out: one of them is the answer. */
    @JCStressTest
    @Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "the first")
    @Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "the second")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both or neither")
    @State
    public static class AnsweredTwice extends Running {

        public AnsweredTwice() {
            calls.run(CALL);
        }

        @Actor
        public void actor1(ZZI_Result result) {
            result.r1 = answers.answer(RESPONSE, NOBODY);
        }

        @Actor
        public void actor2(ZZI_Result result) {
            result.r2 = answers.answer(RESPONSE, NOBODY);
        }

        @Arbiter
        public void arbiter(ZZI_Result result) {
            result.r3 = sent.get();
        }
    }

    /** A function that begins while the session ends is stopped once. */
    @JCStressTest
    @Outcome(id = "false, 0, 1", expect = Expect.ACCEPTABLE, desc = "stopped")
    @Outcome(id = "false, 1, 0", expect = Expect.ACCEPTABLE, desc = "refused, because the session was over")
    @Outcome(id = "false, 0, 0", expect = Expect.ACCEPTABLE, desc = "never began, and nobody is left to hear that")
    @Outcome(expect = Expect.FORBIDDEN, desc = "anything else")
    @State
    public static class BegunWhileEnding extends Running {

        @Actor
        public void actor1() {
            calls.run(CALL);
        }

        @Actor
        public void actor2() {
            calls.end();
        }

        @Arbiter
        public void arbiter(ZII_Result result) {
            result.r1 = answers != null && answers.answer(RESPONSE, NOBODY);
            result.r2 = sent.get();
            result.r3 = cancelled.get();
        }
    }
}
