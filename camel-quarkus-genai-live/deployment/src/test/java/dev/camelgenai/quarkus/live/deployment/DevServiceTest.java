package dev.camelgenai.quarkus.live.deployment;

import jakarta.inject.Inject;

import io.quarkus.test.QuarkusUnitTest;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class DevServiceTest {

    @RegisterExtension
    static final QuarkusUnitTest APPLICATION = new QuarkusUnitTest()
            .withApplicationRoot(jar -> jar.addClasses(EchoRoutes.class, FormRoutes.class))
            .overrideConfigKey("quarkus.camel.genai-live.devservices.scenario", "echo")
            .setLogRecordPredicate(record -> record.getMessage().contains("talk to an emulator"))
            .assertLogRecords(records -> assertThat(records).as("one line with the address").hasSize(1));

    @Inject
    ProducerTemplate camel;

    /** Data types of the component, which Camel finds by their names. */
    public static class FormRoutes extends RouteBuilder {
        @Override
        public void configure() {
            from("direct:json").to("direct:ask").transformDataType("genai-live:json");
            from("direct:cloudEvent").to("direct:ask").transformDataType("application-cloudevents");
        }
    }

    @Test
    void routesTalkToTheEmulatorWithoutAnySetting() {
        String answer = camel.requestBody("direct:ask", "Are you there?", String.class);

        assertThat(answer).isEqualTo("Are you there?");
        assertThat(ConfigProvider.getConfig().getValue("camel.component.genai-live.base-url", String.class))
                .startsWith("ws://127.0.0.1:");
    }

    @Test
    void answersTakeTheFormsThatTheComponentHas() {
        assertThat(camel.requestBody("direct:json", "hello", String.class)).contains("\"outputTranscript\":\"hello\"");

        Exchange event = camel.request("direct:cloudEvent", exchange -> exchange.getMessage().setBody("hello"));
        assertThat(event.getException()).isNull();
        assertThat(event.getMessage().getHeader("CamelCloudEventType")).isEqualTo("dev.camelgenai.live.turn");
    }
}
