package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendToolResponseParameters;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TurnTrackerTest {

    private static final TurnBounds BOUNDS = new TurnBounds(Duration.ofSeconds(1), 1000, 2);

    private long now;
    private final TurnTracker tracker = new TurnTracker(() -> now, 2);
    private long message;
    /** What followed from the last start. */
    private TurnTracker.Outcome afterwards;

    private static TurnTracker.Waiter waiter() {
        return waiter(false);
    }

    private static TurnTracker.Waiter waiter(boolean answersTool) {
        return new TurnTracker.Waiter(answersTool, BOUNDS, (turn, failure) -> {
        }, null);
    }

    /** Admits a caller whose input is written at once. */
    private TurnTracker.Waiter asking() {
        TurnTracker.Waiter waiter = waiter();
        assertThat(tracker.admit(waiter)).isEqualTo(TurnTracker.Admission.START);
        writes(waiter);
        return waiter;
    }

    private TurnInput writes(TurnTracker.Waiter waiter) {
        return written(new TurnInput(waiter, false, (outcome, failure) -> {
        }, () -> {
        }));
    }

    private TurnInput answersTool(TurnTracker.Waiter waiter) {
        return written(new TurnInput(waiter, true, (outcome, failure) -> {
        }, () -> {
        }));
    }

    private TurnInput written(TurnInput input) {
        tracker.written(input, ++message);
        return input;
    }

    private TurnTracker.Waiter queueing() {
        TurnTracker.Waiter waiter = waiter();
        assertThat(tracker.admit(waiter)).isEqualTo(TurnTracker.Admission.WAIT);
        return waiter;
    }

    private void starts(TurnTracker.Outcome outcome, TurnTracker.Waiter expected) {
        assertThat(outcome.start()).isSameAs(expected);
        writes(expected);
        afterwards = tracker.started(expected, true);
    }

    private static ServerMessage read(String json) {
        return new ServerMessageDecoder().read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ServerMessage text(String text) {
        return read("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"" + text + "\"}]}}}");
    }

    private static ServerMessage turnComplete() {
        return read("{\"serverContent\":{\"turnComplete\":true}}");
    }

    private TurnTracker.Outcome receive(ServerMessage message) {
        return tracker.onMessage(message, TurnTracker.ToolAnswerer.CONSUMERS, TurnTracker.Hold.NONE);
    }

    @Test
    void gathersTheTurnForTheOneWhoAwaitsIt() {
        TurnTracker.Waiter caller = asking();

        receive(text("Hello "));
        receive(text("world"));
        TurnTracker.Outcome end = receive(turnComplete());

        assertThat(end.told()).containsExactly(caller);
        assertThat(end.turn().text()).isEqualTo("Hello world");
        assertThat(end.turn().id()).isEqualTo(1);
    }

    @Test
    void whatTheSessionSaysOfItselfIsNoPartOfATurnThatIsReadMessageByMessage() {
        TurnTracker.Waiter reader = new TurnTracker.Waiter(false, BOUNDS, (turn, failure) -> {
        }, new LiveTurnStream(null, 10, 1000));
        tracker.admit(reader);
        writes(reader);

        assertThat(receive(read("{\"setupComplete\":{}}")).heard()).isEmpty();
        assertThat(receive(read("{\"sessionResumptionUpdate\":{\"newHandle\":\"h\"}}")).heard()).isEmpty();
        assertThat(receive(text("Hello")).heard()).containsExactly(reader);
        assertThat(receive(turnComplete()).heard()).containsExactly(reader);
    }

    @Test
    void wordsThatComeBeforeAllSoundBelongToTheFirstTurn() {
        ServerMessage words = read("{\"serverContent\":{\"outputTranscription\":{\"text\":\"Hello\"}}}");

        assertThat(receive(words).turnId()).isEqualTo(1);
        receive(text("Hello"));
        receive(turnComplete());

        assertThat(receive(words).turnId()).as("late").isEqualTo(1);
    }

    /** The user has barged in; whether the answer to the function call was there before is not known. */
    @Test
    void takesTheEndOfAnInterruptedTurnForAnAnswerToItsQuestionOnly() {
        asking();
        receive(read("{\"toolCall\":{\"functionCalls\":[{\"id\":\"1\",\"name\":\"clock\"}]}}"));
        tracker.submit();
        answersTool(null);

        receive(read("{\"serverContent\":{\"interrupted\":true}}"));

        assertThat(receive(turnComplete()).answered()).isEqualTo(1);
    }

    @Test
    void takesTheEndOfATurnForEvidenceThatTheAnswerToItsCallWasTakenIn() {
        asking();
        tracker.submit();
        answersTool(null);

        assertThat(receive(turnComplete()).answered()).isEqualTo(2);
    }

    @Test
    void letsCallersWaitForTheOpenTurnFirstComeFirstServed() {
        asking();
        TurnTracker.Waiter second = queueing();
        TurnTracker.Waiter third = queueing();

        starts(receive(turnComplete()), second);
        starts(receive(turnComplete()), third);
    }

    @Test
    void refusesMoreCallersThanMayWait() {
        asking();
        queueing();
        queueing();

        assertThatThrownBy(() -> tracker.admit(waiter())).isInstanceOf(LiveQueueFullException.class)
                .hasMessageContaining("maxWaitingTurns=2");
    }

    @Test
    void givesNobodyTheAnswerToInputThatWasNotAwaited() {
        tracker.submit();
        TurnTracker.Waiter caller = queueing();
        writes(null);
        receive(text("answer to the other input"));

        TurnTracker.Outcome endOfOther = receive(turnComplete());

        assertThat(endOfOther.told()).isEmpty();
        starts(endOfOther, caller);
        receive(text("mine"));
        assertThat(receive(turnComplete()).turn().text()).isEqualTo("mine");
    }

    @Test
    void theOrderOnTheWireDecidesWhoOwnsWhichTurn() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);
        tracker.submit();

        writes(null);
        writes(caller);
        receive(text("for nobody"));
        assertThat(receive(turnComplete()).told()).isEmpty();
        receive(text("for the caller"));

        assertThat(receive(turnComplete()).turn().text()).isEqualTo("for the caller");
    }

    @Test
    void whatEndsBeforeTheQuestionWasWrittenIsNotItsAnswer() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);
        receive(text("Are you still there?"));

        assertThat(receive(turnComplete()).told()).isEmpty();
        writes(caller);
        receive(text("yes"));

        assertThat(receive(turnComplete()).turn().text()).isEqualTo("yes");
    }

    @Test
    void whatTheModelWasSayingWhenTheQuestionWasWrittenIsNotItsAnswer() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);
        receive(text("By the way, "));
        writes(caller);
        receive(text("never mind"));

        assertThat(receive(turnComplete()).told()).isEmpty();
        receive(text("yes"));

        assertThat(receive(turnComplete()).turn().text()).isEqualTo("yes");
    }

    @Test
    void waitsForATurnThatTheModelStartedByItself() {
        receive(text("Are you still there?"));
        TurnTracker.Waiter caller = queueing();

        starts(receive(turnComplete()), caller);
    }

    @Test
    void aLateTranscriptOpensNoTurn() {
        asking();
        receive(turnComplete());
        receive(read("{\"serverContent\":{\"outputTranscription\":{\"text\":\"late\"}}}"));

        asking();
    }

    @Test
    void inputThatIsRefusedMakesWayForTheNext() {
        TurnTracker.Waiter refused = waiter();
        tracker.admit(refused);
        TurnTracker.Waiter next = queueing();

        starts(tracker.refused(), next);
    }

    @Test
    void discardsTheLateAnswerOfACallerWhoGaveUp() {
        TurnTracker.Waiter gaveUp = asking();
        assertThat(tracker.expire(gaveUp)).isEqualTo(TurnTracker.Expiry.ABANDONED);
        TurnTracker.Waiter next = queueing();
        receive(text("late"));

        TurnTracker.Outcome endOfLate = receive(turnComplete());

        assertThat(endOfLate.told()).isEmpty();
        starts(endOfLate, next);
        receive(text("on time"));
        assertThat(receive(turnComplete()).turn().text()).isEqualTo("on time");
    }

    @Test
    void aCallerWhoseTurnNeverCameMakesRoom() {
        asking();
        TurnTracker.Waiter impatient = queueing();

        assertThat(tracker.expire(impatient)).isEqualTo(TurnTracker.Expiry.NEVER_STARTED);
    }

    @Test
    void anAnswerIsOwedFromTheQuestionUntilTheModelHasGeneratedIt() {
        assertThat(tracker.silence()).isEqualTo(TurnTracker.Silence.NOTHING_OWED);
        now = 100;
        asking();
        now = 130;

        assertThat(tracker.silence()).isEqualTo(TurnTracker.Silence.ANSWER_OWED);
        assertThat(tracker.silentFor()).isEqualTo(30);
        receive(text("long speech"));
        assertThat(tracker.silentFor()).isZero();
        assertThat(tracker.silence()).isEqualTo(TurnTracker.Silence.ANSWER_OWED);

        receive(read("{\"serverContent\":{\"generationComplete\":true}}"));
        assertThat(tracker.silence()).as("the rest is playback").isEqualTo(TurnTracker.Silence.NOTHING_OWED);
    }

    @Test
    void nothingIsOwedForRealtimeInputThatTheModelHasNotAnsweredYet() {
        receive(read("{\"serverContent\":{\"inputTranscription\":{\"text\":\"hm\"}}}"));

        assertThat(tracker.silence()).isEqualTo(TurnTracker.Silence.NOTHING_OWED);
    }

    @Test
    void inputsThatNobodyAwaitsMayHaveBeenAnsweredTogether() {
        tracker.submit();
        tracker.submit();
        writes(null);
        writes(null);
        TurnTracker.Waiter caller = queueing();
        receive(text("to both"));
        receive(turnComplete());
        assertThat(tracker.silence()).isEqualTo(TurnTracker.Silence.PERHAPS_MERGED);

        starts(tracker.merged(), caller);
        receive(text("to the caller"));
        assertThat(receive(turnComplete()).turn().text()).isEqualTo("to the caller");
    }

    @Test
    void aLostConnectionEndsEveryTurnAskedForOnItAndStartsTheNext() {
        TurnTracker.Waiter first = asking();
        TurnTracker.Waiter second = queueing();
        receive(text("half an ans"));
        LiveQueueFullException failure = new LiveQueueFullException("lost", true);

        TurnTracker.Outcome lost = tracker.lost(failure);

        assertThat(lost.told()).containsExactly(first);
        assertThat(lost.failure()).isSameAs(failure);
        assertThat(lost.ended()).isTrue();
        starts(lost, second);
        receive(text("mine"));
        assertThat(receive(turnComplete()).turn().text()).isEqualTo("mine");
    }

    @Test
    void aLostConnectionWithoutATurnEndsNone() {
        assertThat(tracker.lost(new LiveQueueFullException("lost", true)).ended()).isFalse();
    }

    @Test
    void inputThatIsWrittenAgainKeepsItsCaller() {
        TurnTracker.Waiter caller = waiter();
        tracker.admit(caller);
        TurnInput input = writes(caller);
        receive(text("half an ans"));

        tracker.unwritten(input);
        assertThat(tracker.lost(new LiveQueueFullException("lost", true)).told()).isEmpty();
        written(input);
        receive(text("whole"));

        TurnTracker.Outcome end = receive(turnComplete());
        assertThat(end.told()).containsExactly(caller);
        assertThat(end.turn().text()).isEqualTo("whole");
    }

    @Test
    void theEndOfATurnTellsWhichMessageItAnswered() {
        asking();
        assertThat(receive(turnComplete()).answered()).isEqualTo(1);
        receive(text("unasked"));
        assertThat(receive(turnComplete())).extracting(TurnTracker.Outcome::ended, TurnTracker.Outcome::answered)
                .containsExactly(true, 0L);
    }

    @Test
    void anAnswerToAFunctionCallJoinsTheOpenTurn() {
        TurnTracker.Waiter caller = asking();
        TurnTracker.Waiter toolAnswer = waiter(true);
        receive(read("{\"toolCall\":{\"functionCalls\":[{\"id\":\"1\",\"name\":\"clock\"}]}}"));

        assertThat(tracker.admit(toolAnswer)).isEqualTo(TurnTracker.Admission.START);
        answersTool(toolAnswer);
        receive(text("It is noon"));

        assertThat(receive(turnComplete()).told()).containsExactly(caller, toolAnswer);
    }

    @Test
    void tellsAFunctionCallAtOnceWhereNobodyElseCouldAnswerIt() {
        TurnTracker.Waiter caller = asking();

        TurnTracker.Outcome told = tracker.onMessage(
                read("{\"toolCall\":{\"functionCalls\":[{\"id\":\"1\",\"name\":\"clock\"}]}}"), TurnTracker.ToolAnswerer.CALLER,
                TurnTracker.Hold.UNTIL_ANSWERED);
        assertThat(told.told()).containsExactly(caller);
        assertThat(told.turn().functionCalls()).singleElement().satisfies(call -> assertThat(call.name()).contains("clock"));

        TurnTracker.Waiter toolAnswer = waiter(true);
        tracker.admit(toolAnswer);
        answersTool(toolAnswer);
        receive(text("It is noon"));
        assertThat(receive(turnComplete()).told()).as("the same turn, and no other").containsExactly(toolAnswer);
        asking();
    }

    @Test
    void goesOnCollectingWhileAThinkingModelIsStillAtWork() {
        asking();

        receive(text("Let me see. "));
        TurnTracker.Outcome pause = receive(
                read("{\"serverContent\":{\"turnComplete\":true,\"interactionStatus\":\"IN_PROGRESS\"}}"));
        receive(text("Done."));
        TurnTracker.Outcome end = receive(
                read("{\"serverContent\":{\"turnComplete\":true,\"interactionStatus\":\"IDLE\"}}"));

        assertThat(pause.told()).isEmpty();
        assertThat(end.turn().text()).isEqualTo("Let me see. Done.");
    }

    @Test
    void goesOnCollectingWhileFunctionsRunWhoseResultsTheModelWillTell() {
        asking();

        TurnTracker.Outcome atTheCall = tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION,
                TurnTracker.Hold.UNTIL_ANSWERED);
        receive(text("Shipped."));
        TurnTracker.Outcome end = receive(turnComplete());

        assertThat(atTheCall.ended()).isFalse();
        assertThat(end.turn().text()).isEqualTo("Shipped.");
    }

    @Test
    void goesOnWhereTheModelEndsItsTurnAtTheCallAfterTheResultWasWritten() {
        asking();
        answersTool(null);

        boolean atTheCall = tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.NONE).ended();
        tracker.onMessage(text("Shipped."), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.NONE);

        assertThat(atTheCall).isFalse();
        assertThat(tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.NONE).turn().text())
                .isEqualTo("Shipped.");
    }

    @Test
    void aModelThatSaysNothingOfAResultEndsItsTurnWithTheSecondEnd() {
        TurnTracker.Waiter caller = asking();
        answersTool(null);

        tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.NONE);

        assertThat(tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.NONE).told())
                .containsExactly(caller);
    }

    @Test
    void waitsForAConsumersAnswerOnlyWhereTheModelHasSaidNothing() {
        asking();

        boolean silent = tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.CONSUMERS, TurnTracker.Hold.UNTIL_ANSWERED)
                .ended();
        receive(text("Let me look."));

        assertThat(silent).isFalse();
        assertThat(tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.CONSUMERS, TurnTracker.Hold.UNTIL_ANSWERED).turn()
                .text())
                .isEqualTo("Let me look.");
    }

    @Test
    void waitsForAResultInTheBackgroundOnlyUntilTheModelHasSaidSomething() {
        asking();

        boolean silent = tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.UNTIL_WORDS)
                .ended();
        receive(text("I am looking."));

        assertThat(silent).isFalse();
        assertThat(tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.UNTIL_WORDS).turn()
                .text()).isEqualTo("I am looking.");
    }

    @Test
    void aTurnThatIsOpenForCancelledCallsAloneCanBeEnded() {
        TurnTracker.Waiter caller = asking();
        tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.UNTIL_ANSWERED);

        assertThat(tracker.endIfHeldForNothing(TurnTracker.Hold.UNTIL_ANSWERED).ended()).isFalse();
        assertThat(tracker.endIfHeldForNothing(TurnTracker.Hold.NONE).told()).containsExactly(caller);
        assertThat(tracker.endIfHeldForNothing(TurnTracker.Hold.NONE).ended()).isFalse();
    }

    @Test
    void aTurnInWhichTheModelSpeaksAgainIsNot() {
        asking();
        tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.UNTIL_ANSWERED);
        receive(text("Never mind."));

        assertThat(tracker.endIfHeldForNothing(TurnTracker.Hold.NONE).ended()).isFalse();
    }

    @Test
    void inputThatIsAnsweredWhileATurnIsHeldOpenForAResultLeavesNoTurnBehind() {
        TurnTracker.Waiter caller = asking();
        held(turnComplete());
        tracker.submit();
        writes(null);

        held(text("Answer to what came meanwhile."));
        TurnTracker.Outcome meanwhile = held(turnComplete());
        tracker.submit();
        answersTool(null);
        receive(text("Shipped."));
        TurnTracker.Outcome end = receive(turnComplete());

        assertThat(meanwhile.told()).as("the question has its result still to come").isEmpty();
        assertThat(end.told()).containsExactly(caller);
        assertThat(tracker.isIdle()).as("nothing is owed any more").isTrue();
        asking();
    }

    @Test
    void theEndAtTheCallIsNotThatOfWhatWasWrittenSince() {
        TurnTracker.Waiter caller = asking();
        tracker.submit();
        writes(null);

        held(turnComplete());
        tracker.submit();
        answersTool(null);
        receive(text("Shipped."));
        assertThat(receive(turnComplete()).told()).containsExactly(caller);

        assertThat(tracker.isQuiet()).as("the other input has no answer yet").isFalse();
        receive(turnComplete());
        assertThat(tracker.isIdle()).isTrue();
    }

    private TurnTracker.Outcome held(ServerMessage message) {
        return tracker.onMessage(message, TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.UNTIL_ANSWERED);
    }

    @ParameterizedTest
    @CsvSource({ "SILENT, false, false", "WHEN_IDLE, true, false", "SILENT, true, false", "WHEN_IDLE, false, true",
        "INTERRUPT, false, true" })
    void aResultThatTheModelDoesNotSpeakOfOpensNoTurn(String scheduling, boolean willContinue, boolean starts) {
        assertThat(TurnTracker.startsTurn(new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                .functionResponses(FunctionResponse.builder().id("1").scheduling(scheduling).willContinue(willContinue)
                        .response(java.util.Map.of()).build())
                .build()))).isEqualTo(starts);
    }

    @Test
    void endsAnInterruptedTurnThoughFunctionsRun() {
        TurnTracker.Waiter caller = asking();

        tracker.onMessage(read("{\"serverContent\":{\"interrupted\":true}}"), TurnTracker.ToolAnswerer.SESSION,
                TurnTracker.Hold.UNTIL_ANSWERED);

        assertThat(tracker.onMessage(turnComplete(), TurnTracker.ToolAnswerer.SESSION, TurnTracker.Hold.UNTIL_ANSWERED).told())
                .containsExactly(caller);
    }

    @Test
    void boundsTheTurnAndNamesTheOption() {
        asking();

        receive(text("x".repeat(1001)));
        TurnTracker.Outcome end = receive(turnComplete());

        assertThat(end.turn()).isNull();
        assertThat(end.failure()).isInstanceOf(LiveQueueFullException.class).hasMessageContaining("turnMaxBytes=1000");
    }

    @Test
    void readsEveryFieldOfAMessageThatHasSeveral() {
        asking();

        TurnTracker.Outcome end = receive(read("""
                {"usageMetadata":{"totalTokenCount":7},
                 "serverContent":{"modelTurn":{"parts":[{"text":"a"},{"text":"thinking","thought":true}]},
                                  "inputTranscription":{"text":"in"},"outputTranscription":{"text":"out"},
                                  "interrupted":true,"turnComplete":true}}"""));

        assertThat(end.turn().text()).isEqualTo("a");
        assertThat(end.turn().inputTranscript()).isEqualTo("in");
        assertThat(end.turn().outputTranscript()).isEqualTo("out");
        assertThat(end.turn().interrupted()).isTrue();
        assertThat(end.turn().usage()).hasValueSatisfying(usage -> assertThat(usage.totalTokenCount()).contains(7));
    }

    @Test
    void tellsEverybodyWhenTheSessionEndsAndAdmitsNobodyAfterwards() {
        TurnTracker.Waiter first = asking();
        TurnTracker.Waiter second = queueing();

        assertThat(tracker.end()).isEqualTo(List.of(first, second));
        assertThat(tracker.end()).isEmpty();
        assertThat(tracker.admit(waiter())).isEqualTo(TurnTracker.Admission.ENDED);
    }

    private TurnTracker.Waiter sending(boolean startsTurn) {
        return new TurnTracker.Waiter(startsTurn, false, failure -> {
        });
    }

    @Test
    void whatIsSentAfterAQuestionThatWaitsIsSentAfterIt() {
        asking();
        TurnTracker.Waiter question = queueing();
        TurnTracker.Waiter context = sending(false);
        assertThat(tracker.admit(context)).isEqualTo(TurnTracker.Admission.WAIT);
        TurnTracker.Waiter nextQuestion = queueing();

        starts(receive(turnComplete()), question);

        assertThat(afterwards.start()).as("waits for no turn itself").isSameAs(context);
        assertThat(tracker.started(context, true).start()).as("waits for the end of the open turn").isNull();
        starts(receive(turnComplete()), nextQuestion);
    }

    @Test
    void whatComesWhileAQuestionIsOnItsWayToTheOutboxComesAfterIt() {
        asking();
        TurnTracker.Waiter question = queueing();
        TurnTracker.Outcome end = receive(turnComplete());
        TurnTracker.Waiter context = sending(false);

        assertThat(tracker.admit(context)).isEqualTo(TurnTracker.Admission.WAIT);
        starts(end, question);

        assertThat(afterwards.start()).isSameAs(context);
    }

    @Test
    void aSendWaitsForNobodyButAQuestionBeforeIt() {
        asking();

        assertThat(tracker.admit(sending(false))).isEqualTo(TurnTracker.Admission.START);
    }

    @Test
    void whatWaitsBehindAQuestionGoesOnWhenItsCallerGivesUp() {
        asking();
        TurnTracker.Waiter question = queueing();
        TurnTracker.Waiter context = sending(false);
        tracker.admit(context);

        assertThat(tracker.expire(question)).isEqualTo(TurnTracker.Expiry.NEVER_STARTED);

        assertThat(tracker.next().start()).isSameAs(context);
    }

    @Test
    void realtimeInputPassesQuestionsButNothingElseThatWaits() {
        asking();
        queueing();
        assertThat(tracker.admit(realtime())).isEqualTo(TurnTracker.Admission.START);

        tracker.admit(sending(false));
        assertThat(tracker.admit(realtime())).isEqualTo(TurnTracker.Admission.WAIT);
    }

    private TurnTracker.Waiter realtime() {
        return new TurnTracker.Waiter(false, true, failure -> {
        });
    }

    @Test
    void boundsWhatWaitsBehindAQuestionAndNamesTheOption() {
        asking();
        queueing();
        tracker.admit(sending(false));
        tracker.admit(sending(true));

        assertThatThrownBy(() -> tracker.admit(sending(false))).isInstanceOf(LiveQueueFullException.class)
                .hasMessageContaining("outboxMaxMessages=2");
    }
}
