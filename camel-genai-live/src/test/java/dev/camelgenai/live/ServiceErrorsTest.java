package dev.camelgenai.live;

import java.util.EnumMap;
import java.util.Map;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.fault.Misbehaviour;
import dev.camelgenai.emulator.fault.ServiceClose;
import dev.camelgenai.emulator.fault.ServiceRefusal;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.live.error.GenAiLiveException;
import dev.camelgenai.live.error.LiveAuthenticationException;
import dev.camelgenai.live.error.LiveConnectionException;
import dev.camelgenai.live.error.LiveRateLimitException;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.error.LiveSetupRejectedException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every error that the service is known for, as an exchange gets it: the same lists that Google's SDKs are judged with. */
@Timeout(60)
class ServiceErrorsTest {

    private static final boolean AGAIN = true;
    private static final boolean NEVER = false;

    /**
     * What is expected of an error.
     *
     * @param before the exception if it comes instead of {@code setupComplete}, or instead of a connection
     * @param after  the exception if it ends a session
     * @param hint   what the message says besides the service's own words: what to do, or what it means
     */
    private record Expected(Class<? extends GenAiLiveException> before, Class<? extends GenAiLiveException> after,
            boolean retriable, String hint, String hintAfter) {

        Expected(Class<? extends GenAiLiveException> before, Class<? extends GenAiLiveException> after, boolean retriable,
                String hint) {
            this(before, after, retriable, hint, hint);
        }

        Expected after(String otherHint) {
            return new Expected(before, after, retriable, hint, otherHint);
        }

        static Expected line(String hint) {
            return new Expected(LiveConnectionException.class, LiveSessionLostException.class, AGAIN, hint);
        }

        static Expected setup(String hint) {
            return new Expected(LiveSetupRejectedException.class, LiveSessionLostException.class, NEVER, hint);
        }

        static Expected key() {
            return new Expected(LiveAuthenticationException.class, LiveAuthenticationException.class, NEVER, "option apiKey");
        }

        static Expected quota() {
            return new Expected(LiveRateLimitException.class, LiveRateLimitException.class, AGAIN, "ask for more quota");
        }
    }

    private static final Map<ServiceClose, Expected> CLOSES = new EnumMap<>(Map.ofEntries(
            Map.entry(ServiceClose.CANCELLED, Expected.line("Ask again")),
            Map.entry(ServiceClose.NORMAL_EMPTY, Expected.line("Ask again")),
            Map.entry(ServiceClose.INVALID_ARGUMENT, Expected.setup("Check config").after("contextWindowCompression")),
            Map.entry(ServiceClose.API_KEY_NOT_VALID, Expected.key()),
            Map.entry(ServiceClose.API_KEY_EXPIRED, Expected.key()),
            Map.entry(ServiceClose.LOCATION_NOT_SUPPORTED, Expected.setup("use vertexAi with a supported location")),
            Map.entry(ServiceClose.MODEL_NOT_SUPPORTED_IN_LIVE, Expected.setup("Check the model's name")),
            Map.entry(ServiceClose.UNKNOWN_FIELD, Expected.setup("Check config").after("Check what was sent last")),
            Map.entry(ServiceClose.AUDIO_NOT_SUPPORTED, Expected.setup("Check config").after("Check what was sent last")),
            Map.entry(ServiceClose.MODEL_NOT_FOUND, Expected.setup("Check the model's name")),
            Map.entry(ServiceClose.OPERATION_NOT_IMPLEMENTED, Expected.line("it may work when repeated")),
            Map.entry(ServiceClose.ENTITY_NOT_FOUND, Expected.line("A resumption handle or the id of a function call")),
            Map.entry(ServiceClose.INTERNAL_ERROR, Expected.line("Try again")),
            Map.entry(ServiceClose.DEADLINE_EXPIRED, Expected.line("Ask again")),
            Map.entry(ServiceClose.UNAVAILABLE, Expected.line("Try again")),
            Map.entry(ServiceClose.THREAD_CANCELLED, Expected.line("Try again")),
            Map.entry(ServiceClose.RESOURCE_EXHAUSTED, Expected.quota()),
            Map.entry(ServiceClose.OVERLOADED, Expected.quota()),
            Map.entry(ServiceClose.SESSION_ALREADY_OPEN, Expected.line("connection before is closed. Try again")),
            Map.entry(ServiceClose.SERVICE_RESTART, Expected.line("Try again")),
            Map.entry(ServiceClose.TRY_AGAIN, Expected.line("Try again"))));

