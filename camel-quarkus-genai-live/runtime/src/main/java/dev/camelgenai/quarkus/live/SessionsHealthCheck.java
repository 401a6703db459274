package dev.camelgenai.quarkus.live;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.observability.GroupOverview;
import dev.camelgenai.live.observability.SessionOverview;
import org.apache.camel.CamelContext;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready while a route has lost the session that it opens at its start. Tells the number of sessions of each group by their
 * states, and neither keys nor secrets.
 */
@Readiness
@ApplicationScoped
public class SessionsHealthCheck implements HealthCheck {

    private final CamelContext context;

    SessionsHealthCheck(CamelContext context) {
        this.context = context;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("Camel GenAI Live sessions").up();
        if (context.hasComponent("genai-live") instanceof GenAiLiveComponent component) {
            component.overview().forEach(group -> response.withData(group.name(), sessions(group)));
            component.lostSessions().forEach(lost -> response.down().withData("route " + lost.routeId(),
                    "has lost its session in group " + lost.group() + ": " + lost.reason()));
        }
        return response.build();
    }

    /** Such as {@code 3 (OPEN: 2, WAITING: 1)}. */
    private static String sessions(GroupOverview group) {
        Map<String, Long> states = group.sessions().stream().map(SessionOverview::state)
                .collect(Collectors.groupingBy(Enum::name, TreeMap::new, Collectors.counting()));
        String byState = states.entrySet().stream().map(state -> state.getKey() + ": " + state.getValue())
                .collect(Collectors.joining(", "));
        return group.sessions().size() + (byState.isEmpty() ? "" : " (" + byState + ")");
    }
}
