package dev.camelgenai.emulator;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.emulator.fault.Faults;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.junit5.WithGenAiLiveEmulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.opentest4j.TestAbortedException;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

class EmulatorExtensionTest {

    /** What the test classes below have seen. */
    private static final Map<String, GenAiLiveEmulator> SEEN = Collections.synchronizedMap(new HashMap<>());

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    private static EngineExecutionResults run(Class<?>... classes) {
        EngineTestKit.Builder kit = EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2");
        for (Class<?> testClass : classes) {
            kit.selectors(selectClass(testClass));
        }
        return kit.execute();
    }

    private static void requireStopped(GenAiLiveEmulator emulator) {
        assertThatThrownBy(() -> TestClient.connect(emulator.wsUrl() + DEVELOPER)).isInstanceOf(Exception.class);
    }

    static class InAStaticField {

        @RegisterExtension
        static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(GenAiLiveEmulator.builder()
                .tlsPort(-1).clock(new ManualClock()).faults(faults -> faults.refuseUpgrade(503, "no", 1)));

        InAStaticField(GenAiLiveEmulator emulator, Faults faults) {
            assertThat(emulator).isSameAs(EMULATOR.get());
            assertThat(faults).isSameAs(emulator.faults());
        }

        @BeforeAll
        static void beforeAll(GenAiLiveEmulator emulator) {
            assertThat(emulator).isSameAs(EMULATOR.get());
        }

        @BeforeEach
        void beforeEach(GenAiLiveEmulator emulator) {
            assertThat(emulator.sessions()).isEmpty();
            assertThat(emulator.faults().armed()).hasSize(1);
        }

        @Test
        void one(GenAiLiveEmulator emulator, Faults faults, ManualClock clock) {
            faults.clear();
            TestClient.open(emulator, "");
            clock.advance(Duration.ofSeconds(1));
            SEEN.put("one", emulator);
        }

        @Test
        void two(GenAiLiveEmulator emulator) {
            emulator.faults().clear();
            TestClient.open(emulator, "");
            SEEN.put("two", emulator);
        }

        @Nested
        class Inner {
            @Test
            void nested(GenAiLiveEmulator emulator) {
                SEEN.put("nested", emulator);
            }
        }
    }

