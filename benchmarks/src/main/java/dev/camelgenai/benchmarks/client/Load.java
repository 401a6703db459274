package dev.camelgenai.benchmarks.client;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import com.sun.management.OperatingSystemMXBean;
import dev.camelgenai.benchmarks.ArrivalCounter;
import dev.camelgenai.benchmarks.SequenceLedger;
import dev.camelgenai.benchmarks.ServerMode;
import dev.camelgenai.benchmarks.Workload;
import dev.camelgenai.benchmarks.peer.Peer;
import dev.camelgenai.benchmarks.peer.PeerSession;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Puts a peer under load and measures it. Chunks are made and sent by the calling thread, whatever the peer, so that what this costs
 * is the same for all.
 */
final class Load {

    private static final int OPENING_AT_A_TIME = 64;
    private static final Duration OPENING = Duration.ofMinutes(3);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(20);
    private static final long TICK = Duration.ofMillis(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST = Duration.ofMinutes(2).toNanos();
    /** A chunk that is later than this is timed from when it was due: who was late does not hide it. */
    private static final long LATE = 2 * TICK;
    private static final int WARM_SESSIONS = 8;
    /** Chunks of all sessions that may not have arrived, or not been answered: less than half of what the SDK's sockets queue. */
    private static final int MAX_UNDERWAY = 8_192;
    private static final int WARM_IN_FLIGHT = 4;
    /** Age of the session that a long one is compared with. */
    private static final double YOUNG_SECONDS = 10;
    private static final int LENGTH_TURNS = 4;

    /** Told of the beginning and the end of each window. */
    interface Listener {

        void measuring();

        void measured();
    }

    private final ClientSpec spec;
    private final Workload workload;
    private final Peer peer;
    private final ArrivalCounter arrivals;
    private final Listener listener;
    private final AllocationMeter allocation = new AllocationMeter();
    private final List<LoadSession> sessions = new ArrayList<>();
    private final List<ClientResult.Window> windows = new ArrayList<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder heard = new LongAdder();
    private final LongAdder opened = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder due = new LongAdder();
    private final LongAdder notSent = new LongAdder();
    private final AtomicReference<Throwable> firstFailure = new AtomicReference<>();
    private final Recorder latency = new Recorder(LONGEST, 3);
    private final Thread driver = Thread.currentThread();
    private volatile boolean waiting;
    private int nextIndex;
    /** Chunks that the peer was given. */
    private long given;
    private long dueInWindows;
    private long liveHeapBefore;
    private long directBefore;

    Load(ClientSpec spec, Peer peer, ArrivalCounter arrivals, Listener listener) {
        this.spec = spec;
        this.workload = spec.workload();
        this.peer = peer;
        this.arrivals = arrivals;
        this.listener = listener;
    }

    Workload workload() {
        return workload;
    }

    void sent(int left, Throwable failure) {
        if (failure == null) {
            sent.increment();
        } else {
            failed(failure);
        }
        // half of what fits: waking the driver for each chunk would be what is measured
        if (waiting && left <= workload.inFlight() / 2) {
            LockSupport.unpark(driver);
        }
    }

    void failed(Throwable failure) {
        failed.increment();
        firstFailure.compareAndSet(null, failure);
    }

    /** @param nanos since the chunk was sent, negative where that does not count */
    void heard(long nanos) {
        heard.increment();
        if (nanos >= 0) {
            latency.recordValue(Math.min(nanos, LONGEST));
        }
    }

    /** The whole load up to its end; the sessions stay open. */
    void run() throws InterruptedException, ExecutionException, TimeoutException {
        if (workload.measureMemory()) {
            // what the first sessions of a JVM load and cache belongs to none of the others
            open(WARM_SESSIONS);
            closeAll();
            liveHeapBefore = ProcessMemory.liveHeap();
            directBefore = ProcessMemory.direct();
        }
        switch (workload.kind()) {
            case SATURATED_UPLINK -> {
                open(workload.sessions());
                saturate(spec.warmupSeconds(), workload.inFlight(), arrivals::get);
                measure(sent::sum, () -> saturate(spec.seconds(), workload.inFlight(), arrivals::get));
            }
            case PACED -> {
                open(workload.sessions());
                warmUp();
                measure(heard::sum, () -> pace(spec.seconds()));
            }
            case SATURATED_DOWNLINK -> {
                open(workload.sessions());
                // the first chunk of a session starts the server's audio
                sessions.forEach(session -> send(session, System.nanoTime()));
                park(spec.warmupSeconds());
                measure(heard::sum, () -> park(spec.seconds()));
            }
            case OPENING -> {
                openAndClose(spec.warmupSeconds());
                measure(opened::sum, () -> openAndClose(spec.seconds()));
            }
            case LENGTH -> lengthen();
        }
    }

    /**
     * The long session and a young one in turn, in the same JVM: the JIT compiler goes on for minutes at such a pace, so that an early
     * window of the long session would be about the compiler.
     */
    private void lengthen() throws InterruptedException, ExecutionException, TimeoutException {
        open(1);
        warmUp();
        awaitAnswers();
        closeAll();
        open(1);
        pace(spec.lengthSeconds());
        LoadSession old = sessions.remove(0);
        open(1);
        LoadSession young = sessions.get(0);
        young.measureUpToHere();
        pace(Math.min(YOUNG_SECONDS, spec.lengthSeconds()));
        for (int turn = 0; turn < LENGTH_TURNS; turn++) {
            measureAlone(old);
            measureAlone(young);
        }
        sessions.clear();
        sessions.addAll(List.of(old, young));
    }

    private void measureAlone(LoadSession session) {
        sessions.clear();
        sessions.add(session);
        // between windows nothing counts, and what the other has left in caches goes
        session.measureUpToHere();
        pace(spec.seconds() / 8);
        measure(heard::sum, () -> pace(spec.seconds()));
    }

    private void open(int number) throws InterruptedException, ExecutionException, TimeoutException {
        Semaphore places = new Semaphore(OPENING_AT_A_TIME);
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            places.acquire();
            LoadSession session = new LoadSession(nextIndex++, this);
            sessions.add(session);
            all.add(peer.open(session.index(), session::heard).thenAccept(session::opened)
                    .whenComplete((done, failure) -> places.release()).toCompletableFuture());
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(OPENING.toSeconds(), TimeUnit.SECONDS);
    }

    /** First as fast as it goes, because at the pace of a microphone the JIT compiler would take minutes. */
    private void warmUp() {
        saturate(spec.warmupSeconds() / 4, WARM_IN_FLIGHT, heard::sum);
        // answers that are under way do not count now, as when it is measured: the compiler has to have seen both
        sessions.forEach(LoadSession::measureFromHere);
        saturate(spec.warmupSeconds() / 4, WARM_IN_FLIGHT, heard::sum);
        awaitAnswers();
        pace(spec.warmupSeconds() / 2);
    }

    /**
     * @param inFlight chunks of a session that the peer may not have reported as sent
     * @param arrived  chunks that are not under way any more
     */
    private void saturate(double seconds, int inFlight, LongSupplier arrived) {
        long end = after(seconds);
        while (System.nanoTime() < end) {
            boolean any = false;
            long budget = MAX_UNDERWAY - (given - arrived.getAsLong());
            for (LoadSession session : sessions) {
                for (int burst = session.inFlight(); burst < inFlight && budget > 0; burst++) {
                    send(session, System.nanoTime());
                    budget--;
                    any = true;
                }
            }
            if (!any) {
                waiting = true;
                // a completion in between is seen at the latest after a tick
                LockSupport.parkNanos(TICK);
                waiting = false;
            }
        }
    }

    private void send(LoadSession session, long nanos) {
        given++;
        session.send(nanos);
    }

    private void pace(double seconds) {
        long between = (long) (SECOND / workload.rate() / sessions.size());
        long start = System.nanoTime();
        long end = after(seconds);
        long number = 0;
        long now = start;
        while (now < end) {
            long dueNanos = start + number * between;
            if (dueNanos > now) {
                LockSupport.parkNanos(Math.min(TICK, end - now));
                now = System.nanoTime();
                continue;
            }
            LoadSession session = sessions.get((int) (number % sessions.size()));
            number++;
            due.increment();
            now = System.nanoTime();
            if (session.inFlight() < workload.inFlight()) {
                send(session, now - dueNanos > LATE ? dueNanos : now);
            } else {
                notSent.increment();
            }
        }
    }

    private void park(double seconds) {
        long end = after(seconds);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void openAndClose(double seconds) {
        long end = after(seconds);
        AtomicInteger open = new AtomicInteger();
        while (System.nanoTime() < end) {
            if (open.get() >= workload.inFlight()) {
                waiting = true;
                LockSupport.parkNanos(TICK);
                waiting = false;
                continue;
            }
            open.incrementAndGet();
            peer.open(nextIndex++, pcm -> {
            }).thenCompose(PeerSession::close).whenComplete((closed, failure) -> {
                if (failure == null) {
                    opened.increment();
                } else {
                    failed(failure);
                }
                open.decrementAndGet();
                if (waiting) {
                    LockSupport.unpark(driver);
                }
            });
        }
        await(() -> open.get() == 0);
    }

    private static long after(double seconds) {
        return System.nanoTime() + (long) (seconds * SECOND);
    }

    private void measure(LongSupplier counter, Runnable load) {
        listener.measuring();
        sessions.forEach(LoadSession::measureFromHere);
        if (windows.isEmpty()) {
            // until now everything was recorded, so that no code runs for the first time while it is measured
            latency.reset();
        }
        long dueBefore = due.sum();
        long messages = counter.getAsLong();
        long allocated = allocation.allocated();
        long cpu = cpuNanos();
        long start = System.nanoTime();
        load.run();
        double seconds = (double) (System.nanoTime() - start) / SECOND;
        cpu = cpuNanos() - cpu;
        messages = counter.getAsLong() - messages;
        allocated = allocation.allocated() - allocated;
        sessions.forEach(LoadSession::measureUpToHere);
        dueInWindows += due.sum() - dueBefore;
        windows.add(new ClientResult.Window(messages, seconds, cpu, allocated));
        listener.measured();
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /**
     * Waits for what is under way and tells what there is to tell.
     *
     * @param sourceSent messages that the server has sent by itself
     */
    ClientResult result(long sourceSent) {
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long resident = ProcessMemory.status("VmRSS");
        await(() -> hanging() == 0);
        long expected = switch (workload.server()) {
            case SINK -> 0;
            case ANSWER -> sent.sum();
            case SOURCE -> sourceSent;
        };
        await(() -> heard.sum() >= expected);
        SequenceLedger.Account downlink = sessions.stream().map(session -> session.downlink().account())
                .reduce(SequenceLedger.Account.NOTHING, SequenceLedger.Account::plus);
        Map<Integer, Long> bySession = new TreeMap<>();
        sessions.forEach(session -> bySession.put(session.index(), session.sent()));
        Histogram answers = latency.getIntervalHistogram();
        boolean timed = workload.server() == ServerMode.ANSWER && answers.getTotalCount() > 0;
        return new ClientResult(List.copyOf(windows), bySession, failed.sum(), text(firstFailure.get()), notSent.sum(),
                hanging(), downlink, Math.max(0, expected - heard.sum()),
                timed
                        ? new ClientResult.Latency(answers.getValueAtPercentile(50), answers.getValueAtPercentile(99),
                                answers.getMaxValue())
                        : null,
                dueInWindows == 0 ? 0 : (double) answers.getCountBetweenValues(0, SECOND) / dueInWindows, memory(), threads,
                ManagementFactory.getThreadMXBean().getPeakThreadCount(), resident, ProcessMemory.status("VmHWM"));
    }

    private static String text(Throwable failure) {
        return failure == null ? null : failure.toString();
    }

    private ClientResult.Memory memory() {
        if (!workload.measureMemory()) {
            return null;
        }
        int open = Math.max(1, sessions.size());
        return new ClientResult.Memory((ProcessMemory.liveHeap() - liveHeapBefore) / open,
                (ProcessMemory.direct() - directBefore) / open);
    }

    private long hanging() {
        return sessions.stream().mapToLong(LoadSession::inFlight).sum();
    }

    private void awaitAnswers() {
        await(() -> heard.sum() >= sent.sum() && hanging() == 0);
    }

    /** Gives up after a while: what is missing then is told as such. */
    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + DRAIN.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(TICK);
        }
    }

    /** Ends the sessions. */
    void closeAll() throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<?>[] all = sessions.stream().map(session -> session.session().close().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).get(CLOSING.toSeconds(), TimeUnit.SECONDS);
        sessions.clear();
    }
}
