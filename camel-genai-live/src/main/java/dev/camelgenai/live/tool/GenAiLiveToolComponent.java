package dev.camelgenai.live.tool;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;

import dev.camelgenai.live.session.ToolBox;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.PropertiesHelper;

/** Makes routes callable by the models of {@code genai-live} endpoints. */
@Component("genai-live-tool")
public class GenAiLiveToolComponent extends DefaultComponent {

    /** What the service takes for the name of a function. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");

    @Metadata(label = "security", javaType = "java.lang.Object", description = "Whether a call is allowed, for tools that do not say so themselves (option authorization of the"
            + " endpoint): a bean of type org.apache.camel.Predicate, or an expression of the simple language.")
    private Object authorization;

    /**
     * The routes that sessions offer to their model as tools.
     *
     * @param  workers run the routes
     * @param  timer   for the time-outs
     * @return         always those whose routes are started
     */
    public ToolBox toolsFor(ToolTerms terms, Executor workers, ScheduledExecutorService timer) {
        return new RouteTools(LiveToolRegistry.of(getCamelContext()), terms, workers, timer);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining == null || !NAME.matcher(remaining).matches()) {
            throw new IllegalArgumentException("A tool's name begins with a letter or an underscore and has at most 64 letters,"
                    + " digits, underscores, dots and hyphens, as in genai-live-tool:orderStatus; but it is " + remaining);
        }
        Map<String, Object> declared = new HashMap<>(PropertiesHelper.extractProperties(parameters, "parameter."));
        GenAiLiveToolEndpoint endpoint = new GenAiLiveToolEndpoint(uri, this, remaining);
        endpoint.setParameters(declared);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    public Object getAuthorization() {
        return authorization;
    }

    public void setAuthorization(Object authorization) {
        this.authorization = authorization;
    }
}
