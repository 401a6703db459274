package dev.camelgenai.quarkus.live;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveEndpoint;
import dev.camelgenai.live.observability.GroupOverview;
import dev.camelgenai.live.observability.LostSession;
import dev.camelgenai.live.session.SessionStatistics;
import org.apache.camel.CamelContext;
import org.apache.camel.util.URISupport;

/** What the Dev UI asks the running application for. Answers hold neither session keys nor secrets. */
@ApplicationScoped
public class GenAiLiveDevUiService {

    private static final Pattern SESSION_KEY = Pattern.compile("(?i)(session-?key=)[^&]*");

    private final CamelContext context;

    GenAiLiveDevUiService(CamelContext context) {
        this.context = context;
    }

    /** The endpoints, the sessions that have not ended, the counts of each group, and the routes without their session. */
    public Map<String, Object> overview() {
        List<GroupOverview> groups = List.of();
        List<LostSession> lost = List.of();
        if (context.hasComponent("genai-live") instanceof GenAiLiveComponent component) {
            groups = component.overview();
            lost = component.lostSessions();
        }
        return Map.of("endpoints", endpoints(), "sessions", groups.stream().flatMap(GenAiLiveDevUiService::sessions).toList(),
                "counts", groups.stream().map(GenAiLiveDevUiService::counts).toList(), "lostSessions",
                lost.stream().map(GenAiLiveDevUiService::lost).toList());
    }

    private List<String> endpoints() {
        return context.getEndpoints().stream().filter(GenAiLiveEndpoint.class::isInstance)
                .map(endpoint -> withoutKey(URISupport.sanitizeUri(endpoint.getEndpointUri()))).sorted().toList();
    }

    private static Stream<Map<String, Object>> sessions(GroupOverview group) {
        return group.sessions().stream().map(session -> Map.of("group", group.name(), "model", group.model(), "key",
                session.key(), "state", session.state().name(), "waiting", session.waiting()));
    }

    private static Map<String, Object> counts(GroupOverview group) {
        SessionStatistics counts = group.statistics();
        return Map.of("group", group.name(), "reconnects", counts.reconnects(), "inDoubt", counts.inDoubt(), "dropped",
                counts.dropped(), "unheard", counts.unheard(), "cancelled", counts.cancelled(), "staleAudio",
                counts.staleAudio(), "overflowAudio", counts.overflowAudio());
    }

    private static Map<String, Object> lost(LostSession lost) {
        return Map.of("route", lost.routeId(), "group", lost.group(), "reason", lost.reason());
    }

    private static String withoutKey(String uri) {
        return SESSION_KEY.matcher(uri).replaceAll("$1xxxxxx");
    }
}
