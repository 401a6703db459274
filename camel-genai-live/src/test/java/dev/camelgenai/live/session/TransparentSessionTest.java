package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.SessionResumptionConfig;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.transport.LiveClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a transparent session replays, and what it says of what it cannot replay, step by step. */
class TransparentSessionTest extends SteppedSessionFixture {

    private static final LiveClose BROKEN = new LiveClose(1006, "", true, null);
    private static final LiveClose BAD_KEY = new LiveClose(1007, "API key expired. Please renew the API key.", true, null);

    private final List<SessionEvent> events = new ArrayList<>();
    private ManualTimer time;

    @Override
    ScheduledExecutorService newTimer() {
        time = new ManualTimer();
        return time;
    }

    @BeforeEach
    void createTransparentSession() {
        SessionProfile profile = Profiles.profile(LiveTarget.builder().vertexAi(true).apiKey("key").build(name -> null),
                LiveConnectConfig.builder().sessionResumption(SessionResumptionConfig.builder().transparent(true)).build(),
                Profiles.OUTBOX, Profiles.RECONNECT, Profiles.resumption(true), Profiles.NO_LIMITS);
        session = new LiveSession(new SessionAddress("group", "key"), profile, services(Runnable::run), ended::add);
        session.attach(new Lane(session, new SessionConsumer() {

            @Override
            public void onMessage(LiveSession from, ReceivedMessage received, Runnable done) {
                done.run();
            }

            @Override
            public void onEvent(LiveSession from, SessionEvent event, Runnable done) {
                events.add(event);
                done.run();
            }
        }, Profiles.LANE, services(Runnable::run), false, lane -> {
        }));
    }

    private void openWithHandle(String handle, long lastConsumed) {
        open();
        handle(handle, lastConsumed);
    }

    private void handle(String handle, long lastConsumed) {
        line.receive("{\"sessionResumptionUpdate\":{\"newHandle\":\"" + handle + "\",\"resumable\":true,"
                + "\"lastConsumedClientMessageIndex\":\"" + lastConsumed + "\"}}");
    }

    private void write(List<? extends ClientMessage> messages) {
        session.send(messages, this::tell);
        writeAll();
    }

    private void writeAll() {
        line.step();
        List<dev.camelgenai.live.transport.LiveConnection.SendCallback> taken = List.copyOf(line.callbacks);
        line.callbacks.clear();
        line.onLoop = true;
        taken.forEach(callback -> callback.onSent(null));
        line.onLoop = false;
    }

    private void breakAndOpenAgain() {
        line.listener.onClosed(BROKEN);
        line.frames.clear();
        line.callbacks.clear();
        time.advance(Duration.ofSeconds(1));
        line.receive(SETUP_COMPLETE);
        writeAll();
    }

    private static List<ClientMessage> context(String text) {
        return List.of(EmulatedSessions.content(text, false));
    }

    private static List<ClientMessage> answer(String call) {
        return List.of(new ClientMessage.ToolResponse(LiveSendToolResponseParameters.builder()
                .functionResponses(
                        FunctionResponse.builder().id(call).name("f").response(java.util.Map.of("output", 1)).build())
                .build()));
    }

    @Test
    void givenAQuestionThatIsReplayed_whenItIsWrittenAgain_thenItsSenderIsNotToldAgain() {
        openWithHandle("h", 0);
        write(text("question"));
        assertThat(told).containsExactly(SendOutcome.WRITTEN);

        breakAndOpenAgain();

        assertThat(line.frames).filteredOn(frame -> frame.contains("question")).hasSize(1);
        assertThat(told).containsExactly(SendOutcome.WRITTEN);
    }

    @Test
    void givenAQuestionThatIsReplayed_whenTheSessionEndsInstead_thenItsSenderIsNotToldAgain() {
        openWithHandle("h", 0);
        write(text("question"));

        line.listener.onClosed(BROKEN);
        session.close();

        assertThat(told).containsExactly(SendOutcome.WRITTEN);
        assertThat(ended).containsExactly(session);
    }

    @Test
    void givenMessagesThatAreNotAcknowledged_whenTheSessionEndsForGood_thenTheyAreInDoubt() {
        openWithHandle("h", 0);
        write(context("acknowledged"));
        handle("h2", 1);
        write(context("one"));
        write(context("two"));

        line.listener.onClosed(BAD_KEY);

        assertThat(events).last().isInstanceOfSatisfying(SessionEvent.Closed.class,
                closed -> assertThat(closed.inDoubt()).isEqualTo(2));
        assertThat(session.statistics().inDoubt()).isEqualTo(2);
    }

    @Test
    void givenReplaysThatWait_whenTheSessionEndsForGood_thenTheyAreInDoubt() {
        openWithHandle("h", 0);
        write(context("one"));
        write(context("two"));
        line.listener.onClosed(BROKEN);
        time.advance(Duration.ofSeconds(1));

        line.listener.onClosed(BAD_KEY);

        assertThat(events).last().isInstanceOfSatisfying(SessionEvent.Closed.class,
                closed -> assertThat(closed.inDoubt()).isEqualTo(2));
    }

    @Test
    void givenACallAfterTheLastHandle_whenItsAnswerWouldBeReplayed_thenItIsNotBecauseTheCallIsLost() {
        openWithHandle("h", 0);
        write(text("question"));
        line.receive("{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"f\",\"args\":{}}]}}");
        write(answer("c1"));
        assertThat(told).containsExactly(SendOutcome.WRITTEN, SendOutcome.WRITTEN);

        breakAndOpenAgain();

        assertThat(line.frames).filteredOn(frame -> frame.contains("question")).hasSize(1);
        assertThat(line.frames).as("the service would close with 1008: it does not know the call")
                .noneMatch(frame -> frame.contains("c1"));
        assertThat(told).hasSize(2).doesNotHaveAnyElementsOfTypes(LiveSessionLostException.class);
    }

    @Test
    void givenACallThatTheLastHandleKnows_whenItsAnswerWasNotAcknowledged_thenItIsReplayed() {
        openWithHandle("h", 0);
        write(text("question"));
        line.receive("{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"f\",\"args\":{}}]}}");
        handle("h2", 1);
        write(answer("c1"));

        breakAndOpenAgain();

        assertThat(line.frames).filteredOn(frame -> frame.contains("c1")).hasSize(1);
    }

    @Test
    void givenAnAnswerToACallAmongTheReplays_whenTheSessionIsOpenAgain_thenTheOrderIsKept() {
        openWithHandle("h", 0);
        write(text("question"));
        line.receive("{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"f\",\"args\":{}}]}}");
        handle("h2", 1);
        write(context("before"));
        write(answer("c1"));

        breakAndOpenAgain();

        assertThat(line.frames).filteredOn(frame -> !frame.startsWith("{\"setup\"")).satisfiesExactly(
                first -> assertThat(first).contains("before"), second -> assertThat(second).contains("c1"));
    }
}
