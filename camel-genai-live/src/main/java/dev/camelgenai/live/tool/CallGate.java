package dev.camelgenai.live.tool;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets no more than a number of calls of one tool run at a time; the others wait outside, first come first served. Thread-safe.
 */
final class CallGate {

    /** Who comes when as many wait is turned away. */
    static final int MAX_WAITING = 1_000;

    private final int maxInside;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int inside;

    /**
     * @param maxInside 0 for any number
     */
    CallGate(int maxInside) {
        this.maxInside = maxInside;
    }

    /**
     * @param  call run when it is inside, now or by whoever leaves
     * @return      {@code false} when it was turned away
     */
    boolean enter(Runnable call) {
        lock.lock();
        try {
            if (maxInside > 0 && inside >= maxInside) {
                return waiting.size() < MAX_WAITING && waiting.add(call);
            }
            inside++;
        } finally {
            lock.unlock();
        }
        call.run();
        return true;
    }

    /**
     * Gives up waiting.
     *
     * @return {@code false} when it is inside already, and has to leave
     */
    boolean withdraw(Runnable call) {
        lock.lock();
        try {
            return waiting.remove(call);
        } finally {
            lock.unlock();
        }
    }

    /** One that was inside is done. */
    void leave() {
        Runnable next;
        lock.lock();
        try {
            next = waiting.pollFirst();
            if (next == null) {
                inside--;
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.run();
        }
    }
}
