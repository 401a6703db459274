package dev.camelgenai.live.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;

import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.live.error.LiveQueueFullException;
import dev.camelgenai.live.protocol.ServerMessageDecoder;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A lane whose workers and whose time a test moves by hand. Messages are numbered in the order of their offers, from 1. */
class LaneTest extends SteppedSessionFixture {

    private static final Duration STALL = Duration.ofSeconds(30);
    private static final Duration ALMOST = STALL.minusMillis(1);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final int MAX = 8;

    private static final String AUDIO_PART = "{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AAAA\"}}";
    private static final String AUDIO = content("\"modelTurn\":{\"role\":\"model\",\"parts\":[" + AUDIO_PART + "]}");
    private static final String TRANSCRIPT = content("\"outputTranscription\":{\"text\":\"words\"}");
    private static final String INTERRUPTED = content("\"interrupted\":true");
    private static final String TURN_COMPLETE = content("\"turnComplete\":true");
    private static final String CALL = "{\"toolCall\":{\"functionCalls\":[{\"id\":\"call\",\"name\":\"f\"}]}}";
    private static final String CANCELLATION = "{\"toolCallCancellation\":{\"ids\":[\"call\"]}}";

    private static final SessionEvent GOING_AWAY = new SessionEvent.GoingAway(Duration.ofSeconds(50));
    private static final SessionEvent RESUMED = new SessionEvent.Resumed(true, 0);

    /** Takes one message and holds it, as often as it is let. */
    private final class Route implements SessionConsumer {

        private final List<String> heard = new ArrayList<>();
        private final List<LiveServerMessage> messages = new ArrayList<>();
        private boolean holds = true;
        private Runnable held;

        @Override
        public void onMessage(LiveSession from, ReceivedMessage received, Runnable done) {
            messages.add(received.message().message());
            heard("#" + received.sequenceNumber(), done);
        }

        @Override
        public void onEvent(LiveSession from, SessionEvent event, Runnable done) {
            heard(event.getClass().getSimpleName(), done);
        }

        private void heard(String what, Runnable done) {
            assertThat(held).as("one at a time").isNull();
            heard.add(what);
            if (holds) {
                held = done;
            } else {
                done.run();
            }
        }

        /** Is done with what it holds and takes the next. */
        private void next() {
            Runnable done = held;
            held = null;
            done.run();
            work();
        }

        private void goOn() {
            holds = false;
            next();
        }
    }

    private final ManualTimer timer = new ManualTimer();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Route route = new Route();
    private final List<Lane> endedLanes = new ArrayList<>();
    private boolean saturated;
    private int offered;
    private Lane lane;

