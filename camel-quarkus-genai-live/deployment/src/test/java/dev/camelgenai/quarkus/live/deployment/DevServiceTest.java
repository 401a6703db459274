package dev.camelgenai.quarkus.live.deployment;

import jakarta.inject.Inject;

import io.quarkus.test.QuarkusUnitTest;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class DevServiceTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withApplicationRoot(jar -> jar.addClass(Routes.class))
            .overrideConfigKey("quarkus.camel.genai-live.devservices.scenario", "echo");

    @Inject
    ProducerTemplate camel;

    public static class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("direct:ask").to("genai-live:gemini-3.8-live?response=turn");
        }
    }

    @Test
    void routesTalkToTheEmulatorWithoutAnySetting() {
        String answer = camel.requestBody("direct:ask", "Are you there?", String.class);

        assertThat(answer).isEqualTo("Are you there?");
        assertThat(ConfigProvider.getConfig().getValue("camel.component.genai-live.base-url", String.class))
                .startsWith("ws://127.0.0.1:");
    }
}
