package dev.camelgenai.emulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;

/** A clock that stands still until it is {@link #advance advanced}: waiting takes no time in a test. Thread-safe. */
public final class ManualClock implements EmulatorClock {

    private record Task(Instant due, long number, Runnable action) {
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparing(Task::due).thenComparingLong(Task::number));
    private Instant now;
    private long numbers;

    /** Starts at the time of the system. */
    public ManualClock() {
        this(Instant.now());
    }

    public ManualClock(Instant start) {
        now = start;
    }

    @Override
    public Instant now() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Runnable schedule(Duration delay, Runnable action) {
        lock.lock();
        try {
            Task task = new Task(now.plus(delay), numbers++, action);
            tasks.add(task);
            return () -> cancel(task);
        } finally {
            lock.unlock();
        }
    }

    /** Lets that much time pass; what is due meanwhile is started in its order, on this thread, before this returns. */
    public void advance(Duration time) {
        Instant until = now().plus(time);
        for (Task due = next(until); due != null; due = next(until)) {
            due.action().run();
        }
    }

    /** How many actions wait for their time. */
    public int waiting() {
        lock.lock();
        try {
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    private Task next(Instant until) {
        lock.lock();
        try {
            Task first = tasks.peek();
            boolean due = first != null && !first.due().isAfter(until);
            Instant then = due ? first.due() : until;
            now = then.isAfter(now) ? then : now;
            return due ? tasks.remove() : null;
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Task task) {
        lock.lock();
        try {
            tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }
}
