package dev.camelgenai.live;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import com.google.genai.types.LiveConnectConfig;
import com.google.genai.types.Tool;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.tool.GenAiLiveToolComponent;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the author of tool routes is told at start: refusals, and warnings with the fix. */
class ToolMistakesTest {

    private static final String TOOL = "genai-live-tool:orderStatus?description=Status of an order&tags=";
    private static final String SHOP = "genai-live:gemini-3.8-live?sessionGroup=shop&tags=";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LoggedWarnings warnings;

    @BeforeEach
    void prepare() {
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl("ws://127.0.0.1:9");
        options.setApiKey("key");
        warnings = new LoggedWarnings();
    }

    @AfterEach
    void stop() {
        warnings.close();
        context.stop();
    }

    private static RoutesBuilder tool(String uri, boolean autoStartup) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId("tool").autoStartup(autoStartup).setBody(constant("shipped"));
            }
        };
    }

    private static RoutesBuilder tool(String uri) {
        return tool(uri, true);
    }

    private static RoutesBuilder ask(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to(uri);
            }
        };
    }

    private void start(RoutesBuilder... routes) throws Exception {
        for (RoutesBuilder each : routes) {
            context.addRoutes(each);
        }
        context.start();
    }

    private void declare(String function) {
        context.getRegistry().bind("own", Map.of("tools", List.of(Map.of("functionDeclarations",
                List.of(Map.of("name", function))))));
    }

    private static void assertClash(Throwable thrown) {
        assertThat(ObjectHelper.getException(LiveInputException.class, thrown)).hasMessageContaining("The function orderStatus")
                .hasMessageContaining("declared in config and by a genai-live-tool route")
                .hasMessageContaining("rename one of them");
    }

    @Test
    void whatIsFineIsNotWarnedOf() throws Exception {
        start(tool(TOOL + "shop,kitchen"), ask(SHOP + "office,shop"));

        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void theOrderOfRoutesDoesNotMatter() throws Exception {
        start(ask(SHOP + "shop"), tool(TOOL + "shop"));

        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void tagsMayComeFromPropertiesAndFromTheComponent() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("tag", "shop");
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration().setTags("shop");

        start(tool(TOOL + "{{tag}}"), ask("genai-live:gemini-3.8-live?sessionGroup=shop"));

        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void aToolWithoutTagsIsFineWhereSomeEndpointHasTags() throws Exception {
        start(tool("genai-live-tool:orderStatus?description=Status of an order"), ask(SHOP + "shop"));

        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void aToolThatIsStartedLaterIsFine() throws Exception {
        start(tool(TOOL + "shop", false), ask(SHOP + "shop"));
        context.getRouteController().startRoute("tool");

        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void toolsOfAnotherComponentAreFine() throws Exception {
        context.addComponent("more-tools", new GenAiLiveToolComponent());

        start(ask(SHOP + "shop"), tool("more-tools:orderStatus?description=Status of an order&tags=shop", false));

        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void aTagThatNobodyUsesIsWarnedOfOnceFromBothSides() throws Exception {
        start(tool(TOOL + "shpo"), ask(SHOP + "shop"));
        context.getRouteController().stopRoute("tool");
        context.getRouteController().startRoute("tool");

        assertThat(warnings.texts()).hasSize(2)
                .anySatisfy(text -> assertThat(text).contains("tool orderStatus").contains("route tool").contains("[shpo]")
                        .contains("tags=shpo").contains("so far"))
                .anySatisfy(text -> assertThat(text).contains("Session group shop").contains("tags=shop").contains("so far"));
    }

    @Test
    void aToolWithoutTagsIsWarnedOfWhereNoEndpointHasTags() throws Exception {
        start(tool("genai-live-tool:orderStatus?description=Status of an order"),
                ask("genai-live:gemini-3.8-live?sessionGroup=shop"));

        assertThat(warnings.texts()).singleElement().asString().contains("tool orderStatus")
                .contains("no genai-live endpoint has the option tags");
    }

    @Test
    void aToolThatIsAddedLaterIsCheckedThen() throws Exception {
        start(tool(TOOL + "shop"), ask(SHOP + "shop"));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:fine?tags=shop&description=d").setBody(constant("x"));
                from("genai-live-tool:lost?tags=nowhere&description=d").setBody(constant("x"));
            }
        });

        assertThat(warnings.texts()).singleElement().asString().contains("tool lost").contains("toD");
    }

    @Test
    void aToolWithoutDescriptionIsWarnedOf() throws Exception {
        start(tool("genai-live-tool:orderStatus?tags=shop"), ask(SHOP + "shop"));

        assertThat(warnings.texts()).singleElement().asString().contains("tool orderStatus").contains("option description");
    }

    @Test
    void aSchedulingThatHasNoEffectIsWarnedOf() throws Exception {
        start(tool(TOOL + "shop&scheduling=SILENT&behavior=BLOCKING"), ask(SHOP + "shop"));

        assertThat(warnings.texts()).singleElement().asString().contains("scheduling=SILENT").contains("behavior=NON_BLOCKING");
    }

    @ParameterizedTest
    @ValueSource(strings = { "scheduling=SILENT", "scheduling=SILENT&behavior=NON_BLOCKING", "behavior=BLOCKING" })
    void otherSchedulingsAreFine(String options) throws Exception {
        start(tool(TOOL + "shop&" + options), ask(SHOP + "shop"));

        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void aMissingSchemaIsRefusedWithTheFix() {
        assertThatThrownBy(() -> start(tool(TOOL + "shop&argSchema=classpath:schemas/nowhere.json")))
                .satisfies(thrown -> assertThat(ObjectHelper.getException(LiveInputException.class, thrown))
                        .hasMessageContaining("argSchema").hasMessageContaining("tool orderStatus")
                        .hasMessageContaining("classpath:schemas/nowhere.json")
                        .hasMessageContaining("name a resource that exists"));
    }

    @Test
    void aToolThatStartsAfterAFunctionOfItsNameIsRefused() throws Exception {
        declare("orderStatus");
        start(ask(SHOP + "shop&config=#bean:own"));

        assertThatThrownBy(() -> context.addRoutes(tool(TOOL + "shop"))).satisfies(ToolMistakesTest::assertClash);
    }

    @Test
    void anEndpointThatStartsAfterAToolOfItsFunctionsNameIsRefused() throws Exception {
        declare("orderStatus");
        start(tool(TOOL + "shop"));

        assertThatThrownBy(() -> context.addRoutes(ask(SHOP + "shop&config=#bean:own")))
                .satisfies(ToolMistakesTest::assertClash);
    }

    @Test
    void bothInOneContextAreRefusedInAnyOrder() {
        declare("orderStatus");

        assertThatThrownBy(() -> start(ask(SHOP + "shop&config=#bean:own"), tool(TOOL + "shop")))
                .satisfies(ToolMistakesTest::assertClash);
    }

    public static String orderStatus() {
        return "shipped";
    }

    @Test
    void aMethodOfTheConfigIsAFunctionToo() throws Exception {
        Method method = ToolMistakesTest.class.getMethod("orderStatus");
        context.getRegistry().bind("own", LiveConnectConfig.builder().tools(Tool.builder().functions(method).build()).build());

        assertThatThrownBy(() -> start(tool(TOOL + "shop"), ask(SHOP + "shop&config=#bean:own")))
                .satisfies(ToolMistakesTest::assertClash);
    }

    @Test
    void aFunctionOfAnotherNameOrAnotherGroupIsNoClash() {
        declare("refund");
        context.getRegistry().bind("kitchen", Map.of("tools", List.of(Map.of("functionDeclarations",
                List.of(Map.of("name", "orderStatus"))))));

        assertThatCode(() -> start(ask(SHOP + "shop&config=#bean:own"), new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:cook").to("genai-live:gemini-3.8-live?sessionGroup=kitchen&config=#bean:kitchen");
            }
        }, tool(TOOL + "shop"))).doesNotThrowAnyException();
    }

    /** Its own route says so; a tool is none the worse for it. */
    @ParameterizedTest
    @ValueSource(strings = { "config=classpath:nowhere.json", "outboxMaxMessages=0" })
    void aToolDoesNotFailForTheMistakesOfAnEndpoint(String mistake) throws Exception {
        context.start();
        List<Throwable> failures = new ArrayList<>();
        try {
            context.addRoutes(ask(SHOP + "shop&" + mistake));
        } catch (Exception e) {
            failures.add(e);
        }
        assertThat(failures).hasSize(1);

        context.addRoutes(tool(TOOL + "shop"));

        assertThat(context.getRouteController().getRouteStatus("tool").isStarted()).isTrue();
    }

    @Test
    void aToolNeedsNoKeyOfAnEndpoint() throws Exception {
        GenAiLiveComponent live = context.getComponent("genai-live", GenAiLiveComponent.class);
        live.getConfiguration().setApiKey(null);
        context.start();
        context.getEndpoint(SHOP + "shop");

        context.addRoutes(tool(TOOL + "shop"));

        assertThat(context.getRouteController().getRouteStatus("tool").isStarted()).isTrue();
        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void aClosedComponentHearsOfNoMoreTools() throws Exception {
        declare("orderStatus");
        start(ask(SHOP + "shop&config=#bean:own"));
        context.removeRoute(context.getRoutes().get(0).getRouteId());
        context.removeComponent("genai-live");

        assertThatCode(() -> context.addRoutes(tool(TOOL + "shop"))).doesNotThrowAnyException();
    }
}
