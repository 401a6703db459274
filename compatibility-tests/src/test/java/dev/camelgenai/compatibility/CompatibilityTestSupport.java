package dev.camelgenai.compatibility;

import java.time.Duration;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenario;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.GenAiLiveComponent;
import dev.camelgenai.live.GenAiLiveConfiguration;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * An application on the Camel at hand, and an emulator of its own for every test. Uses nothing but what the component and Camel
 * have for everybody: no package-private class, no artifact of Camel Test. A new test class extends this one; it is run on every
 * line.
 */
@Timeout(60)
abstract class CompatibilityTestSupport {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final String API_KEY = "right-key";

    private GenAiLiveEmulator service;
    DefaultCamelContext context;
    GenAiLiveConfiguration options;
    ProducerTemplate template;

    @BeforeEach
    void createApplication() {
        service = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).apiKey(API_KEY).scenario(scenario()).start();
        context = new DefaultCamelContext();
        options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(service.wsUrl());
        options.setApiKey(API_KEY);
        options.setReconnectInitialDelay(10);
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stopApplication() {
        context.stop();
        service.close();
    }

    /** What the model answers. */
    Scenario scenario() {
        return Scenarios.echo();
    }

    /** Adds routes and starts the context with them. */
    final void start(Routes routes) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                routes.add(this);
            }
        });
        context.start();
    }

    /** What stands in {@code configure()}. */
    interface Routes {

        void add(RouteBuilder routes);
    }

    final GenAiLiveEmulator service() {
        return service;
    }

    final MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    /** @param number from 1, in the order of the connections */
    final RecordedSession connection(int number) {
        return service.awaitSessions(number, PATIENCE).get(number - 1);
    }
}