    @Test
    void givenAStaticField_whenRun_thenOneEmulatorForTheClassAndItsNestedOnesResetBeforeEachTest() {
        run(InAStaticField.class).testEvents().assertStatistics(stats -> stats.succeeded(3).failed(0));

        assertThat(SEEN).containsOnlyKeys("one", "two", "nested");
        assertThat(Set.copyOf(SEEN.values())).hasSize(1);
        requireStopped(SEEN.get("one"));
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class InAnInstanceField {

        private static final CountDownLatch BOTH = new CountDownLatch(2);

        @RegisterExtension
        final GenAiLiveEmulatorExtension extension = new GenAiLiveEmulatorExtension(GenAiLiveEmulator.builder().tlsPort(-1));

        @Test
        void one(GenAiLiveEmulator emulator) throws InterruptedException {
            meet("one", emulator);
        }

        @Test
        void two(GenAiLiveEmulator emulator) throws InterruptedException {
            meet("two", emulator);
        }

        private void meet(String name, GenAiLiveEmulator emulator) throws InterruptedException {
            assertThat(emulator).isSameAs(extension.get());
            SEEN.put(name, emulator);
            BOTH.countDown();
            assertThat(BOTH.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void givenAnInstanceField_whenTestsRunInParallel_thenEachHasItsOwnEmulator() {
        run(InAnInstanceField.class).testEvents().assertStatistics(stats -> stats.succeeded(2).failed(0));

        assertThat(new HashSet<>(SEEN.values())).hasSize(2).allSatisfy(EmulatorExtensionTest::requireStopped);
    }

    static class WithoutManualClock {

        @RegisterExtension
        final GenAiLiveEmulatorExtension extension = new GenAiLiveEmulatorExtension();

        @Test
        void clock(ManualClock clock) {
        }
    }

    @Test
    void givenNoManualClock_whenAskedFor_thenTheFailureTellsHowToGetOne() {
        run(WithoutManualClock.class).testEvents().assertThatEvents().haveExactly(1, event(finishedWithFailure(
                message(text -> text.contains("builder().clock(new ManualClock())")))));
    }

    abstract static class Base {

        private static final CountDownLatch BOTH = new CountDownLatch(2);

        @RegisterExtension
        static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
                GenAiLiveEmulator.builder().tlsPort(-1));

        @Test
        void test(GenAiLiveEmulator emulator) throws InterruptedException {
            SEEN.put(getClass().getSimpleName(), emulator);
            BOTH.countDown();
            assertThat(BOTH.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            TestClient.open(emulator, "");
            assertThat(EMULATOR.get()).isSameAs(emulator);
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class First extends Base {
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class Second extends Base {
    }

    @Test
    void givenClassesThatInheritOneStaticField_whenRunInParallel_thenEachHasItsOwnEmulator() {
        run(First.class, Second.class).testEvents().assertStatistics(stats -> stats.succeeded(2).failed(0));

        assertThat(new HashSet<>(SEEN.values())).hasSize(2).allSatisfy(EmulatorExtensionTest::requireStopped);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @WithGenAiLiveEmulator
    static class SharedInParallel {

        private static final CountDownLatch AN_END = new CountDownLatch(1);

        @Test
        void one(GenAiLiveEmulator emulator) throws InterruptedException {
            whileTheOtherRuns(emulator);
        }

        @Test
        void two(GenAiLiveEmulator emulator) throws InterruptedException {
            whileTheOtherRuns(emulator);
        }

        private static void whileTheOtherRuns(GenAiLiveEmulator emulator) throws InterruptedException {
            TestClient.open(emulator, "");
            assertThat(AN_END.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(emulator.sessions()).as("not reset").hasSize(1);
        }

        /** Comes after the extension, so that it sees the refused test end first. */
        static final class Ends implements AfterEachCallback {
            @Override
            public void afterEach(ExtensionContext context) {
                AN_END.countDown();
            }
        }

        @RegisterExtension
        final Ends ends = new Ends();
    }

    @Test
    void givenOneEmulatorForParallelTests_whenASecondBegins_thenItFailsWithAdviceAndTheFirstIsNotDisturbed() {
        EngineExecutionResults results = run(SharedInParallel.class);

        results.testEvents().assertStatistics(stats -> stats.succeeded(1).failed(1));
        results.testEvents().assertThatEvents().haveExactly(1,
                event(finishedWithFailure(message(text -> text.contains("ExecutionMode.SAME_THREAD")))));
    }

    @WithGenAiLiveEmulator(faults = "refuse=503", apiKey = "secret", immediate = true, manualClock = true)
    static class Annotated {

        @Test
        void outer(GenAiLiveEmulator emulator, ManualClock clock) {
            SEEN.put("outer", emulator);
            assertThat(emulator.clock()).isSameAs(clock);
            assertThat(emulator.faults().armed()).hasSize(1);
        }

        @Nested
        class SharesIt {
            @Test
            void shares(GenAiLiveEmulator emulator) {
                SEEN.put("shares", emulator);
            }
        }

        @Nested
        @WithGenAiLiveEmulator(scenario = "silent")
        class HasItsOwn {
            @Test
            void own(GenAiLiveEmulator emulator) {
                SEEN.put("own", emulator);
                assertThat(emulator.faults().armed()).isEmpty();
            }
        }
    }

    @Test
    void givenTheAnnotation_whenRun_thenTheEmulatorIsAsItSays() {
        run(Annotated.class).testEvents().assertStatistics(stats -> stats.succeeded(3).failed(0));

        assertThat(SEEN.get("shares")).isSameAs(SEEN.get("outer"));
        assertThat(SEEN.get("own")).isNotNull().isNotSameAs(SEEN.get("outer"));
        assertThat(SEEN.values()).allSatisfy(EmulatorExtensionTest::requireStopped);
    }

    @WithGenAiLiveEmulator(apiKey = "hush-hush")
    static class Failing {

        @Test
        void fails(GenAiLiveEmulator emulator) {
            TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER, "x-goog-api-key", "hush-hush");
            client.send(setup("'generationConfig':{'responseModalities':['TEXT']}"));
            client.send(json("{'realtimeInput':{'text':'what I said'}}"));
            emulator.awaitSession(TIMEOUT).awaitMessages(1, TIMEOUT);
            emulator.sessions().get(0).close(1011, "that is why").join();
            client.awaitClose();
            throw new AssertionError("as wanted");
        }

        @Test
        void isAborted() {
            throw new TestAbortedException("not here");
        }

        @Test
        void succeeds() {
        }
    }

    @Test
    void givenAFailingTest_whenItEnds_thenWhatTheEmulatorSawIsPrintedWithoutCredentials() {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            run(Failing.class).testEvents().assertStatistics(stats -> stats.succeeded(1).failed(1).aborted(1));
        } finally {
            System.setErr(before);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8)).containsOnlyOnce("failed; ")
                .contains("saw 1 sessions", "session 1: DEVELOPER_API models/gemini-live-test", "what I said",
                        "closed by the emulator: 1011 that is why")
                .doesNotContain("hush-hush");
    }
}
