package dev.camelgenai.live.tool;

import java.util.HashMap;
import java.util.Map;

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

    @UriParam(description = "Comma-separated tags: genai-live endpoints with one of them in their own option tags offer the tool.")
    @Metadata(required = true)
    private String tags;

    @UriParam(description = "What the tool does, for the model to know when to call it.")
    @Metadata(required = true)
    private String description;

    @UriParam(prefix = "parameter.", multiValue = true, description = "The parameters: parameter.NAME=TYPE with the type string, integer, number or boolean; and"
            + " parameter.NAME.description, parameter.NAME.required, parameter.NAME.enum (comma-separated values).")
    private Map<String, Object> parameters = new HashMap<>();

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
}
