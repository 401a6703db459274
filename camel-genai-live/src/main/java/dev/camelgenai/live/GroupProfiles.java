package dev.camelgenai.live;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import javax.net.ssl.SSLContext;

import com.google.genai.Client;
import com.google.genai.types.Behavior;
import com.google.genai.types.LiveConnectConfig;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.LiveModelName;
import dev.camelgenai.live.protocol.LiveService;
import dev.camelgenai.live.protocol.LiveTarget;
import dev.camelgenai.live.protocol.ModelFamily;
import dev.camelgenai.live.protocol.SetupEncoder;
import dev.camelgenai.live.session.LiveSessions;
import dev.camelgenai.live.session.OutboxBounds;
import dev.camelgenai.live.session.ReconnectPolicy;
import dev.camelgenai.live.session.ResumptionPolicy;
import dev.camelgenai.live.session.SessionLimits;
import dev.camelgenai.live.session.SessionProfile;
import dev.camelgenai.live.session.ToolBox;
import dev.camelgenai.live.session.ToolLimits;
import dev.camelgenai.live.tool.ToolTerms;
import dev.camelgenai.live.transport.LiveProxy;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which endpoints make up which session group, and the one profile that results. An endpoint contributes the options that
 * were set on it explicitly; contradictions are refused. Thread-safe.
 */
final class GroupProfiles {

    private static final Logger LOG = LoggerFactory.getLogger(GroupProfiles.class);

    private static final String WAY_OUT = " All endpoints of a session group share one session setup. Give the endpoints the same"
            + " value, set it on one of them only, or separate them with different values of sessionGroup.";

    private final CamelContext camelContext;
    private final GenAiLiveConfiguration defaults;
    private final LiveSessions sessions;
    private final SSLContextParameters globalSsl;
    private final HandleStores handles;
    private final Function<ToolTerms, ToolBox> tools;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Group> groups = new HashMap<>();
    /** The connector keeps a client per context, so that there should be one per configuration only. */
    private final Map<SSLContextParameters, SSLContext> sslContexts = new ConcurrentHashMap<>();

    /** What an endpoint contributes, and how often it has joined: for itself, and for each of its producers. */
    private static final class Membership {

        private final List<ProfileOption<?>> explicit;
        private int count;

        private Membership(List<ProfileOption<?>> explicit) {
            this.explicit = explicit;
        }
    }

    /** The endpoints of a group, and what they add up to. */
    private static final class Group {

        private final String model;
        /** By identity: Camel may make several endpoints of the same URI, and takes these for equal. */
        private final Map<GenAiLiveEndpoint, Membership> members = new IdentityHashMap<>();
        private GenAiLiveConfiguration options;
        private SessionProfile profile;
        /** What was last said about the setup, so that it is said once and not by every endpoint. */
        private List<String> complaints = List.of();

        private Group(String model) {
            this.model = model;
        }
    }

    /**
     * @param tools finds the routes that a group's sessions offer to the model
     */
    GroupProfiles(CamelContext camelContext, GenAiLiveConfiguration defaults, LiveSessions sessions,
            SSLContextParameters globalSsl, HandleStores handles, Function<ToolTerms, ToolBox> tools) {
        this.tools = tools;
        this.handles = handles;
        this.camelContext = camelContext;
        this.defaults = defaults;
        this.sessions = sessions;
        this.globalSsl = globalSsl;
    }

