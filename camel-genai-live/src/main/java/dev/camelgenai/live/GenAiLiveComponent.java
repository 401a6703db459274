package dev.camelgenai.live;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import dev.camelgenai.live.observability.GroupOverview;
import dev.camelgenai.live.observability.LostSession;
import dev.camelgenai.live.session.AuthTokens;
import dev.camelgenai.live.session.LiveSessions;
import dev.camelgenai.live.session.SessionServices;
import dev.camelgenai.live.session.ToolBox;
import dev.camelgenai.live.session.WorkerHandoff;
import dev.camelgenai.live.tool.GenAiLiveToolComponent;
import dev.camelgenai.live.tool.LiveToolRegistry;
import dev.camelgenai.live.tool.ToolTerms;
import dev.camelgenai.live.transport.AhcLiveConnector;
import dev.camelgenai.live.transport.LiveConnector;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExchangePattern;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.PropertiesHelper;
import org.apache.camel.util.URISupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the sessions of all {@code genai-live} endpoints of a context, and the threads and sockets that they share.
 */
@Component("genai-live")
public class GenAiLiveComponent extends DefaultComponent implements SSLContextParametersAware {

    private static final Logger LOG = LoggerFactory.getLogger(GenAiLiveComponent.class);

    private static final Set<String> CREDENTIAL_HEADERS = Set.of("header.authorization", "header.x-goog-api-key",
            "header.proxy-authorization", "header.cookie");
    private static final int MAX_WORKERS = 24;
    /** Each may be held up by a token service or a name server that does not answer. */
    private static final int CONNECT_THREADS = 16;
    /** For which a thread waits for something to do before it ends. */
    private static final long WORKER_SECONDS = 30;
    private static final long CONNECT_SECONDS = 5;
    /** One moves the bytes of hundreds of sessions; a few are plenty on any machine. */
    private static final int MAX_IO_THREADS = 4;
    private static final long CLOSE_SECONDS = 10;
    private static final long TOOLS_SETTLE_MILLIS = 100;
    /** Camel takes numbers below 1 for no queue at all. */
    private static final int NO_BOUND = Integer.MAX_VALUE;

    @Metadata(description = "Options that all endpoints have unless they set their own.")
    private GenAiLiveConfiguration configuration = new GenAiLiveConfiguration();

    @Metadata(label = "security", defaultValue = "false", description = "Whether to use the SSLContextParameters of the context where an endpoint has none.")
    private boolean useGlobalSslContextParameters;

    @Metadata(label = "advanced", description = "Runs the routes of consumers and continues exchanges whose message was sent or whose turn is"
            + " complete; its queue must have no bound. Default: a pool of at most 24 threads, or virtual threads where"
            + " Camel uses them.")
    private ExecutorService workerPool;

    @Metadata(label = "advanced", description = "Opens the connections; a bean that replaces the built-in one, which uses"
            + " AsyncHttpClient.")
    private LiveConnector connector;

    private ExecutorService workers;
    private WorkerHandoff handoff;
    private ExecutorService connects;
    private ScheduledExecutorService timer;
    private LiveConnector sockets;
    private LiveSessions sessions;
    private LongMedia longMedia;
    private AuthTokens tokens;
    private HandleStores handles;
    private GroupProfiles profiles;
    private DynamicProducers dynamicProducers;
    private GroupTools groupTools;
    private ComponentOverview overview;
    private final AtomicBoolean toolsChanging = new AtomicBoolean();

    public GenAiLiveComponent() {
    }

