package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import com.google.genai.types.Blob;
import com.google.genai.types.LiveSendRealtimeInputParameters;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.transport.LiveClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The session against a connection whose event loop is stepped by hand. */
class LiveSessionTest extends SteppedSessionFixture {

    @Test
    void sendsTheSetupFirstAndNothingElseBeforeItIsAnswered() {
        session.open(CompletableFuture.completedFuture(null));
        session.send(text("early"), this::tell);
        line.step();
        assertThat(line.frames).singleElement().asString().startsWith("{\"setup\"");

        line.receive(SETUP_COMPLETE);
        line.step();

        assertThat(line.frames).hasSize(2).last().asString().contains("early");
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
    }

    @Test
    void writesOnTheEventLoopOnlySoThatNoFrameOvertakesAnother() {
        open();

        session.send(text("from a route"), this::tell);
        assertThat(line.frames).as("not from the route's thread").isEmpty();
        line.step();

        assertThat(line.frames).hasSize(1);
    }

    @Test
    void stopsWritingWhenTheSocketIsFullAndGoesOnWhenItIsNot() {
        open();
        line.writable = false;
        session.send(text("one"), this::tell);
        session.send(text("two"), this::tell);
        line.step();
        assertThat(line.frames).isEmpty();
        assertThat(session.outboxSize()).isEqualTo(2);

        line.writable = true;
        line.listener.onWritable();
        line.step();

        assertThat(line.frames).hasSize(2);
        assertThat(line.frames.get(0)).contains("one");
    }

    @Test
    void writesWhatWaitsTogetherAsFarAsTheConnectionTakesThatAtOnce() {
        open();
        line.batchBytes = 1_000;
        List<String> texts = Stream.of("a", "b", "c", "d", "e").map(letter -> letter.repeat(300)).toList();
        texts.forEach(text -> session.send(text(text), this::tell));

        line.step();

        assertThat(line.frames).zipSatisfy(texts, (frame, text) -> assertThat(frame).contains(text));
        assertThat(line.batches).as("frames sent together").containsExactly(2, 2, 1);
        line.callbacks.get(0).onSent(null);
        assertThat(told).containsExactly(SendOutcome.WRITTEN, SendOutcome.WRITTEN);
    }

    @Test
    void aMessageThatCannotBeWrittenKeepsNoOtherFromBeingWrittenInItsPlace() {
        open();
        line.batchBytes = 16_000;
        session.send(text("before"), this::tell);
        session.send(List.of(new ClientMessage.RealtimeInput(LiveSendRealtimeInputParameters.builder()
                .audio(Blob.builder().mimeType("text/plain").data(new byte[2]).build()).build())), this::tell);
        session.send(text("behind"), this::tell);

        line.step();

        assertThat(told).singleElement().isInstanceOf(LiveInputException.class);
        assertThat(line.batches).containsExactly(2);
        assertThat(line.frames.get(0)).contains("before");
        assertThat(line.frames.get(1)).contains("behind");
    }

    @Test
    void whatWasWrittenTogetherFailsTogether() {
        open();
        line.batchBytes = 16_000;
        session.send(text("one"), this::tell);
        session.send(text("two"), this::tell);
        line.step();

        line.callbacks.get(0).onSent(new java.io.IOException("broken pipe"));

        assertThat(told).hasSize(2).allSatisfy(each -> assertThat(each).isInstanceOf(LiveSessionLostException.class));
    }

    @Test
    void tellsEverySenderOnceWhetherTheSocketTookTheFrame() {
        open();
        session.send(text("taken"), this::tell);
        session.send(text("not taken"), this::tell);
        line.step();

        line.callbacks.get(0).onSent(null);
        line.callbacks.get(1).onSent(new java.io.IOException("broken pipe"));

        assertThat(told).hasSize(2);
        assertThat(told.get(0)).isEqualTo(SendOutcome.WRITTEN);
        assertThat(told.get(1)).isInstanceOf(LiveSessionLostException.class);
    }

