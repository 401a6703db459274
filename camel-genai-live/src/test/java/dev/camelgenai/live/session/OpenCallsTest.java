package dev.camelgenai.live.session;

import java.util.List;
import java.util.Map;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class OpenCallsTest {

    private final OpenCalls calls = new OpenCalls();

    private void receive(String json) {
        calls.onMessage(message(json));
    }

    private static ServerMessage message(String json) {
        return new ServerMessageDecoder().read(json.getBytes(UTF_8));
    }

    private void called(String id) {
        receive("{\"toolCall\":{\"functionCalls\":[{\"id\":\"%s\",\"name\":\"clock\"}]}}".formatted(id));
    }

    private void cancelled(String id) {
        receive("{\"toolCallCancellation\":{\"ids\":[\"%s\"]}}".formatted(id));
    }

    private static ClientMessage.ToolResponse answer(boolean continues, String... ids) {
        return new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                .functionResponses(java.util.Arrays.stream(ids).map(id -> FunctionResponse.builder().id(id)
                        .response(Map.of("output", "noon")).willContinue(continues).build()).toList())
                .build());
    }

    private static Outbox.Entry entry(ClientMessage message) {
        return new Outbox.Entry(List.of(message), (outcome, failure) -> {
        }, 0);
    }

    private OpenCalls.Wanted write(ClientMessage.ToolResponse answer, Outbox.Entry entry) {
        OpenCalls.Wanted wanted = calls.wanted(answer, entry);
        if (wanted.message() != null) {
            calls.answered(wanted.message(), entry);
        }
        return wanted;
    }

    private OpenCalls.Wanted write(ClientMessage.ToolResponse answer) {
        return write(answer, entry(answer));
    }

    private static List<String> ids(OpenCalls.Wanted wanted) {
        return wanted.message().parameters().functionResponses().orElseThrow().stream().map(each -> each.id().orElseThrow())
                .toList();
    }

    @Test
    void anAnswerIsSentWithTheNameOfItsFunction() {
        called("1");

        OpenCalls.Wanted wanted = write(answer(false, "1"));

        assertThat(wanted.message().parameters().functionResponses().orElseThrow()).singleElement()
                .satisfies(response -> assertThat(response.name()).contains("clock"));
        assertThat(calls.isEmpty()).isTrue();
    }

    @Test
    void aSecondAnswerIsRefused() {
        called("1");
        write(answer(false, "1"));

        OpenCalls.Wanted second = write(answer(false, "1"));

        assertThat(second.message()).isNull();
        assertThat(second.trouble()).contains("1 has been answered already");
    }

    @Test
    void theSameAnswerMayBeWrittenAgainWhereTheSocketDidNotTakeIt() {
        called("1");
        calls.onHandle();
        ClientMessage.ToolResponse answer = answer(false, "1");
        Outbox.Entry entry = entry(answer);
        write(answer, entry);
        calls.lost(true);

        assertThat(ids(write(answer, entry))).containsExactly("1");
    }

    @Test
    void anAnswerThatContinuesLeavesRoomForMore() {
        called("1");

        assertThat(ids(write(answer(true, "1")))).containsExactly("1");
        assertThat(ids(write(answer(true, "1")))).containsExactly("1");
        assertThat(calls.isEmpty()).isFalse();
        assertThat(ids(write(answer(false, "1")))).containsExactly("1");
        assertThat(write(answer(true, "1")).message()).isNull();
    }

    @Test
    void anAnswerToNoCallIsRefused() {
        OpenCalls.Wanted wanted = write(answer(false, "7"));

        assertThat(wanted.message()).isNull();
        assertThat(wanted.trouble()).contains("no function call with the id 7");
    }

    @Test
    void aConversationThatGoesOnFromBeforeMayHaveMadeTheCall() {
        calls.onForeignHandle();

        assertThat(ids(write(answer(false, "7")))).containsExactly("7");
    }

    @Test
    void anAnswerToACancelledCallIsLeftOutWithoutTrouble() {
        called("1");
        called("2");
        cancelled("1");

        assertThat(ids(write(answer(false, "1", "2")))).containsExactly("2");
        OpenCalls.Wanted nothing = write(answer(false, "1"));
        assertThat(nothing.message()).isNull();
        assertThat(nothing.trouble()).isNull();
    }

    @Test
    void whatIsRepeatedIsSentAgainThoughTheCallHasItsAnswer() {
        called("1");
        calls.onHandle();
        write(answer(false, "1"));
        calls.lost(true);
        ClientMessage.ToolResponse again = answer(false, "1");

        assertThat(ids(calls.wanted(again, Outbox.Entry.repeated(again, (outcome, failure) -> {
        }, 0)))).containsExactly("1");
    }

    @Test
    void aCallThatTheHandleDoesNotKnowIsLostWithTheConnection() {
        called("old");
        calls.onHandle();
        called("new");

        assertThat(calls.lost(true)).containsExactly("new");
        assertThat(ids(write(answer(false, "old")))).containsExactly("old");
        assertThat(write(answer(false, "new")).message()).isNull();
    }

    @ParameterizedTest
    @CsvSource({ "AWAITED, true, UNTIL_ANSWERED", "AWAITED, false, UNTIL_ANSWERED", "IN_BACKGROUND, true, UNTIL_WORDS",
        "IN_BACKGROUND, false, UNTIL_ANSWERED", "SILENT, true, NONE", "SILENT, false, NONE" })
    void theTurnGoesOnForAsLongAsTheResultBelongsToIt(ToolRun.Manner manner, boolean listenedTo, TurnTracker.Hold hold) {
        called("1");
        calls.onRun("1", manner);

        assertThat(calls.hold(listenedTo)).isEqualTo(hold);
    }

    @Test
    void ofSeveralCallsTheOneThatHoldsLongestCounts() {
        called("1");
        called("2");
        calls.onRun("1", ToolRun.Manner.IN_BACKGROUND);

        assertThat(calls.hold(true)).isEqualTo(TurnTracker.Hold.UNTIL_ANSWERED);

        write(answer(false, "2"));
        assertThat(calls.hold(true)).isEqualTo(TurnTracker.Hold.UNTIL_WORDS);
        write(answer(true, "1"));
        assertThat(calls.hold(true)).isEqualTo(TurnTracker.Hold.NONE);
    }
}
