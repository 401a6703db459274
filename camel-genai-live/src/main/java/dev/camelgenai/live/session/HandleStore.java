package dev.camelgenai.live.session;

/**
 * Keeps the resumption handle of each conversation, so that the conversation goes on after a restart or on another machine.
 * Methods may block and are never called on an event loop; for one session they come one at a time.
 */
public interface HandleStore {

    /** @return the handle saved last, or {@code null} */
    String load(SessionAddress address);

    void save(SessionAddress address, String handle);

    void remove(SessionAddress address);
}
