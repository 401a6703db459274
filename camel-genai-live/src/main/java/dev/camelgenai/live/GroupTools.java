package dev.camelgenai.live;

import java.util.Map;
import java.util.Set;

import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.tool.LiveToolRegistry;
import dev.camelgenai.live.tool.OfferedTool;
import dev.camelgenai.live.tool.ToolListener;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that the session groups of a component and the tools of its context fit together. Takes the options of groups as they are,
 * without resolving profiles: a tool must not fail for what is wrong with an endpoint.
 */
final class GroupTools implements ToolListener, StartupListener {

    private static final Logger LOG = LoggerFactory.getLogger(GroupTools.class);

    private final CamelContext camelContext;
    private final GroupProfiles profiles;
    private final Runnable onChange;

    /**
     * @param onChange called when a tool has come or gone
     */
    GroupTools(CamelContext camelContext, GroupProfiles profiles, Runnable onChange) {
        this.camelContext = camelContext;
        this.profiles = profiles;
        this.onChange = onChange;
    }

    @Override
    public void onRegister(OfferedTool tool) {
        profiles.options().forEach((group, options) -> {
            if (tool.isOfferedTo(options.getTags()) && functions(group, options).contains(tool.name())) {
                throw SetupAssembler.declaredTwice("The function " + tool.name() + " of session group " + group);
            }
        });
    }

    private Set<String> functions(String group, GenAiLiveConfiguration options) {
        try {
            return new SetupAssembler(camelContext).functions(options);
        } catch (GenAiLiveException e) {
            // told where it belongs, at the start of the endpoint's own route
            LOG.debug("The config of session group {} cannot be read", group, e);
            return Set.of();
        }
    }

    @Override
    public void onChange() {
        onChange.run();
    }

    @Override
    public boolean offers(OfferedTool tool) {
        return profiles.options().values().stream().anyMatch(options -> tool.isOfferedTo(options.getTags()));
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    }

    /** Not earlier: endpoints and tools of one context may start in any order. */
    @Override
    public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        LiveToolRegistry tools = LiveToolRegistry.of(context);
        for (Map.Entry<String, GenAiLiveConfiguration> group : profiles.options().entrySet()) {
            String tags = group.getValue().getTags();
            if (tags != null && !tools.isAnyOfferedTo(tags)) {
                LOG.warn(
                        "Session group {} has the option tags={}, but no genai-live-tool route has one of them, so that its model has"
                                + " no tools so far. Give such a route one of these tags, or correct or remove the option.",
                        group.getKey(),
                        tags);
            }
        }
    }
}
