package dev.camelgenai.live.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLimitException;
import dev.camelgenai.live.protocol.ClientMessage;

/**
 * The sessions of a component by group and key. Opens a session at its first use, and anew at the next use after it has
 * ended. Thread-safe. No method waits for the network; the first session of a group reads the group's configuration.
 */
public final class LiveSessions {

    /** Sessions that share a profile, and the consumers that listen to them. */
    private static final class Group {

        private final String name;
        private final Supplier<SessionProfile> profileSource;
        private final ConcurrentHashMap<String, LiveSession> sessions = new ConcurrentHashMap<>();
        /** Conversations whose session has ended, but whose handle is not saved or forgotten yet. */
        private final ConcurrentHashMap<String, CompletionStage<Void>> saving = new ConcurrentHashMap<>();
        private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
        /** Makes sure that a session and a consumer that appear at the same time find each other exactly once. */
        private final ReentrantLock lock = new ReentrantLock();
        private SessionProfile profile;

        private Group(String name, Supplier<SessionProfile> profileSource) {
            this.name = name;
            this.profileSource = profileSource;
        }

        /** The same for all sessions that exist at a time. */
        private SessionProfile profile() {
            if (profile == null || sessions.isEmpty()) {
                profile = profileSource.get();
            }
            return profile;
        }
    }

    /** A consumer's interest in the sessions of a group, or in one of them. */
    public final class Subscription implements AutoCloseable {

        private final Group group;
        private final String key;
        private final SessionConsumer consumer;
        private final LaneBounds laneBounds;
        private final Set<Lane> lanes = ConcurrentHashMap.newKeySet();
        private boolean suspended;
        private boolean closed;

        private Subscription(Group group, String key, SessionConsumer consumer, LaneBounds laneBounds) {
            this.group = group;
            this.key = key;
            this.consumer = consumer;
            this.laneBounds = laneBounds;
        }

        private void attachTo(LiveSession session) {
            if (closed || (key != null && !key.equals(session.address().key()))) {
                return;
            }
            Lane lane = new Lane(session, consumer, laneBounds, services, suspended, lanes::remove);
            lanes.add(lane);
            session.attach(lane);
        }

        /** Stops delivery; messages are kept in their lanes, and sessions whose lane is full stop reading. */
        public void suspend() {
            locked(group, () -> {
                suspended = true;
                lanes.forEach(Lane::suspend);
            });
        }

        /** Goes on after {@link #suspend()}. */
        public void resume() {
            locked(group, () -> {
                suspended = false;
                lanes.forEach(Lane::resume);
            });
        }

        /** Ends the sessions that this consumer listens to. */
        public void closeSessions() {
            group.sessions.values().stream().filter(session -> key == null || key.equals(session.address().key()))
                    .forEach(LiveSession::close);
        }

        /** Messages that wait for this consumer. */
        public int pending() {
            return lanes.stream().mapToInt(Lane::size).sum();
        }

        /** Ends delivery. The sessions go on. */
        @Override
        public void close() {
            locked(group, () -> {
                closed = true;
                group.subscriptions.remove(this);
                group.sessions.values().forEach(session -> session.detach(consumer));
                lanes.forEach(Lane::stop);
                lanes.clear();
            });
        }
    }

    private final SessionServices services;
    private final ConcurrentHashMap<String, Group> groups = new ConcurrentHashMap<>();
    /** Also those that are closing while their successor is open already. */
    private final Set<LiveSession> alive = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public LiveSessions(SessionServices services) {
        this.services = services;
    }

    /**
     * Makes a group known. Does nothing when it is known already.
     *
     * @param profile asked when a session is opened while the group has none
     */
    public void define(String group, Supplier<SessionProfile> profile) {
        groups.computeIfAbsent(group, name -> new Group(name, profile));
    }

    /** Forgets a group that has neither sessions nor consumers. */
    public void forget(String group) {
        groups.computeIfPresent(group,
                (name, known) -> known.sessions.isEmpty() && known.subscriptions.isEmpty() ? null : known);
    }

    /** Whether a group has sessions, so that its profile cannot change. */
    public boolean isInUse(String group) {
        Group known = groups.get(group);
        return known != null && !known.sessions.isEmpty();
    }

    /**
     * Sends messages to a session, in order and with nothing in between.
     *
     * @param  callback                                     told once how it ended
     * @throws dev.camelgenai.live.error.GenAiLiveException when they cannot be accepted; the callback is not called then
     */
    public void send(SessionAddress address, List<? extends ClientMessage> messages, SendCallback callback) {
        LiveSession session = session(address);
        while (!session.send(messages, callback)) {
            session = successor(session);
        }
    }

    /**
     * Sends messages to a session and awaits the model's turn.
     *
     * @param  bounds                                       of the turn and of the wait for it
     * @param  callback                                     told once how it ended
     * @throws dev.camelgenai.live.error.GenAiLiveException when they cannot be accepted; the callback is not called then
     */
    public void ask(SessionAddress address, List<? extends ClientMessage> messages, TurnBounds bounds,
            TurnCallback callback) {
        LiveSession session = session(address);
        while (!session.ask(messages, bounds, callback)) {
            session = successor(session);
        }
    }

    /** Opens a session if it is not open already; completes when it is. */
    public CompletionStage<LiveSession> open(SessionAddress address) {
        return session(address).opened();
    }

    /**
     * Opens a session that is not closed for being idle; completes when it is open.
     *
     * @param address of the session
     */
    public CompletionStage<LiveSession> keepOpen(SessionAddress address) {
        LiveSession session = session(address);
        session.keepOpen();
        return session.opened();
    }

