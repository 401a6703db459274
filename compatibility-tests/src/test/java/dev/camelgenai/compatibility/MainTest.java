package dev.camelgenai.compatibility;

import java.util.Properties;

import dev.camelgenai.live.GenAiLiveComponent;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** An application of Camel Main: options in properties, routes in a file on the class path. */
class MainTest extends CompatibilityTestSupport {

    @Test
    void propertiesConfigureTheComponentAndTheRoutesAreInYaml() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("camel.component.genai-live.base-url", service().wsUrl());
        properties.setProperty("camel.component.genai-live.api-key", API_KEY);
        properties.setProperty("camel.component.genai-live.temperature", "0.25");
        properties.setProperty("camel.main.routes-include-pattern", "classpath:camel/*.camel.yaml");
        properties.setProperty("model", "gemini-3.8-live");
        Main main = new Main();
        main.setOverrideProperties(properties);
        main.start();
        try (ProducerTemplate asking = main.getCamelContext().createProducerTemplate()) {

            assertThat(asking.requestBody("direct:main", "hello from main", String.class)).isEqualTo("hello from main");

            assertThat(connection(1).awaitSetup(PATIENCE).at("/generationConfig/temperature").floatValue()).isEqualTo(0.25f);
            assertThat(
                    main.getCamelContext().getComponent("genai-live", GenAiLiveComponent.class).getConfiguration().getBaseUrl())
                    .isEqualTo(service().wsUrl());
        } finally {
            main.stop();
        }
    }
}
