package dev.camelgenai.live.tool;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Make a route callable by the models of genai-live endpoints.
 *
 * The route gets the arguments as a Map, and those that are declared as headers too; its result is what the model is told.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "genai-live-tool", title = "GenAI Live Tool", syntax = "genai-live-tool:name", remote = false, consumerOnly = true, category = {
    Category.AI }, headersClass = GenAiLiveToolConstants.class)
public class GenAiLiveToolEndpoint extends DefaultEndpoint {

    @UriPath(description = "The name by which the model calls the tool.")
    @Metadata(required = true)
    private String name;

    @UriParam(description = "Comma-separated tags: genai-live endpoints with one of them in their own option tags offer the tool. Without tags it is offered"
            + " by all genai-live endpoints that have the option tags.")
    private String tags;

    @UriParam(description = "What the tool does, for the model to know when to call it. Default: its name.")
    private String description;

    @UriParam(prefix = "parameter.", multiValue = true, description = "The parameters: parameter.NAME=TYPE with the type string, integer, number or boolean; and"
            + " parameter.NAME.description, parameter.NAME.required, parameter.NAME.enum (comma-separated values).")
    private Map<String, Object> parameters = new HashMap<>();

    @UriParam(description = "The parameters as a JSON schema, instead of parameter.NAME: JSON text, or a resource (classpath: or file:). For objects and lists.")
    @Metadata(supportFileReference = true, largeInput = true, inputLanguage = "json")
    private String argSchema;

    @UriParam(description = "What the result looks like, for the model: a JSON schema, as JSON text or as a resource (classpath: or file:).")
    @Metadata(supportFileReference = true, largeInput = true, inputLanguage = "json")
    private String outputSchema;

    @UriParam(description = "Whether the model waits for the result. Default: as the model does by itself.")
    private GenAiLiveToolBehavior behavior;

    @UriParam(description = "What the model does with a result for which it has not waited. Default: as the model does by itself (WHEN_IDLE).")
    private GenAiLiveToolScheduling scheduling;

    @UriParam(defaultValue = "true", description = "Whether the route is interrupted when nobody wants its result any more: the model has cancelled the call, the call"
            + " has timed out, the session has ended. Set it to false for routes that must not stop half-way. The result is not told to the model in any case.")
    private boolean cancellable = true;

    @UriParam(javaType = "java.time.Duration", description = "Time for one call, or for each answer of a route that gives several. Default: toolTimeout of the genai-live"
            + " endpoint.")
    private long timeout;

    @UriParam(defaultValue = "0", description = "How many calls may run at a time, of all sessions together; others wait for their turn as long as timeout allows. 0 for any number.")
    private int maxConcurrent;

    @UriParam(description = "The class of the body that the arguments are read into by Jackson. Default: a Map.")
    private String bodyType;

    @UriParam(label = "security", javaType = "java.lang.Object", description = "Whether a call is allowed: a bean of type org.apache.camel.Predicate, or an expression of the simple"
            + " language, on the arguments and headers with which the route would run, such as CamelGenAiLiveSessionKey. A call that is not allowed, or of which that cannot be told,"
            + " does not reach the route. Default: that of the component.")
    private Object authorization;

    private final AtomicBoolean warned = new AtomicBoolean();

    GenAiLiveToolEndpoint(String uri, GenAiLiveToolComponent component, String name) {
        super(uri, component);
        this.name = name;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("genai-live-tool is for consumers only: the model calls the route. Call it from"
                + " another route by way of direct:.");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        GenAiLiveToolConsumer consumer = new GenAiLiveToolConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** That nobody offers the tool is told once, not at each start of its route, which has a new consumer then. */
    boolean isFirstWarning() {
        return warned.compareAndSet(false, true);
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getTags() {
        return tags;
    }

    public void setTags(String tags) {
        this.tags = tags;
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(String description) {
        this.description = description;
    }

    public Map<String, Object> getParameters() {
        return parameters;
    }

    public void setParameters(Map<String, Object> parameters) {
        this.parameters = parameters;
    }

    public String getArgSchema() {
        return argSchema;
    }

    public void setArgSchema(String argSchema) {
        this.argSchema = argSchema;
    }

    public String getOutputSchema() {
        return outputSchema;
    }

    public void setOutputSchema(String outputSchema) {
        this.outputSchema = outputSchema;
    }

    public GenAiLiveToolBehavior getBehavior() {
        return behavior;
    }

    public void setBehavior(GenAiLiveToolBehavior behavior) {
        this.behavior = behavior;
    }

    public GenAiLiveToolScheduling getScheduling() {
        return scheduling;
    }

    public void setScheduling(GenAiLiveToolScheduling scheduling) {
        this.scheduling = scheduling;
    }

    public boolean isCancellable() {
        return cancellable;
    }

    public void setCancellable(boolean cancellable) {
        this.cancellable = cancellable;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public int getMaxConcurrent() {
        return maxConcurrent;
    }

    public void setMaxConcurrent(int maxConcurrent) {
        this.maxConcurrent = maxConcurrent;
    }

    public String getBodyType() {
        return bodyType;
    }

    public void setBodyType(String bodyType) {
        this.bodyType = bodyType;
    }

    public Object getAuthorization() {
        return authorization;
    }

    public void setAuthorization(Object authorization) {
        this.authorization = authorization;
    }
}
