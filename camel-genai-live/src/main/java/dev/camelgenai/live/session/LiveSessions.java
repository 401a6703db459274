package dev.camelgenai.live.session;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.camelgenai.live.error.LiveSessionClosedException;
import dev.camelgenai.live.error.LiveSessionLimitException;
import dev.camelgenai.live.protocol.ClientMessage;

/**
 * The sessions of a component by group and key. Opens a session at its first use, and anew at the next use after it has
 * ended. Thread-safe. No method waits for the network; the first session of a group reads the group's configuration.
 */
public final class LiveSessions {

    /** Of how many forgotten groups the counts are kept; a group that was forgotten before them starts from zero. */
    private static final int MAX_DEPARTED = 1_000;

    /** Sessions that share a profile, and the consumers that listen to them. */
    private static final class Group {

        private final String name;
        private final Supplier<SessionProfile> profileSource;
        private final ConcurrentHashMap<String, LiveSession> sessions = new ConcurrentHashMap<>();
        private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
        /** The keys whose sessions are not closed for being idle, and how many want that of each. */
        private final Map<String, Integer> kept = new HashMap<>();
        /** Makes sure that a session and a consumer that appear at the same time find each other exactly once. */
        private final ReentrantLock lock = new ReentrantLock();
        private SessionProfile profile;
        /** Whoever got hold of it in the last moment must look it up again. */
        private boolean forgotten;
        /** Of sessions that have ended. */
        private SessionStatistics past;
        /** What was last told. */
        private SessionStatistics told = SessionStatistics.NONE;

        private Group(String name, Supplier<SessionProfile> profileSource, SessionStatistics past) {
            this.name = name;
            this.profileSource = profileSource;
            this.past = past;
        }

        /** The same for all sessions that exist at a time. */
        private SessionProfile profile() {
            if (profile == null || sessions.isEmpty()) {
                profile = profileSource.get();
            }
            return profile;
        }

        /** Does not wait: whoever holds the lock may be waiting for the profile, and so for the caller. */
        private boolean forget() {
            if (!lock.tryLock()) {
                return false;
            }
            try {
                forgotten = sessions.isEmpty() && subscriptions.isEmpty() && kept.isEmpty();
                return forgotten;
            } finally {
                lock.unlock();
            }
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
    /** What had happened in groups that were forgotten: one that comes back goes on counting. */
    private final Map<String, SessionStatistics> departed = Collections.synchronizedMap(new LinkedHashMap<>() {

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SessionStatistics> eldest) {
            return size() > MAX_DEPARTED;
        }
    });
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
        groups.computeIfAbsent(group, name -> {
            SessionStatistics past = departed.remove(name);
            return new Group(name, profile, past == null ? SessionStatistics.NONE : past);
        });
    }