    /**
     * An endpoint exists: it joins before any route starts, so that a session that is opened by the first route has the
     * options of all. It is a member until it has left as often as it has joined.
     *
     * @throws LiveInputException when it contradicts another endpoint of its group, or sessions that are open
     */
    void join(GenAiLiveEndpoint endpoint) {
        String name = endpoint.sessionGroup();
        List<ProfileOption<?>> explicit = ProfileOption.ALL.stream().filter(endpoint::isExplicit).toList();
        lock.lock();
        try {
            forgetAbandoned();
            Group joined = groups.get(name);
            Membership membership = joined == null ? null : joined.members.get(endpoint);
            if (membership != null) {
                membership.count++;
                return;
            }
            // a group whose endpoints and sessions are all gone is as good as new
            Group group = groups.compute(name, (key, known) -> known == null
                    || (known.members.isEmpty() && !sessions.isInUse(name)) ? new Group(endpoint.getModel()) : known);
            refuseOtherModel(endpoint, group);
            for (ProfileOption<?> option : explicit) {
                group.members.forEach((other, contributed) -> {
                    if (contributed.explicit.contains(option)) {
                        refuseOtherValue(option, endpoint, other);
                    }
                });
            }
            boolean inUse = sessions.isInUse(name) && group.options != null;
            if (inUse) {
                explicit.forEach(option -> refuseChange(option, endpoint, group.options));
            }
            membership = new Membership(explicit);
            membership.count = 1;
            group.members.put(endpoint, membership);
            if (!inUse) {
                combine(group);
            }
            sessions.define(name, () -> resolve(name));
        } finally {
            lock.unlock();
        }
    }

    void leave(GenAiLiveEndpoint endpoint) {
        String name = endpoint.sessionGroup();
        lock.lock();
        try {
            Group group = groups.get(name);
            Membership membership = group == null ? null : group.members.get(endpoint);
            if (membership != null && --membership.count == 0) {
                group.members.remove(endpoint);
                // what open sessions were made with stays in force for as long as they live
                if (!sessions.isInUse(name)) {
                    combine(group);
                }
            }
            forgetAbandoned();
        } finally {
            lock.unlock();
        }
    }

    /** The last endpoint of a group may leave before the last session ends; sessions do not wait for this lock. */
    private void forgetAbandoned() {
        groups.entrySet().removeIf(group -> group.getValue().members.isEmpty() && sessions.forget(group.getKey()));
    }

    private static void refuseOtherModel(GenAiLiveEndpoint endpoint, Group group) {
        if (!endpoint.getModel().equals(group.model)) {
            String others = group.members.keySet().stream().findFirst().map(other -> " and " + shown(other)).orElse("");
            throw new LiveInputException("The endpoints " + shown(endpoint) + others + " of session group "
                    + endpoint.sessionGroup() + " name different models, " + endpoint.getModel() + " and " + group.model + "."
                    + WAY_OUT, false);
        }
    }

    private static void refuseOtherValue(ProfileOption<?> option, GenAiLiveEndpoint endpoint, GenAiLiveEndpoint other) {
        if (!option.isSame(endpoint.getConfiguration(), other.getConfiguration())) {
            throw new LiveInputException("The endpoints " + shown(endpoint) + " and " + shown(other) + " of session group "
                    + endpoint.sessionGroup() + " contradict each other: " + option.shown(endpoint.getConfiguration())
                    + " against " + option.shown(other.getConfiguration()) + "." + WAY_OUT, false);
        }
    }

    private static void refuseChange(ProfileOption<?> option, GenAiLiveEndpoint endpoint, GenAiLiveConfiguration inUse) {
        if (!option.isSame(endpoint.getConfiguration(), inUse)) {
            throw new LiveInputException("The endpoint " + shown(endpoint) + " would change "
                    + option.shown(endpoint.getConfiguration()) + " of session group " + endpoint.sessionGroup()
                    + ", which has sessions with " + option.shown(inUse) + "." + WAY_OUT, false);
        }
    }

    private static String shown(GenAiLiveEndpoint endpoint) {
        return URISupport.sanitizeUri(endpoint.getEndpointUri());
    }

    private void combine(Group group) {
        GenAiLiveConfiguration merged = defaults.copy();
        group.members
                .forEach((endpoint, member) -> member.explicit
                        .forEach(option -> option.copy(endpoint.getConfiguration(), merged)));
        group.options = merged;
        group.profile = null;
    }

