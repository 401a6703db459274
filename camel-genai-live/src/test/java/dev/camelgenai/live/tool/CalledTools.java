package dev.camelgenai.live.tool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.GenAiLiveComponent;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with tools, and a model that calls them when the test says so, and says nothing by itself. */
final class CalledTools implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final String NON_BLOCKING = "gemini-3.8-live";
    static final String BLOCKING = "gemini-3.1-flash-live-preview";

    final GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.silent())
            .start();
    final DefaultCamelContext context = new DefaultCamelContext();

    CalledTools() {
        GenAiLiveComponent live = context.getComponent("genai-live", GenAiLiveComponent.class);
        live.getConfiguration().setBaseUrl(emulator.wsUrl());
        live.getConfiguration().setApiKey("key");
        live.getConfiguration().setReconnectInitialDelay(20);
        context.setTracing(false);
    }

    /** Starts the routes, and opens a session with the tools that have the tag {@code shop}. */
    RecordedSession start(String model, String options, RouteBuilder tools) throws Exception {
        context.addRoutes(tools);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:open").to("genai-live:" + model + "?sessionGroup=shop&tags=shop&operation=openSession" + options);
                from("direct:close").to("genai-live:" + model + "?sessionGroup=shop&operation=closeSession");
                from("direct:ask").to("genai-live:" + model + "?sessionGroup=shop&response=turn&turnTimeout=20s");
            }
        });
        context.start();
        return open(1);
    }

    RecordedSession open(int number) {
        context.createProducerTemplate().requestBody("direct:open", (Object) null);
        RecordedSession session = emulator.awaitSessions(number, PATIENCE).get(number - 1);
        session.awaitSetup(PATIENCE);
        return session;
    }

    static void call(RecordedSession session, String id, String name, String args) {
        session.send(
                "{\"toolCall\":{\"functionCalls\":[{\"id\":\"%s\",\"name\":\"%s\",\"args\":%s}]}}".formatted(id, name, args))
                .join();
    }

    static void call(RecordedSession session, String id, String name) {
        call(session, id, name, "{}");
    }

    static void cancel(RecordedSession session, String id) {
        session.send("{\"toolCallCancellation\":{\"ids\":[\"%s\"]}}".formatted(id)).join();
    }

    /** The last answer to a call. */
    static JsonNode answer(RecordedSession session, String id) {
        session.awaitMessage(message -> of(message.json(), id).stream()
                .anyMatch(response -> !response.path("willContinue").asBoolean(false)), PATIENCE);
        List<JsonNode> all = answers(session, id);
        return all.get(all.size() - 1);
    }

    static List<JsonNode> answers(RecordedSession session, String id) {
        return session.messages().stream().flatMap(message -> of(message.json(), id).stream()).toList();
    }

    private static List<JsonNode> of(JsonNode message, String id) {
        List<JsonNode> responses = new ArrayList<>();
        message.at("/toolResponse/functionResponses").forEach(response -> {
            if (response.path("id").asText().equals(id)) {
                responses.add(response);
            }
        });
        return responses;
    }

    /**
     * Everything that was sent before has arrived, and was answered if it is going to be by the session itself: the answer to
     * a call of an unknown function comes after it.
     */
    static void settle(RecordedSession session, String id) {
        call(session, id, "nobody");
        answer(session, id);
    }

    @Override
    public void close() {
        context.stop();
        emulator.close();
    }
}
