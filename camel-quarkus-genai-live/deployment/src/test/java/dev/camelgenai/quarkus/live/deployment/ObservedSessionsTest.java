package dev.camelgenai.quarkus.live.deployment;

import java.time.Duration;
import java.util.List;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.GenAiLiveComponent;
import io.quarkus.test.QuarkusUnitTest;
import io.restassured.path.json.JsonPath;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An application that makes the component itself, with Quarkus's health and metrics. */
class ObservedSessionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CALLER = "anna@example.org";

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withApplicationRoot(jar -> jar.addClasses(Service.class, Routes.class))
            .setLogRecordPredicate(record -> record.getMessage().contains("talk to an emulator"))
            .assertLogRecords(records -> assertThat(records).as("Dev Services").isEmpty());

    @Inject
    GenAiLiveEmulator service;
    @Inject
    CamelContext context;
    @Inject
    ProducerTemplate camel;

    public static class Service {

        @Produces
        @Singleton
        GenAiLiveEmulator service() {
            return GenAiLiveEmulator.builder().tlsPort(GenAiLiveEmulator.OFF).pacing(Pacing.IMMEDIATE).start();
        }

        void stop(@Disposes GenAiLiveEmulator service) {
            service.close();
        }

        @Produces
        @Singleton
        @Named("genai-live")
        GenAiLiveComponent component(GenAiLiveEmulator service) {
            GenAiLiveComponent component = new GenAiLiveComponent();
            component.getConfiguration().setApiKey("key");
            component.getConfiguration().setBaseUrl(service.wsUrl());
            component.getConfiguration().setReconnectInitialDelay(10);
            return component;
        }
    }

    public static class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("direct:ask").to("genai-live:gemini-3.8-live?sessionGroup=chat&response=turn").convertBodyTo(String.class);
            from("genai-live:gemini-3.8-live?sessionGroup=calls&sessionStart=onStart&sessionKey=" + CALLER).routeId("calls")
                    .stop();
        }
    }

    private RecordedSession last() {
        List<RecordedSession> sessions = service.sessions();
        return sessions.get(sessions.size() - 1);
    }

    private static JsonPath check() {
        return JsonPath.from(readiness()).setRootPath("checks.find { it.name == 'Camel GenAI Live sessions' }");
    }

    private static String readiness() {
        return get("/q/health/ready").asString();
    }

    private static String metric(String name, String group) {
        return get("/q/metrics").asString().lines().filter(line -> line.startsWith(name + "{group=\"" + group + "\""))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1)).findFirst().orElse("none");
    }

    @Test
    void anApplicationIsNotReadyWhileARouteHasLostItsSession() throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(check().getString("data.calls")).isEqualTo("1 (OPEN: 1)"));
        assertThat(check().getString("status")).isEqualTo("UP");

        service.awaitSession(PATIENCE).close(1008, "No more calls of " + CALLER).join();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(check().getString("status")).isEqualTo("DOWN"));
        assertThat(check().getString("data.'route calls'")).contains("has lost its session in group calls", "1008");
        assertThat(readiness()).doesNotContain("anna");

        context.getRouteController().startRoute("calls");
        assertThat(check().getString("status")).isEqualTo("UP");
    }

    @Test
    void metricsCountWhatHappensToTheSessionsOfAGroup() {
        assertThat(metric("genai_live_reconnects_total", "chat")).isEqualTo("0.0");

        assertThat(camel.requestBody("direct:ask", "hello", String.class)).isEqualTo("hello");
        assertThat(metric("genai_live_sessions", "chat")).isEqualTo("1.0");
        last().dropTcp().join();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metric("genai_live_reconnects_total", "chat")).isEqualTo("1.0"));
        assertThat(get("/q/metrics").asString()).contains("genai_live_messages_in_doubt_total{group=\"chat\"",
                "genai_live_messages_dropped_total{", "genai_live_messages_unheard_total{", "genai_live_audio_stale_total{",
                "genai_live_audio_overflow_total{", "genai_live_tool_responses_cancelled_total{");
    }
}
