package dev.camelgenai.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.processor.state.MemoryStateRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The examples of docs/sessions.adoc. */
@Timeout(60)
class SessionsGuideTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()));

    private DefaultCamelContext context;

    @BeforeEach
    void createContext() throws Exception {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
        options.setReconnect(false);
        context.getRegistry().bind("handles", new MemoryStateRepository());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:hotline").to("mock:hotline");
            }
        });
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private static String example(String language) throws IOException {
        Matcher block = Pattern.compile("\\[source," + language + "]\n----\n(.*?)\n----\n", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "sessions.adoc")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private void theLineOpensAndIsStoppedWithItsSession() throws Exception {
        MockEndpoint hotline = context.getEndpoint("mock:hotline", MockEndpoint.class);
        hotline.expectedMinimumMessageCount(1);
        hotline.expectedHeaderReceived(GenAiLiveConstants.SESSION_KEY, "hotline");
        context.start();
        RecordedSession session = EMULATOR.get().awaitSessions(1, PATIENCE).get(0);
        session.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"hello\"}}}").join();
        hotline.assertIsSatisfied(PATIENCE.toMillis());

        session.close(1011, "Internal error occurred.");

        await().atMost(PATIENCE)
                .until(() -> context.getRouteController().getRouteStatus("hotline") == ServiceStatus.Stopped);
        assertThat(hotline.getExchanges())
                .noneMatch(exchange -> exchange.getMessage().getHeader(GenAiLiveConstants.EVENT) != null);
    }

    @Test
    void theLineInYaml() throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("guide.yaml", example("yaml")));

        theLineOpensAndIsStoppedWithItsSession();
    }

    @Test
    void theLineInJava() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live?sessionGroup=hotline&sessionKey=hotline&sessionStart=onStart"
                        + "&sessionEvents=reconnecting,resumed,closed&resumptionRepository=#handles").routeId("hotline")
                        .choice()
                        .when(header(GenAiLiveConstants.EVENT).isEqualTo("resumed"))
                        .filter(header(GenAiLiveConstants.STATE_RESTORED).isEqualTo(false))
                        .log("The model has forgotten the conversation of ${header.CamelGenAiLiveSessionKey}").endChoice()
                        .when(header(GenAiLiveConstants.EVENT).isNotNull())
                        .log("${header.CamelGenAiLiveSessionKey}: ${header.CamelGenAiLiveEvent} ${header.CamelGenAiLiveCloseCode}")
                        .otherwise()
                        .to("direct:hotline");
            }
        });

        theLineOpensAndIsStoppedWithItsSession();
    }
}
