package dev.camelgenai.live;

import java.util.Map;

import dev.camelgenai.live.session.HandleStore;
import dev.camelgenai.live.session.SessionAddress;
import org.apache.camel.support.LRUCacheFactory;

/** Keeps the handles of the conversations used last, in memory. Thread-safe. */
final class RecentHandles implements HandleStore {

    /** A handle is good for two hours only; who needs more than so many conversations in that time has a repository. */
    static final int MAX_CONVERSATIONS = 10_000;

    private final Map<SessionAddress, String> handles = LRUCacheFactory.newLRUCache(MAX_CONVERSATIONS);

    @Override
    public String load(SessionAddress address) {
        return handles.get(address);
    }

    @Override
    public void save(SessionAddress address, String handle) {
        handles.put(address, handle);
    }

    @Override
    public void remove(SessionAddress address) {
        handles.remove(address);
    }
}
