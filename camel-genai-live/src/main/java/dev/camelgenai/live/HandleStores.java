package dev.camelgenai.live;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.HandleStore;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.StatefulService;
import org.apache.camel.spi.StateRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the sessions of a component keep their resumption handles: in memory, or in the repositories that endpoints name.
 * A repository that is not started yet is started here, and stopped by {@link #close()}; one that somebody else has started is
 * left alone. Thread-safe.
 */
final class HandleStores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HandleStores.class);

    private final CamelContext camelContext;
    private final HandleStore inMemory = new RecentHandles();
    private final ReentrantLock lock = new ReentrantLock();
    /** The repositories in use, and whether they were started here. */
    private final Map<StateRepository<String, String>, Boolean> repositories = new IdentityHashMap<>();

    HandleStores(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /**
     * @param  repository         {@code null} for the store in memory, which is one for all session groups
     * @throws LiveInputException when the repository cannot be started
     */
    HandleStore of(StateRepository<String, String> repository) {
        if (repository == null) {
            return inMemory;
        }
        lock.lock();
        try {
            if (!repositories.containsKey(repository)) {
                boolean startedByOthers = repository instanceof StatefulService service && service.isStarted();
                if (!startedByOthers) {
                    start(repository);
                }
                repositories.put(repository, !startedByOthers);
            }
        } finally {
            lock.unlock();
        }
        return new StateRepositoryHandles(repository);
    }

    private void start(StateRepository<String, String> repository) {
        try {
            CamelContextAware.trySetCamelContext(repository, camelContext);
            ServiceHelper.startService(repository);
        } catch (RuntimeException e) {
            throw new LiveInputException("The option resumptionRepository names a " + repository.getClass().getName()
                    + " that cannot be started: " + e.getMessage(), false, e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            repositories.forEach((repository, startedHere) -> {
                if (startedHere) {
                    stop(repository);
                }
            });
            repositories.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void stop(StateRepository<String, String> repository) {
        try {
            ServiceHelper.stopService(repository);
        } catch (RuntimeException e) {
            // the others are to be stopped all the same
            LOG.warn("The resumption repository {} could not be stopped; handles may be lost", repository.getClass().getName(),
                    e);
        }
    }
}
