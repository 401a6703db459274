package dev.camelgenai.live.tool;

import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;

/** Offers its route as a tool while the route is started. */
public class GenAiLiveToolConsumer extends DefaultConsumer implements Suspendable {

    private final GenAiLiveToolEndpoint endpoint;
    private final CallGate gate;
    private volatile ToolSpec spec;

    GenAiLiveToolConsumer(GenAiLiveToolEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.gate = new CallGate(endpoint.getMaxConcurrent());
    }

    CallGate gate() {
        return gate;
    }

    ToolSpec spec() {
        return spec;
    }

    private LiveToolRegistry registry() {
        return ((GenAiLiveToolComponent) endpoint.getComponent()).registry();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        spec = ToolSpec.of(endpoint);
        registry().register(this);
    }

    @Override
    protected void doStop() throws Exception {
        withdraw();
        super.doStop();
    }

    private void withdraw() {
        if (spec != null) {
            registry().deregister(this);
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
        registry().register(this);
    }
}
