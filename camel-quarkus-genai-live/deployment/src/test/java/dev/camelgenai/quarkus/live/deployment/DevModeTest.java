package dev.camelgenai.quarkus.live.deployment;

import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.devui.tests.DevUIJsonRPCTest;
import io.quarkus.test.QuarkusDevModeTest;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The Dev Service over a live reload, and what the Dev UI shows of it and does with it. */
class DevModeTest extends DevUIJsonRPCTest {

    @RegisterExtension
    static final QuarkusDevModeTest APPLICATION = new QuarkusDevModeTest()
            .withApplicationRoot(jar -> jar.addClasses(EchoRoutes.class, Questions.class)
                    .addAsResource(new StringAsset(
                            "quarkus.camel.genai-live.devservices.scenario=echo\n"), "application.properties"));

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    DevModeTest() {
        super("dev.camelgenai.camel-quarkus-genai-live");
    }

    private JsonNode call(String method) throws Exception {
        return executeJsonRPCMethod(method);
    }

    private boolean act(String action, int session) throws Exception {
        return executeJsonRPCMethod(Boolean.class, action, Map.of("session", String.valueOf(session)));
    }

    private static String ask(String question) {
        return get("/ask/" + question).asString();
    }

    @Test
    void theDevUiShowsSessionsAndDisturbsThemAndTheEmulatorSurvivesAReload() throws Exception {
        assertThat(ask("hello")).isEqualTo("hello");

        JsonNode before = call("overview");
        assertThat(before.at("/endpoints/0").asText()).isEqualTo("genai-live://gemini-3.8-live?response=turn");
        assertThat(before.at("/sessions/0/state").asText()).isEqualTo("OPEN");
        assertThat(before.at("/sessions/0/key").asText()).matches("[0-9a-f]{12}");
        JsonNode emulator = call("emulator");
        String url = emulator.get("url").asText();
        assertThat(emulator.at("/sessions/0/messages/0").asText()).contains("hello");
        get("/q/dev-ui/camel-quarkus-genai-live/qwc-genai-live-sessions.js").then().statusCode(200);

        assertThat(act("interrupt", 1)).isTrue();
        assertThat(act("goAway", 1)).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode moved = call("emulator").get("sessions");
            assertThat(moved.at("/0/number").asInt()).isEqualTo(2);
            assertThat(moved.at("/1/open").asBoolean()).isFalse();
        });
        assertThat(act("drop", 1)).as("it has ended").isFalse();
        assertThat(act("drop", 2)).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(call("overview").at("/counts/0/reconnects").asInt()).isEqualTo(2));

        APPLICATION.modifySourceFile(EchoRoutes.class, source -> source.replace("response=turn\"",
                "response=turn\").transform().simple(\"${body} again\""));
        assertThat(ask("hello")).isEqualTo("hello again");
        assertThat(call("emulator").get("url").asText()).as("the same one").isEqualTo(url);
    }
}
