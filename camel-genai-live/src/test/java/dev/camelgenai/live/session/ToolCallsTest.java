package dev.camelgenai.live.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ToolCallsTest implements ToolBox, ToolCalls.Sender {

    private static final SendCallback NOBODY = (outcome, failure) -> {
    };

    private final List<FunctionResponse> sent = new ArrayList<>();
    private final List<SendCallback> callbacks = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();
    private final List<ToolAnswers> begun = new ArrayList<>();
    private Consumer<ToolAnswers> atTheCall = answers -> {
    };
    private GenAiLiveException refusal;
    private ToolLimits limits = ToolLimits.DEFAULT;
    private final ToolCalls calls = new ToolCalls(new SessionAddress("group", "key"), this, this);

    @Override
    public List<FunctionDeclaration> declarations() {
        return List.of(FunctionDeclaration.builder().name("work").build());
    }

    @Override
    public boolean runs() {
        return true;
    }

    @Override
    public boolean has(String function) {
        return function.equals("work");
    }

    @Override
    public ToolLimits limits() {
        return limits;
    }

    @Override
    public ToolRun call(SessionAddress session, FunctionCall call, ToolAnswers answers) {
        begun.add(answers);
        atTheCall.accept(answers);
        return new ToolRun() {

            @Override
            public Manner manner() {
                return Manner.IN_BACKGROUND;
            }

            @Override
            public void cancel() {
                cancelled.add(call.id().orElse("unnamed"));
            }
        };
    }

    @Override
    public boolean send(FunctionResponse response, SendCallback callback) {
        if (refusal != null) {
            GenAiLiveException once = refusal;
            refusal = null;
            throw once;
        }
        sent.add(response);
        callbacks.add(callback);
        return true;
    }

    @Override
    public void failTurn(GenAiLiveException failure) {
        sent.clear();
    }

    private static FunctionCall call(String id) {
        return FunctionCall.builder().id(id).name("work").build();
    }

    private static FunctionResponse response(String id, boolean continues) {
        return FunctionResponse.builder().id(id).name("work").response(Map.of("output", "done")).willContinue(continues)
                .build();
    }

    private List<Object> texts() {
        return sent.stream().map(each -> each.response().orElseThrow().values().iterator().next()).toList();
    }

    @Test
    void aCallTakesOneAnswer() {
        calls.run(call("1"));

        assertThat(begun.get(0).answer(response("1", true), NOBODY)).isTrue();
        assertThat(begun.get(0).answer(response("1", false), NOBODY)).isTrue();
        assertThat(begun.get(0).answer(response("1", false), NOBODY)).isFalse();
        assertThat(sent).hasSize(2);
    }

    @Test
    void aCancelledCallTakesNoneAndIsStopped() {
        calls.run(call("1"));
        calls.run(call("2"));

        calls.cancel(List.of("1"));

        assertThat(cancelled).containsExactly("1");
        assertThat(begun.get(0).answer(response("1", false), NOBODY)).isFalse();
        assertThat(begun.get(1).answer(response("2", false), NOBODY)).isTrue();
    }

    @Test
    void oneThatIsCancelledWhileItBeginsIsStoppedToo() {
        atTheCall = answers -> calls.cancel(List.of("1"));

        calls.run(call("1"));

        assertThat(cancelled).containsExactly("1");
    }

    @Test
    void oneThatHasItsAnswerIsNotStopped() {
        calls.run(call("1"));
        begun.get(0).answer(response("1", false), NOBODY);

        calls.cancel(List.of("1"));
        calls.end();

        assertThat(cancelled).isEmpty();
    }

    @Test
    void aSessionThatClosesAnswersWhatRunsAndStopsIt() {
        calls.run(call("1"));

        calls.close();

        assertThat(texts()).singleElement().asString().contains("closed before the tool had a result");
        assertThat(cancelled).containsExactly("1");
        calls.run(call("2"));
        assertThat(texts()).last().isEqualTo("The session is being closed.");
    }

    @Test
    void aSessionThatHasEndedAnswersNothing() {
        calls.run(call("1"));

        calls.end();

        assertThat(cancelled).containsExactly("1");
        assertThat(begun.get(0).answer(response("1", false), NOBODY)).isFalse();
        assertThat(sent).isEmpty();
    }

    @Test
    void callsWithoutIdEndWithTheirConnection() {
        calls.run(FunctionCall.builder().name("work").build());
        calls.run(call("1"));

        calls.cancelUnnamed();

        assertThat(cancelled).containsExactly("unnamed");
    }

    @Test
    void anAnswerThatIsRefusedIsReplacedByAnErrorOnce() {
        calls.run(call("1"));
        refusal = new LiveQueueFullException("too large", false);
        List<GenAiLiveException> told = new ArrayList<>();

        begun.get(0).answer(response("1", false), (outcome, failure) -> told.add(failure));

        assertThat(told).singleElement().isInstanceOf(LiveQueueFullException.class);
        assertThat(texts()).containsExactly("The result of the tool could not be sent.");
        callbacks.get(0).onSent(null, new LiveQueueFullException("again", false));
        assertThat(sent).hasSize(1);
    }

    @Test
    void anAnswerThatCannotBeWrittenIsReplacedAsWell() {
        calls.run(call("1"));
        begun.get(0).answer(response("1", false), NOBODY);

        callbacks.get(0).onSent(null, new GenAiLiveException("no JSON", false));

        assertThat(texts()).containsExactly("done", "The result of the tool could not be sent.");
    }

    @Test
    void anAnswerThatTheEndOfTheSessionOvertookIsNot() {
        calls.run(call("1"));
        begun.get(0).answer(response("1", false), NOBODY);

        callbacks.get(0).onSent(null, new LiveSessionClosedException("closed", true));

        assertThat(sent).hasSize(1);
    }

    @Test
    void aToolThatCannotEvenBeginIsAnsweredFor() {
        atTheCall = answers -> {
            throw new IllegalStateException("no route");
        };

        assertThat(calls.run(call("1"))).isEqualTo(ToolRun.Manner.AWAITED);

        assertThat(texts()).containsExactly("The tool failed.");
    }

    @Test
    void anUnknownFunctionIsAnsweredWithThoseThatThereAre() {
        FunctionCall unknown = FunctionCall.builder().id("1").name("fly").build();

        assertThat(calls.runs(unknown)).isFalse();
        calls.refuse(unknown);

        assertThat(texts()).singleElement().isEqualTo("There is no such function. There are: [work]");
    }

    @Test
    void noMoreRunInASessionThanAllowed() {
        limits = new ToolLimits(10, 2);

        calls.run(call("1"));
        calls.run(call("2"));
        calls.run(call("3"));

        assertThat(begun).hasSize(2);
        assertThat(texts()).singleElement().asString().contains("no more than 2");
    }

    @Test
    void noMoreRunAtATimeThanCanBeKnown() {
        limits = new ToolLimits(Integer.MAX_VALUE, 0);

        for (int i = 0; i <= 1_000; i++) {
            calls.run(call("c" + i));
        }

        assertThat(begun).hasSize(1_000);
        assertThat(texts()).singleElement().asString().contains("at a time");
    }
}
