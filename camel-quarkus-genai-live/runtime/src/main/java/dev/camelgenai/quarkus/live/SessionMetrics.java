package dev.camelgenai.quarkus.live;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveEndpoint;
import dev.camelgenai.live.observability.GroupOverview;
import dev.camelgenai.live.session.SessionStatistics;
import io.quarkus.runtime.metrics.MetricsFactory;
import org.apache.camel.quarkus.core.events.EndpointAddEvent;
import org.jboss.logging.Logger;

/**
 * Metrics of every session group, from the first endpoint of the group on; they keep their last value when the group has gone.
 * Thread-safe.
 */
@Singleton
public class SessionMetrics {

    private static final Logger LOG = Logger.getLogger(SessionMetrics.class);

    /** Groups may come with every message ({@code toD}), and metrics never go. */
    private static final int MAX_GROUPS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private MetricsFactory factory;
    private boolean warned;

    /** A group as the metrics read it. Held here, because a registry may hold it weakly. */
    private static final class Group {

        private final GenAiLiveComponent component;
        private final String name;
        private volatile SessionStatistics last;

        private Group(GenAiLiveComponent component, String name) {
            this.component = component;
            this.name = name;
        }

        private int sessions() {
            return component.overview(name).map(group -> group.sessions().size()).orElse(0);
        }

        private long count(ToLongFunction<SessionStatistics> counter) {
            Optional<SessionStatistics> now = component.overview(name).map(GroupOverview::statistics);
            now.ifPresent(statistics -> last = statistics);
            SessionStatistics told = now.orElse(last);
            return told == null ? 0 : counter.applyAsLong(told);
        }
    }

    void endpointAdded(@Observes EndpointAddEvent added) {
        if (added.getEndpoint() instanceof GenAiLiveEndpoint endpoint) {
            String sessionGroup = endpoint.getConfiguration().getSessionGroup();
            add(endpoint.getComponent(), sessionGroup == null ? endpoint.getModel() : sessionGroup);
        }
    }

    private void add(GenAiLiveComponent component, String name) {
        lock.lock();
        try {
            if (groups.containsKey(name)) {
                return;
            }
            if (groups.size() == MAX_GROUPS) {
                if (!warned) {
                    warned = true;
                    LOG.warnf("There are metrics of the first %d session groups only, not of %s and others", MAX_GROUPS, name);
                }
                return;
            }
            Group group = new Group(component, name);
            groups.put(name, group);
            if (factory != null) {
                register(group);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Endpoints may be there before the registry. */
    void registerIn(MetricsFactory registry) {
        lock.lock();
        try {
            factory = registry;
            groups.values().forEach(this::register);
        } finally {
            lock.unlock();
        }
    }

    private void register(Group group) {
        builder("genai.live.sessions", "Sessions that have not ended", group).buildGauge(group, Group::sessions);
        counter("genai.live.reconnects", "Connections that were opened again", group, SessionStatistics::reconnects);
        counter("genai.live.messages.in.doubt", "Messages that were written to connections which were lost before the service"
                + " is known to have taken them in", group, SessionStatistics::inDoubt);
        counter("genai.live.messages.dropped", "Messages that a policy dropped (outboxOverflow, realtimeMaxAge)", group,
                SessionStatistics::dropped);
        counter("genai.live.messages.unheard", "Messages of the service that came when there was no consumer", group,
                SessionStatistics::unheard);
        counter("genai.live.tool.responses.cancelled", "Tool responses that were not sent because the service had cancelled the"
                + " call", group, SessionStatistics::cancelled);
        counter("genai.live.audio.stale", "Messages that lost their audio because the user had interrupted the model", group,
                SessionStatistics::staleAudio);
        counter("genai.live.audio.overflow", "Messages of audio that were dropped because their route had stalled", group,
                SessionStatistics::overflowAudio);
    }

    private void counter(String name, String description, Group group, ToLongFunction<SessionStatistics> count) {
        builder(name, description, group).buildCounter(group, read -> read.count(count));
    }

    private MetricsFactory.MetricBuilder builder(String name, String description, Group group) {
        return factory.builder(name, MetricsFactory.Type.APPLICATION).description(description).tag("group", group.name);
    }
}