    /** What the endpoints of each group add up to, by the group's name. */
    Map<String, GenAiLiveConfiguration> options() {
        lock.lock();
        try {
            Map<String, GenAiLiveConfiguration> options = new TreeMap<>();
            groups.forEach((name, group) -> {
                if (!group.members.isEmpty()) {
                    options.put(name, group.options);
                }
            });
            return options;
        } finally {
            lock.unlock();
        }
    }

    /** The model of each group that has endpoints or sessions, by the group's name. */
    Map<String, String> models() {
        lock.lock();
        try {
            forgetAbandoned();
            Map<String, String> models = new TreeMap<>();
            groups.forEach((name, group) -> models.put(name, group.model));
            return models;
        } finally {
            lock.unlock();
        }
    }

    /** The groups that are known, for as long as they have endpoints or sessions. */
    int size() {
        lock.lock();
        try {
            forgetAbandoned();
            return groups.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The profile of a group as its endpoints define it.
     *
     * @throws dev.camelgenai.live.error.GenAiLiveException when it could not work: no credential, a setup that the service
     *                                                      does not take
     */
    SessionProfile resolve(String name) {
        lock.lock();
        try {
            Group group = groups.get(name);
            if (group == null) {
                throw new IllegalStateException("The session group " + name + " has no endpoint");
            }
            if (!sessions.isInUse(name)) {
                combine(group);
            }
            if (group.profile == null) {
                group.profile = profile(group);
                warn(name, group);
            }
            return group.profile;
        } finally {
            lock.unlock();
        }
    }

    /** The setup is sent as it is all the same: the table of families may be older than the model. */
    private static void warn(String name, Group group) {
        ModelFamily family = ModelFamily.of(group.profile.model());
        List<String> complaints = family.complaints(group.profile.setup());
        if (!complaints.isEmpty() && !complaints.equals(group.complaints)) {
            LOG.warn("The setup of session group {} does not fit its model {} ({}): {}.", name, group.model, family,
                    String.join("; ", complaints));
        }
        group.complaints = complaints;
    }

    private SessionProfile profile(Group group) {
        GenAiLiveConfiguration options = group.options;
        boolean turnsAwaited = group.members.keySet().stream()
                .map(member -> member.getConfiguration().getResponse())
                .anyMatch(response -> response == GenAiLiveResponse.turn || response == GenAiLiveResponse.stream);
        LiveTarget target = target(options);
        LiveModelName model = LiveModelName.of(group.model, target.endpoint());
        ToolBox toolBox = options.getTags() == null
                ? null
                : tools.apply(terms(options, ModelFamily.of(model), target.service()));
        LiveConnectConfig setup = new SetupAssembler(camelContext).assemble(options, turnsAwaited,
                toolBox == null ? List.of() : toolBox.declarations());
        SessionProfile profile = new SessionProfile(target, model, setup,
                headers(options),
                sslContext(options, target.uri()), proxy(options),
                OptionValue.positive("connectTimeout", options.getConnectTimeout()),
                OptionValue.positive("setupTimeout", options.getSetupTimeout()), Duration.ofMillis(options.getPingInterval()),
                OptionValue.checked(() -> outbox(options)), OptionValue.checked(() -> reconnect(options)),
                OptionValue.checked(() -> resumption(options)), OptionValue.checked(() -> limits(options)),
                toolBox);
        new SetupEncoder(target.service()).check(profile.setup());
        return profile;
    }

    private static ToolTerms terms(GenAiLiveConfiguration options, ModelFamily family, LiveService service) {
        return new ToolTerms(options.getTags(), options.getToolExecution() == GenAiLiveToolExecution.auto,
                OptionValue.positive("toolTimeout", options.getToolTimeout()),
                options.getToolErrorStrategy() == GenAiLiveToolErrorStrategy.fail,
                OptionValue
                        .checked(() -> new ToolLimits(options.getMaxToolCallsPerTurn(), options.getMaxToolCallsPerSession())),
                behavior -> family.runsInBackground(behavior == null ? null : Behavior.Known.valueOf(behavior.name())),
                // protocol 4.4: Vertex AI has no willContinue
                service == LiveService.DEVELOPER_API, OpenDelivery::begin);
    }

    private static OutboxBounds outbox(GenAiLiveConfiguration options) {
        return new OutboxBounds(options.getOutboxMaxMessages(),
                ByteSize.parse("outboxMaxBytes", options.getOutboxMaxBytes()).bytes(), options.getOutboxMaxWaiting(),
                options.getOutboxOverflow(), Duration.ofMillis(options.getRealtimeMaxAge()));
    }

    private static ReconnectPolicy reconnect(GenAiLiveConfiguration options) {
        return new ReconnectPolicy(options.isReconnect(), Duration.ofMillis(options.getReconnectInitialDelay()),
                Duration.ofMillis(options.getReconnectMaxDelay()), options.getReconnectMaxAttempts());
    }

    private ResumptionPolicy resumption(GenAiLiveConfiguration options) {
        return new ResumptionPolicy(options.isSessionResumption(), handles.of(options.getResumptionRepository()),
                options.getHistoryReplay(),
                options.getHistoryMaxTurns(), options.getReplayBufferMaxMessages(),
                ByteSize.parse("replayBufferMaxBytes", options.getReplayBufferMaxBytes()).bytes(),
                options.getReplayOverflow());
    }

    private static SessionLimits limits(GenAiLiveConfiguration options) {
        return new SessionLimits(Duration.ofMillis(options.getSessionIdleTimeout()), options.getMaxSessions(),
                options.getMaxSessionsPolicy(), Duration.ofMillis(options.getStallTimeout()));
    }

    private static LiveTarget target(GenAiLiveConfiguration options) {
        LiveTarget.Builder target = LiveTarget.builder().vertexAi(options.getVertexAi()).apiKey(options.getApiKey())
                .credentials(options.getCredentials()).project(options.getProject()).location(options.getLocation())
                .apiVersion(options.getApiVersion()).baseUrl(options.getBaseUrl()).allowInsecure(options.isAllowInsecure());
        Client client = options.getClient();
        if (client != null) {
            target.vertexAi(options.getVertexAi() == null ? Boolean.valueOf(client.vertexAI()) : options.getVertexAi())
                    .apiKey(options.getApiKey() == null && options.getCredentials() == null
                            ? client.apiKey()
                            : options.getApiKey())
                    .project(options.getProject() == null ? client.project() : options.getProject())
                    .location(options.getLocation() == null ? client.location() : options.getLocation());
        }
        return target.build(System::getenv);
    }

    private Map<String, String> headers(GenAiLiveConfiguration options) {
        Map<String, String> headers = new LinkedHashMap<>();
        options.getHeaders().forEach((header, value) -> headers.put(header,
                camelContext.getTypeConverter().convertTo(String.class, value)));
        return headers;
    }

    private SSLContext sslContext(GenAiLiveConfiguration options, URI uri) {
        SSLContextParameters parameters = options.getSslContextParameters() != null
                ? options.getSslContextParameters()
                : globalSsl;
        if (parameters == null || !"wss".equals(uri.getScheme())) {
            return null;
        }
        return sslContexts.computeIfAbsent(parameters, this::createSslContext);
    }

    private SSLContext createSslContext(SSLContextParameters parameters) {
        try {
            return parameters.createSSLContext(camelContext);
        } catch (Exception e) {
            throw new LiveInputException("The option sslContextParameters cannot be used: " + e.getMessage(), false, e);
        }
    }

    private static LiveProxy proxy(GenAiLiveConfiguration options) {
        return options.getProxyHost() == null
                ? null
                : new LiveProxy(options.getProxyType(), options.getProxyHost(), options.getProxyPort(),
                        options.getProxyUsername(), options.getProxyPassword());
    }
}
