package dev.camelgenai.live.tool;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StartupListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tools of a Camel context, of all its components together: the routes that are started. Thread-safe. */
public final class LiveToolRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(LiveToolRegistry.class);
    private static final ReentrantLock CREATION = new ReentrantLock();

    private final CamelContext camelContext;
    /** Of those that are visible, and of those that listeners are being asked about. */
    private final Map<String, GenAiLiveToolConsumer> names = new ConcurrentHashMap<>();
    private final Map<String, GenAiLiveToolConsumer> tools = new ConcurrentSkipListMap<>();
    private final List<ToolListener> listeners = new CopyOnWriteArrayList<>();

    private LiveToolRegistry(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** The one of the context; it is made at the first call. */
    public static LiveToolRegistry of(CamelContext camelContext) {
        ExtendedCamelContext context = camelContext.getCamelContextExtension();
        CREATION.lock();
        try {
            LiveToolRegistry registry = context.getContextPlugin(LiveToolRegistry.class);
            if (registry == null) {
                registry = new LiveToolRegistry(camelContext);
                camelContext.addStartupListener(registry.new UnusedToolCheck());
                context.addContextPlugin(LiveToolRegistry.class, registry);
            }
            return registry;
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        } finally {
            CREATION.unlock();
        }
    }

    public void addListener(ToolListener listener) {
        listeners.add(listener);
    }

    public void removeListener(ToolListener listener) {
        listeners.remove(listener);
    }

    /**
     * Whether an endpoint with these tags has any tool to offer, counting routes that are not started yet.
     *
     * @param tags comma-separated
     */
    public boolean isAnyOfferedTo(String tags) {
        return !tagged(ToolSpec.list(tags)).isEmpty() || camelContext.getRoutes().stream().map(Route::getConsumer)
                .anyMatch(consumer -> consumer instanceof GenAiLiveToolConsumer tool && tool.isOfferedTo(tags));
    }

    /**
     * @throws LiveInputException when another route has the name, or a listener refuses the tool
     */
    void register(GenAiLiveToolConsumer tool) {
        String name = tool.spec().name();
        GenAiLiveToolConsumer other = names.putIfAbsent(name, tool);
        if (other == tool) {
            return;
        }
        if (other != null) {
            throw new LiveInputException("Two routes are the tool " + name + ": " + other.shown() + " and " + tool.shown()
                    + ". The model could not tell them apart; give one of them another name, or stop one before the other starts.",
                    false);
        }
        try {
            listeners.forEach(listener -> listener.onRegister(tool.spec()));
        } catch (RuntimeException e) {
            names.remove(name, tool);
            throw e;
        }
        tools.put(name, tool);
        tellOfChange();
        if (camelContext.isStarted()) {
            warnIfUnused(tool);
        }
    }

    void deregister(GenAiLiveToolConsumer tool) {
        if (tools.remove(tool.spec().name(), tool)) {
            names.remove(tool.spec().name(), tool);
            tellOfChange();
        }
    }

    /** {@code null} for none that is started. */
    GenAiLiveToolConsumer find(String name) {
        return tools.get(name);
    }

    /** The visible ones that an endpoint with these tags offers, by name. */
    List<GenAiLiveToolConsumer> tagged(Set<String> tags) {
        return tools.values().stream().filter(tool -> tool.spec().isOfferedTo(tags)).toList();
    }

    private void tellOfChange() {
        for (ToolListener listener : listeners) {
            try {
                listener.onChange();
            } catch (RuntimeException e) {
                LOG.warn("A change of the tools is not taken in by {}", listener, e);
            }
        }
    }

    private void warnIfUnused(GenAiLiveToolConsumer tool) {
        if (listeners.stream().noneMatch(listener -> listener.offers(tool.spec())) && tool.isFirstWarning()) {
            Set<String> tags = tool.spec().tags();
            LOG.warn("The tool {} ({}) is offered to no model so far: {}. {}, unless such an endpoint comes later, say by toD.",
                    tool.spec().name(), tool.shown(),
                    tags.isEmpty()
                            ? "no genai-live endpoint has the option tags"
                            : "no genai-live endpoint has one of its tags " + tags,
                    tags.isEmpty()
                            ? "Give the endpoint that shall offer it the option tags"
                            : "Give the endpoint that shall offer it the option tags=" + tags.iterator().next()
                                    + ", or correct the tags of the tool");
        }
    }

    /** Not earlier: endpoints and tools of one context may start in any order. */
    private final class UnusedToolCheck implements StartupListener {

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
            tools.values().forEach(LiveToolRegistry.this::warnIfUnused);
        }
    }
}
