package dev.camelgenai.live;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.session.LiveSession;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;

/** A context whose component talks to an emulator; each test brings its routes. */
abstract class RoutesTestSupport extends TalkTestSupport {

    static final String ASK = "genai-live:gemini-3.8-live?sessionGroup=routes&response=turn";
    static final String TELL = "genai-live:gemini-3.8-live?sessionGroup=routes&response=none";
    static final String HEAR = "genai-live:gemini-3.8-live?sessionGroup=routes";

    DefaultCamelContext context;
    GenAiLiveComponent component;
    ProducerTemplate template;

    /** Made, but not started; starts with {@link #start}. */
    DefaultCamelContext createContext() {
        context = new DefaultCamelContext();
        keep(context::stop);
        component = context.getComponent("genai-live", GenAiLiveComponent.class);
        component.getConfiguration().setBaseUrl(service.wsUrl());
        component.getConfiguration().setApiKey("key");
        component.getConfiguration().setReconnectInitialDelay(10);
        return context;
    }

    void start(RoutesBuilder... routes) throws Exception {
        if (context == null) {
            createContext();
        }
        for (RoutesBuilder each : routes) {
            context.addRoutes(each);
        }
        context.start();
        template = context.createProducerTemplate();
    }

    Exchange send(String to, Object body, Map<String, Object> headers) {
        return template.send(to, message(body, headers));
    }

    CompletableFuture<Exchange> sendLater(String to, Object body, Map<String, Object> headers) {
        return template.asyncSend(to, message(body, headers));
    }

    private static Processor message(Object body, Map<String, Object> headers) {
        return exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
        };
    }

    MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }

    List<LiveSession> sessions() {
        return List.copyOf(component.sessions().all());
    }

    /** A message of the service as it would come in the midst of a turn. */
    static void say(RecordedSession session, String text) {
        session.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + text + "\"}}}").join();
    }
}
