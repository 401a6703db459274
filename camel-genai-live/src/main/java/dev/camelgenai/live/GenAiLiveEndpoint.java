package dev.camelgenai.live;

import java.util.Locale;
import java.util.Set;

import dev.camelgenai.live.session.SessionStatistics;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Hold real-time conversations (text, audio, video, tools) with Gemini Live models.
 *
 * One endpoint holds many sessions, one per conversation key. The sessions belong to the component and are addressed by
 * session group and key; endpoints of one group share them.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "genai-live", title = "GenAI Live", syntax = "genai-live:model", category = {
    Category.AI, Category.CLOUD }, headersClass = GenAiLiveConstants.class)
@ManagedResource(description = "Managed GenAI Live endpoint")
public class GenAiLiveEndpoint extends DefaultEndpoint implements AsyncEndpoint {

    static final String DEFAULT_KEY = "default";

    @UriPath(description = "The live model, such as gemini-3.8-live.")
    @Metadata(required = true)
    private String model;

    @UriParam
    private GenAiLiveConfiguration configuration;

    private final Set<String> namedInUri;
    private boolean joined;

    GenAiLiveEndpoint(String uri, GenAiLiveComponent component, String model, GenAiLiveConfiguration configuration,
            Set<String> namedInUri) {
        super(uri, component);
        this.model = model;
        this.configuration = configuration;
        this.namedInUri = namedInUri;
    }

    @Override
    public GenAiLiveComponent getComponent() {
        return (GenAiLiveComponent) super.getComponent();
    }

    @Override
    public GenAiLiveProducer createProducer() {
        return new GenAiLiveProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        GenAiLiveConsumer consumer = new GenAiLiveConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        // not at the start: Camel creates the endpoints of all routes before it starts the first route
        join();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // after a stop
        join();
    }

    @Override
    protected void doStop() throws Exception {
        if (joined) {
            joined = false;
            getComponent().profiles().leave(this);
        }
        super.doStop();
    }

    private void join() {
        if (!joined) {
            getComponent().profiles().join(this);
            joined = true;
        }
    }

    /** The group whose sessions this endpoint uses. */
    String sessionGroup() {
        return configuration.getSessionGroup() == null ? model : configuration.getSessionGroup();
    }

    /** The session where no header names one. */
    String defaultSessionKey() {
        String option = configuration.getSessionKey();
        return option == null || option.isBlank() ? DEFAULT_KEY : option;
    }

    private SessionStatistics statistics() {
        return getComponent().sessions().statistics(sessionGroup());
    }

    @ManagedAttribute(description = "Sessions of the group that have not ended")
    public int getSessions() {
        return getComponent().sessions().count(sessionGroup());
    }

    @ManagedAttribute(description = "Connections of the group's sessions that were opened again")
    public long getReconnects() {
        return statistics().reconnects();
    }

    @ManagedAttribute(description = "Messages that were written to connections which were lost before the service is known to"
            + " have taken them in")
    public long getMessagesInDoubt() {
        return statistics().inDoubt();
    }

    @ManagedAttribute(description = "Exchanges whose message a policy dropped (outboxOverflow, realtimeMaxAge)")
    public long getMessagesDropped() {
        return statistics().dropped();
    }

    @ManagedAttribute(description = "Tool responses that were not sent, because the service had cancelled the call")
    public long getResponsesCancelled() {
        return statistics().cancelled();
    }

    @ManagedAttribute(description = "Messages of the service that came when the group had no consumer for them")
    public long getMessagesUnheard() {
        return statistics().unheard();
    }

    @ManagedAttribute(description = "Messages that lost their audio because the user had interrupted the model")
    public long getStaleAudio() {
        return statistics().staleAudio();
    }

    @ManagedAttribute(description = "Messages of audio that were dropped because their route had stalled")
    public long getOverflowAudio() {
        return statistics().overflowAudio();
    }

    /** Whether an option was set on this endpoint, as opposed to being the component's. */
    boolean isExplicit(ProfileOption<?> option) {
        return namedInUri.contains(option.name().toLowerCase(Locale.ROOT))
                || !option.isSame(configuration, getComponent().getConfiguration());
    }

    public String getModel() {
        return model;
    }

    public void setModel(String model) {
        this.model = model;
    }

    public GenAiLiveConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(GenAiLiveConfiguration configuration) {
        this.configuration = configuration;
    }
}
