package dev.camelgenai.live.tool;

import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers its route as a tool while the route is started. */
public class GenAiLiveToolConsumer extends DefaultConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(GenAiLiveToolConsumer.class);
    private static final int SHOWN = 160;

    private final GenAiLiveToolEndpoint endpoint;
    private final LiveToolRegistry registry;
    private final CallGate gate;
    private volatile ToolSpec spec;
    private volatile ToolAuthorization authorization;

    GenAiLiveToolConsumer(GenAiLiveToolEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.registry = LiveToolRegistry.of(endpoint.getCamelContext());
        this.gate = new CallGate(endpoint.getMaxConcurrent());
    }

    CallGate gate() {
        return gate;
    }

    ToolSpec spec() {
        return spec;
    }

    /** Who may call the tool; to be asked before each run of the route. */
    ToolAuthorization authorization() {
        return authorization;
    }

    /** As {@link OfferedTool#isOfferedTo}, but before the route has started, too. */
    boolean isOfferedTo(String tags) {
        return ToolSpec.areOffered(ToolSpec.list(endpoint.getTags()), ToolSpec.list(tags));
    }

    boolean isFirstWarning() {
        return endpoint.isFirstWarning();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        spec = ToolSpec.of(endpoint);
        authorization = ToolAuthorization.of(endpoint);
        warnOfDoubtfulOptions();
        registry.register(this);
    }

    private void warnOfDoubtfulOptions() {
        if (ToolSpec.isBlank(endpoint.getDescription())) {
            LOG.warn(
                    "The tool {} has no description, so that the model has nothing but the name to tell when to call it. Set the"
                            + " option description.",
                    endpoint.getName());
        }
        if (spec.behavior() == GenAiLiveToolBehavior.BLOCKING && spec.scheduling() != null) {
            LOG.warn(
                    "The option scheduling={} of the tool {} has no effect with behavior=BLOCKING: the model waits for the result"
                            + " anyway. Remove it, or set behavior=NON_BLOCKING.",
                    spec.scheduling(), endpoint.getName());
        }
    }

    @Override
    protected void doStop() throws Exception {
        withdraw();
        super.doStop();
    }

    private void withdraw() {
        if (spec != null) {
            registry.deregister(this);
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        withdraw();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        registry.register(this);
    }

    /** For messages: the route and its URI. */
    String shown() {
        String uri = ToolArguments.clipped(URISupport.sanitizeUri(endpoint.getEndpointUri()), SHOWN);
        return getRouteId() == null ? uri : "route " + getRouteId() + ", " + uri;
    }
}
