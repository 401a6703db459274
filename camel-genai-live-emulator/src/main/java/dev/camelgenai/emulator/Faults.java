package dev.camelgenai.emulator;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Misbehaviour on demand. A fault stays armed until {@link #clear()}, or for the given number of times. Thread-safe; takes
 * effect at the next upgrade, setup or message, in sessions that are open already as well.
 */
public final class Faults {

    private final Fault<Refusal> refusal = new Fault<>();
    private final Fault<RecordedClose> closeInsteadOfSetupComplete = new Fault<>();
    private final Fault<Boolean> unansweredSetup = new Fault<>();
    private final Fault<Integer> kill = new Fault<>();
    private final Fault<CloseAfter> close = new Fault<>();
    private final Fault<Boolean> stopReading = new Fault<>();

    Faults() {
    }

    /** Answers every upgrade with an HTTP error and Google's JSON error body. */
    public Faults refuseUpgrade(int status, String message) {
        return refuseUpgrade(status, message, Integer.MAX_VALUE);
    }

    /** As {@link #refuseUpgrade(int, String)}, for the next {@code times} upgrades only. */
    public Faults refuseUpgrade(int status, String message, int times) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("An upgrade is refused with a status from 400 to 599, not " + status);
        }
        return arm(refusal, new Refusal(status, message), times);
    }

    /** Answers a setup with a Close frame. */
    public Faults closeInsteadOfSetupComplete(int code, String reason) {
        return closeInsteadOfSetupComplete(code, reason, Integer.MAX_VALUE);
    }

    /** As {@link #closeInsteadOfSetupComplete(int, String)}, for the next {@code times} setups only. */
    public Faults closeInsteadOfSetupComplete(int code, String reason, int times) {
        return arm(closeInsteadOfSetupComplete, new RecordedClose(code, reason), times);
    }

    /** Accepts the setup and never says so; nothing after it is answered either. */
    public Faults neverAnswerSetup() {
        return neverAnswerSetup(Integer.MAX_VALUE);
    }

    /** As {@link #neverAnswerSetup()}, for the next {@code times} setups only. */
    public Faults neverAnswerSetup(int times) {
        return arm(unansweredSetup, Boolean.TRUE, times);
    }

    /**
     * Drops the TCP connection, without a Close frame, when a session has received that many messages after its setup; the
     * last one is recorded and not answered. 0 drops it right after {@code setupComplete}.
     */
    public Faults killTcpAfter(int messages) {
        return killTcpAfter(messages, Integer.MAX_VALUE);
    }

    /** As {@link #killTcpAfter(int)}, for the next {@code times} sessions that come so far. */
    public Faults killTcpAfter(int messages, int times) {
        return arm(kill, messages, times);
    }

    /** Closes a session when it has received that many messages after its setup; otherwise as {@link #killTcpAfter(int)}. */
    public Faults closeAfter(int messages, int code, String reason) {
        return closeAfter(messages, code, reason, Integer.MAX_VALUE);
    }

    /** As {@link #closeAfter(int, int, String)}, for the next {@code times} sessions that come so far. */
    public Faults closeAfter(int messages, int code, String reason, int times) {
        return arm(close, new CloseAfter(messages, new RecordedClose(code, reason)), times);
    }

    /** Sessions stop reading from their socket once their setup is answered, as a hung server does. */
    public Faults stopReading() {
        return arm(stopReading, Boolean.TRUE, Integer.MAX_VALUE);
    }

    /** Behaves again. Sessions that stopped reading stay as they are: see {@link RecordedSession#resumeReading()}. */
    public Faults clear() {
        refusal.disarm();
        closeInsteadOfSetupComplete.disarm();
        unansweredSetup.disarm();
        kill.disarm();
        close.disarm();
        stopReading.disarm();
        return this;
    }

    Optional<Refusal> takeRefusal() {
        return refusal.take(r -> true);
    }

    Optional<RecordedClose> takeCloseInsteadOfSetupComplete() {
        return closeInsteadOfSetupComplete.take(c -> true);
    }

    boolean takeUnansweredSetup() {
        return unansweredSetup.take(b -> true).isPresent();
    }

    boolean takeKill(long received) {
        return kill.take(after -> received >= after).isPresent();
    }

    Optional<RecordedClose> takeClose(long received) {
        return close.take(c -> received >= c.messages()).map(CloseAfter::close);
    }

    boolean takeStopReading() {
        return stopReading.take(b -> true).isPresent();
    }

    private <T> Faults arm(Fault<T> fault, T value, int times) {
        if (times < 1) {
            throw new IllegalArgumentException("A fault happens at least once; clear() takes it away");
        }
        fault.arm(value, times);
        return this;
    }

    record Refusal(int status, String message) {
    }

    private record CloseAfter(int messages, RecordedClose close) {
    }

    /** One kind of fault, armed or not. */
    private static final class Fault<T> {

        private record Armed<T>(T value, AtomicInteger left) {
        }

        private final AtomicReference<Armed<T>> armed = new AtomicReference<>();

        void arm(T value, int times) {
            armed.set(new Armed<>(value, new AtomicInteger(times)));
        }

        void disarm() {
            armed.set(null);
        }

        Optional<T> take(Predicate<T> due) {
            Armed<T> now = armed.get();
            if (now == null || !due.test(now.value())) {
                return Optional.empty();
            }
            if (now.left().get() == Integer.MAX_VALUE) {
                return Optional.of(now.value());
            }
            // two event loops may race for the last one
            return now.left().getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? Optional.of(now.value()) : Optional.empty();
        }
    }
}
