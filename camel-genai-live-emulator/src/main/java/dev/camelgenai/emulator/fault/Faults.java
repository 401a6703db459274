package dev.camelgenai.emulator.fault;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import dev.camelgenai.emulator.fault.Misbehaviour.Close;
import dev.camelgenai.emulator.fault.Misbehaviour.Kill;
import dev.camelgenai.emulator.fault.Misbehaviour.Refuse;
import dev.camelgenai.emulator.fault.Misbehaviour.Silence;
import dev.camelgenai.emulator.fault.Misbehaviour.StopReading;

/**
 * The faults that are armed. Each stays so until {@link #disarm} or {@link #clear()}, or until it has happened as often as it
 * says. It takes effect when its moment comes next, in sessions that are open already as well; {@code @time:0s} is at once in
 * all of them. When several are due together they happen in the order of their arming, up to the one that ends the session.
 *
 * <p>The named methods are shorthands for {@link #arm}; each replaces what it has armed before.
 *
 * <p>Whether a fault with a probability happens depends on the seed, on how many were armed before it since the last
 * {@link #clear()}, on the number of the session, and on how often its moment has come in that session; for upgrades on how
 * many of them there were since the arming. So a run can be repeated. Thread-safe.
 */
public final class Faults {

    /**
     * @param next     the index of the next one
     * @param happened how often each kind has happened; not changed but by adding
     */
    private record Plan(List<Trigger> triggers, long next, Map<Kind, LongAdder> happened) {

        static Plan empty() {
            Map<Kind, LongAdder> happened = new EnumMap<>(Kind.class);
            for (Kind kind : Kind.values()) {
                happened.put(kind, new LongAdder());
            }
            return new Plan(List.of(), 0, happened);
        }

        Plan plus(Trigger trigger) {
            List<Trigger> more = new ArrayList<>(triggers);
            more.add(trigger);
            return new Plan(List.copyOf(more), next + 1, happened);
        }

        Plan without(Predicate<Trigger> leaving) {
            return new Plan(triggers.stream().filter(leaving.negate()).toList(), next, happened);
        }
    }

    private final long seed;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<Plan> plan = new AtomicReference<>(Plan.empty());
    private final Set<SessionFaults> sessions = ConcurrentHashMap.newKeySet();

    /** None armed. */
    public Faults(long seed) {
        this.seed = seed;
    }

    /**
     * Arms a fault beside those that are armed.
     *
     * @return its id, for {@link #disarm}
     */
    public long arm(Fault fault) {
        return arm(Objects.requireNonNull(fault, "fault"), false);
    }

    /** Those that can still happen, in the order of arming. */
    public List<ArmedFault> armed() {
        return triggers().stream().filter(trigger -> !trigger.isSpent()).map(Trigger::snapshot).toList();
    }

    /** How often each kind has happened since the start or the last {@link #clear()}, by the name that it has as text. */
    public Map<String, Long> happened() {
        Map<String, Long> happened = new LinkedHashMap<>();
        plan.get().happened().forEach((kind, count) -> happened.put(kind.text(), count.sum()));
        return happened;
    }

    /**
     * Takes a fault away. Sessions stay as it has made them.
     *
     * @return whether it was armed
     */
    public boolean disarm(long id) {
        return change(before -> before.without(trigger -> trigger.id() == id)).stream().anyMatch(gone -> gone.id() == id);
    }

    /**
     * Behaves again. Sessions that stopped reading stay as they are: see
     * {@link dev.camelgenai.emulator.RecordedSession#resumeReading()}.
     */
    public Faults clear() {
        Plan empty = Plan.empty();
        change(before -> empty);
        return this;
    }

    /** Answers every upgrade with an HTTP error and Google's JSON error body. */
    public Faults refuseUpgrade(int status, String message) {
        return refuseUpgrade(status, message, Fault.ALWAYS);
    }

    /** As {@link #refuseUpgrade(int, String)}, for the next {@code times} upgrades only. */
    public Faults refuseUpgrade(int status, String message, int times) {
        return shorthand(Fault.of(new Refuse(status, message)).times(times));
    }

