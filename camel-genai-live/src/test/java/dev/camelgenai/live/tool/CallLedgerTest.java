package dev.camelgenai.live.tool;

import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.live.tool.CallLedger.Run;
import dev.camelgenai.live.tool.CallLedger.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The account finds what is wrong, and nothing where nothing is. */
class CallLedgerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CallLedger ledger = new CallLedger();

    @BeforeEach
    void twoConnections() {
        line(1, "open", "path", "/");
        client(1, "{'setup':{'model':'models/gemini-3.8-live','tools':[{'functionDeclarations':[{'name':'tool'}]}]}}");
        line(2, "open", "path", "/");
        client(2, "{'setup':{'model':'models/gemini-2.5-x'}}");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private ObjectNode event(int connection, String kind) {
        return JSON.createObjectNode().put("event", kind).put("session", connection).put("millis", 0);
    }

    private void line(int connection, String kind, String field, String value) {
        ledger.add(event(connection, kind).put(field, value));
    }

    private void client(int connection, String message) {
        ledger.add(event(connection, "client").set("message", json(message)));
    }

    private void server(int connection, String message) {
        ledger.add(event(connection, "server").set("message", json(message)));
    }

    private void call(int connection, String id, String nonce) {
        server(connection,
                "{'toolCall':{'functionCalls':[{'id':'" + id + "','name':'tool','args':{'nonce':'" + nonce + "'}}]}}");
    }

    private void cancel(int connection, String id) {
        server(connection, "{'toolCallCancellation':{'ids':['" + id + "']}}");
    }

    private void answer(int connection, String id) {
        answer(connection, id, "'name':'tool','response':{'output':1}");
    }

    private void answer(int connection, String id, String rest) {
        client(connection, "{'toolResponse':{'functionResponses':[{'id':'" + id + "'," + rest + "}]}}");
    }

    private void more(int connection, String id) {
        answer(connection, id, "'name':'tool','response':{'output':1},'willContinue':true");
    }

    private void explained(Verdict verdict) {
        assertThat(ledger.unexplained()).isEmpty();
        assertThat(ledger.calls()).singleElement().satisfies(call -> assertThat(call.verdict()).isEqualTo(verdict));
    }

    private void unexplained(String why) {
        assertThat(ledger.unexplained()).singleElement().asString().contains(why);
    }

    // ---- what is right

    @Test
    void aCallWithOneAnswerIsAnswered() {
        call(1, "c", "n");
        answer(1, "c");

        explained(Verdict.ANSWERED);
    }

    @Test
    void aCallMayHaveSeveralAnswersUpToTheLast() {
        call(1, "c", "n");
        more(1, "c");
        more(1, "c");
        answer(1, "c");

        explained(Verdict.ANSWERED);
    }

    @Test
    void aCallThatIsTakenBackNeedsNoAnswer() {
        call(1, "c", "n");
        more(1, "c");
        cancel(1, "c");

        explained(Verdict.CANCELLED);
    }

    @Test
    void anAnswerMayMeetTheCancellationOnItsWay() {
        call(1, "c", "n");
        cancel(1, "c");
        answer(1, "c");

        explained(Verdict.CROSSED);
    }

    @Test
    void aCancellationOfAnAnsweredCallChangesNothing() {
        call(1, "c", "n");
        answer(1, "c");
        cancel(1, "c");

        explained(Verdict.ANSWERED);
    }

    @Test
    void aCallIsLostWithItsConnection() {
        call(1, "c", "n");
        line(1, "lost", "by", "server");

        explained(Verdict.LOST);
    }

    @Test
    void aCallIsLostWhenTheServiceCloses() {
        call(1, "c", "n");
        line(1, "serverClose", "reason", "");

        explained(Verdict.LOST);
    }

    @Test
    void aClientThatIsToldToGoMayLeaveACall() {
        call(1, "c", "n");
        server(1, "{'goAway':{'timeLeft':'1s'}}");
        line(1, "clientClose", "reason", "");

        explained(Verdict.LOST);
    }

    @Test
    void theSameIdOnAnotherConnectionIsAnotherCall() {
        call(1, "c", "n");
        line(1, "lost", "by", "server");
        call(2, "c", "m");
        answer(2, "c", "'name':'tool','response':{'ref':'m'}");

        assertThat(ledger.unexplained()).isEmpty();
        assertThat(ledger.totals()).containsEntry(Verdict.LOST, 1L).containsEntry(Verdict.ANSWERED, 1L);
    }

    @Test
    void theModelAndTheDeclarationSayWhatBlocks() {
        client(1, "{'contextUpdate':{'tools':{'tools':[{'functionDeclarations':[{'name':'late','behavior':'BLOCKING'}]}]}}}");
        server(1, "{'toolCall':{'functionCalls':[{'id':'a','name':'tool','args':{'nonce':'a'}},"
                + "{'id':'b','name':'late','args':{'nonce':'b'}}]}}");
        call(2, "c", "c");

        assertThat(ledger.calls()).extracting(call -> call.blocking).containsExactly(false, true, true);
        assertThat(ledger.calls()).extracting(call -> call.batch).containsExactly(2, 2, 1);
    }

    // ---- what is wrong

    @Test
    void aCallWithoutAnAnswerIsFound() {
        call(1, "c", "n");

        unexplained("never answered");
        assertThat(ledger.open()).hasSize(1);
    }

    @Test
    void aCallWithoutALastAnswerIsFound() {
        call(1, "c", "n");
        more(1, "c");

        unexplained("never answered");
    }

    @Test
    void aSecondAnswerIsFound() {
        call(1, "c", "n");
        answer(1, "c");
        answer(1, "c");

        unexplained("answered again");
    }

    @Test
    void anAnswerAfterTheLastIsFound() {
        call(1, "c", "n");
        answer(1, "c");
        more(1, "c");

        unexplained("answered again");
    }

    @Test
    void aSecondAnswerOnItsWayIsFound() {
        call(1, "c", "n");
        cancel(1, "c");
        answer(1, "c");
        answer(1, "c");

        unexplained("answered again");
    }

    @Test
    void anAnswerOverAnotherConnectionIsFound() {
        call(1, "c", "n");
        line(1, "lost", "by", "server");
        answer(2, "c");

        unexplained("connection 2 has made no call");
    }

    @Test
    void anAnswerToACallThatNobodyMadeIsFound() {
        answer(1, "c");

        unexplained("has made no call");
    }

    @Test
    void anAnswerWithoutAnIdIsFound() {
        client(1, "{'toolResponse':{'functionResponses':[{'name':'tool','response':{}}]}}");

        unexplained("has made no call");
    }

    @Test
    void anAnswerWithoutANameIsFound() {
        call(1, "c", "n");
        answer(1, "c", "'response':{}");

        unexplained("the name in the answer is ''");
    }

    @Test
    void anAnswerWithTheNameOfAnotherFunctionIsFound() {
        call(1, "c", "n");
        answer(1, "c", "'name':'other','response':{}");

        unexplained("the name in the answer is 'other'");
    }

    @Test
    void theAnswerToAnotherCallIsFound() {
        call(1, "c", "n");
        answer(1, "c", "'name':'tool','response':{'output':[{'ref':'m'}]}");

        unexplained("the answer is that to m");
    }

    @Test
    void anAnswerAgainstBetterKnowledgeIsFound() {
        call(1, "c", "n");
        cancel(1, "c");
        answer(1, "c");
        ledger.addLate("n");

        unexplained("after the client had read that it was cancelled");
    }

    @Test
    void aClientThatHangsUpOnACallIsFound() {
        call(1, "c", "n");
        line(1, "clientClose", "reason", "");

        unexplained("ended by the client");
    }

    @Test
    void aClientThatVanishesIsFound() {
        call(1, "c", "n");
        line(1, "lost", "by", "client");

        unexplained("ended by the client");
    }

    @Test
    void anIdThatIsUsedTwiceIsFound() {
        call(1, "c", "n");
        answer(1, "c");
        call(1, "c", "m");
        answer(1, "c");

        unexplained("its id is that of another call");
    }

    @Test
    void runsAreThoseOfTheCalls() {
        call(1, "c", "n");

        assertThat(ledger.unexplainedRuns(List.of(new Run("tool", "n", "c", "k")))).isEmpty();
        assertThat(ledger.unexplainedRuns(List.of())).isEmpty();
    }

    @Test
    void runsThatNobodyAskedForAreFound() {
        call(1, "c", "n");

        assertThat(ledger.unexplainedRuns(List.of(new Run("tool", "m", "c", "k")))).singleElement().asString()
                .contains("nobody made");
        assertThat(ledger.unexplainedRuns(List.of(new Run("tool", "n", "d", "k")))).singleElement().asString()
                .contains("another call");
        assertThat(ledger.unexplainedRuns(List.of(new Run("other", "n", "c", "k")))).singleElement().asString()
                .contains("another call");
    }

    @Test
    void runsThatAreRepeatedAreFound() {
        call(1, "c", "n");
        Run run = new Run("tool", "n", "c", "k");

        assertThat(ledger.unexplainedRuns(List.of(run, run))).singleElement().asString().contains("not the first");
    }
}