    /**
     * Forgets a group that has neither sessions nor consumers, and none that anybody keeps open.
     *
     * @return whether the group is not known now; one that is being used at this moment is kept
     */
    public boolean forget(String group) {
        return groups.computeIfPresent(group, (name, known) -> {
            if (!known.forget()) {
                return known;
            }
            departed.put(name, known.past);
            return null;
        }) == null;
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

    /**
     * Sends messages to a session and hands out the model's turn while it arrives, as soon as they are sent.
     *
     * @param  bounds                                       of the turn and of the wait for it; as many bytes may wait to be read
     * @param  maxMessages                                  how many messages may wait to be read
     * @param  callback                                     told once how the messages were sent
     * @throws dev.camelgenai.live.error.GenAiLiveException when they cannot be accepted; the callback is not called then
     */
    public void stream(SessionAddress address, List<? extends ClientMessage> messages, TurnBounds bounds, int maxMessages,
            StreamCallback callback) {
        LiveSession session = session(address);
        while (!session.stream(messages, bounds, maxMessages, callback)) {
            session = successor(session);
        }
    }

    /** Opens a session if it is not open already; completes when it is. */
    public CompletionStage<LiveSession> open(SessionAddress address) {
        return session(address).opened();
    }

    /**
     * Opens a session if it is not open already, and completes when it is. Until {@link #release} neither this session nor one
     * that is opened at the same address after it is closed for being idle. Every call is to be followed by one of
     * {@code release}, also where the session could not be opened.
     */
    public CompletionStage<LiveSession> keepOpen(SessionAddress address) {
        return inGroup(address.group(), group -> {
            group.kept.merge(address.key(), 1, Integer::sum);
            LiveSession session = session(address);
            session.keepOpen(true);
            return session;
        }).opened();
    }

    /** Undoes one {@link #keepOpen}: after the last one the session may be closed for being idle again. */
    public void release(SessionAddress address) {
        Group group = group(address.group());
        locked(group, () -> {
            Integer others = group.kept.computeIfPresent(address.key(), (key, count) -> count > 1 ? count - 1 : null);
            LiveSession session = group.sessions.get(address.key());
            if (others == null && session != null) {
                session.keepOpen(false);
            }
        });
    }

    /**
     * Ends a session and its conversation: the next use of the address starts another one. Completes when it has ended.
     */
    public CompletionStage<Void> close(SessionAddress address) {
        Group group = group(address.group());
        LiveSession session = group.sessions.get(address.key());
        return session != null ? session.closeForGood() : forget(address, group);
    }

    /**
     * Ends a session, but not its conversation: the next use of the address, here or wherever the handles can be read, resumes it.
     * Completes when the socket is closed and the handle is in its store; at once where there is no session.
     */
    public CompletionStage<Void> closeResumable(SessionAddress address) {
        LiveSession session = group(address.group()).sessions.get(address.key());
        return session != null ? session.close() : CompletableFuture.completedFuture(null);
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
        return inGroup(groupName, group -> {
            Subscription subscription = new Subscription(group, key, consumer, laneBounds);
            group.subscriptions.add(subscription);
            group.sessions.values().forEach(subscription::attachTo);
            return subscription;
        });
    }

    /**
     * What has happened in the sessions of a group, those that have ended included. Later calls never tell less.
     *
     * @return all zero for a group that is not known
     */
    public SessionStatistics statistics(String groupName) {
        Group group = groups.get(groupName);
        if (group == null) {
            return departed.getOrDefault(groupName, SessionStatistics.NONE);
        }
        return locked(group, () -> {
            SessionStatistics now = alive.stream().filter(session -> session.address().group().equals(groupName))
                    .map(LiveSession::statistics).reduce(group.past, SessionStatistics::plus);
            // a count moves from a lane to its session, and is in neither for a moment
            group.told = group.told.max(now);
            return group.told;
        });
    }

    /** How many sessions of a group have not ended. */
    public int count(String groupName) {
        Group group = groups.get(groupName);
        return group == null ? 0 : group.sessions.size();
    }

    /** The sessions that have not ended. */
    public Collection<LiveSession> all() {
        return List.copyOf(alive);
    }

    /** The functions of tool boxes may be others now. */
    public void toolsChanged() {
        alive.forEach(LiveSession::toolsChanged);
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
        LiveSession session = group(address.group()).sessions.get(address.key());
        if (session != null && !session.state().isEnding()) {
            return session;
        }
        return inGroup(address.group(), group -> {
            LiveSession present = group.sessions.get(address.key());
            if (present != null && !present.state().isEnding()) {
                return present;
            }
            refuseWhenClosed();
            makeRoom(group);
            LiveSession opening = new LiveSession(address, group.profile(), services, this::ended);
            opening.keepOpen(group.kept.containsKey(address.key()));
            alive.add(opening);
            group.sessions.put(address.key(), opening);
            group.subscriptions.forEach(subscription -> subscription.attachTo(opening));
            opening.open(present == null ? CompletableFuture.completedFuture(null) : present.ended());
            return opening;
        });
    }

    private static void makeRoom(Group group) {
        SessionLimits limits = group.profile().limits();
        if (group.sessions.size() < limits.maxSessions()) {
            return;
        }
        long living = group.sessions.values().stream().filter(session -> !session.state().isEnding()).count();
        if (living < limits.maxSessions()) {
            return;
        }
        Optional<LiveSession> idle = limits.maxSessionsPolicy() == MaxSessionsPolicy.evictIdle
                ? group.sessions.values().stream().filter(LiveSession::isIdle)
                        .min(Comparator.comparingLong(LiveSession::lastActivity))
                : Optional.empty();
        LiveSession evicted = idle.orElseThrow(() -> new LiveSessionLimitException("The session group " + group.name
                + " has " + living + " sessions already (maxSessions=" + limits.maxSessions()
                + ", maxSessionsPolicy=" + limits.maxSessionsPolicy()
                + (limits.maxSessionsPolicy() == MaxSessionsPolicy.evictIdle
                        ? ", and none of them is idle"
                        : "")
                + "). Close sessions that are done (operation closeSession, sessionIdleTimeout), or raise maxSessions.", true));
        evicted.close();
    }

    private void ended(LiveSession session) {
        Group group = groups.get(session.address().group());
        if (group == null) {
            alive.remove(session);
            return;
        }
        locked(group, () -> {
            // together, so that nobody counts it twice or not at all
            alive.remove(session);
            group.past = group.past.plus(session.statistics());
            // only this very session: its successor may have been opened already
            group.sessions.remove(session.address().key(), session);
        });
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

    /** Holds the group while something is added to it. */
    private <T> T inGroup(String name, Function<Group, T> action) {
        while (true) {
            Group group = group(name);
            group.lock.lock();
            try {
                if (!group.forgotten) {
                    return action.apply(group);
                }
            } finally {
                group.lock.unlock();
            }
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