    private final List<String> warnings = new ArrayList<>();
    private final AbstractAppender appender = new AbstractAppender("warnings", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
            if (event.getLevel() == Level.WARN && event.getLoggerName().equals(Lane.class.getName())) {
                warnings.add(event.getMessage().getFormattedMessage());
            }
        }
    };

    @Override
    ScheduledExecutorService newTimer() {
        return timer;
    }

    @BeforeEach
    void openSession() {
        appender.start();
        rootLogger().addAppender(appender, Level.WARN, null);
        open();
    }

    @AfterEach
    void stopListening() {
        rootLogger().removeAppender("warnings");
    }

    private static LoggerConfig rootLogger() {
        return LoggerContext.getContext(false).getConfiguration().getRootLogger();
    }

    private static String content(String fields) {
        return "{\"serverContent\":{" + fields + "}}";
    }

    private static LaneBounds bounds(LaneOverflow overflow) {
        return new LaneBounds(MAX, STALL, overflow, true);
    }

    private void lane(LaneBounds bounds) {
        SessionServices services = new SessionServices(line, Runnable::run, task -> {
            if (saturated) {
                throw new RejectedExecutionException("full");
            }
            tasks.add(task);
        }, timer, timer.clock());
        lane = new Lane(session, route, bounds, services, false, endedLanes::add);
    }

    private void laneThatKeepsStaleAudio() {
        lane(new LaneBounds(MAX, STALL, LaneOverflow.pause, false));
    }

    private static ReceivedMessage received(String message, long sequenceNumber) {
        return new ReceivedMessage(new ServerMessageDecoder().read(message.getBytes(StandardCharsets.UTF_8)), sequenceNumber, 0,
                List.of(), false);
    }

    private void offer(String... messages) {
        for (String message : messages) {
            lane.offer(received(message, ++offered));
            work();
        }
    }

    private void offerTimes(int times, String message) {
        for (int i = 0; i < times; i++) {
            offer(message);
        }
    }

    private void event(SessionEvent event) {
        lane.event(event);
        work();
    }

    private void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    // ---- barge-in

    @Test
    void anInterruptionOvertakesWhatWaits() {
        laneThatKeepsStaleAudio();
        offer(TRANSCRIPT, AUDIO, AUDIO, TRANSCRIPT);

        offer(INTERRUPTED);
        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#5", "#2", "#3", "#4");
        assertThat(lane.staleAudio()).isZero();
    }

    @Test
    void audioThatWaitsIsStaleOnceTheUserInterruptsAndTheRestIsNot() {
        lane(bounds(LaneOverflow.pause));
        offer(AUDIO, AUDIO, TRANSCRIPT, AUDIO, INTERRUPTED, TURN_COMPLETE, AUDIO);

        route.goOn();

        assertThat(route.heard).as("the audio of the next turn is not stale").containsExactly("#1", "#5", "#3", "#6", "#7");
        assertThat(lane.staleAudio()).isEqualTo(2);
    }

    @Test
    void aMessageThatCarriesAudioBesideOtherFieldsLosesTheAudioOnly() {
        lane(bounds(LaneOverflow.pause));
        offer(TRANSCRIPT);
        offer("{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":[{\"text\":\"seen\"}," + AUDIO_PART
                + "]},\"outputTranscription\":{\"text\":\"heard\"},\"generationComplete\":true},"
                + "\"usageMetadata\":{\"totalTokenCount\":7}}");
        offer("{\"serverContent\":{\"modelTurn\":{\"parts\":[" + AUDIO_PART + "]}},\"usageMetadata\":{\"totalTokenCount\":8}}");

        offer(INTERRUPTED);
        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#4", "#2", "#3");
        assertThat(route.messages.get(2)).isEqualTo(LiveServerMessage.fromJson("{\"serverContent\":{\"modelTurn\":{\"role\":"
                + "\"model\",\"parts\":[{\"text\":\"seen\"}]},\"outputTranscription\":{\"text\":\"heard\"},"
                + "\"generationComplete\":true},\"usageMetadata\":{\"totalTokenCount\":7}}"));
        assertThat(route.messages.get(3)).isEqualTo(LiveServerMessage.fromJson("{\"usageMetadata\":{\"totalTokenCount\":8}}"));
        assertThat(lane.staleAudio()).isEqualTo(2);
    }

    @Test
    void aPictureIsNotAudio() {
        lane(bounds(LaneOverflow.pause));
        offer(TRANSCRIPT, AUDIO.replace("audio/pcm;rate=24000", "image/png"), INTERRUPTED);

        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#3", "#2");
        assertThat(lane.staleAudio()).isZero();
    }

    @Test
    void theInterruptionMayComeAfterTheEndOfTheTurnAsWell() {
        lane(bounds(LaneOverflow.pause));
        offer(AUDIO, AUDIO, TURN_COMPLETE, INTERRUPTED);

        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#4", "#3");
        assertThat(lane.staleAudio()).isEqualTo(1);
    }

    @Test
    void anInterruptionOfNothingIsDeliveredAsItComes() {
        lane(bounds(LaneOverflow.pause));
        route.holds = false;

        offer(INTERRUPTED, TURN_COMPLETE, AUDIO, INTERRUPTED);

        assertThat(route.heard).containsExactly("#1", "#2", "#3", "#4");
        assertThat(lane.staleAudio()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"turnComplete\":true", "\"generationComplete\":true", "\"modelTurn\":{\"parts\":[{\"text\":\"x\"}]}",
        "\"modelTurn\":{\"parts\":[" + AUDIO_PART + "]}", "\"outputTranscription\":{\"text\":\"x\"}",
        "\"inputTranscription\":{\"text\":\"x\"}" })
    void anInterruptionThatCarriesWhatHasItsPlaceStaysThereAndStillEndsTheAudioBefore(String placed) {
        lane(bounds(LaneOverflow.pause));
        offer(TRANSCRIPT, AUDIO, TRANSCRIPT, content("\"interrupted\":true," + placed), TRANSCRIPT);

        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#3", "#4", "#5");
        assertThat(route.messages.get(2).toJson())
                .isEqualTo(LiveServerMessage.fromJson(content("\"interrupted\":true," + placed)).toJson());
        assertThat(lane.staleAudio()).isEqualTo(1);
    }

    @Test
    void flagsThatAreFalseSayNothing() {
        lane(bounds(LaneOverflow.pause));
        offer(TRANSCRIPT, AUDIO, content("\"interrupted\":false"),
                content("\"interrupted\":true,\"turnComplete\":false,\"generationComplete\":false"));

        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#4", "#3");
    }

    @Test
    void aCancellationOvertakesAndThoseThatOvertakeKeepTheirOrder() {
        laneThatKeepsStaleAudio();
        offer(CALL, AUDIO, CANCELLATION, AUDIO, INTERRUPTED, CANCELLATION);

        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#3", "#5", "#6", "#2", "#4");
    }

    @Test
    void aCancellationAloneLeavesTheAudio() {
        lane(bounds(LaneOverflow.pause));
        offer(TRANSCRIPT, AUDIO, CANCELLATION);

        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#3", "#2");
    }

    @Test
    void aCancellationStaysBehindTheCallThatItCancelsAndTheInterruptionDoesNot() {
        laneThatKeepsStaleAudio();
        offer(TRANSCRIPT, AUDIO, CALL, AUDIO, CANCELLATION, INTERRUPTED);

        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#6", "#2", "#3", "#5", "#4");
    }

    @Test
    void noneGoesBeforeTheNewsOfItsConnection() {
        laneThatKeepsStaleAudio();
        offer(TRANSCRIPT, AUDIO);
        event(RESUMED);

        offer(AUDIO, INTERRUPTED, CANCELLATION);
        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#2", "Resumed", "#4", "#5", "#3");
    }

    @Test
    void theNewsThatTheConnectionWillEndSoonHoldsUpNoInterruption() {
        laneThatKeepsStaleAudio();
        offer(TRANSCRIPT, AUDIO);
        event(GOING_AWAY);

        offer(AUDIO, INTERRUPTED);
        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#4", "#2", "GoingAway", "#3");
    }

    @Test
    void readingGoesOnWhenStaleAudioHasMadeRoom() {
        lane(bounds(LaneOverflow.pause));
        offerTimes(MAX + 1, AUDIO);
        assertThat(line.paused).isTrue();

        offer(INTERRUPTED);

        assertThat(line.paused).isFalse();
        assertThat(lane.size()).isEqualTo(1);
        assertThat(timer.pending()).isZero();
        offerTimes(MAX - 1, AUDIO);
        assertThat(line.paused).as("full again").isTrue();
        route.goOn();
        assertThat(line.paused).isFalse();
    }

    // ---- overflow

    @Test
    void aRouteThatTakesNothingIsWarnedOfOnceAndWaitedFor() {
        lane(bounds(LaneOverflow.pause));
        offerTimes(MAX + 1, AUDIO);

        timer.advance(ALMOST);
        assertThat(warnings).isEmpty();
        timer.advance(MOMENT);
        assertThat(warnings).singleElement().asString().contains("key=key", "laneStallTimeout=30000ms", "laneMaxMessages=8",
                "laneOverflow=pause").doesNotContain("AAAA");
        route.next();
        timer.advance(STALL);
        timer.advance(STALL);

        assertThat(warnings).as("of a lane that has not been half empty since").hasSize(1);
        assertThat(line.paused).isTrue();
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(timer.pending()).isZero();
        route.goOn();
        assertThat(route.heard).hasSize(MAX + 1);
        assertThat(line.paused).isFalse();
    }

    @Test
    void theOldestAudioMakesRoomWhenTheRouteTakesNothing() {
        lane(bounds(LaneOverflow.dropOldestAudio));
        offer(TRANSCRIPT, TRANSCRIPT, AUDIO, AUDIO, TRANSCRIPT, AUDIO, AUDIO, AUDIO, AUDIO);

        timer.advance(ALMOST);
        assertThat(line.paused).isTrue();
        timer.advance(MOMENT);

        assertThat(line.paused).isFalse();
        assertThat(lane.overflowAudio()).isEqualTo(4);
        assertThat(warnings).hasSize(1);
        route.goOn();
        assertThat(route.heard).containsExactly("#1", "#2", "#5", "#8", "#9");
        assertThat(lane.staleAudio()).isZero();
    }

    @Test
    void audioBesideOtherFieldsDoesNotMakeRoom() {
        lane(bounds(LaneOverflow.dropOldestAudio));
        offerTimes(MAX + 1, "{\"serverContent\":{\"modelTurn\":{\"parts\":[" + AUDIO_PART
                + "]},\"outputTranscription\":{\"text\":\"x\"}}}");

        timer.advance(STALL);

        assertThat(lane.overflowAudio()).isZero();
        assertThat(line.paused).isTrue();
    }

    @Test
    void whileTheRouteStillTakesNothingTheNextAudioIsNotWaitedFor() {
        lane(bounds(LaneOverflow.dropOldestAudio));
        offerTimes(MAX + 1, AUDIO);
        timer.advance(STALL);
        assertThat(lane.overflowAudio()).isEqualTo(MAX / 2);

        offerTimes(10 * MAX, AUDIO);

        assertThat(line.paused).isFalse();
        assertThat(lane.size()).isLessThan(MAX);
        assertThat(lane.overflowAudio() + lane.size() + 1).as("every message is dropped and counted, waiting or taken")
                .isEqualTo(offered);
        assertThat(timer.pending()).isZero();
        assertThat(warnings).hasSize(1);
    }

    @Test
    void aRouteThatHasTakenSomethingIsWaitedForAgain() {
        lane(bounds(LaneOverflow.dropOldestAudio));
        offerTimes(MAX + 1, AUDIO);
        timer.advance(STALL);
        route.next();
        long dropped = lane.overflowAudio();

        offerTimes(MAX, AUDIO);

        assertThat(line.paused).isTrue();
        assertThat(lane.overflowAudio()).isEqualTo(dropped);
        timer.advance(STALL);
        assertThat(lane.overflowAudio()).isGreaterThan(dropped);
    }

    @Test
    void whereThereIsNoAudioToDropTheSessionWaits() {
        lane(bounds(LaneOverflow.dropOldestAudio));
        offerTimes(MAX + 1, TRANSCRIPT);

        timer.advance(STALL);
        offer(TRANSCRIPT, AUDIO);

        assertThat(line.paused).isTrue();
        assertThat(warnings).hasSize(1);
        assertThat(lane.overflowAudio()).as("what still comes is audio, and goes").isEqualTo(1);
        route.goOn();
        assertThat(route.heard).hasSize(MAX + 2).endsWith("#" + (MAX + 2));
        assertThat(line.paused).isFalse();
    }

    @Test
    void theSessionEndsWhereThatIsAskedForAndTheRouteHearsOfIt() {
        lane(bounds(LaneOverflow.closeSession));
        session.attach(lane);
        offerTimes(MAX + 1, AUDIO);

        timer.advance(ALMOST);
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
        timer.advance(MOMENT);

        assertThat(session.state()).isEqualTo(LiveSessionState.CLOSED);
        route.goOn();
        assertThat(route.heard).hasSize(MAX + 2).endsWith("Closed");
        assertThat(endedLanes).containsExactly(lane);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void theEndOfASlowRoutesSessionNamesTheWayOut() {
        List<Throwable> causes = new ArrayList<>();
        lane(bounds(LaneOverflow.closeSession));
        session.attach(new Lane(session, new SessionConsumer() {
            @Override
            public void onMessage(LiveSession from, ReceivedMessage received, Runnable done) {
                done.run();
            }

            @Override
            public void onEvent(LiveSession from, SessionEvent event, Runnable done) {
                causes.add(((SessionEvent.Closed) event).cause().failure());
                done.run();
            }
        }, bounds(LaneOverflow.pause), services(Runnable::run), false, gone -> {
        }));
        offerTimes(MAX + 1, AUDIO);

        timer.advance(STALL);

        assertThat(causes).singleElement().isInstanceOfSatisfying(LiveQueueFullException.class, failure -> {
            assertThat(failure.isRetriable()).isTrue();
            assertThat(failure).hasMessageContainingAll("laneOverflow=closeSession", "laneMaxMessages=8",
                    "laneStallTimeout=30000ms", "seda:", "pause", "dropOldestAudio");
        });
    }

    @ParameterizedTest
    @EnumSource(LaneOverflow.class)
    void aRouteThatIsSlowButGoesOnIsNotStalled(LaneOverflow overflow) {
        lane(bounds(overflow));
        offerTimes(MAX + 1, AUDIO);

        for (int i = 0; i < 20; i++) {
            timer.advance(ALMOST);
            assertThat(timer.pending()).isEqualTo(1);
            route.next();
            offer(AUDIO);
        }

        assertThat(line.paused).isTrue();
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
        assertThat(lane.overflowAudio()).isZero();
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(LaneOverflow.class)
    void theTimeOfASuspendedRouteStandsStill(LaneOverflow overflow) {
        lane(bounds(overflow));
        offerTimes(MAX + 1, AUDIO);
        timer.advance(ALMOST);

        lane.suspend();
        lane.suspend();
        timer.advance(Duration.ofHours(1));
        assertThat(timer.pending()).isZero();
        assertThat(warnings).isEmpty();
        assertThat(lane.size()).isEqualTo(MAX);
        lane.resume();
        lane.resume();

        assertThat(warnings).isEmpty();
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
        timer.advance(MOMENT);
        assertThat(session.state() == LiveSessionState.CLOSED || !warnings.isEmpty()).as("its time was nearly up").isTrue();
    }

    @Test
    void aRouteThatWasSuspendedWhenItsLaneBecameFullHasAllItsTime() {
        lane(bounds(LaneOverflow.closeSession));
        offer(AUDIO);
        lane.suspend();
        timer.advance(STALL);
        offerTimes(MAX, AUDIO);
        timer.advance(STALL);

        lane.resume();

        timer.advance(ALMOST);
        assertThat(session.state()).isEqualTo(LiveSessionState.OPEN);
        timer.advance(MOMENT);
        assertThat(session.state()).isEqualTo(LiveSessionState.CLOSED);
    }

    @Test
    void aStalledRouteThatIsSuspendedKeepsItsAudioAndHasAllItsTimeAgain() {
        lane(bounds(LaneOverflow.dropOldestAudio));
        offerTimes(MAX + 1, AUDIO);
        timer.advance(STALL);
        lane.suspend();

        offerTimes(2 * MAX, AUDIO);
        lane.resume();
        timer.advance(ALMOST);

        assertThat(lane.overflowAudio()).isEqualTo(MAX / 2);
        assertThat(line.paused).isTrue();
        timer.advance(MOMENT);
        assertThat(lane.overflowAudio()).isEqualTo(MAX / 2 + 2 * MAX);
    }

    @Test
    void noTimerIsLeftOnceTheLaneIsDrainedStoppedOrEnded() {
        lane(bounds(LaneOverflow.closeSession));
        offerTimes(MAX + 1, AUDIO);
        assertThat(timer.pending()).isEqualTo(1);
        route.goOn();
        assertThat(timer.pending()).as("drained").isZero();

        route.holds = true;
        offerTimes(MAX + 1, AUDIO);
        assertThat(timer.pending()).isEqualTo(1);
        lane.stop();
        assertThat(timer.pending()).as("stopped").isZero();
        assertThat(line.paused).isFalse();

        lane(bounds(LaneOverflow.closeSession));
        route.held = null;
        offerTimes(MAX + 1, AUDIO);
        assertThat(timer.pending()).isEqualTo(1);
        lane.end();
        assertThat(timer.pending()).as("ended").isZero();
    }

    // ---- events, the end, and workers

    @Test
    void eventsAndTheEndCountForNothingAndAreNeverDropped() {
        lane(bounds(LaneOverflow.dropOldestAudio));
        offer(AUDIO);
        for (int i = 0; i < 10 * MAX; i++) {
            event(GOING_AWAY);
        }
        assertThat(line.paused).isFalse();

        offerTimes(MAX, AUDIO);
        event(GOING_AWAY);
        timer.advance(STALL);
        offerTimes(10 * MAX, AUDIO);
        offer(INTERRUPTED);
        event(RESUMED);
        lane.end();
        route.goOn();

        assertThat(route.heard.stream().filter("GoingAway"::equals)).hasSize(10 * MAX + 1);
        assertThat(route.heard).endsWith("Resumed");
        assertThat(endedLanes).containsExactly(lane);
        assertThat(lane.size()).isZero();
    }

    @Test
    void theEndStaysTheEndWhateverOvertakes() {
        lane(bounds(LaneOverflow.pause));
        offer(TRANSCRIPT, TRANSCRIPT);
        lane.end();

        offer(INTERRUPTED);
        route.goOn();

        assertThat(route.heard).containsExactly("#1", "#2");
        assertThat(endedLanes).containsExactly(lane);
    }

    @Test
    void aBusyLaneGivesItsWorkerBackFromTimeToTime() {
        lane(new LaneBounds(1_000, STALL, LaneOverflow.pause, true));
        route.holds = false;
        for (int i = 0; i < 100; i++) {
            lane.offer(received(TRANSCRIPT, ++offered));
        }

        assertThat(tasks).hasSize(1);
        tasks.remove().run();

        assertThat(route.heard).hasSize(32);
        assertThat(tasks).hasSize(1);
        work();
        assertThat(route.heard).hasSize(100);
    }

    @Test
    void whatAWorkerPoolRefusedIsDeliveredWithoutAnythingElseComing() {
        lane(bounds(LaneOverflow.pause));
        route.holds = false;
        saturated = true;
        offer(TRANSCRIPT);
        lane.end();
        timer.advance(Duration.ofSeconds(1));
        assertThat(route.heard).isEmpty();

        saturated = false;
        timer.advance(Duration.ofSeconds(1));
        work();

        assertThat(route.heard).containsExactly("#1");
        assertThat(endedLanes).containsExactly(lane);
        assertThat(timer.pending()).isZero();
    }

    @Test
    void aLaneThatIsStoppedAsksForNoWorkerAnyMore() {
        lane(bounds(LaneOverflow.pause));
        saturated = true;
        offer(TRANSCRIPT);
        assertThat(timer.pending()).isEqualTo(1);

        lane.stop();

        assertThat(timer.pending()).isZero();
    }
}
