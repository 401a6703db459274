package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.camelgenai.live.protocol.ServerEvent.TurnTranscript;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TurnTranscriptsTest {

    private final TurnTranscripts transcripts = new TurnTranscripts();
    private final List<TurnTranscript> told = new ArrayList<>();

    private void receive(long turn, boolean ended, String content) {
        told.addAll(transcripts.onMessage(new ServerMessageDecoder()
                .read(("{\"serverContent\":{" + content + "}}").getBytes(StandardCharsets.UTF_8)), turn, ended));
    }

    private void heard(long turn, String text) {
        receive(turn, false, "\"inputTranscription\":{\"text\":\"" + text + "\"}");
    }

    private void said(long turn, String text) {
        receive(turn, false, "\"outputTranscription\":{\"text\":\"" + text + "\"}");
    }

    private void speaks(long turn) {
        receive(turn, false, "\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\",\"data\":\"AAAA\"}}]}");
    }

    private void interrupted(long turn) {
        receive(turn, false, "\"interrupted\":true");
    }

    private void ends(long turn) {
        receive(turn, true, "\"turnComplete\":true");
    }

    private void settles() {
        told.addAll(transcripts.settle());
    }

    private static TurnTranscript user(long turn, String text) {
        return new TurnTranscript(turn, "user", text);
    }

    private static TurnTranscript model(long turn, String text) {
        return new TurnTranscript(turn, "model", text);
    }

    @Test
    void theFragmentsOfATurnBecomeOneTranscriptPerSpeaker() {
        heard(1, "How ");
        heard(1, "are you?");
        speaks(1);
        said(1, "Fine, ");
        said(1, "thanks.");
        assertThat(told).isEmpty();

        ends(1);
        assertThat(told).containsExactly(user(1, "How are you?"));
        settles();

        assertThat(told).containsExactly(user(1, "How are you?"), model(1, "Fine, thanks."));
    }

    @Test
    void wordsThatComeShortlyAfterTheTurnBelongToIt() {
        speaks(1);
        said(1, "Fine, ");
        ends(1);

        said(1, "thanks.");
        settles();

        assertThat(told).containsExactly(model(1, "Fine, thanks."));
    }

    @Test
    void wordsThatAllComeAfterTheTurnAreWaitedFor() {
        speaks(1);
        ends(1);
        assertThat(transcripts.isPending()).isFalse();

        said(1, "Fine.");

        assertThat(transcripts.isPending()).isTrue();
        settles();
        assertThat(told).containsExactly(model(1, "Fine."));
    }

    /** When the time of a turn is up, words without sound are rather the first of the next turn. */
    @Test
    void wordsThatComeBeforeTheSoundOfTheNextTurnBelongToIt() {
        speaks(1);
        said(1, "one");
        ends(1);
        settles();

        said(1, "And ");
        speaks(2);
        said(2, "two");
        ends(2);
        settles();

        assertThat(told).containsExactly(model(1, "one"), model(2, "And two"));
    }

    @Test
    void whetherAFragmentIsCalledFinishedMeansNothing() {
        receive(1, false, "\"outputTranscription\":{\"text\":\"Fine, \",\"finished\":true}");
        said(1, "thanks.");
        ends(1);
        settles();

        assertThat(told).containsExactly(model(1, "Fine, thanks."));
    }

    @Test
    void theNextTurnDoesNotWaitForTheTimeToBeUp() {
        speaks(1);
        said(1, "one");
        ends(1);

        heard(2, "and then?");

        assertThat(told).containsExactly(model(1, "one"));
    }

    @Test
    void wordsOfTheUserThatComeWhileTheModelSpeaksAreLateAndBelongToTheTurn() {
        heard(1, "How ");
        speaks(1);
        heard(1, "are you?");
        ends(1);

        assertThat(told).containsExactly(user(1, "How are you?"));
    }

    @Test
    void wordsThatInterruptTheModelBelongToTheNextTurn() {
        heard(1, "Tell me a story.");
        speaks(1);
        said(1, "Once upon");
        heard(1, "Stop! ");
        interrupted(1);
        heard(1, "The weather?");
        ends(1);
        settles();
        assertThat(told).containsExactly(user(1, "Tell me a story."), model(1, "Once upon"));

        speaks(2);
        said(2, "Rain.");
        ends(2);
        settles();

        assertThat(told.subList(2, 4)).containsExactly(user(2, "Stop! The weather?"), model(2, "Rain."));
    }

    @Test
    void anInterruptionThatComesAfterItsTurnDoesNotMoveTheWordsOfTheNext() {
        speaks(1);
        ends(1);
        interrupted(2);
        heard(2, "How ");
        speaks(2);
        heard(2, "are you?");
        ends(2);

        assertThat(told).containsExactly(user(2, "How are you?"));
    }

    @Test
    void aTurnThatIsLostIsToldAsFarAsItCame() {
        heard(1, "Hello");
        speaks(1);
        said(1, "Hel");

        assertThat(transcripts.lost()).containsExactly(user(1, "Hello"), model(1, "Hel"));
        assertThat(transcripts.lost()).as("once").isEmpty();
    }

    @Test
    void theWordsOfATurnThatIsOverAreToldWhenTheSessionEnds() {
        speaks(1);
        said(1, "Bye.");
        ends(1);

        assertThat(transcripts.lost()).containsExactly(model(1, "Bye."));
    }

    @Test
    void aTranscriptWithoutEndIsToldInPieces() {
        String fragment = "x".repeat(100_000);
        speaks(1);
        for (int i = 0; i < 4; i++) {
            said(1, fragment);
        }

        assertThat(told).containsExactly(model(1, fragment + fragment));
        ends(1);
        settles();
        assertThat(told).containsExactly(model(1, fragment + fragment), model(1, fragment + fragment));
    }

    @Test
    void whatBelongsToNoTurnChangesNothing() {
        speaks(1);
        said(1, "one");
        ends(1);

        told.addAll(transcripts.onMessage(new ServerMessageDecoder()
                .read("{\"sessionResumptionUpdate\":{\"newHandle\":\"h\"}}".getBytes(StandardCharsets.UTF_8)), 0, false));

        assertThat(told).isEmpty();
        assertThat(transcripts.isPending()).isTrue();
    }
}
