package dev.camelgenai.live;

import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;

/**
 * Stands for all endpoints that a dynamic {@code to} may address, so that the context knows one of them only. The real ones are
 * kept, up to a number, in {@link DynamicProducers}.
 */
final class DynamicEndpoint extends DefaultEndpoint implements AsyncEndpoint {

    /** In place of a model. */
    static final String ANY_MODEL = "*";

    DynamicEndpoint(String uri, GenAiLiveComponent component) {
        super(uri, component);
    }

    /** The exchange pattern stays, because Camel reads it from the URI of the endpoint that it knows. */
    static String uri(String scheme, String target) {
        String query = URISupport.extractQuery(target);
        String pattern = StringHelper.after("&" + (query == null ? "" : query), "&exchangePattern=");
        return scheme + ":" + ANY_MODEL
                + (pattern == null ? "" : "?exchangePattern=" + StringHelper.before(pattern, "&", pattern));
    }

    @Override
    public Producer createProducer() {
        return new DynamicProducer(this, ((GenAiLiveComponent) getComponent()).dynamicProducers());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("The model is missing in " + getEndpointUri()
                + "; name the model to listen to, for instance genai-live:gemini-3.8-live");
    }
}
