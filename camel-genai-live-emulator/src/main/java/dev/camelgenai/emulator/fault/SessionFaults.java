package dev.camelgenai.emulator.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The armed faults as one session meets them; for the emulator itself, made by {@link Faults#session}. Every method but those of
 * {@link Faults} that arm is called on the event loop of the session.
 *
 * <p>What the methods return happens now, in this order, and has been counted. It is the order of arming; what ends the
 * session is last, and nothing comes after it.
 */
public final class SessionFaults implements AutoCloseable {

    private static final int TIDY_ABOVE = 64;

    private final Faults faults;
    private final long number;
    /** Those that this session is done with: drawn for, happened, or waiting for their time. */
    private final Set<Trigger> settled = ConcurrentHashMap.newKeySet();
    private volatile Consumer<Timed> timers;
    private volatile boolean ended;
    private long turns;

    SessionFaults(Faults faults, long number) {
        this.faults = faults;
        this.number = number;
    }

    /** A valid setup has arrived and is not answered yet. */
    public List<Misbehaviour> atSetup() {
        return happening(Moment.Setup.class::isInstance, 0);
    }

    /**
     * A message has been recorded and is not answered yet.
     *
     * @param receivedSoFar the messages since the setup, this one included; 0 for {@code setupComplete} has been sent
     */
    public List<Misbehaviour> onMessage(long receivedSoFar) {
        return happening(when -> when instanceof Moment.Messages messages && receivedSoFar >= messages.count(), 0);
    }

    /** The first content of a turn has been sent. */
    public List<Misbehaviour> midTurn() {
        return happening(Moment.MidTurn.class::isInstance, turns++);
    }

    /**
     * {@code setupComplete} has been sent: time runs. Tells about every fault with a time that is armed, and until
     * {@link #close()} about every one that will be, once each.
     *
     * @param scheduler calls {@link Timed#due()} on the event loop when {@link Timed#after()} has passed; is called by the
     *                  thread that arms, must not block or throw
     */
    public void start(Consumer<Timed> scheduler) {
        timers = scheduler;
        // in this order nobody is missed: who arms adds the fault first and then looks for sessions
        faults.started(this);
        faults.triggers().forEach(this::armed);
    }

    /** The session has ended: nothing happens any more. Harmless the second time. */
    @Override
    public void close() {
        ended = true;
        faults.ended(this);
    }

    /** A fault has been armed, on any thread. */
    void armed(Trigger trigger) {
        if (trigger.fault().when() instanceof Moment.Time time && !ended && settle(trigger)) {
            timers.accept(new Timed(time.after(), trigger));
        }
    }

    /** How many faults it remembers to be done with. */
    int settled() {
        return settled.size();
    }

    private List<Misbehaviour> happening(Predicate<Moment> now, long occurrence) {
        List<Trigger> triggers = faults.triggers();
        if (triggers.isEmpty()) {
            return List.of();
        }
        List<Misbehaviour> happening = new ArrayList<>();
        for (Trigger trigger : triggers) {
            if (now.test(trigger.fault().when()) && mayHappen(trigger)) {
                draw(trigger, occurrence).ifPresent(happening::add);
            }
        }
        return happening;
    }

    private boolean mayHappen(Trigger trigger) {
        if (ended) {
            return false;
        }
        // turns come again and again, the other moments once
        return trigger.fault().when() instanceof Moment.MidTurn ? !settled.contains(trigger) : settle(trigger);
    }

    private Optional<Misbehaviour> draw(Trigger trigger, long occurrence) {
        if (!trigger.happens(number, occurrence)) {
            return Optional.empty();
        }
        Misbehaviour what = trigger.fault().what();
        Kind kind = Kind.of(what);
        if (!kind.repeats()) {
            settle(trigger);
        }
        if (kind.endsSession()) {
            ended = true;
        }
        return Optional.of(what);
    }

    private boolean settle(Trigger trigger) {
        if (settled.size() > TIDY_ABOVE) {
            settled.removeIf(Trigger::isSpent);
        }
        return settled.add(trigger);
    }

    /** A fault that waits for its time. */
    public final class Timed {

        private final Duration after;
        private final Trigger trigger;

        private Timed(Duration after, Trigger trigger) {
            this.after = after;
            this.trigger = trigger;
        }

        /** How long to wait from now on, by the clock of the emulator; 0 for not at all. */
        public Duration after() {
            return after;
        }

        /** The time has come; called once. Empty if it does not happen: not drawn, used up, disarmed, session ended. */
        public Optional<Misbehaviour> due() {
            return ended ? Optional.empty() : draw(trigger, 0);
        }
    }
}