    public GenAiLiveComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining == null || remaining.isBlank()) {
            throw new IllegalArgumentException("The model is missing; the syntax is genai-live:model, for instance"
                    + " genai-live:gemini-3.8-live");
        }
        if (remaining.equals(DynamicEndpoint.ANY_MODEL)) {
            return createDynamicEndpoint(uri, parameters);
        }
        parameters.keySet().forEach(GenAiLiveComponent::refuseCredentialHeader);
        Set<String> named = parameters.keySet().stream().map(GenAiLiveComponent::plainName)
                .collect(Collectors.toCollection(HashSet::new));
        GenAiLiveConfiguration options = configuration.copy();
        options.getHeaders().putAll(PropertiesHelper.extractProperties(parameters, "header."));
        GenAiLiveEndpoint endpoint = new GenAiLiveEndpoint(uri, this, remaining, options, named);
        try {
            setProperties(endpoint, parameters);
        } catch (PropertyBindingException e) {
            throw notAccepted(endpoint, e);
        }
        return endpoint;
    }

    private DynamicEndpoint createDynamicEndpoint(String uri, Map<String, Object> parameters) {
        DynamicEndpoint endpoint = new DynamicEndpoint(uri, this);
        ExchangePattern pattern = getAndRemoveParameter(parameters, "exchangePattern", ExchangePattern.class);
        if (pattern != null) {
            endpoint.setExchangePattern(pattern);
        }
        return endpoint;
    }

    /** An endpoint's URI is shown in many places, and Camel does not know that these parameters are secrets. */
    private static void refuseCredentialHeader(String parameter) {
        if (CREDENTIAL_HEADERS.contains(parameter.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("The option " + parameter
                    + " would put a credential into the endpoint's URI, where"
                    + " it is not masked. Use apiKey or credentials, or set the header in the configuration of the component.");
        }
    }

    /** Camel takes names of options in any case and with dashes. */
    static String plainName(String parameter) {
        return parameter.replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** Camel's own message repeats the value, which may be a secret in the wrong place, and does not say what would do. */
    private IllegalArgumentException notAccepted(GenAiLiveEndpoint endpoint, PropertyBindingException e) {
        String option = e.getPropertyName();
        Class<?> type = null;
        PropertyConfigurer configurer = getEndpointPropertyConfigurer();
        if (configurer instanceof PropertyConfigurerGetter getter) {
            type = getter.getOptionType(option, true);
        }
        boolean secret = ProfileOption.ALL.stream().anyMatch(each -> each.secret() && each.name().equalsIgnoreCase(option));
        String value = secret || e.getValue() == null ? "" : ", but is " + e.getValue();
        return new IllegalArgumentException("The option " + option + " must be " + accepted(type) + value,
                secret ? null : e);
    }

    private static String accepted(Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type.isEnum()) {
            return "one of " + Arrays.toString(type.getEnumConstants());
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == long.class || type == Long.class) {
            return "a duration such as 500, 10s or 2m (a number alone means milliseconds)";
        }
        if (type == int.class || type == Integer.class) {
            return "a whole number";
        }
        if (type == float.class || type == Float.class) {
            return "a number such as 0.7";
        }
        return "a bean of type " + type.getName() + ", referred to as #name";
    }

    @Override
    protected void validateParameters(String uri, Map<String, Object> parameters, String optionPrefix) {
        if (parameters != null && !parameters.isEmpty()) {
            EndpointUriFactory factory = getCamelContext().getCamelContextExtension().getEndpointUriFactory(getDefaultName());
            Set<String> accepted = new TreeSet<>(factory.propertyNames());
            accepted.remove("headers");
            accepted.add("header.*");
            // names only: a value may be a secret under a misspelt name
            throw new ResolveEndpointFailedException(URISupport.sanitizeUri(uri).replaceAll("\\?.*", ""),
                    "Unknown option" + (parameters.size() == 1 ? " " : "s ")
                            + String.join(", ", new TreeSet<>(parameters.keySet()))
                            + ". Accepted are: " + String.join(", ", accepted));
        }
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        refuseBoundedPool();
        workers = workerPool != null ? workerPool : newPool(executors, "GenAiLiveWorker", MAX_WORKERS, WORKER_SECONDS);
        connects = newPool(executors, "GenAiLiveConnect", CONNECT_THREADS, CONNECT_SECONDS);
        timer = newTimer(executors);
        sockets = connector != null ? connector : new AhcLiveConnector(ioThreads());
        handoff = new WorkerHandoff(workers, timer, sockets);
        sessions = new LiveSessions(new SessionServices(sockets, connects, handoff, timer, System::nanoTime));
        longMedia = new LongMedia(sessions::send, workers, timer, System::nanoTime);
        tokens = new AuthTokens(sockets, connects);
        handles = new HandleStores(getCamelContext());
        profiles = new GroupProfiles(getCamelContext(), configuration, sessions,
                useGlobalSslContextParameters ? retrieveGlobalSslContextParameters() : null, handles, this::tools);
        overview = new ComponentOverview(getCamelContext(), sessions, profiles);
        dynamicProducers = new DynamicProducers(getCamelContext());
        groupTools = new GroupTools(getCamelContext(), profiles, this::toolsChanged);
        getCamelContext().addStartupListener(groupTools);
    }

    /** Asked here and now: what static fields hold is, in a native image, that of the machine it was built on. */
    private static int ioThreads() {
        return Math.min(MAX_IO_THREADS, Runtime.getRuntime().availableProcessors());
    }

    private ToolBox tools(ToolTerms terms) {
        return getCamelContext().getComponent("genai-live-tool", GenAiLiveToolComponent.class).toolsFor(terms, workers, timer);
    }

    /** Routes start and stop one after the other: sessions hear of it once. */
    private void toolsChanged() {
        if (getCamelContext().isStopping() || !toolsChanging.compareAndSet(false, true)) {
            return;
        }
        try {
            timer.schedule(() -> {
                toolsChanging.set(false);
                if (!getCamelContext().isStopping()) {
                    sessions.toolsChanged();
                }
            }, TOOLS_SETTLE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Sessions do not hear of the tools any more: the component is being shut down", e);
        }
    }

    /**
     * The queue of the pools needs no bound of its own: there is at most one task per session being opened, per lane, per
     * function that runs, and per exchange in a bounded outbox.
     *
     * @param seconds for which a thread waits for something to do before it ends
     */
    private ExecutorService newPool(ExecutorServiceManager executors, String name, int threads, long seconds) {
        ThreadPoolProfile profile = new ThreadPoolProfile(name);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(threads);
        profile.setMaxQueueSize(NO_BOUND);
        profile.setKeepAliveTime(seconds);
        profile.setAllowCoreThreadTimeOut(true);
        // Camel's default, the caller's thread, may be an event loop
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return executors.newThreadPool(this, name, profile);
    }

    /** One that is full would leave routes to event loops, or messages undelivered. */
    private void refuseBoundedPool() {
        if (workerPool instanceof ThreadPoolExecutor pool && pool.getQueue().remainingCapacity() < Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "The option workerPool must be a pool whose queue has no bound (maxQueueSize=2147483647)."
                            + " It never holds more than one task per session and consumer, one per function that runs, and one per exchange"
                            + " that was accepted.");
        }
    }

    /** One task per session being opened or closed and per exchange that awaits a turn; these have bounds of their own. */
    private ScheduledExecutorService newTimer(ExecutorServiceManager executors) {
        ThreadPoolProfile profile = new ThreadPoolProfile("GenAiLiveTimer");
        profile.setPoolSize(1);
        // a bound here would refuse time-outs and so leave exchanges waiting for ever
        profile.setMaxQueueSize(NO_BOUND);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return executors.newScheduledThreadPool(this, "GenAiLiveTimer", profile);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        LiveToolRegistry.of(getCamelContext()).addListener(groupTools);
    }

    @Override
    protected void doStop() throws Exception {
        LiveToolRegistry.of(getCamelContext()).removeListener(groupTools);
        ServiceHelper.stopService(dynamicProducers);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        if (sessions != null) {
            try {
                longMedia.close();
                closeSessions();
            } finally {
                releaseThreads();
                // last, because a session that ends may still save its handle
                handles.close();
            }
        }
        super.doShutdown();
    }

    private void releaseThreads() {
        if (connector == null) {
            sockets.close();
        }
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        executors.shutdownNow(timer);
        executors.shutdownNow(connects);
        if (workerPool == null) {
            executors.shutdownGraceful(workers);
        }
    }

    private void closeSessions() throws InterruptedException {
        try {
            sessions.close().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("Not all sessions could be closed in an orderly way; their connections are cut", e);
        }
    }

    /**
     * The session groups that have endpoints or sessions, in the order of their names, for those who watch the component. A
     * snapshot; nothing secret, and no session key in clear. Empty before the component is initialised.
     */
    public List<GroupOverview> overview() {
        return overview == null ? List.of() : overview.groups();
    }

    /** As {@link #overview()}, of one group; empty where it has neither endpoints nor sessions. */
    public Optional<GroupOverview> overview(String group) {
        return overview == null ? Optional.empty() : overview.group(group);
    }

    /**
     * The routes that do not run because the session that they open at their start ({@code sessionStart=onStart}) could not be
     * opened or has ended for good; until they are started again or removed. A snapshot.
     */
    public List<LostSession> lostSessions() {
        return overview == null ? List.of() : overview.lostSessions();
    }

    LiveSessions sessions() {
        return sessions;
    }

    LongMedia longMedia() {
        return longMedia;
    }

    AuthTokens tokens() {
        return tokens;
    }

    GroupProfiles profiles() {
        return profiles;
    }

    DynamicProducers dynamicProducers() {
        return dynamicProducers;
    }

    Executor workers() {
        return handoff;
    }

    public GenAiLiveConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(GenAiLiveConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

    public ExecutorService getWorkerPool() {
        return workerPool;
    }

    public void setWorkerPool(ExecutorService workerPool) {
        this.workerPool = workerPool;
    }

    public LiveConnector getConnector() {
        return connector;
    }

    public void setConnector(LiveConnector connector) {
        this.connector = connector;
    }
}