    /**
     * Ends a session and its conversation: the next use of the address starts another one. Completes when it has ended.
     */
    public CompletionStage<Void> close(SessionAddress address) {
        Group group = group(address.group());
        LiveSession session = group.sessions.get(address.key());
        return session != null ? session.closeForGood() : forget(address, group);
    }

    /** A conversation without a session may still be one that can be resumed. */
    private CompletionStage<Void> forget(SessionAddress address, Group group) {
        HandleStore handles = locked(group, group::profile).resumption().handles();
        return CompletableFuture.runAsync(() -> handles.remove(address), services.connects());
    }

    /**
     * Listens to the sessions of a group: those that are open and those that will be.
     *
     * @param key             listens to that session only; {@code null} to all
     * @param laneBounds of what waits in each session for the consumer
     */
    public Subscription subscribe(String groupName, String key, SessionConsumer consumer, LaneBounds laneBounds) {
        Group group = group(groupName);
        Subscription subscription = new Subscription(group, key, consumer, laneBounds);
        locked(group, () -> {
            group.subscriptions.add(subscription);
            group.sessions.values().forEach(subscription::attachTo);
        });
        return subscription;
    }

    /** The sessions that have not ended. */
    public Collection<LiveSession> all() {
        return List.copyOf(alive);
    }

    /** Ends all sessions of a group; completes when they have ended. */
    public CompletionStage<Void> closeGroup(String groupName) {
        Group group = groups.get(groupName);
        return group == null ? CompletableFuture.completedFuture(null) : closeAll(group.sessions.values());
    }

    /** Ends all sessions and opens no more; completes when they have ended. */
    public CompletionStage<Void> close() {
        closed = true;
        // once through every lock, so that a session being opened right now is either refused or seen
        groups.values().forEach(group -> locked(group, () -> {
        }));
        return closeAll(all());
    }

    /** A session has ended before it took what it was to send: another one will, unless it could not even be opened. */
    private LiveSession successor(LiveSession ended) {
        refuseWhenClosed();
        ended.openFailure().ifPresent(failure -> {
            throw failure;
        });
        return session(ended.address());
    }

    private static CompletionStage<Void> closeAll(Collection<LiveSession> sessions) {
        return CompletableFuture
                .allOf(sessions.stream().map(session -> session.close().toCompletableFuture())
                        .toArray(CompletableFuture[]::new));
    }

    private LiveSession session(SessionAddress address) {
        Group group = group(address.group());
        LiveSession session = group.sessions.get(address.key());
        if (session != null && !session.state().isEnding()) {
            return session;
        }
        return locked(group, () -> {
            LiveSession present = group.sessions.get(address.key());
            if (present != null && !present.state().isEnding()) {
                return present;
            }
            refuseWhenClosed();
            makeRoom(group);
            LiveSession opening = new LiveSession(address, group.profile(), services, this::ended);
            alive.add(opening);
            group.sessions.put(address.key(), opening);
            group.subscriptions.forEach(subscription -> subscription.attachTo(opening));
            openAfter(present != null ? present.ended() : group.saving.get(address.key()), opening, group.profile());
            return opening;
        });
    }

    /**
     * The service refuses a conversation as long as it has another socket, and the store has the right handle only when the
     * session before has left it there. That one gets as much time as a connection.
     */
    private void openAfter(CompletionStage<Void> before, LiveSession opening, SessionProfile profile) {
        if (before == null || before.toCompletableFuture().isDone()) {
            opening.open();
            return;
        }
        ScheduledFuture<?> patience = services.timer().schedule(opening::open, profile.connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
        before.thenRun(() -> {
            patience.cancel(false);
            opening.open();
        });
    }

    private static void makeRoom(Group group) {
        SessionLimits limits = group.profile().limits();
        if (group.sessions.size() < limits.maxSessions()) {
            return;
        }
        Optional<LiveSession> idle = limits.maxSessionsPolicy() == MaxSessionsPolicy.evictIdle
                ? group.sessions.values().stream().filter(LiveSession::isIdle)
                        .min(Comparator.comparingLong(LiveSession::lastActivity))
                : Optional.empty();
        LiveSession evicted = idle.orElseThrow(() -> new LiveSessionLimitException("The session group " + group.name
                + " has " + group.sessions.size() + " sessions already (maxSessions=" + limits.maxSessions()
                + ", maxSessionsPolicy=" + limits.maxSessionsPolicy()
                + (limits.maxSessionsPolicy() == MaxSessionsPolicy.evictIdle
                        ? ", and none of them is idle"
                        : "")
                + "). Close sessions that are done (operation closeSession, sessionIdleTimeout), or raise maxSessions.", true));
        group.sessions.remove(evicted.address().key(), evicted);
        evicted.close();
    }

    private void ended(LiveSession session) {
        alive.remove(session);
        Group group = groups.get(session.address().group());
        if (group != null) {
            String key = session.address().key();
            CompletionStage<Void> saved = group.saving.merge(key, session.ended(),
                    (earlier, later) -> earlier.thenCombine(later, (nothing, either) -> either));
            // only this very session: its successor may have been opened already
            group.sessions.remove(key, session);
            saved.thenRun(() -> group.saving.remove(key, saved));
        }
    }

    private Group group(String name) {
        Group group = groups.get(name);
        if (group == null) {
            throw new IllegalStateException("The session group " + name + " is not defined");
        }
        return group;
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new LiveSessionClosedException("The component has been stopped; it opens no more sessions", false);
        }
    }

    private static void locked(Group group, Runnable action) {
        locked(group, () -> {
            action.run();
            return null;
        });
    }

    private static <T> T locked(Group group, Supplier<T> action) {
        group.lock.lock();
        try {
            return action.get();
        } finally {
            group.lock.unlock();
        }
    }
}
