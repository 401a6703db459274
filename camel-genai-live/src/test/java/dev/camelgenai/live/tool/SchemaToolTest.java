package dev.camelgenai.live.tool;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.ScriptedScenario;
import dev.camelgenai.live.GenAiLiveComponent;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A tool whose parameters are a JSON schema, called by a model. */
@Timeout(60)
class SchemaToolTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(ScriptedScenario.builder()
                    .whenText("book").then(answer -> answer
                            .call("book",
                                    Map.of("guest", Map.of("name", "Ann"), "note", "", "rooms", List.of(Map.of("beds", 2)),
                                            "CamelFileName", "/etc/passwd"))
                            .say("${result.output}"))
                    .whenText("wrong")
                    .then(answer -> answer.call("book", Map.of("guest", Map.of(), "note", "")).say("${result.error}"))
                    .otherwise(answer -> answer.say("What?")).build()));

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        GenAiLiveComponent live = context.getComponent("genai-live", GenAiLiveComponent.class);
        live.getConfiguration().setBaseUrl(EMULATOR.get().wsUrl());
        live.getConfiguration().setApiKey("key");
        live.getConfiguration().setReconnect(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("genai-live-tool:book?tags=hotel&description=Books a room&argSchema=classpath:schemas/booking.json"
                        + "&outputSchema=RAW({\"type\":\"string\"})&behavior=NON_BLOCKING").to("mock:booked")
                        .setBody(constant("booked"));
                from("direct:hotel").to("genai-live:gemini-2.5-flash-native-audio-preview-12-2025?tags=hotel&response=turn"
                        + "&turnTimeout=10s").convertBodyTo(String.class);
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String ask(String question) {
        return context.createProducerTemplate().requestBody("direct:hotel", question, String.class);
    }

    @Test
    void theModelIsToldOfTheSchemasAndTheBehavior() {
        ask("hello");

        JsonNode function = EMULATOR.get().awaitSessions(1, PATIENCE).get(0).awaitSetup(PATIENCE)
                .at("/tools/0/functionDeclarations/0");
        assertThat(function.at("/parametersJsonSchema/properties/guest/properties/age/type"))
                .hasToString("[\"integer\",\"null\"]");
        assertThat(function.at("/parametersJsonSchema/properties/rooms/items/required")).hasToString("[\"beds\"]");
        assertThat(function.path("responseJsonSchema")).hasToString("{\"type\":\"string\"}");
        assertThat(function.path("behavior").asText()).isEqualTo("NON_BLOCKING");
        assertThat(function.has("parameters")).isFalse();
    }

    @Test
    void nestedArgumentsAreTheBodyAndTheHeaders() throws Exception {
        MockEndpoint booked = context.getEndpoint("mock:booked", MockEndpoint.class);
        booked.expectedMessageCount(1);

        ask("book");

        booked.assertIsSatisfied(20_000);
        assertThat(booked.getExchanges().get(0).getMessage().getBody()).isEqualTo(
                Map.of("guest", Map.of("name", "Ann"), "note", "", "rooms", List.of(Map.of("beds", 2))));
        assertThat(booked.getExchanges().get(0).getMessage().getHeaders()).containsEntry("guest", Map.of("name", "Ann"))
                .containsEntry("rooms", List.of(Map.of("beds", 2))).doesNotContainKey("CamelFileName");
    }

    @Test
    void theModelIsToldWhichNestedArgumentIsMissing() {
        assertThat(ask("wrong")).contains("The argument guest.name is missing.");
        assertThat(context.getEndpoint("mock:booked", MockEndpoint.class).getExchanges()).isEmpty();
    }
}
