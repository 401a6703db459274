package dev.camelgenai.emulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The resumption handles that this emulator has given out, and the model of each. Bounded: the oldest are forgotten. */
final class ResumptionHandles {

    private static final int MAX = 100_000;

    private final Map<String, String> models = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX;
        }
    };

    /** Gives out a new handle for a session with that model. */
    synchronized String issue(String model) {
        String handle = UUID.randomUUID().toString();
        models.put(handle, model);
        return handle;
    }

    /** The model of the session that the handle was given to. */
    synchronized Optional<String> model(String handle) {
        return Optional.ofNullable(models.get(handle));
    }

    synchronized void clear() {
        models.clear();
    }
}
