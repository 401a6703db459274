package dev.camelgenai.live.session;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.Faults;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.transport.BufferLeaks;
import dev.camelgenai.live.transport.OpenSockets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.live.session.EmulatedSessions.GROUP;
import static dev.camelgenai.live.session.EmulatedSessions.PATIENCE;
import static dev.camelgenai.live.session.EmulatedSessions.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Thousands of sessions, over all the ways in which one can end. When they have ended, while everything that they borrowed still
 * runs, none of them can be reached from anywhere: no map, no timer, no thread and no socket remembers it. And no buffer is lost.
 */
class LeakTest {

    private static final int SESSIONS = 5_000;
    private static final int BATCH = 120;
    private static final int BATCHES = 2;
    private static final ReconnectPolicy AT_ONCE = new ReconnectPolicy(true, Duration.ofMillis(1), Duration.ofMillis(2), 2);
    private static final ReconnectPolicy LATER = new ReconnectPolicy(true, Duration.ofMinutes(1), Duration.ofMinutes(1), 2);
    private static final ReconnectPolicy NEVER = Profiles.NO_RECONNECT;
    private static final Duration SOON = Duration.ofMillis(50);

    /** Of the virtual machine and of Netty, started at the first use and shared by all. */
    private static final List<String> SHARED_THREADS = List.of("CompletableFutureDelayScheduler", "ForkJoinPool.commonPool",
            "globalEventExecutor", "Common-Cleaner", "ObjectCleanerThread", "awaitility");

    private static final AtomicInteger ENDED = new AtomicInteger();
    private static BufferLeaks leaks;

    private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
    private final Profiles.Handles handles = new Profiles.Handles();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Seen seen = new Seen();
    /** Sessions that had ended before the test could look. */
    private int unseen;
    private GenAiLiveEmulator emulator;
    private LaneBounds lane = new LaneBounds(10_000, PATIENCE, LaneOverflow.pause, true);
    private EmulatedSessions client;
    private LiveSessions.Subscription subscription;

    /** Every session that there was, as long as somebody else knows it, and a consumer that may be told to take nothing. */
    private static final class Seen implements SessionConsumer {

        private final ReentrantLock lock = new ReentrantLock();
        private final WeakHashMap<LiveSession, Boolean> alive = new WeakHashMap<>();
        private final List<Runnable> held = new CopyOnWriteArrayList<>();
        private int count;
        private volatile boolean holds;

        void add(LiveSession session) {
            lock.lock();
            try {
                if (alive.put(session, true) == null) {
                    count++;
                }
            } finally {
                lock.unlock();
            }
        }

        int count() {
            lock.lock();
            try {
                return count;
            } finally {
                lock.unlock();
            }
        }

        int reachable() {
            System.gc();
            lock.lock();
            try {
                return alive.size();
            } finally {
                lock.unlock();
            }
        }

        void letGo() {
            holds = false;
            held.forEach(Runnable::run);
            held.clear();
        }

        @Override
        public void onMessage(LiveSession session, ReceivedMessage received, Runnable done) {
            add(session);
            if (holds) {
                held.add(done);
            } else {
                done.run();
            }
        }

        @Override
        public void onEvent(LiveSession session, SessionEvent event, Runnable done) {
            add(session);
            done.run();
        }
    }

    @BeforeAll
    static void watchBuffers() {
        leaks = new BufferLeaks();
    }

    @AfterAll
    static void buffersWereReleased() {
        try {
            assertThat(leaks.found()).isEmpty();
            assertThat(ENDED.get()).isGreaterThanOrEqualTo(SESSIONS);
        } finally {
            leaks.close();
        }
    }

    @BeforeEach
    void timerAsOfCamel() {
        timer.setRemoveOnCancelPolicy(true);
    }

    private void start(Consumer<EmulatedSessions.Settings> settings) {
        start(Scenarios.echo(), faults -> {
        }, settings);
    }

    private void start(Scenario scenario, Consumer<Faults> faults, Consumer<EmulatedSessions.Settings> settings) {
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("key").tlsPort(GenAiLiveEmulator.OFF)
                .scenario(scenario).faults(faults).start();
        connect(settings);
    }

