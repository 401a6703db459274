package dev.camelgenai.live.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.camelgenai.live.tool.CalledTools.BLOCKING;
import static dev.camelgenai.live.tool.CalledTools.NON_BLOCKING;
import static dev.camelgenai.live.tool.CalledTools.PATIENCE;
import static dev.camelgenai.live.tool.CalledTools.answer;
import static dev.camelgenai.live.tool.CalledTools.call;
import static dev.camelgenai.live.tool.CalledTools.settle;
import static org.assertj.core.api.Assertions.assertThat;

/** Tools whose routes start and stop while sessions are open. */
@Timeout(60)
class LateToolsTest {

    private final CalledTools tools = new CalledTools();

    @AfterEach
    void stop() {
        tools.close();
    }

    private static RouteBuilder tool(String name) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:" + name + "?tags=shop&description=Works").routeId(name)
                        .setBody(constant("done " + name));
            }
        };
    }

    private static RouteBuilder nothing() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                // no tool yet
            }
        };
    }

    private static List<String> functions(JsonNode tools) {
        List<String> names = new ArrayList<>();
        tools.forEach(tool -> tool.path("functionDeclarations").forEach(each -> names.add(each.path("name").asText())));
        return names;
    }

    private static List<String> declared(RecordedSession session) {
        return functions(session.awaitSetup(PATIENCE).path("tools"));
    }

    /** Waits until the model was told of exactly these functions. */
    private static void awaitUpdate(RecordedSession session, String... names) {
        session.awaitMessage(message -> message.json().has("contextUpdate")
                && functions(message.json().at("/contextUpdate/tools/tools")).equals(List.of(names)), PATIENCE);
    }

    private static List<RecordedMessage> updates(RecordedSession session) {
        return session.messages().stream().filter(message -> message.json().has("contextUpdate")).toList();
    }

    @Test
    void aModelThatCanBeToldHearsOfAToolThatStarts() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", tool("first"));
        assertThat(declared(session)).containsExactly("first");

        tools.context.addRoutes(tool("second"));

        awaitUpdate(session, "first", "second");
        call(session, "1", "second");
        assertThat(answer(session, "1").at("/response/output").asText()).isEqualTo("done second");
    }

    @Test
    void theFirstToolOfAllMayBeLate() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", nothing());
        assertThat(declared(session)).isEmpty();

        tools.context.addRoutes(tool("first"));

        awaitUpdate(session, "first");
    }

    @Test
    void itHearsOfAToolThatStopsAndOfItsReturn() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", tool("first"));
        tools.context.addRoutes(tool("second"));
        awaitUpdate(session, "first", "second");

        tools.context.getRouteController().stopRoute("first");
        awaitUpdate(session, "second");
        tools.context.getRouteController().startRoute("first");

        session.awaitMessage(message -> updates(session).size() >= 3, PATIENCE);
        assertThat(functions(updates(session).get(2).json().at("/contextUpdate/tools/tools"))).containsExactly("first",
                "second");
    }

    @Test
    void routesThatStartTogetherAreToldTogether() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", tool("first"));

        tools.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                for (int i = 0; i < 10; i++) {
                    from("genai-live-tool:more" + i + "?tags=shop&description=Works").setBody(constant("done"));
                }
            }
        });

        session.awaitMessage(message -> message.json().has("contextUpdate")
                && functions(message.json().at("/contextUpdate/tools/tools")).size() == 11, PATIENCE);
        assertThat(updates(session)).hasSizeLessThan(10);
    }

    @Test
    void aModelThatCannotBeToldHearsOfItWithItsNextConnection() throws Exception {
        RecordedSession session = tools.start(BLOCKING, "", tool("first"));
        tools.context.addRoutes(tool("second"));

        session.dropTcp().join();

        RecordedSession next = tools.emulator.awaitSessions(2, PATIENCE).get(1);
        assertThat(declared(next)).containsExactly("first", "second");
        assertThat(updates(session)).isEmpty();
        call(next, "1", "second");
        assertThat(answer(next, "1").at("/response/output").asText()).isEqualTo("done second");
    }

    @Test
    void aToolThatHasTakenTheNameOfOneButNotItsTagsIsNotRun() throws Exception {
        RecordedSession session = tools.start(BLOCKING, "", tool("first"));
        tools.context.getRouteController().stopRoute("first");
        tools.context.removeRoute("first");
        tools.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:first?tags=admin&description=Not for everybody").setBody(constant("secret"));
            }
        });

        call(session, "1", "first");

        assertThat(answer(session, "1").path("response").toString()).contains("not available").doesNotContain("secret");
    }

    @Test
    void aToolWithAnotherTagIsNoNews() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", tool("first"));

        tools.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:other?tags=kitchen&description=Cooks").setBody(constant("soup"));
            }
        });
        tools.context.addRoutes(tool("second"));

        awaitUpdate(session, "first", "second");
        assertThat(updates(session)).hasSize(1);
    }

    @Test
    void theFunctionsOfTheConfigStay() throws Exception {
        tools.context.getRegistry().bind("setup", Map.of("tools",
                List.of(Map.of("googleSearch", Map.of()), Map.of("functionDeclarations", List.of(Map.of("name", "approve"))))));
        RecordedSession session = tools.start(NON_BLOCKING, "&config=#bean:setup", tool("first"));
        assertThat(declared(session)).containsExactly("approve", "first");

        tools.context.addRoutes(tool("second"));

        awaitUpdate(session, "approve", "first", "second");
        assertThat(updates(session).get(0).json().at("/contextUpdate/tools/tools").findPath("googleSearch").isObject())
                .isTrue();
    }

    @Test
    void theToolsStayWhereARouteUpdatesTheContextAndAfterTheNextConnection() throws Exception {
        tools.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:update").to("genai-live:" + NON_BLOCKING + "?sessionGroup=shop&operation=updateContext");
            }
        });
        RecordedSession session = tools.start(NON_BLOCKING, "", tool("first"));

        tools.context.createProducerTemplate().requestBody("direct:update",
                Map.of("tools", List.of(Map.of("functionDeclarations", List.of(Map.of("name", "approve"))))));

        awaitUpdate(session, "approve", "first");
        tools.context.getRouteController().stopRoute("first");
        awaitUpdate(session, "approve");
        tools.context.addRoutes(tool("second"));
        awaitUpdate(session, "approve", "second");
        session.dropTcp().join();
        assertThat(declared(tools.emulator.awaitSessions(2, PATIENCE).get(1))).containsExactly("approve", "second");
    }

    @Test
    void aShutdownIsNoNews() throws Exception {
        RecordedSession session = tools.start(NON_BLOCKING, "", tool("first"));
        settle(session, "before");

        tools.context.stop();

        session.awaitClosed(PATIENCE);
        assertThat(updates(session)).isEmpty();
    }
}
