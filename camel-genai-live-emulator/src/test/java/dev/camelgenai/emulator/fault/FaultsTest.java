package dev.camelgenai.emulator.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FaultsTest {

    private static final Misbehaviour KILL = new Misbehaviour.Kill();
    private static final Misbehaviour SILENCE = new Misbehaviour.Silence();
    private static final Misbehaviour INTERRUPTED = new Misbehaviour.SpuriousInterrupted();
    private static final Misbehaviour OTHER_FRAMES = new Misbehaviour.OtherFrames();
    private static final Misbehaviour CLOSE = new Misbehaviour.Close(ServiceClose.INTERNAL_ERROR);

    private final Faults faults = new Faults(7);

    private void arm(String... specs) {
        for (String spec : specs) {
            faults.arm(Fault.parse(spec));
        }
    }

    @Test
    void givenNothingArmed_whenASessionRuns_thenNothingHappens() {
        SessionFaults session = faults.session(1);

        assertThat(faults.atConnect()).isEmpty();
        assertThat(session.atSetup()).isEmpty();
        assertThat(session.onMessage(0)).isEmpty();
        assertThat(session.midTurn()).isEmpty();
    }

    @Test
    void givenFaultsOfEachMoment_whenTheMomentComes_thenOnlyThoseOfItHappen() {
        arm("refuse=503*1", "silence@setup", "duplicateTurnComplete@messages:2", "spuriousInterrupted", "otherFrames@time:1s");
        SessionFaults session = faults.session(1);
        List<SessionFaults.Timed> timed = new ArrayList<>();

        assertThat(faults.atConnect()).contains(new Misbehaviour.Refuse(ServiceRefusal.SERVICE_UNAVAILABLE));
        assertThat(faults.atConnect()).isEmpty();
        assertThat(session.atSetup()).containsExactly(SILENCE);
        session.start(timed::add);
        assertThat(session.onMessage(0)).isEmpty();
        assertThat(session.onMessage(1)).isEmpty();
        assertThat(session.onMessage(2)).containsExactly(new Misbehaviour.DuplicateTurnComplete());
        assertThat(session.onMessage(3)).isEmpty();
        assertThat(session.midTurn()).containsExactly(INTERRUPTED);
        assertThat(session.midTurn()).containsExactly(INTERRUPTED);
        assertThat(timed).extracting(SessionFaults.Timed::after).containsExactly(Duration.ofSeconds(1));
        assertThat(timed.get(0).due()).contains(OTHER_FRAMES);
    }

    @Test
    void givenWhatHoldsFromNowOn_whenItsMomentComesAgain_thenItHasBegunAlready() {
        arm("otherFrames@midTurn", "goAway=1s@midTurn");
        SessionFaults session = faults.session(1);

        assertThat(session.midTurn()).containsExactly(OTHER_FRAMES, new Misbehaviour.GoAway(Duration.ofSeconds(1)));
        assertThat(session.midTurn()).isEmpty();
        assertThat(faults.session(2).midTurn()).hasSize(2);
    }

    @Test
    void givenSeveralFaultsAreDue_whenOneEndsTheSession_thenThoseAfterItAreNotUsedUp() {
        arm("otherFrames@messages:1*1", "kill@messages:1*1", "close=INTERNAL_ERROR@messages:1*1");
        SessionFaults first = faults.session(1);

        assertThat(first.onMessage(1)).containsExactly(OTHER_FRAMES, KILL);
        assertThat(first.onMessage(2)).isEmpty();
        assertThat(first.midTurn()).isEmpty();
        assertThat(faults.session(2).onMessage(1)).containsExactly(CLOSE);
        assertThat(faults.armed()).isEmpty();
    }

    @Test
    void givenAFaultArmedLate_whenAnOpenSessionGoesOn_thenItHappensThereToo() {
        SessionFaults session = faults.session(1);
        session.onMessage(9);

        arm("kill@messages:2");

        assertThat(session.onMessage(10)).containsExactly(KILL);
    }

    @Test
    void givenTimedFaults_whenTheSessionStarts_thenItIsToldOfThoseArmedBeforeAndAfterOnceEach() {
        List<Duration> told = new ArrayList<>();
        SessionFaults session = faults.session(1);
        arm("kill@time:1s");

        session.start(timed -> told.add(timed.after()));
        arm("kill@time:2s", "kill@setup");
        session.close();
        arm("kill@time:3s");

        assertThat(told).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    @Test
    void givenATimedFault_whenItWasDisarmedOrTheSessionHasEnded_thenItIsNotDue() {
        List<SessionFaults.Timed> timed = new ArrayList<>();
        SessionFaults session = faults.session(1);
        session.start(timed::add);
        long disarmed = faults.arm(Fault.parse("silence@time:1s"));
        arm("kill@time:2s", "close=INTERNAL_ERROR@time:3s*1");

        assertThat(faults.disarm(disarmed)).isTrue();

        assertThat(timed).extracting(SessionFaults.Timed::due).containsExactly(Optional.empty(), Optional.of(KILL),
                Optional.empty());
        assertThat(faults.armed()).extracting(ArmedFault::happened).containsExactly(1L, 0L);
    }

    @Test
    void givenTimedFaultsOfManySessions_whenArmedWhileTheyStart_thenEachIsToldOnceInEach() throws Exception {
        int sessions = 200;
        int armings = 50;
        List<List<SessionFaults.Timed>> told = Stream.<List<SessionFaults.Timed>>generate(CopyOnWriteArrayList::new)
                .limit(sessions).toList();

        together(2, thread -> {
            if (thread == 0) {
                IntStream.range(0, sessions).forEach(i -> faults.session(i).start(told.get(i)::add));
            } else {
                IntStream.range(0, armings).forEach(i -> arm("silence@time:" + (i + 1) + "ms"));
            }
            return 0;
        });

        assertThat(told).allSatisfy(timed -> assertThat(timed).extracting(SessionFaults.Timed::after)
                .doesNotHaveDuplicates().hasSize(armings));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 7, 1_000 })
    void givenTimes_whenSessionsRaceForTheLastOne_thenItHappensExactlySoOften(int times) throws Exception {
        faults.arm(Fault.of(KILL).atSetup().times(times));
        int sessionsPerThread = 2_000;

        List<Long> happened = together(4, thread -> IntStream.range(0, sessionsPerThread)
                .filter(i -> !faults.session((long) thread * sessionsPerThread + i).atSetup().isEmpty()).count());

        assertThat(happened.stream().mapToLong(Long::longValue).sum()).isEqualTo(times);
        assertThat(faults.armed()).isEmpty();
    }

    @Test
    void givenARefusalWithTimes_whenUpgradesRace_thenItHappensExactlySoOften() throws Exception {
        arm("refuse=503*100");

        List<Long> refused = together(4,
                thread -> IntStream.range(0, 1_000).filter(i -> faults.atConnect().isPresent()).count());

        assertThat(refused.stream().mapToLong(Long::longValue).sum()).isEqualTo(100);
    }

    @Test
    void givenAProbability_whenManySessionsComeByTwice_thenAboutSoManyAndTheSameOnes() {
        List<Long> first = killedAtSetup(new Faults(42), "kill@setup%10");

        assertThat(first).hasSizeBetween(900, 1_100);
        assertThat(killedAtSetup(new Faults(42), "kill@setup%10")).isEqualTo(first);
        assertThat(killedAtSetup(new Faults(43), "kill@setup%10")).hasSizeBetween(900, 1_100).isNotEqualTo(first);
        assertThat(killedAtSetup(new Faults(42), "refuse=503", "kill@setup%10")).hasSizeBetween(900, 1_100)
                .isNotEqualTo(first);
    }

    @Test
    void givenAProbability_whenFaultsAreClearedAndArmedAgain_thenTheSameSessionsAreHit() {
        List<Long> first = killedAtSetup(faults, "kill@setup%10");

        faults.clear();

        assertThat(killedAtSetup(faults, "kill@setup%10")).isEqualTo(first);
    }

    @Test
    void givenAProbability_whenMoreMessagesCome_thenASessionIsDrawnForOnce() {
        arm("kill@messages:5%10");

        long killed = LongStream.range(0, 10_000).filter(number -> {
            SessionFaults session = faults.session(number);
            return LongStream.rangeClosed(0, 50).anyMatch(received -> !session.onMessage(received).isEmpty());
        }).count();

        assertThat(killed).isBetween(900L, 1_100L);
    }

    @Test
    void givenAProbability_whenTurnsCome_thenEachIsDrawnForAndWhatHasBegunBeginsNoMore() {
        arm("spuriousInterrupted%10", "otherFrames@midTurn%10");
        SessionFaults session = faults.session(1);

        List<Misbehaviour> happened = IntStream.range(0, 10_000).mapToObj(i -> session.midTurn()).flatMap(List::stream)
                .toList();

        assertThat(happened.stream().filter(INTERRUPTED::equals)).hasSizeBetween(900, 1_100);
        assertThat(happened.stream().filter(OTHER_FRAMES::equals)).hasSize(1);
    }

    @Test
    void givenAProbability_whenUpgradesCome_thenEachIsDrawnForAndARunCanBeRepeated() {
        ToLongFunction<Faults> refused = its -> IntStream.range(0, 10_000).filter(i -> its.atConnect().isPresent())
                .mapToLong(i -> i).reduce(0, (hash, i) -> 31 * hash + i);
        arm("refuse=503%10");
        Faults again = new Faults(7);
        again.arm(Fault.parse("refuse=503%10"));

        assertThat(refused.applyAsLong(faults)).isEqualTo(refused.applyAsLong(again));
        assertThat(faults.armed().get(0).happened()).isBetween(900L, 1_100L);
    }

    @Test
    void givenAProbabilityAndTimes_whenManySessionsCome_thenOnlyWhatHappensIsCounted() {
        arm("kill@setup*5%10");

        assertThat(LongStream.range(0, 10_000).filter(i -> !faults.session(i).atSetup().isEmpty()).count()).isEqualTo(5);
    }

    @Test
    void givenArmedFaults_whenListedAndDisarmed_thenTheirIdsTellThemApart() {
        long kill = faults.arm(Fault.parse("kill"));
        long again = faults.arm(Fault.parse("kill"));
        faults.session(1).midTurn();

        assertThat(faults.armed()).containsExactly(new ArmedFault(kill, Fault.parse("kill"), 1),
                new ArmedFault(again, Fault.parse("kill"), 0));
        assertThat(faults.disarm(kill)).isTrue();
        assertThat(faults.disarm(kill)).isFalse();
        assertThat(faults.armed()).extracting(ArmedFault::id).containsExactly(again);
        faults.clear();
        assertThat(faults.armed()).isEmpty();
        assertThat(faults.arm(Fault.parse("kill"))).isNotIn(kill, again);
    }

    @Test
    void givenShorthands_whenArmed_thenTheyAreTheseFaults() {
        faults.refuseUpgrade(503, "no", 1).closeInsteadOfSetupComplete(1007, "x", 2).neverAnswerSetup(3).killTcpAfter(4, 5)
                .closeAfter(6, 1011, "y", 7).stopReading(8);

        assertThat(faults.armed()).extracting(armed -> armed.fault().spec()).containsExactly("refuse=503:no*1",
                "close=1007:x*2", "silence*3", "kill@messages:4*5", "close=1011:y@messages:6*7", "stopReading*8");
    }

    @Test
    void givenAShorthand_whenCalledAgain_thenItReplacesItselfAndNothingElse() {
        arm("kill@messages:1");
        faults.killTcpAfter(2).closeAfter(3, 1011, "").closeInsteadOfSetupComplete(1007, "");

        faults.killTcpAfter(5, 1);

        assertThat(faults.armed()).extracting(armed -> armed.fault().spec()).containsExactly("kill@messages:1",
                "close=1011@messages:3", "close=1007", "kill@messages:5*1");
    }

    @Test
    void givenImpossibleArguments_whenAShorthandIsCalled_thenRefusedAndNothingIsArmed() {
        assertThatIllegalArgumentException().isThrownBy(() -> faults.refuseUpgrade(200, "fine"));
        assertThatIllegalArgumentException().isThrownBy(() -> faults.neverAnswerSetup(0));
        assertThatIllegalArgumentException().isThrownBy(() -> faults.closeAfter(1, 1005, ""));

        assertThat(faults.armed()).isEmpty();
    }

    @Test
    void givenManyFaultsThatCameAndWent_whenASessionLivesOn_thenItForgetsThem() {
        SessionFaults session = faults.session(1);
        session.start(timed -> {
        });

        for (int i = 0; i < 1_000; i++) {
            faults.disarm(faults.arm(Fault.parse("silence@time:1h")));
        }

        assertThat(session.settled()).isLessThan(100);
    }

    private static List<Long> killedAtSetup(Faults faults, String... specs) {
        for (String spec : specs) {
            faults.arm(Fault.parse(spec));
        }
        return LongStream.range(1, 10_001).filter(number -> faults.session(number).atSetup().contains(KILL)).boxed().toList();
    }

    private interface Part {
        long run(int thread);
    }

    private static List<Long> together(int threads, Part part) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Callable<Long>> parts = IntStream.range(0, threads).<Callable<Long>>mapToObj(thread -> () -> {
                start.await(10, TimeUnit.SECONDS);
                return part.run(thread);
            }).toList();
            List<Long> results = new ArrayList<>();
            for (Future<Long> result : pool.invokeAll(parts, 60, TimeUnit.SECONDS)) {
                results.add(result.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
