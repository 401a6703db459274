package dev.camelgenai.live;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A service that says nothing by itself: every message after the setup is the test's own. */
abstract class SilentServiceSupport {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final String TURN_COMPLETE = content("\"turnComplete\":true");

    GenAiLiveEmulator service;
    DefaultCamelContext context;
    ProducerTemplate template;

    @BeforeEach
    void serve() {
        service = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent()).start();
        context = new DefaultCamelContext();
        GenAiLiveConfiguration options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(service.wsUrl());
        options.setApiKey("key");
        options.setReconnectInitialDelay(10);
        // no messages but the test's own
        options.setSessionResumption(false);
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        template.close();
        context.stop();
        service.close();
    }

    void routes(RouteBuilder... builders) throws Exception {
        for (RouteBuilder builder : builders) {
            context.addRoutes(builder);
        }
        if (!context.isStarted()) {
            context.start();
        }
    }

    void yaml(String routes) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("routes.yaml", routes));
    }

    RecordedSession session() {
        return session(1);
    }

    RecordedSession session(int number) {
        return service.awaitSessions(number, PATIENCE).get(number - 1);
    }

    /** The session, when that many messages have arrived in it. */
    RecordedSession asked(int messages) {
        RecordedSession session = session();
        session.awaitMessages(messages, PATIENCE);
        return session;
    }

    static void send(RecordedSession session, String... messages) {
        for (String message : messages) {
            session.send(message).orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    static String content(String fields) {
        return "{\"serverContent\":{" + fields + "}}";
    }

    static String text(String text) {
        return content("\"modelTurn\":{\"parts\":[{\"text\":\"" + text + "\"}]}");
    }

    static String spoken(String words) {
        return content("\"outputTranscription\":{\"text\":\"" + words + "\"}");
    }

    /** Four bytes of sound. */
    static String audio() {
        return content(
                "\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\"AQIDBA==\"}}]}");
    }

    static List<String> withEnd(List<String> texts) {
        return Stream.concat(texts.stream(), Stream.of("end")).toList();
    }
}