    @Test
    void writesWhatWasAcceptedBeforeItCloses() {
        open();
        line.writable = false;
        session.send(text("last words"), this::tell);

        session.close();
        line.step();
        assertThat(line.closedWith).as("not before the last words").isNull();
        assertThat(session.send(text("too late"), this::tell)).isFalse();
        line.writable = true;
        line.listener.onWritable();
        line.step();

        assertThat(line.frames).singleElement().asString().contains("last words");
        assertThat(line.closedWith).isEqualTo(1000);
        line.listener.onClosed(new LiveClose(1000, "", false, null));
        assertThat(session.state()).isEqualTo(LiveSessionState.CLOSED);
        assertThat(ended).containsExactly(session);
        assertThat(session.ended().toCompletableFuture()).isCompleted();
    }

    @Test
    void failsWhatWaitsWhenTheLineBreaks() {
        open();
        line.writable = false;
        session.send(text("waiting"), this::tell);

        line.listener.onClosed(new LiveClose(1006, "", true, null));

        assertThat(told).singleElement().isInstanceOf(LiveSessionLostException.class);
        assertThat(ended).containsExactly(session);
    }

    @Test
    void abortsAConnectionThatComesWhenTheSessionHasBeenClosed() {
        line.upgrading = new CompletableFuture<>();
        session.open(CompletableFuture.completedFuture(null));
        session.send(text("never"), this::tell);

        session.close();
        line.upgrading.complete(line);

        assertThat(line.aborted).isTrue();
        assertThat(line.frames).as("not even the setup").isEmpty();
        assertThat(told).singleElement().isInstanceOf(LiveSessionClosedException.class);
        assertThat(session.opened().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void acceptsNothingWhenItWasClosedBeforeItWasOpened() {
        session.close();

        assertThat(session.send(text("never"), this::tell)).isFalse();
        assertThat(session.state()).isEqualTo(LiveSessionState.CLOSED);
        assertThat(told).isEmpty();
    }

    @Test
    void pausesReadingWhileAnyLaneIsFull() {
        open();

        session.laneFilled();
        session.laneFilled();
        assertThat(line.paused).isTrue();
        session.laneDrained();
        assertThat(line.paused).as("the other lane is still full").isTrue();
        session.laneDrained();

        assertThat(line.paused).isFalse();
    }

    @Test
    void tellsTheOneWhoAwaitsATurnThatTheSessionWasClosed() {
        open();
        session.ask(text("question"), new TurnBounds(Duration.ofSeconds(30), 1000, 1), (turn, failure) -> told.add(failure));
        line.step();

        session.close();
        line.step();
        line.listener.onClosed(new LiveClose(1000, "", false, null));

        assertThat(told).singleElement().isInstanceOf(LiveSessionClosedException.class);
    }

    @Test
    void nothingButRealtimeInputPassesAQuestionThatWaitsForItsTurn() {
        open();
        TurnBounds bounds = new TurnBounds(Duration.ofSeconds(30), 1000, 1);
        session.ask(text("first"), bounds, (turn, failure) -> told.add(failure));
        session.ask(text("second"), bounds, (turn, failure) -> told.add(failure));
        session.send(List.of(EmulatedSessions.audio(new byte[]{ 1, 2 })), this::tell);
        session.send(List.of(EmulatedSessions.content("context", false)), this::tell);
        line.step();
        assertThat(line.frames).satisfiesExactly(first -> assertThat(first).contains("first"),
                second -> assertThat(second).contains("audio"));

        line.receive("{\"serverContent\":{\"turnComplete\":true}}");
        line.step();

        assertThat(line.frames.subList(2, 4)).satisfiesExactly(question -> assertThat(question).contains("second"),
                context -> assertThat(context).contains("context"));
    }

    @Test
    void whatWaitsBehindAQuestionIsToldWhenTheSessionEnds() {
        open();
        TurnBounds bounds = new TurnBounds(Duration.ofSeconds(30), 1000, 1);
        session.ask(text("first"), bounds, (turn, failure) -> {
        });
        session.ask(text("second"), bounds, (turn, failure) -> {
        });
        session.send(List.of(EmulatedSessions.content("context", false)), this::tell);

        line.listener.onClosed(new LiveClose(1006, "", true, null));

        assertThat(told).singleElement().isInstanceOf(LiveSessionLostException.class);
    }
}
