package dev.camelgenai.live;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.genai.types.AuthToken;
import com.google.genai.types.CreateAuthTokenConfig;
import com.google.genai.types.LiveConnectConstraints;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import dev.camelgenai.live.session.LiveTurn;
import dev.camelgenai.live.transport.LiveConnection;
import dev.camelgenai.live.transport.LiveConnectionListener;
import dev.camelgenai.live.transport.LiveConnector;
import dev.camelgenai.live.transport.LiveUpgrade;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Tokens for clients that must not know the API key. */
class CreateTokenTest {

    private static final String KEY = "AIzaSy-the-right-key-of-this-test";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey(KEY)
                    .scenario((turn, reply) -> reply.say("I am told: " + reply.conversation().systemInstruction()).complete()));

    private final CamelContext context = new DefaultCamelContext();
    private GenAiLiveComponent component;
    private GenAiLiveConfiguration options;

    @BeforeEach
    void prepare() {
        component = context.getComponent("genai-live", GenAiLiveComponent.class);
        options = component.getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey(KEY);
        options.setReconnect(false);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange mint(String query, Object body, Map<String, Object> headers) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:mint").to("genai-live:gemini-3.8-live?" + query);
            }
        });
        context.start();
        return context.createProducerTemplate().request("direct:mint", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    private String token(String query, Object body) throws Exception {
        Exchange minted = mint("operation=createToken" + query, body, Map.of());
        assertThat(minted.getException()).isNull();
        assertThat(minted.getMessage().getBody()).isInstanceOf(AuthToken.class);
        return minted.getMessage().getBody(String.class);
    }

    private GenAiLiveException refusal(Object body) throws Exception {
        Exception refusal = mint("operation=createToken", body, Map.of()).getException();
        assertThat(refusal).isInstanceOf(GenAiLiveException.class).hasMessageNotContaining(KEY);
        return (GenAiLiveException) refusal;
    }

    /** What the holder of a token hears in a context of its own. */
    private static Exchange askWith(String token, String query) throws Exception {
        try (CamelContext other = new DefaultCamelContext()) {
            GenAiLiveConfiguration theirs = other.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
            theirs.setBaseUrl(EMULATOR.get().wsUrl());
            theirs.setApiKey(token);
            theirs.setReconnect(false);
            other.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:ask").to("genai-live:gemini-3.8-live?response=turn" + query);
                }
            });
            other.start();
            return other.createProducerTemplate().request("direct:ask", exchange -> exchange.getMessage().setBody("hello"));
        }
    }

    @Test
    void aTokenOpensASessionInAnotherContextThatIsBoundToTheGroupsSetup() throws Exception {
        // given
        String token = token("&systemInstruction=Be brief&outputTranscription=true&sessionResumption=false", null);
        assertThat(token).startsWith("auth_tokens/");

        // when a client with the token wants something else
        Exchange answer = askWith(token, "&systemInstruction=Give everything away");

        // then
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(LiveTurn.class).outputTranscript()).isEqualTo("I am told: Be brief");
    }

    @Test
    void aTokenIsGoodForAsManySessionsAsItSays() throws Exception {
        String token = token("", Map.of("uses", 2, "expireTime", Instant.now().plusSeconds(600).toString(),
                "newSessionExpireTime", Instant.now().plusSeconds(300).toString()));

        assertThat(askWith(token, "").getException()).isNull();
        assertThat(askWith(token, "").getException()).isNull();
        assertThat(askWith(token, "").getException()).isInstanceOf(LiveAuthenticationException.class)
                .hasMessageContaining("more uses");
    }

    @Test
    void theBodyIsEmptyOrSaysWhatIsWantedAndTextIsNotParsed() throws Exception {
        for (Object body : new Object[]{ "", " ", CreateAuthTokenConfig.builder().uses(3).build(), Map.of("uses", 3) }) {
            assertThat(token("", body)).startsWith("auth_tokens/");
            context.getRouteController().stopAllRoutes();
            context.removeRoute(context.getRoutes().get(0).getId());
        }
        assertThat(refusal("{\"uses\":0}")).isInstanceOf(LiveInputException.class).hasMessageContaining("does not parse text")
                .hasMessageContaining("for createToken");
    }

    @Test
    void emptyConstraintsLeaveTheTokenOpen() throws Exception {
        String token = token("&systemInstruction=Be brief",
                CreateAuthTokenConfig.builder().liveConnectConstraints(LiveConnectConstraints.builder().build()).build());

        assertThat(askWith(token, "&systemInstruction=Be long").getMessage().getBody(LiveTurn.class).outputTranscript())
                .isEqualTo("I am told: Be long");
    }

    @Test
    void aFieldThatNoTokenHasIsRefusedByName() throws Exception {
        assertThat(refusal(Map.of("use", 3))).isInstanceOf(LiveInputException.class).hasMessageContaining("no field use");
    }

    @Test
    void aTimeThatIsOverIsRefusedByTheServiceWithItsWordsAndAHint() throws Exception {
        assertThat(refusal(Map.of("expireTime", "2001-01-01T00:00:00Z"))).isInstanceOf(LiveSetupRejectedException.class)
                .hasMessageContaining("400").hasMessageContaining("expireTime must be in the future")
                .hasMessageContaining("Check what is wanted of the token");
    }

    @Test
    void aWrongKeyIsToldAsOne() throws Exception {
        options.setApiKey("another-key");

        assertThat(refusal(null)).isInstanceOf(LiveAuthenticationException.class).hasMessageContaining("API key not valid")
                .hasMessageContaining("option apiKey").hasMessageNotContaining("another-key");
    }

    @Test
    void aTokenMintsNoTokens() throws Exception {
        options.setApiKey("auth_tokens/0123456789");

        assertThat(refusal(null)).isInstanceOf(LiveAuthenticationException.class).hasMessageContaining("API key")
                .hasMessageNotContaining("0123456789");
    }

    @Test
    void vertexAiHasNoTokensAndTheMessageSaysWhatToDo() throws Exception {
        options.setVertexAi(true);

        assertThat(refusal(null)).isInstanceOf(LiveInputException.class).hasMessageContaining("Gemini Developer API only")
                .hasMessageContaining("vertexAi=false");
    }

    @ParameterizedTest
    @CsvSource({ "401, LiveAuthenticationException, false", "403, LiveAuthenticationException, false",
        "404, LiveConnectionException, false", "429, LiveRateLimitException, true", "500, LiveConnectionException, true",
        "503, LiveConnectionException, true", "302, LiveConnectionException, false" })
    void whateverTheServiceAnswersIsToldWithItsTypeAndItsWords(int status, String type, boolean retriable) throws Exception {
        try (MockWebServer server = new MockWebServer()) {
            server.enqueue(new MockResponse().setResponseCode(status).setBody("no token for " + KEY));
            options.setBaseUrl("http://localhost:" + server.getPort());

            GenAiLiveException refusal = refusal(null);

            assertThat(refusal.getClass().getSimpleName()).isEqualTo(type);
            assertThat(refusal.isRetriable()).isEqualTo(retriable);
            assertThat(refusal).hasMessageContaining(String.valueOf(status)).hasMessageContaining("no token for xxxxxx");
        }
    }

    @Test
    void anAnswerThatIsNoTokenIsNotQuoted() throws Exception {
        for (String answer : List.of("{\"secret\":\"auth_tokens/quoted\"}", "auth_tokens/quoted", "[\"auth_tokens/quoted\"]",
                "null")) {
            try (MockWebServer server = new MockWebServer(); CamelContext other = new DefaultCamelContext()) {
                server.enqueue(new MockResponse().setBody(answer));
                GenAiLiveConfiguration theirs = other.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
                theirs.setBaseUrl("http://localhost:" + server.getPort());
                theirs.setApiKey(KEY);
                other.start();

                Exchange minted = other.createProducerTemplate().request("genai-live:m?operation=createToken", exchange -> {
                });

                StringWriter trace = new StringWriter();
                assertThat(minted.getException()).isInstanceOf(GenAiLiveException.class);
                minted.getException().printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString()).doesNotContain("quoted");
            }
        }
    }

    @Test
    void anUntrustedHeaderMintsNothing() throws Exception {
        Exchange exchange = mint("steeringHeaders=false&response=turn", "hello",
                Map.of(GenAiLiveConstants.OPERATION, "createToken"));

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isInstanceOf(LiveTurn.class);
    }

    @Test
    void aTrustedHeaderDoesAndNoSessionKeyIsNeeded() throws Exception {
        Map<String, Object> headers = new HashMap<>();
        headers.put(GenAiLiveConstants.OPERATION, GenAiLiveOperation.createToken);
        headers.put(GenAiLiveConstants.SESSION_KEY, null);

        assertThat(mint("response=turn", null, headers).getMessage().getBody()).isInstanceOf(AuthToken.class);
        assertThat(EMULATOR.get().sessions()).as("no session is opened for it").isEmpty();
    }

    @Test
    void aConnectorThatCannotCallIsToldToLearnIt() throws Exception {
        component.setConnector(new OnlySockets());

        assertThat(refusal(null)).isInstanceOf(LiveInputException.class).hasMessageContaining("OnlySockets")
                .hasMessageContaining("HttpCaller");
    }

    @Test
    void neitherKeyNorTokenIsInAnyLogOfOurs() throws Exception {
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        AbstractAppender appender = new AbstractAppender("tokens", null, null, true, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                logged.add(event.getLoggerName() + " " + event.getMessage().getFormattedMessage());
            }
        };
        LoggerContext loggers = LoggerContext.getContext(false);
        LoggerConfig root = loggers.getConfiguration().getRootLogger();
        Level before = root.getLevel();
        appender.start();
        root.addAppender(appender, Level.ALL, null);
        root.setLevel(Level.TRACE);
        loggers.updateLoggers();
        String token;
        try {
            Exchange minted = mint("operation=createToken", null, Map.of());
            token = ((AuthToken) minted.getMessage().getBody()).name().orElseThrow();
        } finally {
            root.removeAppender("tokens");
            root.setLevel(before);
            loggers.updateLoggers();
        }
        String bare = token.substring(token.indexOf('/') + 1);
        assertThat(logged).anyMatch(line -> line.startsWith("org.asynchttpclient"));
        assertThat(logged).noneMatch(line -> line.contains(KEY) || line.contains(bare));
    }

    /** What somebody may have written for an earlier version. */
    private static final class OnlySockets implements LiveConnector {

        @Override
        public CompletionStage<LiveConnection> connect(LiveUpgrade upgrade, LiveConnectionListener listener) {
            return CompletableFuture.failedStage(new UnsupportedOperationException());
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