    /** Answers a setup with a Close frame. */
    public Faults closeInsteadOfSetupComplete(int code, String reason) {
        return closeInsteadOfSetupComplete(code, reason, Fault.ALWAYS);
    }

    /** As {@link #closeInsteadOfSetupComplete(int, String)}, for the next {@code times} setups only. */
    public Faults closeInsteadOfSetupComplete(int code, String reason, int times) {
        return shorthand(Fault.of(new Close(code, reason)).atSetup().times(times));
    }

    /** Accepts the setup and never says so; nothing after it is answered either. */
    public Faults neverAnswerSetup() {
        return neverAnswerSetup(Fault.ALWAYS);
    }

    /** As {@link #neverAnswerSetup()}, for the next {@code times} setups only. */
    public Faults neverAnswerSetup(int times) {
        return shorthand(Fault.of(new Silence()).atSetup().times(times));
    }

    /**
     * Drops the TCP connection, without a Close frame, when a session has received that many messages after its setup; the
     * last one is recorded and not answered. 0 drops it right after {@code setupComplete}.
     */
    public Faults killTcpAfter(int messages) {
        return killTcpAfter(messages, Fault.ALWAYS);
    }

    /** As {@link #killTcpAfter(int)}, for the next {@code times} sessions that come so far. */
    public Faults killTcpAfter(int messages, int times) {
        return shorthand(Fault.of(new Kill()).afterMessages(messages).times(times));
    }

    /** Closes a session when it has received that many messages after its setup; otherwise as {@link #killTcpAfter(int)}. */
    public Faults closeAfter(int messages, int code, String reason) {
        return closeAfter(messages, code, reason, Fault.ALWAYS);
    }

    /** As {@link #closeAfter(int, int, String)}, for the next {@code times} sessions that come so far. */
    public Faults closeAfter(int messages, int code, String reason, int times) {
        return shorthand(Fault.of(new Close(code, reason)).afterMessages(messages).times(times));
    }

    /** Sessions stop reading from their socket once their setup is answered, as a hung server does. */
    public Faults stopReading() {
        return stopReading(Fault.ALWAYS);
    }

    /** As {@link #stopReading()}, for the next {@code times} sessions only. */
    public Faults stopReading(int times) {
        return shorthand(Fault.of(new StopReading()).atSetup().times(times));
    }

    /** For the emulator: an upgrade is asked for. What it returns has been counted. */
    public Optional<Refuse> atConnect() {
        return triggers().stream()
                .filter(trigger -> trigger.fault().when() instanceof Moment.Connect && trigger.happensAtUpgrade()).findFirst()
                .map(trigger -> (Refuse) trigger.fault().what());
    }

    /**
     * For the emulator: what this means for one session.
     *
     * @param number of the session; draws depend on it
     */
    public SessionFaults session(long number) {
        return new SessionFaults(this, number);
    }

    List<Trigger> triggers() {
        return plan.get().triggers();
    }

    void started(SessionFaults session) {
        sessions.add(session);
    }

    void ended(SessionFaults session) {
        sessions.remove(session);
    }

    private Faults shorthand(Fault fault) {
        arm(fault, true);
        return this;
    }

    private long arm(Fault fault, boolean shorthand) {
        long id = ids.incrementAndGet();
        change(before -> before
                .without(trigger -> trigger.isSpent() || shorthand && trigger.isReplacedBy(fault))
                .plus(new Trigger(id, fault, seed, before.next(), shorthand,
                        before.happened().get(Kind.of(fault.what())))));
        triggers().stream().filter(trigger -> trigger.id() == id)
                .forEach(trigger -> sessions.forEach(session -> session.armed(trigger)));
        return id;
    }

    /**
     * Those that leave the plan are disarmed: a session that looks at the old one must not take them any more.
     *
     * @return those that have left
     */
    private List<Trigger> change(UnaryOperator<Plan> change) {
        Plan before;
        Plan after;
        do {
            before = plan.get();
            after = change.apply(before);
        } while (!plan.compareAndSet(before, after));
        List<Trigger> kept = after.triggers();
        List<Trigger> gone = before.triggers().stream().filter(trigger -> !kept.contains(trigger)).toList();
        gone.forEach(Trigger::disarm);
        return gone;
    }
}
