package dev.camelgenai.live;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Every way in which a service may refuse ends in an exception that names the cause and the fix, and leaves nothing behind:
 * no thread, no socket, no exchange.
 */
@Timeout(60)
class RefusalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("right-key"));

    private CamelContext context;
    private GenAiLiveConfiguration options;

    @BeforeEach
    void startContext() throws Exception {
        context = new DefaultCamelContext();
        context.start();
        options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("right-key");
        options.setConnectTimeout(3_000);
        options.setSetupTimeout(1_000);
        // the refusal itself is what the tests are about
        options.setReconnect(false);
    }

    @AfterEach
    void nothingIsLeft() {
        try {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(EMULATOR.get().counters().openSockets()).as("open sockets").isZero();
                assertThat(context.getInflightRepository().size()).as("exchanges in flight").isZero();
            });
        } finally {
            context.stop();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ourThreads()).as("threads after the context stopped").isEmpty());
    }

    private static List<String> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
                .filter(name -> name.contains("GenAiLive") || name.startsWith("genai-live")).toList();
    }

    private Exchange ask(String query) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn" + query);
            }
        });
        return context.createProducerTemplate().send("direct:ask", exchange -> exchange.getMessage().setBody("hello"));
    }

    private <T extends GenAiLiveException> T refusal(Class<T> type, String query) throws Exception {
        Exception exception = ask(query).getException();
        assertThat(exception).isInstanceOf(type);
        return type.cast(exception);
    }

    @Test
    void aBadKey() throws Exception {
        options.setApiKey("wrong-key");

        LiveAuthenticationException e = refusal(LiveAuthenticationException.class, "");

        assertThat(e).hasMessageContaining("API key not valid").hasMessageContaining("option apiKey")
                .hasMessageNotContaining("wrong-key");
        assertThat(e.isRetriable()).isFalse();
    }

    @Test
    void aBadCredentialOnVertexAi() throws Exception {
        options.setVertexAi(true);
        options.setApiKey("wrong-key");

        LiveAuthenticationException e = refusal(LiveAuthenticationException.class, "");

        assertThat(e).hasMessageContaining("403").hasMessageContaining("The caller does not have permission")
                .hasMessageContaining("apiKey (or credentials)");
    }

    @Test
    void anUnknownModel() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:unknown").to("genai-live:palm-1-live?response=turn");
            }
        });

        Exception e = context.createProducerTemplate().send("direct:unknown", x -> x.getMessage().setBody("hello"))
                .getException();

        assertThat(e).isInstanceOf(LiveSetupRejectedException.class).hasMessageContaining("models/palm-1-live")
                .hasMessageContaining("is not found").hasMessageContaining("apiVersion");
    }

    @Test
    void aConfigThatTheServiceDoesNotTake() throws Exception {
        LiveSetupRejectedException e = refusal(LiveSetupRejectedException.class, "&voice=Nobody");

        assertThat(e).hasMessageContaining("1007").hasMessageContaining("config");
        assertThat(e.isRetriable()).isFalse();
    }

    @Test
    void aHostThatCannotBeReached() throws Exception {
        int freePort;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            freePort = unused.getLocalPort();
        }

        LiveConnectionException e = refusal(LiveConnectionException.class, "&baseUrl=ws://127.0.0.1:" + freePort);

        assertThat(e).hasMessageContaining("127.0.0.1:" + freePort).hasMessageContaining("baseUrl");
        assertThat(e.isRetriable()).isTrue();
    }

    @Test
    void aHostThatDoesNotExist() throws Exception {
        LiveConnectionException e = refusal(LiveConnectionException.class, "&baseUrl=wss://live.invalid");

        // a name server that does not answer at all runs into the time-out instead
        assertThat(e).hasMessageContaining("live.invalid");
        assertThat(e.getMessage()).containsAnyOf("baseUrl", "connectTimeout");
    }

    @Test
    void aHostThatAcceptsButNeverAnswers() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            LiveConnectionException e = refusal(LiveConnectionException.class,
                    "&connectTimeout=300&baseUrl=ws://127.0.0.1:" + mute.getLocalPort());

            assertThat(e).hasMessageContaining("connectTimeout");
            assertThat(e.isRetriable()).isTrue();
            assertThat(connectionIsClosedByClient(mute)).isTrue();
        }
    }

    private static boolean connectionIsClosedByClient(ServerSocket server) throws IOException {
        try (var socket = server.accept()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getInputStream().readAllBytes();
            return true;
        }
    }

    @Test
    void aCertificateThatIsNotTrusted() throws Exception {
        LiveConnectionException e = refusal(LiveConnectionException.class, "&baseUrl=" + EMULATOR.get().wssUrl());

        assertThat(e).hasMessageContaining("sslContextParameters");
        assertThat(e.isRetriable()).isFalse();
    }

    @Test
    void aSetupThatIsNeverAnswered() throws Exception {
        EMULATOR.get().faults().neverAnswerSetup();

        LiveConnectionException e = refusal(LiveConnectionException.class, "&setupTimeout=300");

        assertThat(e).hasMessageContaining("setupTimeout=300ms").hasMessageContaining("proactivity");
    }

    @ParameterizedTest(name = "HTTP {0}")
    @CsvSource({ "401, LiveAuthenticationException", "403, LiveAuthenticationException", "404, LiveConnectionException",
        "429, LiveRateLimitException", "503, LiveConnectionException" })
    void anUpgradeThatIsRefused(int status, String type) throws Exception {
        EMULATOR.get().faults().refuseUpgrade(status, "the service's own words");

        GenAiLiveException e = refusal(GenAiLiveException.class, "");

        assertThat(e.getClass().getSimpleName()).isEqualTo(type);
        assertThat(e).hasMessageContaining(Integer.toString(status)).hasMessageContaining("the service's own words");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', value = {
        "1011 | Internal error occurred.                                | LiveConnectionException",
        "1011 | You exceeded your current quota                         | LiveRateLimitException",
        "1008 | Operation is not implemented, or supported, or enabled. | LiveConnectionException",
        "1007 | User location is not supported for the API use.         | LiveSetupRejectedException" })
    void aCloseInsteadOfTheAnswerToTheSetup(int code, String reason, String type) throws Exception {
        EMULATOR.get().faults().closeInsteadOfSetupComplete(code, reason);

        GenAiLiveException e = refusal(GenAiLiveException.class, "");

        assertThat(e.getClass().getSimpleName()).isEqualTo(type);
        assertThat(e).hasMessageContaining(Integer.toString(code)).hasMessageContaining(reason);
    }

    @Test
    void aQuotaMayBeTriedAgainLaterAndThenWorks() throws Exception {
        EMULATOR.get().faults().refuseUpgrade(429, "Too many", 1);
        LiveRateLimitException e = refusal(LiveRateLimitException.class, "&outputTranscription=true");

        assertThat(e.isRetriable()).isTrue();
        Exchange second = context.createProducerTemplate().send("direct:ask", x -> x.getMessage().setBody("again"));
        assertThat(second.getException()).isNull();
        context.getComponent("genai-live", GenAiLiveComponent.class).sessions().closeGroup("gemini-3.8-live");
    }
}
