package dev.camelgenai.live.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handle to resume a conversation with, in memory and in its store. The store may be slow: only the latest value waits
 * for it, and it is called by one thread at a time. Thread-safe.
 */
final class KeptHandle {

    private static final Logger LOG = LoggerFactory.getLogger(KeptHandle.class);

    private final SessionAddress address;
    private final HandleStore store;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private String value;
    private boolean loaded;
    private boolean forgotten;
    /** Whether the store does not have the value yet, and whether a thread sees to that. */
    private boolean changed;
    private boolean saving;
    private CompletableFuture<Void> saved = CompletableFuture.completedFuture(null);

    KeptHandle(SessionAddress address, HandleStore store, Executor executor) {
        this.address = address;
        this.store = store;
        this.executor = executor;
    }

    /** From the store at the first time, which blocks. */
    String get() {
        lock.lock();
        try {
            if (loaded) {
                return value;
            }
        } finally {
            lock.unlock();
        }
        String stored = load();
        lock.lock();
        try {
            if (!loaded) {
                loaded = true;
                value = stored == null || stored.isBlank() ? null : stored;
            }
            return value;
        } finally {
            lock.unlock();
        }
    }

    private String load() {
        try {
            return store.load(address);
        } catch (RuntimeException e) {
            LOG.warn("The resumption handle of session group {} could not be read from resumptionRepository: the conversation"
                    + " starts anew", address.group(), e);
            return null;
        }
    }

    boolean isPresent() {
        lock.lock();
        try {
            return value != null;
        } finally {
            lock.unlock();
        }
    }

    void set(String handle) {
        change(handle, false);
    }

    /** The service does not take it. */
    void drop() {
        change(null, false);
    }

    /** The conversation is over: nothing is kept from now on. */
    void forget() {
        change(null, true);
    }

    private void change(String handle, boolean forGood) {
        lock.lock();
        try {
            if (forgotten) {
                return;
            }
            forgotten = forGood;
            loaded = true;
            value = handle;
            changed = true;
            if (saving) {
                return;
            }
            saving = true;
            saved = new CompletableFuture<>();
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(this::save);
        } catch (RejectedExecutionException e) {
            LOG.warn("The last resumption handle of session group {} is not saved: the component is being shut down",
                    address.group(), e);
            lock.lock();
            try {
                saving = false;
                saved.complete(null);
            } finally {
                lock.unlock();
            }
        }
    }

    private void save() {
        while (true) {
            String latest;
            CompletableFuture<Void> done = null;
            lock.lock();
            try {
                if (!changed) {
                    saving = false;
                    done = saved;
                }
                changed = false;
                latest = value;
            } finally {
                lock.unlock();
            }
            if (done != null) {
                done.complete(null);
                return;
            }
            save(latest);
        }
    }

    private void save(String latest) {
        try {
            if (latest == null) {
                store.remove(address);
            } else {
                store.save(address, latest);
            }
        } catch (RuntimeException e) {
            LOG.warn("The resumption handle of session group {} could not be written to resumptionRepository: after a restart"
                    + " the conversation goes on from an older one, or anew", address.group(), e);
        }
    }

    /** Completes when the store has the latest value. */
    CompletionStage<Void> whenSaved() {
        lock.lock();
        try {
            return saved;
        } finally {
            lock.unlock();
        }
    }
}
