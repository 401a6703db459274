package dev.camelgenai.compatibility;

import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveServerMessage;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.LiveSessionLostException;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConverter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Producers and consumers, as routes use them. */
class ConversationTest extends CompatibilityTestSupport {

    private static final String ASK = "genai-live:gemini-3.8-live?sessionGroup=ask&response=turn&turnTimeout=10s";

    @Test
    void aQuestionIsAnsweredWithTheModelsTurn() throws Exception {
        start(routes -> routes.from("direct:ask").to(ASK));

        LiveTurn turn = template.requestBody("direct:ask", "How are you today", LiveTurn.class);

        assertThat(turn.outputTranscript()).isEqualTo("How are you today");
        assertThat(turn.audio()).isNotEmpty();
        assertThat(turn.usage()).isPresent();
    }

    @Test
    void aTurnConvertsToTheTypesThatRoutesWorkWith() throws Exception {
        start(routes -> routes.from("direct:ask").to(ASK));
        TypeConverter converter = context.getTypeConverter();

        LiveTurn turn = template.requestBody("direct:ask", "Good morning", LiveTurn.class);

        assertThat(converter.mandatoryConvertTo(String.class, turn)).isEqualTo("Good morning");
        assertThat(converter.mandatoryConvertTo(byte[].class, turn)).isNotEmpty().isEqualTo(turn.audio());
        assertThat(converter.mandatoryConvertTo(InputStream.class, turn)).hasBinaryContent(turn.audio());
        assertThat(converter.mandatoryConvertTo(Map.class, turn).get("outputTranscript")).isEqualTo("Good morning");
    }

    @Test
    void theHeaderDecidesWhoseConversationItIs() throws Exception {
        start(routes -> routes.from("direct:ask").to(ASK).convertBodyTo(String.class));

        for (String key : List.of("anna", "bert", "anna")) {
            assertThat(template.requestBodyAndHeader("direct:ask", "I am " + key, GenAiLiveConstants.SESSION_KEY, key))
                    .isEqualTo("I am " + key);
        }

        assertThat(service().sessions()).extracting(RecordedSession::texts)
                .containsExactly(List.of("I am anna", "I am anna"), List.of("I am bert"));
    }

    @Test
    void whatIsSentWithoutWaitingIsHeardByEveryConsumerInOrderAndOnce() throws Exception {
        start(routes -> {
            routes.from("direct:say").to("genai-live:gemini-3.8-live?sessionGroup=raw&response=none");
            routes.from("genai-live:gemini-3.8-live?sessionGroup=raw").to("mock:all");
            routes.from("genai-live:gemini-3.8-live?sessionGroup=raw&sessionKey=anna").to("mock:anna");
        });

        template.sendBodyAndHeader("direct:say", "for Anna", GenAiLiveConstants.SESSION_KEY, "anna");
        template.sendBodyAndHeader("direct:say", "for Bert", GenAiLiveConstants.SESSION_KEY, "bert");

        await().atMost(PATIENCE).until(() -> turns("all") == 2 && turns("anna") == 1);
        assertThat(sequence("all", "anna")).isEqualTo(sequence("anna", "anna")).isSorted().doesNotHaveDuplicates()
                .startsWith(1L);
        assertThat(sequence("anna", "bert")).isEmpty();
        assertThat(mock("all").getExchanges().get(0).getMessage().getBody()).isInstanceOf(LiveServerMessage.class);
    }

    private long turns(String mock) {
        return mock(mock).getExchanges().stream()
                .filter(e -> e.getMessage().getHeader(GenAiLiveConstants.TURN_COMPLETE, false, Boolean.class)).count();
    }

    private List<Long> sequence(String mock, String key) {
        return mock(mock).getExchanges().stream().map(Exchange::getMessage)
                .filter(message -> key.equals(message.getHeader(GenAiLiveConstants.SESSION_KEY)))
                .map(message -> message.getHeader(GenAiLiveConstants.SEQUENCE_NUMBER, Long.class)).toList();
    }

