package dev.camelgenai.live;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.observability.GroupOverview;
import dev.camelgenai.live.observability.LostSession;
import dev.camelgenai.live.observability.SessionOverview;
import dev.camelgenai.live.session.LiveSessionState;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.processor.state.MemoryStateRepository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.LiveTalk.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What the component shows to health checks, metrics and tools of developers. */
@Timeout(60)
class OverviewTest extends RoutesTestSupport {

    private static final String CALLER = "+49 30 1234567";

    @BeforeEach
    void serveEcho() {
        serve(Scenarios.echo());
        createContext();
    }

    private static RouteBuilder asking() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").routeId("ask").to(ASK);
            }
        };
    }

    private void ask(String key) {
        assertThat(send("direct:ask", "hello", Map.of(GenAiLiveConstants.SESSION_KEY, key)).getException()).isNull();
    }

    private GroupOverview group() {
        return component.overview("routes").orElseThrow();
    }

    @Test
    void groupsAndTheirSessionsAreShownWithoutTheKeys() throws Exception {
        start(asking());
        assertThat(group().sessions()).isEmpty();

        ask(CALLER);
        ask("somebody else");
        ask(CALLER);

        assertThat(component.overview()).extracting(GroupOverview::name).containsExactly("routes");
        assertThat(group().model()).isEqualTo("gemini-3.8-live");
        assertThat(group().sessions()).extracting(SessionOverview::state).containsExactly(LiveSessionState.OPEN,
                LiveSessionState.OPEN);
        List<String> digests = group().sessions().stream().map(SessionOverview::key).sorted().toList();
        assertThat(digests).doesNotHaveDuplicates().allSatisfy(digest -> assertThat(digest).matches("[0-9a-f]{12}"));
        assertThat(group().sessions().stream().map(SessionOverview::key).sorted()).isEqualTo(digests);
        assertThat(component.overview().toString()).doesNotContain("1234567", "somebody");
        assertThat(component.overview("unknown")).isEmpty();
    }

    /** A slow one keeps a session that is over from having ended. */
    private static final class HeldRepository extends MemoryStateRepository {

        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void setState(String key, String value) {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.setState(key, value);
        }
    }

    private long reconnects() {
        return group().statistics().reconnects();
    }

    @Test
    void theCountsOfAGroupNeverDecrease() throws Exception {
        HeldRepository repository = new HeldRepository();
        keep(repository.release::countDown);
        component.getConfiguration().setResumptionRepository(repository);
        start(asking());
        ask("k");
        connection(1).dropTcp().join();
        await().atMost(PATIENCE).until(() -> reconnects() == 1);

        component.sessions().closeGroup("routes");
        await().atMost(PATIENCE)
                .until(() -> group().sessions().get(0).state() == LiveSessionState.CLOSED);
        assertThat(reconnects()).as("over, and not ended").isEqualTo(1);

        repository.release.countDown();
        await().atMost(PATIENCE).until(() -> group().sessions().isEmpty());
        assertThat(reconnects()).as("ended").isEqualTo(1);

        context.getRouteController().stopRoute("ask");
        context.removeRoute("ask");
        context.removeEndpoints("genai-live*");
        assertThat(component.overview()).as("the last endpoint has left").isEmpty();
        context.addRoutes(asking());
        assertThat(reconnects()).as("the group is back").isEqualTo(1);
    }

    @Test
    void aRouteWithoutItsSessionIsNamedUntilItIsStartedAgain() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(HEAR + "&sessionStart=onStart&sessionKey=anna@example.org").routeId("hear").to("mock:heard");
                from(HEAR).routeId("other").to("mock:heard");
            }
        });
        assertThat(component.lostSessions()).isEmpty();

        component.getConfiguration().setReconnect(false);
        connection(1).close(1008, "anna@example.org is not welcome").join();
        await().atMost(PATIENCE).until(
                () -> context.getRouteController().getRouteStatus("hear") == ServiceStatus.Stopped);

        LostSession lost = component.lostSessions().get(0);
        assertThat(component.lostSessions()).hasSize(1);
        assertThat(lost.routeId()).isEqualTo("hear");
        assertThat(lost.group()).isEqualTo("routes");
        assertThat(lost.reason()).contains("1008", lost.key() + " is not welcome").doesNotContain("anna");

        context.getRouteController().startRoute("hear");
        assertThat(component.lostSessions()).isEmpty();
    }
}
