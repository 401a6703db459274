package dev.camelgenai.live;

import java.util.List;
import java.util.Optional;

import dev.camelgenai.live.observability.GroupOverview;
import dev.camelgenai.live.observability.LostSession;
import dev.camelgenai.live.observability.SessionOverview;
import dev.camelgenai.live.session.LiveSession;
import dev.camelgenai.live.session.LiveSessions;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;

/** Looks at the sessions of a component for those who watch it. Changes nothing. Thread-safe. */
final class ComponentOverview {

    private final CamelContext camelContext;
    private final LiveSessions sessions;
    private final GroupProfiles profiles;
    private final KeyDigest keys = new KeyDigest();

    ComponentOverview(CamelContext camelContext, LiveSessions sessions, GroupProfiles profiles) {
        this.camelContext = camelContext;
        this.sessions = sessions;
        this.profiles = profiles;
    }

    List<GroupOverview> groups() {
        return profiles.models().entrySet().stream().map(group -> group(group.getKey(), group.getValue())).toList();
    }

    Optional<GroupOverview> group(String name) {
        return Optional.ofNullable(profiles.models().get(name)).map(model -> group(name, model));
    }

    private GroupOverview group(String name, String model) {
        List<SessionOverview> open = sessions.all().stream().filter(session -> session.address().group().equals(name))
                .map(this::session).toList();
        return new GroupOverview(name, model, open, sessions.statistics(name));
    }

    private SessionOverview session(LiveSession session) {
        return new SessionOverview(keys.of(session.address().key()), session.state(), session.sessionId(),
                session.outboxSize());
    }

    List<LostSession> lostSessions() {
        return camelContext.getRoutes().stream().flatMap(route -> lostSession(route).stream()).toList();
    }

    private Optional<LostSession> lostSession(Route route) {
        if (!(route.getConsumer() instanceof GenAiLiveConsumer consumer)) {
            return Optional.empty();
        }
        return consumer.lostFor().map(cause -> {
            String key = consumer.getEndpoint().defaultSessionKey();
            String digest = keys.of(key);
            String reason = String.valueOf(cause.getMessage());
            return new LostSession(route.getRouteId(), consumer.getEndpoint().sessionGroup(), digest,
                    key.equals(GenAiLiveEndpoint.DEFAULT_KEY) ? reason : reason.replace(key, digest));
        });
    }
}
