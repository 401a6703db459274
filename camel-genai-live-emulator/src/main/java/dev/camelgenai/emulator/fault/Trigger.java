package dev.camelgenai.emulator.fault;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** One armed fault: draws, and counts how often it has happened. Thread-safe; equal to itself only. */
final class Trigger {

    private final long id;
    private final Fault fault;
    private final long seed;
    private final boolean shorthand;
    private final AtomicInteger left;
    private final AtomicLong upgrades = new AtomicLong();
    private final AtomicLong happened = new AtomicLong();
    private final LongAdder happenedOfKind;

    /**
     * @param seed      of all faults
     * @param index     in the order of arming
     * @param shorthand whether the same shorthand replaces it
     * @param ofKind    counts with all of its kind
     */
    Trigger(long id, Fault fault, long seed, long index, boolean shorthand, LongAdder ofKind) {
        this.id = id;
        this.fault = fault;
        this.seed = mix(seed, index);
        this.shorthand = shorthand;
        this.happenedOfKind = ofKind;
        this.left = new AtomicInteger(fault.times());
    }

    Fault fault() {
        return fault;
    }

    long id() {
        return id;
    }

    ArmedFault snapshot() {
        return new ArmedFault(id, fault, happened.get());
    }

    boolean isReplacedBy(Fault other) {
        return shorthand && fault.what().getClass() == other.what().getClass()
                && fault.when().getClass() == other.when().getClass();
    }

    /** Whether it can never happen again. */
    boolean isSpent() {
        return left.get() == 0;
    }

    void disarm() {
        left.set(0);
    }

    /** Draws for the next upgrade: a refused one has no session whose number could be drawn for. */
    boolean happensAtUpgrade() {
        return happens(0, upgrades.getAndIncrement());
    }

    /**
     * Draws, and counts if it happens. The draw depends on its arguments, the index and the seed alone.
     *
     * @param occurrence how often the moment has come in that session before
     */
    boolean happens(long session, long occurrence) {
        double draw = new SplittableRandom(mix(mix(seed, session), occurrence)).nextDouble();
        if (draw >= fault.probability() || !takeOne()) {
            return false;
        }
        happened.incrementAndGet();
        happenedOfKind.increment();
        return true;
    }

    private boolean takeOne() {
        // event loops may race for the last one
        return left.getAndUpdate(now -> now == Fault.ALWAYS ? now : Math.max(0, now - 1)) > 0;
    }

    private static long mix(long hash, long next) {
        return new SplittableRandom(hash ^ next).nextLong();
    }
}
