package dev.camelgenai.live;

import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a route author is told when an option or a body is wrong. */
class OptionRefusalTest {

    private CamelContext context;

    @BeforeEach
    void createContext() throws Exception {
        context = new DefaultCamelContext();
        GenAiLiveComponent component = context.getComponent("genai-live", GenAiLiveComponent.class);
        component.getConfiguration().setApiKey("key");
        component.getConfiguration().setBaseUrl("ws://127.0.0.1:9");
        context.start();
    }

    @AfterEach
    void stopContext() {
        context.stop();
    }

    private void route(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri);
            }
        });
    }

    @Test
    void anUnknownOptionIsNamedWithTheOnesThatAreAcceptedButNotItsValue() {
        // Camel wraps the exception in one of its own, which shows the URI with the values of options it knows as secret masked
        assertThatThrownBy(() -> context.getEndpoint("genai-live:gemini-3.8-live?apikye=very-secret")).cause()
                .hasMessageContaining("apikye").hasMessageContaining("apiKey").hasMessageContaining("turnTimeout")
                .hasMessageContaining("header.*").hasMessageNotContaining("very-secret");
    }

    @Test
    void aMissingModelIsToldWithTheSyntax() {
        assertThatThrownBy(() -> context.getEndpoint("genai-live:?response=turn"))
                .hasStackTraceContaining("The model is missing; the syntax is genai-live:model");
    }

    @ParameterizedTest
    @ValueSource(strings = { "Authorization", "x-goog-api-key", "Cookie" })
    void aCredentialAsAnExtraHeaderInTheUriIsRefusedBecauseCamelWouldNotMaskIt(String header) {
        assertThatThrownBy(() -> context.getEndpoint("genai-live:gemini-3.8-live?header." + header + "=x"))
                .hasStackTraceContaining("header." + header).hasStackTraceContaining("apiKey");
    }

    @ParameterizedTest(name = "{0}={1} has to be {2}")
    @CsvSource(delimiter = '|', value = {
        "turnTimeout       | soon     | a duration such as 500, 10s or 2m",
        "maxWaitingTurns   | many     | a whole number",
        "temperature       | warm     | a number such as 0.7",
        "inputTranscription | maybe   | true or false",
        "response          | stream-it | one of [auto, none, turn, stream]",
        "operation         | shout    | one of [sendClientContent, sendRealtimeInput",
        "outboxOverflow    | explode  | one of [block, fail, dropOldestRealtime]",
        "sessionStart      | early    | one of [onDemand, onStart]",
        "maxSessionsPolicy | queue    | one of [reject, evictIdle]",
        "historyReplay     | always   | one of [none, onFresh]",
        "replayOverflow    | drop     | one of [failOpenTurn, closeSession]",
        "laneOverflow      | drop     | one of [pause, dropOldestAudio, closeSession]",
        "reconnect         | often    | true or false",
        "stallTimeout      | soon     | a duration such as 500, 10s or 2m",
        "sslContextParameters | x     | a bean of type org.apache.camel.support.jsse.SSLContextParameters" })
    void aValueOfTheWrongTypeIsToldWithWhatIsAccepted(String option, String value, String accepted) {
        assertThatThrownBy(() -> context.getEndpoint("genai-live:gemini-3.8-live?" + option + "=" + value))
                .hasStackTraceContaining("The option " + option + " must be " + accepted);
    }

    @Test
    void aSecretOfTheWrongTypeIsNotRepeated() {
        assertThatThrownBy(() -> context.getEndpoint("genai-live:gemini-3.8-live?credentials=ya29.oops")).cause()
                .hasMessageContaining("credentials").hasMessageContaining("com.google.auth.oauth2.GoogleCredentials")
                .hasMessageNotContaining("ya29.oops");
    }

    @ParameterizedTest(name = "{0} is refused at start: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "turnMaxBytes=huge                       | a size such as 65536, 64KB or 4MB",
        "outboxMaxMessages=0                     | outboxMaxMessages must be at least 1",
        "outboxMaxBytes=4 apples                 | outboxMaxBytes must be a size",
        "connectTimeout=0                        | connectTimeout must be a duration above 0",
        "reconnectInitialDelay=0                 | The option reconnectInitialDelay must be above 0, but is 0ms",
        "reconnectMaxDelay=100                   | The option reconnectMaxDelay must not be below reconnectInitialDelay (500ms)",
        "reconnectMaxAttempts=-1                 | The option reconnectMaxAttempts must not be negative",
        "historyMaxTurns=0                       | The option historyMaxTurns must be at least 1",
        "replayBufferMaxMessages=0               | The option replayBufferMaxMessages must be at least 1",
        "replayBufferMaxBytes=0                  | The option replayBufferMaxBytes must be at least 1",
        "replayBufferMaxBytes=plenty             | The option replayBufferMaxBytes must be a size",
        "stallTimeout=-1                         | The option stallTimeout must not be negative",
        "sessionIdleTimeout=-1                   | The option sessionIdleTimeout must not be negative",
        "maxSessions=0                           | The option maxSessions must be at least 1",
        "realtimeMaxAge=-1                       | The option realtimeMaxAge must not be negative",
        "responseModalities=SMELL                | responseModalities accepts TEXT or AUDIO",
        "config=RAW({\"temprature\":1})          | temprature",
        "config=RAW({not json)                   | config",
        "config=classpath:nowhere.json           | nowhere.json",
        "baseUrl=http://example.com              | allowInsecure",
        "baseUrl=ftp://example.com               | baseUrl",
        "explicit=1                              | Unknown option explicit" })
    void whatCannotWorkIsRefusedWhenTheRouteStarts(String query, String message) {
        assertThatThrownBy(() -> route("genai-live:gemini-3.8-live?" + query)).hasStackTraceContaining(message);
    }

    @ParameterizedTest(name = "{0} is refused when a consumer starts: {1}")
    @CsvSource(delimiter = '|', value = {
        "laneMaxMessages=0         | The option laneMaxMessages must be at least 1",
        "laneStallTimeout=0        | The option laneStallTimeout must be above 0",
        "sessionEvents=opened,gone | The option sessionEvents accepts a comma-separated list of [opened, resumed, reconnecting,"
                + " goAway, closed], but has 'gone'",
        "sessionEvents=Opened      | has 'Opened'",
        "sessionEvents=,opened     | has ''" })
    void whatCannotWorkIsRefusedWhenAConsumerStarts(String query, String message) {
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live:gemini-3.8-live?" + query).to("direct:nowhere");
            }
        })).satisfies(thrown -> assertThat(ObjectHelper.getException(LiveInputException.class, thrown))
                .hasMessageContaining(message));
    }

    @Test
    void aResumptionRepositoryOfTheWrongTypeIsToldWithWhatIsAccepted() {
        assertThatThrownBy(() -> context.getEndpoint("genai-live:gemini-3.8-live?resumptionRepository=memory"))
                .hasStackTraceContaining("The option resumptionRepository must be a bean of type"
                        + " org.apache.camel.spi.StateRepository");
    }

    @Test
    void aSetupThatTheServiceDoesNotTakeIsRefusedWhenTheRouteStarts() {
        assertThatThrownBy(() -> route("genai-live:gemini-3.8-live?config=RAW({\"explicitVadSignal\":true})"))
                .hasStackTraceContaining("explicitVadSignal");
    }

    @Test
    void anUnsupportedBodyIsToldWithWhatIsAccepted() throws Exception {
        route("genai-live:gemini-3.8-live");

        Exchange exchange = context.createProducerTemplate().send("direct:start",
                e -> e.getMessage().setBody(new java.math.BigDecimal(1)));

        assertThat(exchange.getException()).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("java.math.BigDecimal").hasMessageContaining("String").hasMessageContaining("Content")
                .hasMessageContaining("byte[]").hasMessageContaining("FunctionResponse");
    }

    @Test
    void anEmptyBodyIsToldAsOne() throws Exception {
        route("genai-live:gemini-3.8-live");

        assertThat(context.createProducerTemplate().send("direct:start", e -> e.getMessage().setBody(null)).getException())
                .isInstanceOf(LiveInputException.class).hasMessageContaining("empty body");
    }

    @Test
    void aBodyThatDoesNotSuitTheOperationIsToldWithBoth() throws Exception {
        route("genai-live:gemini-3.8-live?operation=sendToolResponse");

        assertThat(context.createProducerTemplate().send("direct:start", e -> e.getMessage().setBody("text")).getException())
                .isInstanceOf(LiveInputException.class).hasMessageContaining("sendToolResponse")
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void anUnknownOperationInTheHeaderIsToldWithTheKnownOnes() throws Exception {
        route("genai-live:gemini-3.8-live");

        Exchange exchange = context.createProducerTemplate().send("direct:start", e -> {
            e.getMessage().setBody("text");
            e.getMessage().setHeader(GenAiLiveConstants.OPERATION, "sing");
        });

        assertThat(exchange.getException()).hasMessageContaining("sing").hasMessageContaining("sendClientContent");
    }

    @Test
    void aHeaderThatIsNeitherTrueNorFalseIsRefused() throws Exception {
        route("genai-live:gemini-3.8-live");

        Exchange exchange = context.createProducerTemplate().send("direct:start", e -> {
            e.getMessage().setBody("text");
            e.getMessage().setHeader(GenAiLiveConstants.TURN_COMPLETE, "maybe");
        });

        assertThat(exchange.getException()).isInstanceOf(LiveInputException.class).hasMessageContaining("maybe");
    }

    @Test
    void awaitingAnAnswerToAnIncompleteTurnIsRefused() throws Exception {
        route("genai-live:gemini-3.8-live?response=turn");

        Exchange exchange = context.createProducerTemplate().send("direct:start", e -> {
            e.getMessage().setBody("more to come");
            e.getMessage().setHeader(GenAiLiveConstants.TURN_COMPLETE, false);
        });

        assertThat(exchange.getException()).isInstanceOf(LiveInputException.class).hasMessageContaining("turnComplete")
                .hasMessageContaining("response=none");
    }
}
