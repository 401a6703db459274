package dev.camelgenai.live;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who meets whom in which session. */
class SessionKeyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    private CamelContext context;

    @BeforeEach
    void startContext() throws Exception {
        context = new DefaultCamelContext();
        GenAiLiveComponent component = context.getComponent("genai-live", GenAiLiveComponent.class);
        component.getConfiguration().setBaseUrl(EMULATOR.get().wsUrl());
        component.getConfiguration().setApiKey("key");
        context.start();
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private void routes(String... uris) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < uris.length; i++) {
                    from("direct:" + (char) ('a' + i)).to(uris[i]);
                }
            }
        });
    }

    private Exchange send(String to, Object key) {
        return context.createProducerTemplate().send(to, exchange -> {
            exchange.getMessage().setBody("hello");
            exchange.getMessage().setHeader(GenAiLiveConstants.SESSION_KEY, key);
        });
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "", "  ", "\t\n" })
    void aKeyThatIsPresentButEmptyFailsTheExchangeAndReachesNoSession(String key) throws Exception {
        routes("genai-live:gemini-3.8-live?response=none");

        Exchange exchange = send("direct:a", key);

        assertThat(exchange.getException()).isInstanceOf(LiveInputException.class)
                .hasMessageContaining(GenAiLiveConstants.SESSION_KEY).hasMessageContaining("sessionKey");
        assertThat(EMULATOR.get().sessions()).isEmpty();
    }

    @Test
    void anEmptyKeyAsBytesFailsToo() throws Exception {
        routes("genai-live:gemini-3.8-live?response=none");

        assertThat(send("direct:a", new byte[0]).getException()).isInstanceOf(LiveInputException.class);
    }

    @Test
    void aKeyThatComesFromAMissingFieldFailsTheExchange() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:mistake").setHeader(GenAiLiveConstants.SESSION_KEY, simple("${header.authenticatedUser}"))
                        .to("genai-live:gemini-3.8-live?response=none&sessionKey=fallback");
            }
        });

        Exchange exchange = context.createProducerTemplate().send("direct:mistake", e -> e.getMessage().setBody("hi"));

        assertThat(exchange.getException()).isInstanceOf(LiveInputException.class);
        assertThat(EMULATOR.get().sessions()).isEmpty();
    }

    @Test
    void keysOfAnyTypeNameTheConversation() throws Exception {
        routes("genai-live:gemini-3.8-live?response=none");

        send("direct:a", "42");
        send("direct:a", 42);
        send("direct:a", "42".getBytes(StandardCharsets.UTF_8));
        send("direct:a", "43");

        assertThat(EMULATOR.get().awaitSessions(2, PATIENCE).get(0).awaitMessages(3, PATIENCE)).hasSize(3);
        assertThat(EMULATOR.get().sessions()).hasSize(2);
    }

    @Test
    void untrustedHeadersDoNotChooseTheSessionWhereSteeringIsOff() throws Exception {
        routes("genai-live:gemini-3.8-live?response=none&steeringHeaders=false&sessionKey=mine");

        send("direct:a", "somebody else's");
        send("direct:a", null);

        assertThat(EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitMessages(2, PATIENCE)).hasSize(2);
        assertThat(EMULATOR.get().sessions()).hasSize(1);
    }

    @Test
    void groupsWithOneModelAndDifferentSetupsLiveSideBySide() throws Exception {
        routes("genai-live:gemini-3.8-live?sessionGroup=x&temperature=0.1&response=none",
                "genai-live:gemini-3.8-live?sessionGroup=y&temperature=0.9&response=none");

        send("direct:a", "same key");
        send("direct:b", "same key");

        assertThat(EMULATOR.get().awaitSessions(2, PATIENCE))
                .extracting(session -> session.awaitSetup(PATIENCE).at("/generationConfig/temperature").asDouble())
                .containsExactlyInAnyOrder(0.1, 0.9);
    }

    @Test
    void endpointsOfOneGroupShareWhatOneOfThemSets() throws Exception {
        routes("genai-live:gemini-3.8-live?sessionGroup=x&response=none",
                "genai-live:gemini-3.8-live?sessionGroup=x&temperature=0.9&response=none");

        send("direct:a", "k");

        assertThat(EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitSetup(PATIENCE).at("/generationConfig/temperature")
                .asDouble()).isEqualTo(0.9);
    }

    @Test
    void endpointsOfOneGroupThatContradictEachOtherAreRefusedWithTheWayOut() throws Exception {
        routes("genai-live:gemini-3.8-live?sessionGroup=x&temperature=0.1&response=none");

        assertThatThrownBy(() -> routes("genai-live:gemini-3.8-live?sessionGroup=x&temperature=0.9&response=none"))
                .rootCause().isInstanceOf(LiveInputException.class)
                .hasMessageContaining("temperature=0.9").hasMessageContaining("temperature=0.1")
                .hasMessageContaining("sessionGroup");
    }

    @Test
    void anExplicitDefaultContradictsAnotherExplicitValue() throws Exception {
        routes("genai-live:gemini-3.8-live?sessionGroup=x&setupTimeout=5s&response=none");

        assertThatThrownBy(() -> routes("genai-live:gemini-3.8-live?sessionGroup=x&setupTimeout=10s"))
                .rootCause().hasMessageContaining("setupTimeout");
    }

    @Test
    void aContradictionOfSecretsShowsNone() throws Exception {
        routes("genai-live:gemini-3.8-live?sessionGroup=x&apiKey=first-secret");

        assertThatThrownBy(() -> routes("genai-live:gemini-3.8-live?sessionGroup=x&apiKey=second-secret"))
                .satisfies(thrown -> {
                    for (Throwable t = thrown; t != null; t = t.getCause()) {
                        assertThat(t).hasMessageNotContaining("first-secret").hasMessageNotContaining("second-secret");
                    }
                })
                .rootCause().hasMessageContaining("apiKey=xxxxxx");
    }

    @Test
    void oneGroupHasOneModel() throws Exception {
        routes("genai-live:gemini-3.8-live?sessionGroup=x");

        assertThatThrownBy(() -> routes("genai-live:gemini-2.5-flash-native-audio?sessionGroup=x"))
                .rootCause().hasMessageContaining("different models").hasMessageContaining("sessionGroup");
    }

    @Test
    void anEndpointThatComesLaterDoesNotChangeSessionsThatAreOpen() throws Exception {
        routes("genai-live:gemini-3.8-live?sessionGroup=x&response=none");
        send("direct:a", "k");
        EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitSetup(PATIENCE);

        assertThatThrownBy(() -> routes("genai-live:gemini-3.8-live?sessionGroup=x&temperature=0.9"))
                .rootCause().hasMessageContaining("has sessions").hasMessageContaining("sessionGroup");
    }
}
