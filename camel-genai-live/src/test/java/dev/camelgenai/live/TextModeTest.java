package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.google.genai.types.Content;
import com.google.genai.types.Part;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How questions, streams and context updates of a route reach the service. */
class TextModeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String FLASH = "gemini-3.1-flash-live-preview";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.echo()));

    private final CamelContext context = new DefaultCamelContext();
    private GenAiLiveConfiguration options;

    @BeforeEach
    void prepare() {
        options = context.getComponent("genai-live", GenAiLiveComponent.class).getConfiguration();
        options.setBaseUrl(EMULATOR.get().wsUrl());
        options.setApiKey("key");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void start(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:" + uri);
            }
        });
        context.start();
    }

    private Exchange ask(Object body, Map<String, Object> headers) {
        return context.createProducerTemplate().request("direct:ask", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    private String words(Object body) {
        Exchange answer = ask(body, Map.of());
        assertThat(answer.getException()).isNull();
        return answer.getMessage().getBody(LiveTurn.class).outputTranscript();
    }

    private List<String> kinds() {
        RecordedSession session = EMULATOR.get().awaitSessions(1, PATIENCE).get(0);
        return session.messages().stream().map(RecordedMessage::kind).toList();
    }

    @ParameterizedTest(name = "{0} with textMode={1} on Vertex AI: {2}")
    @CsvSource({
        "gemini-3.8-live, auto, false, clientContent", "gemini-3.8-live, realtime, false, realtimeInput",
        "gemini-9-live, auto, false, clientContent", "gemini-9-live, realtime, true, realtimeInput",
        FLASH + ", auto, false, realtimeInput", FLASH + ", clientContent, false, clientContent",
        FLASH + ", auto, true, clientContent" })
    void aQuestionTravelsAsTheFamilyNeedsItAndIsAwaitedEitherWay(String model, String mode, boolean vertexAi, String kind)
            throws Exception {
        // given
        options.setVertexAi(vertexAi);
        start(model + "?outputTranscription=true&textMode=" + mode);

        // when
        String first = words("one");
        String second = words("two");

        // then
        assertThat(List.of(first, second)).containsExactly("one", "two");
        assertThat(kinds()).containsExactly(kind, kind);
    }

    @Test
    void historyIsClientContentAlsoWhereQuestionsAreNot() throws Exception {
        start(FLASH + "?outputTranscription=true");

        assertThat(ask("My name is Anna", Map.of(GenAiLiveConstants.TURN_COMPLETE, false)).getException()).isNull();
        assertThat(ask(List.of("a", Content.builder().role("model").parts(Part.fromText("b")).build()),
                Map.of(GenAiLiveConstants.TURN_COMPLETE, false)).getException()).isNull();
        assertThat(words("Who am I?")).isNotEmpty();

        assertThat(kinds()).containsExactly("clientContent", "clientContent", "realtimeInput");
    }

    @Test
    void aStreamIsAQuestionWhereTheOperationOrItsContentTypeSaysSo() throws Exception {
        start("gemini-3.8-live?response=turn");

        assertThat(ask(new ByteArrayInputStream("from HTTP".getBytes(StandardCharsets.UTF_8)),
                Map.of(Exchange.CONTENT_TYPE, "text/plain")).getMessage().getBody(String.class)).isEqualTo("from HTTP");
        assertThat(ask(new ByteArrayInputStream("somewhere".getBytes(StandardCharsets.UTF_8)),
                Map.of(GenAiLiveConstants.OPERATION, "sendClientContent")).getMessage().getBody(String.class))
                .isEqualTo("somewhere");
    }

    @ParameterizedTest
    @CsvSource({ "gemini-3.8-live", "gemini-3.8-live-extended-thinking", "gemini-9-live" })
    void aContextUpdateIsSentAndNotAwaited(String model) throws Exception {
        start(model + "?response=turn&turnTimeout=5s");

        Exchange updated = ask("Be brief", Map.of(GenAiLiveConstants.OPERATION, "updateContext"));

        assertThat(updated.getException()).isNull();
        assertThat(updated.getMessage().getBody()).isEqualTo("Be brief");
        assertThat(words("Hello")).isEqualTo("Hello");
        assertThat(kinds()).containsExactly("contextUpdate", "clientContent");
    }

    @ParameterizedTest
    @CsvSource({ FLASH, "gemini-2.5-flash-native-audio-preview-12-2025", "gemini-live-2.5-flash-native-audio" })
    void aContextUpdateOfAFamilyThatKnowsNoneIsRefusedByName(String model) throws Exception {
        start(model + "?operation=updateContext");

        Exception refusal = ask("Be brief", Map.of()).getException();

        assertThat(refusal).isInstanceOf(LiveInputException.class).hasMessageContaining(model)
                .hasMessageContaining(model.contains("3.1") ? "Gemini 3.1 Flash Live" : "2.5 Flash native audio")
                .hasMessageContaining("gemini-3.8-live");
        assertThat(EMULATOR.get().sessions()).as("no session is opened for it").isEmpty();
    }
}