    @Test
    void aRecordingInChunksIsAnsweredBySpeech() throws Exception {
        start(routes -> routes.from("direct:speak").to("genai-live:gemini-3.8-live?sessionGroup=speak&response=turn"
                + "&operation=sendRealtimeInput&inputTranscription=true"));
        byte[] second = tone();
        List<byte[]> chunks = IntStream.range(0, 50).mapToObj(i -> Arrays.copyOfRange(second, i * 640, (i + 1) * 640)).toList();

        LiveTurn turn = template.requestBody("direct:speak", chunks, LiveTurn.class);

        assertThat(turn.audio().length / 48_000.0).as("seconds at 24 kHz").isBetween(0.9, 1.1);
        assertThat(turn.inputTranscript()).isNotBlank();
        assertThat(connection(1).audio()).isEqualTo(second);
        assertThat(connection(1).messageCount()).as("50 chunks and the end of the stream").isEqualTo(51);
    }

    private static byte[] tone() {
        byte[] second = new byte[32_000];
        for (int i = 0; i < second.length; i += 2) {
            short sample = (short) (8000 * Math.sin(2 * Math.PI * 440 * i / 2 / 16_000));
            second[i] = (byte) sample;
            second[i + 1] = (byte) (sample >> 8);
        }
        return second;
    }

    @Test
    void aFunctionCallIsHeardAndAnsweredByARoute() throws Exception {
        start(routes -> {
            routes.from("direct:say").to("genai-live:gemini-3.8-live?sessionGroup=tools&response=none");
            routes.from("genai-live:gemini-3.8-live?sessionGroup=tools")
                    .filter(exchange -> exchange.getMessage().getBody(LiveServerMessage.class).toolCall().isPresent())
                    .process(exchange -> exchange.getMessage().setBody(answers(exchange)))
                    .to("genai-live:gemini-3.8-live?sessionGroup=tools&operation=sendToolResponse&response=none")
                    .to("mock:answered");
        });
        mock("answered").expectedMessageCount(1);
        template.sendBodyAndHeader("direct:say", "What time is it?", GenAiLiveConstants.SESSION_KEY, "anna");
        connection(1).awaitMessages(1, PATIENCE);

        connection(1).send("{\"toolCall\":{\"functionCalls\":[{\"id\":\"c1\",\"name\":\"clock\"}]}}").join();

        mock("answered").assertIsSatisfied(PATIENCE.toMillis());
        RecordedMessage answer = connection(1).awaitMessage(message -> message.json().has("toolResponse"), PATIENCE);
        assertThat(answer.json().at("/toolResponse/functionResponses/0/id").asText()).isEqualTo("c1");
        assertThat(answer.json().at("/toolResponse/functionResponses/0/response/now").asText()).isEqualTo("noon");
    }

    private static List<FunctionResponse> answers(Exchange exchange) {
        List<FunctionCall> calls = exchange.getMessage().getBody(LiveServerMessage.class).toolCall().orElseThrow()
                .functionCalls().orElseThrow();
        return calls.stream().map(call -> FunctionResponse.builder().id(call.id().orElseThrow()).name(call.name().orElseThrow())
                .response(Map.of("now", "noon")).build()).toList();
    }

    @Test
    void closingEndsTheSessionAndTheNextQuestionOpensAnother() throws Exception {
        start(routes -> {
            routes.from("direct:ask").to(ASK).convertBodyTo(String.class);
            routes.from("direct:bye").to("genai-live:gemini-3.8-live?sessionGroup=ask&operation=closeSession");
        });
        template.requestBody("direct:ask", "one");

        template.requestBody("direct:bye", (Object) null);

        connection(1).awaitClosed(PATIENCE);
        assertThat(connection(1).clientClose()).hasValueSatisfying(close -> assertThat(close.code()).isEqualTo(1000));
        assertThat(template.requestBody("direct:ask", "two")).isEqualTo("two");
        assertThat(service().sessions()).hasSize(2);
    }

    @Test
    void aTurnThatIsLostFailsTheExchangeWithWhatTheServiceSaid() throws Exception {
        start(routes -> routes.from("direct:ask").to(ASK));
        service().faults().closeAfter(1, 1011, "Internal error occurred.");

        assertThatThrownBy(() -> template.requestBody("direct:ask", "hello")).isInstanceOf(CamelExecutionException.class)
                .cause().isInstanceOfSatisfying(LiveSessionLostException.class, e -> assertThat(e.isRetriable()).isTrue())
                .hasMessageContaining("1011").hasMessageContaining("Internal error occurred.");
    }
}