    private static final Map<ServiceRefusal, Expected> REFUSALS = new EnumMap<>(Map.of(
            ServiceRefusal.UNAUTHORIZED, Expected.key(),
            ServiceRefusal.FORBIDDEN, Expected.key(),
            ServiceRefusal.NOT_FOUND, new Expected(LiveConnectionException.class, null, NEVER, "check baseUrl and apiVersion"),
            ServiceRefusal.REQUEST_TIMEOUT, Expected.line("try again"),
            ServiceRefusal.TOO_MANY_REQUESTS, Expected.quota(),
            ServiceRefusal.INTERNAL_SERVER_ERROR, Expected.line("try again later"),
            ServiceRefusal.BAD_GATEWAY, Expected.line("try again later"),
            ServiceRefusal.SERVICE_UNAVAILABLE, Expected.line("try again later"),
            ServiceRefusal.GATEWAY_TIMEOUT, Expected.line("try again later")));

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey("right-key"));

    private static CamelContext context;
    private static ProducerTemplate template;

    @BeforeAll
    static void startContext() throws Exception {
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("right-key");
        // the error itself is what the tests are about
        options.setReconnect(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?response=turn");
            }
        });
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterAll
    static void stopContext() {
        context.stop();
    }

    private static GenAiLiveException failureOf(String question) {
        Exchange exchange = template.send("direct:ask", each -> each.getMessage().setBody(question));
        assertThat(exchange.getException()).isInstanceOf(GenAiLiveException.class);
        return (GenAiLiveException) exchange.getException();
    }

    @ParameterizedTest
    @EnumSource(ServiceClose.class)
    void aCloseInsteadOfSetupComplete(ServiceClose close) {
        Expected expected = CLOSES.get(close);
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Close(close)).atSetup());

        GenAiLiveException failure = failureOf("hello");

        assertThat(failure).isExactlyInstanceOf(expected.before())
                .hasMessageContaining("instead of setting up a session with model models/gemini-3.8-live")
                .hasMessageContaining("close code " + close.code()).hasMessageContaining(close.reason())
                .hasMessageContaining(expected.hint());
        assertThat(failure.isRetriable()).isEqualTo(expected.retriable());
    }

    @ParameterizedTest
    @EnumSource(ServiceClose.class)
    void aCloseInTheMiddleOfATurn(ServiceClose close) {
        Expected expected = CLOSES.get(close);
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Close(close)).midTurn());

        GenAiLiveException failure = failureOf("hello");

        assertThat(failure).isExactlyInstanceOf(expected.after())
                .hasMessageContaining("The session with model models/gemini-3.8-live ended")
                .hasMessageContaining("close code " + close.code()).hasMessageContaining(close.reason())
                .hasMessageContaining(expected.hintAfter());
        assertThat(failure.isRetriable()).isEqualTo(expected.retriable());
    }

    @ParameterizedTest
    @EnumSource(ServiceRefusal.class)
    void anUpgradeThatIsRefused(ServiceRefusal refusal) {
        Expected expected = REFUSALS.get(refusal);
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Refuse(refusal)));

        GenAiLiveException failure = failureOf("hello");

        assertThat(failure).isExactlyInstanceOf(expected.before()).hasMessageContaining(Integer.toString(refusal.status()))
                .hasMessageContaining(refusal.message()).hasMessageContaining(expected.hint());
        assertThat(failure.isRetriable()).isEqualTo(expected.retriable());
        assertThat(EMULATOR.get().counters().refused()).isEqualTo(1);
    }

    @Test
    void aConnectionThatBreaks() {
        EMULATOR.get().faults().arm(Fault.of(new Misbehaviour.Kill()).midTurn());

        GenAiLiveException failure = failureOf("hello");

        assertThat(failure).isExactlyInstanceOf(LiveSessionLostException.class)
                .hasMessageContaining("the connection broke without a closing handshake");
        assertThat(failure.isRetriable()).isTrue();
    }
}
