package dev.camelgenai.emulator.internal.session;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.camelgenai.emulator.AwaitTimeoutException;

/** A lock whose guarded state can be waited for. Held for moments only, never during I/O. */
final class Awaiting {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Reads the state. */
    <T> T read(Supplier<T> reader) {
        lock.lock();
        try {
            return reader.get();
        } finally {
            lock.unlock();
        }
    }

    /** Changes the state and wakes those who wait. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the state is as wanted.
     *
     * @param failure tells, when the time is over, what is missing
     * @return what {@code reader} reads then
     */
    <T> T await(BooleanSupplier wanted, Duration timeout, Supplier<T> reader, Supplier<String> failure) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!wanted.getAsBoolean()) {
                if (left <= 0) {
                    throw new AwaitTimeoutException(failure.get() + " within " + timeout);
                }
                left = changed.awaitNanos(left);
            }
            return reader.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwaitTimeoutException(
                    "Interrupted after " + TimeUnit.NANOSECONDS.toMillis(timeout.toNanos() - left) + " ms: " + failure.get(),
                    e);
        } finally {
            lock.unlock();
        }
    }
}
