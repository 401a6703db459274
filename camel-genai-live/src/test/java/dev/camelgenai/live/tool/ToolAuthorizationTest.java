package dev.camelgenai.live.tool;

import java.util.Date;
import java.util.Map;
import java.util.Set;

import dev.camelgenai.live.LoggedWarnings;
import dev.camelgenai.live.error.LiveInputException;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A call runs its route only where the option authorization plainly says yes. */
class ToolAuthorizationTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private LoggedWarnings warnings;

    @BeforeEach
    void start() {
        context.start();
        warnings = new LoggedWarnings();
    }

    @AfterEach
    void stop() {
        warnings.close();
        context.stop();
    }

    private ToolAuthorization authorization(Object option) {
        GenAiLiveToolEndpoint endpoint = context.getEndpoint("genai-live-tool:pay", GenAiLiveToolEndpoint.class);
        endpoint.setAuthorization(option);
        return ToolAuthorization.of(endpoint);
    }

    private Exchange call(String sessionKey) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader(GenAiLiveToolConstants.SESSION_KEY, sessionKey);
        exchange.getMessage().setHeader("card", "4111-secret");
        exchange.getMessage().setBody(Map.of("card", "4111-secret"));
        return exchange;
    }

    @Test
    void withoutTheOptionAllCallsAreAllowed() {
        assertThat(authorization(null).allows(call("anybody"))).isTrue();
        assertThat(warnings.texts()).isEmpty();
    }

    @Test
    void anExpressionDecidesBySessionKey() {
        ToolAuthorization vips = authorization("${header.CamelGenAiLiveSessionKey} starts with 'vip'");

        assertThat(vips.allows(call("vip-7"))).isTrue();
        assertThat(warnings.texts()).isEmpty();
        assertThat(vips.allows(call("guest-7"))).isFalse();
        assertThat(warnings.texts()).singleElement().asString().contains("tool pay").contains("guest-7")
                .contains("not allowed").doesNotContain("4111-secret");
    }

    @Test
    void aBeanDecides() {
        context.getRegistry().bind("vips", (Predicate) exchange -> exchange.getMessage()
                .getHeader(GenAiLiveToolConstants.SESSION_KEY, String.class).startsWith("vip"));
        GenAiLiveToolEndpoint inUri = context.getEndpoint("genai-live-tool:a?authorization=#bean:vips",
                GenAiLiveToolEndpoint.class);

        for (ToolAuthorization vips : new ToolAuthorization[]{ ToolAuthorization.of(inUri), authorization("#vips"),
            authorization("#bean:vips") }) {
            assertThat(vips.allows(call("vip-7"))).isTrue();
            assertThat(vips.allows(call("guest-7"))).isFalse();
        }
    }

    @Test
    void theComponentDecidesForToolsThatDoNot() {
        context.getComponent("genai-live-tool", GenAiLiveToolComponent.class).setAuthorization("false");

        assertThat(authorization(null).allows(call("vip-7"))).isFalse();
        assertThat(authorization("true").allows(call("vip-7"))).isTrue();
    }

    /** A predicate of simple takes any value for a yes. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({ "${header.card}, false", "${header.none}, false", "${header.no}, false", "${header.yes}, true",
        " ${header.yes} , true", "${header.text}, true", "${header.number}, false", "${header.yes} == true, true",
        "${header.no} == true, false", "${body[card]}, false" })
    void onlyTrueIsAYes(String expression, boolean allowed) {
        Exchange exchange = call("guest-7");
        exchange.getMessage().setHeader("yes", true);
        exchange.getMessage().setHeader("text", "true");
        exchange.getMessage().setHeader("no", false);
        exchange.getMessage().setHeader("number", 1);

        assertThat(authorization(expression).allows(exchange)).isEqualTo(allowed);
    }

    @Test
    void aRuleThatFailsIsANoAndToldWithItsCause() {
        ToolAuthorization broken = authorization((Predicate) exchange -> {
            throw new IllegalStateException("directory is down");
        });

        assertThat(broken.allows(call("vip-7"))).isFalse();
        assertThat(warnings.texts()).singleElement().asString().contains("tool pay").contains("authorization failed")
                .doesNotContain("4111-secret");
        assertThat(warnings.causes()).singleElement().satisfies(cause -> assertThat(cause).hasMessage("directory is down"));
    }

    @Test
    void aRuleThatMarksTheExchangeAsFailedSaysNo() {
        Exchange exchange = call("vip-7");

        assertThat(authorization((Predicate) each -> {
            each.setException(new IllegalStateException("directory is down"));
            return true;
        }).allows(exchange)).isFalse();
        assertThat(exchange.getException()).isNull();
    }

    @Test
    void aRuleDoesNotChangeWhatTheRouteGets() {
        Exchange exchange = call("vip-7");

        boolean allowed = authorization((Predicate) each -> {
            each.getMessage().setHeader("card", "changed");
            each.getMessage().removeHeader(GenAiLiveToolConstants.SESSION_KEY);
            each.getMessage().setBody("changed");
            each.setProperty("changed", true);
            return true;
        }).allows(exchange);

        assertThat(allowed).isTrue();
        assertThat(exchange.getMessage().getHeaders()).containsEntry("card", "4111-secret")
                .containsEntry(GenAiLiveToolConstants.SESSION_KEY, "vip-7");
        assertThat(exchange.getMessage().getBody()).isEqualTo(Map.of("card", "4111-secret"));
        assertThat(exchange.getProperties()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "#bean:nobody", "#nobody", "#bean:date", "vips", "${header.x} startswith 'vip'", "${header.x",
        "${nosuchfunction}", "${header.x} ==", " " })
    void whatCannotDecideIsRefusedWithWhatIsAccepted(String option) {
        context.getRegistry().bind("date", new Date());

        assertThatThrownBy(() -> authorization(option)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("authorization of the tool pay").hasMessageContaining("org.apache.camel.Predicate")
                .hasMessageContaining("#bean:name").hasMessageContaining("simple");
    }

    @Test
    void anotherTypeIsRefused() {
        assertThatThrownBy(() -> authorization(new Date())).hasMessageContaining("java.util.Date");
    }

    @ParameterizedTest
    @ValueSource(strings = { "#bean:nobody", "vips" })
    void theRefusalIsTheStartOfTheRoute(String option) {
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:pay?authorization=" + option).to("mock:paid");
            }
        })).satisfies(thrown -> assertThat(ObjectHelper.createExceptionIterable(thrown))
                .anySatisfy(cause -> assertThat(cause).hasMessageContaining("authorization")));
        assertThat(LiveToolRegistry.of(context).tagged(Set.of("any"))).isEmpty();
    }
}
