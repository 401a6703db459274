package dev.camelgenai.live.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.protocol.ServerMessage;
import dev.camelgenai.live.transport.LiveClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What happens when something else comes in between. */
class LiveSessionRacesTest extends SteppedSessionFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Runs once, inside the next schedule() of the timer: another thread that comes in between. */
    private Runnable meanwhile;

    @Override
    ScheduledExecutorService newTimer() {
        return new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
                Runnable now = meanwhile;
                meanwhile = null;
                if (now != null) {
                    now.run();
                }
                return super.schedule(command, delay, unit);
            }
        };
    }

    private static TurnBounds within(long millis) {
        return new TurnBounds(Duration.ofMillis(millis), 10_000, 64);
    }

    private static String says(String text, boolean complete) {
        return "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"" + text + "\"}]}"
                + (complete ? ",\"turnComplete\":true" : "") + "}}";
    }

    private final class Caller implements TurnCallback {
        private final List<Object> heard = new CopyOnWriteArrayList<>();

        @Override
        public void onTurn(LiveTurn turn, GenAiLiveException failure) {
            heard.add(turn != null ? turn.text() : failure);
        }
    }

    /** what arrives before the question was even written cannot be its answer. */
    @Test
    void aTurnThatEndsBeforeTheQuestionWasWrittenIsNotItsAnswer() {
        open();
        line.writable = false;
        Caller caller = new Caller();
        session.ask(text("question"), within(30_000), caller);
        line.step();
        line.receive(says("are you still there?", true));
        assertThat(line.frames).isEmpty();
        assertThat(caller.heard).isEmpty();
    }

    /** somebody else's short patience ends a session whose open turn is in order and awaited. */
    @Test
    void aCallerWithAShortTimeoutDoesNotKillTheTurnOfAnother() {
        open();
        Caller patient = new Caller();
        Caller impatient = new Caller();
        session.ask(text("hard question"), within(30_000), patient);
        line.step();
        line.callbacks.get(0).onSent(null);
        session.ask(text("me too"), within(100), impatient);
        await().atMost(PATIENCE).until(() -> impatient.heard.size() == 1);
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(patient.heard).isEmpty();
    }

    /** silence of our own making. */
    @Test
    void aSessionThatWeDoNotReadFromIsNotStuck() {
        open();
        Caller first = new Caller();
        Caller second = new Caller();
        session.laneFilled();
        assertThat(line.paused).isTrue();
        session.ask(text("one"), within(100), first);
        session.ask(text("two"), within(200), second);
        line.step();
        await().atMost(PATIENCE).until(() -> second.heard.size() == 1);
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
    }

    /** nor is one that is still connecting. */
    @Test
    void aSessionThatIsStillBeingSetUpIsNotStuck() {
        session.open(CompletableFuture.completedFuture(null));
        Caller first = new Caller();
        Caller second = new Caller();
        session.ask(text("one"), within(10_000), first);
        session.ask(text("two"), within(100), second);
        await().atMost(PATIENCE).until(() -> second.heard.size() == 1);
        assertThat(session.state()).isEqualTo(LiveSessionState.SETTING_UP);
        assertThat(first.heard).isEmpty();
    }

    /** those who wait for the turn hear "closed, retriable" instead of the cause. */
    @Test
    void allCallersHearWhyTheSessionEnded() {
        session.open(CompletableFuture.completedFuture(null));
        Caller first = new Caller();
        Caller second = new Caller();
        session.ask(text("one"), within(30_000), first);
        session.ask(text("two"), within(30_000), second);
        line.listener.onClosed(new LiveClose(1007, "API key not valid", true, null));
        assertThat(first.heard).singleElement().isInstanceOf(LiveAuthenticationException.class);
        assertThat(second.heard).singleElement().isInstanceOf(LiveAuthenticationException.class);
    }

    /** the same behind an un-awaited send. */
    @Test
    void aCallerBehindAnUnawaitedSendHearsWhyTheSessionEnded() {
        session.open(CompletableFuture.completedFuture(null));
        session.send(text("one"), this::tell);
        Caller caller = new Caller();
        session.ask(text("two"), within(30_000), caller);
        line.listener.onClosed(new LiveClose(1007, "API key not valid", true, null));
        assertThat(caller.heard).singleElement().isInstanceOf(LiveAuthenticationException.class);
    }

    /** close() opens its gate (CLOSING) before it shuts the outbox. */
    @Test
    void nothingIsAcceptedAfterTheCloseFrame() {
        open();
        AtomicReference<Boolean> accepted = new AtomicReference<>();
        meanwhile = () -> {
            line.listener.onWritable(); // any drain: CLOSING and empty -> close frame
            line.step();
            if (line.closedWith != null) {
                accepted.set(session.send(text("accepted"), this::tell));
            }
        };
        session.close();
        line.step();
        assertThat(line.closedWith).isEqualTo(1000);
        assertThat(accepted.get()).as("accepted after the close frame").isNotEqualTo(Boolean.TRUE);
    }

    @Test
    void aLateTranscriptDoesNotOpenATurnThatNobodyEverEnds() {
        open();
        Caller first = new Caller();
        Caller second = new Caller();
        session.ask(text("one"), within(30_000), first);
        line.step();
        line.receive(says("answer", true));
        line.receive("{\"serverContent\":{\"outputTranscription\":{\"text\":\"late\"}}}");
        session.ask(text("two"), within(30_000), second);
        line.step();
        assertThat(line.frames).as("the second question was sent").hasSize(2);
    }

    /** session that fails while one is being added, in the order of end(): the end, then an offer of a stale snapshot. */
    @Test
    void theEndIsTheLastThatAConsumerHears() {
        List<String> heard = new ArrayList<>();
        Lane lane = new Lane(session, new SessionConsumer() {
            @Override
            public void onMessage(LiveSession s, ReceivedMessage received, Runnable done) {
                heard.add("message");
                done.run();
            }

            @Override
            public void onEvent(LiveSession s, SessionEvent event, Runnable done) {
                heard.add("closed");
                done.run();
            }
        }, Profiles.LANE, services(Runnable::run), false, l -> {
        });
        session.attach(lane);
        lane.event(new SessionEvent.Closed(
                new SessionEvent.Ending(new GenAiLiveException("lost", true, null), 1006, ""), 0));
        lane.end();
        lane.offer(new ReceivedMessage(ServerMessage.nothing(), 1, 0, List.of(), false));
        assertThat(heard).containsExactly("closed");
    }

    /** a pool of the user's that refuses once ends a lane for ever. */
    @Test
    void aLaneSurvivesAWorkerPoolThatIsSaturatedForAMoment() {
        List<Long> heard = new ArrayList<>();
        boolean[] saturated = { true };
        Lane lane = new Lane(session, new SessionConsumer() {
            @Override
            public void onMessage(LiveSession s, ReceivedMessage received, Runnable done) {
                heard.add(received.sequenceNumber());
                done.run();
            }

            @Override
            public void onEvent(LiveSession s, SessionEvent event, Runnable done) {
                done.run();
            }
        }, Profiles.LANE, services(task -> {
            if (saturated[0]) {
                throw new java.util.concurrent.RejectedExecutionException("full");
            }
            task.run();
        }), false, l -> {
        });
        lane.offer(new ReceivedMessage(ServerMessage.nothing(), 1, 0, List.of(), false));
        saturated[0] = false;
        lane.offer(new ReceivedMessage(ServerMessage.nothing(), 2, 0, List.of(), false));
        assertThat(heard).containsExactly(1L, 2L);
    }

    /** a throwable out of one write must not stop all later ones. */
    @Test
    void anErrorInOneWriteDoesNotSilenceTheSessionForEver() {
        open();
        session.send(text("one"), (outcome, failure) -> tell(outcome, failure));
        line.outOfMemory = true;
        line.step();
        line.outOfMemory = false;
        session.send(text("two"), this::tell);
        line.step();
        boolean goesOn = line.frames.size() == 2;
        boolean ended = session.state() == LiveSessionState.CLOSED;
        assertThat(goesOn || ended).as("either goes on or ends; not open and mute").isTrue();
    }

    /** a failed close of the graceful kind: turns that wait start one another recursively. */
    @Test
    void manyWaitingCallersDoNotOverflowTheStack() {
        open();
        int many = 20_000;
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Caller caller = new Caller();
            callers.add(caller);
            session.ask(text("q"), new TurnBounds(Duration.ofSeconds(60), 1000, many), caller);
        }
        session.close();
        line.step();
        line.receive(says("answer", true));
        assertThat(callers).allSatisfy(caller -> assertThat(caller.heard).hasSize(1));
    }
}