    private void connect(Consumer<EmulatedSessions.Settings> settings) {
        client = new EmulatedSessions(emulator, all -> {
            all.timer = timer;
            all.handles = handles;
            // a machine that is busy must not decide how a session ends
            all.connectTimeout = PATIENCE;
            all.setupTimeout = PATIENCE;
            settings.accept(all);
        });
        subscription = client.sessions.subscribe(GROUP, null, seen, lane);
    }

    /** Has some sessions opened and ended at a time, and awaits the end of all. */
    private void inBatches(Consumer<List<String>> openAndEnd) {
        for (int batch = 0; batch < BATCHES; batch++) {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                keys.add(batch + "-" + i);
            }
            openAndEnd.accept(keys);
            await().atMost(PATIENCE).until(() -> client.sessions.all().isEmpty());
        }
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(OpenSockets.of(client.connector)).as("sockets").isZero();
                assertThat(timer.getQueue()).as("tasks in the timer").isEmpty();
                assertThat(timer.getActiveCount()).as("running tasks of the timer").isZero();
            });
            await().atMost(PATIENCE).until(() -> emulator.counters().openSockets() == 0);
            int count = seen.count() + unseen;
            assertThat(count).isGreaterThanOrEqualTo(BATCHES * BATCH);
            ENDED.addAndGet(count);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(seen.reachable()).as("sessions in memory, of %s", count).isZero());
            subscription.close();
            client.sessions.forget(GROUP);
            assertThat(client.sessions.isInUse(GROUP)).isFalse();
        } finally {
            client.close();
            timer.shutdownNow();
            emulator.close();
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(threadsOfOurs()).isEmpty());
    }

    private List<String> threadsOfOurs() {
        Set<Thread> now = new HashSet<>(Thread.getAllStackTraces().keySet());
        now.removeAll(threadsBefore);
        return now.stream().map(Thread::getName).filter(name -> SHARED_THREADS.stream().noneMatch(name::startsWith)).toList();
    }

    // ---- what tests do with a batch

    private void open(List<String> keys) {
        beginToOpen(keys).forEach(CompletableFuture::join);
    }

    private List<CompletableFuture<LiveSession>> beginToOpen(List<String> keys) {
        List<CompletableFuture<LiveSession>> opening = keys.stream()
                .map(key -> client.sessions.open(address(key)).toCompletableFuture()).toList();
        client.sessions.all().forEach(seen::add);
        return opening;
    }

    private void talk(List<String> keys) {
        List<EmulatedSessions.Fate> turns = ask(keys);
        turns.forEach(turn -> assertThat(turn.text()).isEqualTo("hello"));
    }

    private List<EmulatedSessions.Fate> ask(List<String> keys) {
        return keys.stream().map(key -> {
            EmulatedSessions.Fate fate = ask(key);
            client.sessions.all().forEach(seen::add);
            return fate;
        }).toList();
    }

    private EmulatedSessions.Fate ask(String key) {
        try {
            return client.ask(key, "hello");
        } catch (GenAiLiveException e) {
            // this thread was held up for so long that the session has failed already
            unseen++;
            EmulatedSessions.Fate fate = new EmulatedSessions.Fate();
            fate.complete(e);
            return fate;
        }
    }

    private void close(List<String> keys) {
        Set<String> wanted = new HashSet<>(keys);
        client.sessions.all().stream().filter(session -> wanted.contains(session.address().key()))
                .forEach(LiveSession::close);
    }

    private List<RecordedSession> connections() {
        return emulator.sessions().stream().filter(RecordedSession::isOpen).toList();
    }

    private static void failed(List<EmulatedSessions.Fate> fates, Class<? extends GenAiLiveException> type) {
        fates.forEach(fate -> assertThat(fate.failure()).isInstanceOf(type));
    }

    private void awaitAll(LiveSessionState state) {
        await().atMost(PATIENCE).until(() -> client.sessions.all().stream().allMatch(session -> session.state() == state));
    }

    // ---- the ways

    @Test
    void sessionsThatWereClosed() {
        start(settings -> {
        });
        inBatches(keys -> {
            talk(keys);
            close(keys);
        });
        assertThat(handles.map).as("conversations that can be resumed").hasSize(BATCHES * BATCH);
    }

    @Test
    void sessionsThatWereClosedForGood() {
        start(settings -> {
        });
        inBatches(keys -> {
            talk(keys);
            keys.stream().map(key -> client.sessions.close(address(key)).toCompletableFuture()).toList()
                    .forEach(CompletableFuture::join);
        });
        assertThat(handles.map).isEmpty();
    }

    @Test
    void sessionsThatWereClosedWithTurnsUnderWayAndWaiting() {
        start(Scenarios.silent(), faults -> {
        }, settings -> {
        });
        inBatches(keys -> {
            List<EmulatedSessions.Fate> fates = new ArrayList<>(ask(keys));
            fates.addAll(ask(keys));
            open(keys);
            close(keys);
            failed(fates, GenAiLiveException.class);
        });
    }

    @Test
    void sessionsThatWereIdle() {
        start(settings -> settings.limits = new SessionLimits(SOON, BATCH, MaxSessionsPolicy.reject, Duration.ZERO));
        inBatches(this::talk);
    }

    @Test
    void sessionsThatWereEvicted() {
        start(settings -> settings.limits = new SessionLimits(Duration.ofMinutes(5), 10, MaxSessionsPolicy.evictIdle,
                Duration.ZERO));
        inBatches(keys -> {
            for (int i = 0; i < keys.size(); i += 10) {
                talk(keys.subList(i, i + 10));
            }
            close(keys);
        });
    }

    @Test
    void sessionsWhoseUpgradeWasRefusedUntilTheirAttemptsWereUsedUp() {
        start(Scenarios.echo(), faults -> faults.refuseUpgrade(503, "busy"), settings -> settings.reconnect = AT_ONCE);
        inBatches(keys -> failed(ask(keys), LiveConnectionException.class));
        assertThat(emulator.counters().refused()).isEqualTo(3L * BATCHES * BATCH);
    }

    @Test
    void sessionsThatNobodyListenedTo() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        start(settings -> {
            settings.baseUrl = "ws://127.0.0.1:" + port;
            settings.reconnect = AT_ONCE;
        });
        inBatches(keys -> failed(ask(keys), LiveConnectionException.class));
    }

    @Test
    void sessionsWithABadKey() {
        emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("another").tlsPort(GenAiLiveEmulator.OFF)
                .start();
        connect(settings -> {
        });
        inBatches(keys -> failed(ask(keys), LiveAuthenticationException.class));
    }

    @Test
    void sessionsWhoseSetupWasNotAnswered() {
        start(Scenarios.echo(), Faults::neverAnswerSetup, settings -> {
            settings.setupTimeout = SOON;
            settings.reconnect = AT_ONCE;
        });
        inBatches(keys -> failed(ask(keys), GenAiLiveException.class));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1000, 1011 })
    void sessionsThatTheServiceClosedAndThatWentOnUntilTheyWereClosed(int code) {
        start(settings -> settings.reconnect = AT_ONCE);
        inBatches(keys -> {
            talk(keys);
            List<RecordedSession> first = connections();
            first.forEach(connection -> connection.close(code, ""));
            first.forEach(connection -> connection.awaitClosed(PATIENCE));
            await().atMost(PATIENCE)
                    .until(() -> client.sessions.all().stream().allMatch(session -> session.statistics().reconnects() == 1));
            close(keys);
        });
    }

    @Test
    void sessionsThatMovedToAnotherConnectionUntilTheyWereClosed() {
        start(settings -> settings.reconnect = AT_ONCE);
        inBatches(keys -> {
            talk(keys);
            connections().forEach(connection -> connection.goAway(Duration.ofMinutes(1)));
            await().atMost(PATIENCE)
                    .until(() -> client.sessions.all().stream().allMatch(session -> session.statistics().reconnects() == 1));
            close(keys);
        });
    }

    @Test
    void sessionsThatWereCut() {
        start(settings -> settings.reconnect = NEVER);
        inBatches(keys -> {
            talk(keys);
            connections().forEach(RecordedSession::dropTcp);
        });
    }

    @Test
    void sessionsThatReceivedWhatIsNoMessage() {
        start(settings -> settings.reconnect = NEVER);
        inBatches(keys -> {
            talk(keys);
            connections().forEach(connection -> connection.send("no message"));
        });
    }

    @Test
    void sessionsThatWereClosedForGoodByTheServiceWithMessagesAndCallersWaiting() {
        start(Scenarios.silent(), faults -> {
        }, settings -> {
        });
        inBatches(keys -> {
            open(keys);
            List<EmulatedSessions.Fate> fates = new ArrayList<>(ask(keys));
            fates.addAll(ask(keys));
            connections().forEach(connection -> connection.awaitMessages(1, PATIENCE));
            connections().forEach(connection -> connection.goAway(Duration.ofMinutes(1)).join());
            await().atMost(PATIENCE).until(() -> keys.stream().allMatch(this::keepsAMessage));
            connections().forEach(connection -> connection.close(1008, "models/gemini is not found"));
            failed(fates, GenAiLiveException.class);
        });
    }

    /** On a connection that is about to end, what would start another turn is kept back. */
    private boolean keepsAMessage(String key) {
        LiveSession session = client.session(key);
        if (session.outboxSize() == 0) {
            // realtime input, which does not wait behind the question
            client.send(key, SteppedSessionFixture.text("later").get(0));
        }
        return session.outboxSize() > 0;
    }

    @Test
    void sessionsWhoseServiceOwedAnAnswer() {
        start(Scenarios.silent(), faults -> {
        }, settings -> {
            settings.limits = new SessionLimits(Duration.ZERO, BATCH, MaxSessionsPolicy.reject, SOON);
            settings.reconnect = NEVER;
        });
        inBatches(keys -> failed(ask(keys), GenAiLiveException.class));
    }

    @Test
    void sessionsWhoseRouteTookNothing() {
        seen.holds = true;
        lane = new LaneBounds(1, SOON, LaneOverflow.closeSession, true);
        start(settings -> {
        });
        inBatches(keys -> {
            ask(keys);
            await().atMost(PATIENCE).until(() -> client.sessions.all().isEmpty());
        });
        seen.letGo();
    }

    @Test
    void sessionsThatWereClosedWhileTheyConnected() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 2 * BATCH, InetAddress.getLoopbackAddress())) {
            start(settings -> {
                settings.baseUrl = "ws://127.0.0.1:" + mute.getLocalPort();
                // the attempt outlives its session by that
                settings.connectTimeout = Duration.ofSeconds(5);
            });
            inBatches(keys -> {
                beginToOpen(keys);
                await().atMost(PATIENCE).until(() -> OpenSockets.of(client.connector) == BATCH);
                close(keys);
            });
        }
    }

    @Test
    void sessionsThatWereClosedAtOnce() {
        start(settings -> {
        });
        inBatches(keys -> {
            beginToOpen(keys);
            close(keys);
        });
    }

    @Test
    void sessionsThatWereClosedWhileTheyWaitedForTheirNextConnection() {
        start(settings -> settings.reconnect = LATER);
        inBatches(keys -> {
            talk(keys);
            connections().forEach(RecordedSession::dropTcp);
            awaitAll(LiveSessionState.WAITING);
            close(keys);
        });
    }

    @Test
    void sessionsInAllStatesWhenTheComponentWasShutDown() {
        start(Scenarios.silent(), faults -> {
        }, settings -> settings.reconnect = LATER);
        for (int batch = 0; batch < BATCHES; batch++) {
            openInManyStates(batch);
        }
        client.sessions.close().toCompletableFuture().join();
    }

    private void openInManyStates(int batch) {
        List<List<String>> keys = new ArrayList<>();
        for (int state = 0; state < 5; state++) {
            keys.add(new ArrayList<>());
            for (int i = 0; i < BATCH / 5; i++) {
                keys.get(state).add(batch + "-" + state + "-" + i);
            }
        }
        Set<RecordedSession> others = new HashSet<>(connections());
        open(keys.get(0));
        connections().stream().filter(connection -> !others.contains(connection)).forEach(RecordedSession::dropTcp);
        open(keys.get(1));
        ask(keys.get(2));
        ask(keys.get(2));
        open(keys.get(3));
        close(keys.get(3));
        beginToOpen(keys.get(4));
    }
}
