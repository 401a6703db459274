package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.LiveSendClientContentParameters;
import com.google.genai.types.LiveSendToolResponseParameters;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.protocol.ClientMessage;
import dev.camelgenai.live.protocol.ClientMessageEncoder;
import dev.camelgenai.live.protocol.LiveService;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.live.GenAiLiveConstants.MIME_TYPE;
import static dev.camelgenai.live.GenAiLiveConstants.ROLE;
import static dev.camelgenai.live.GenAiLiveConstants.TOOL_CALL_ID;
import static dev.camelgenai.live.GenAiLiveConstants.TOOL_NAME;
import static dev.camelgenai.live.GenAiLiveConstants.TURN_COMPLETE;
import static dev.camelgenai.live.GenAiLiveOperation.sendClientContent;
import static dev.camelgenai.live.GenAiLiveOperation.sendRealtimeInput;
import static dev.camelgenai.live.GenAiLiveOperation.sendToolResponse;
import static dev.camelgenai.live.GenAiLiveOperation.updateContext;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What becomes of bodies and headers on the wire. */
class BodyReaderTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Object> CALL = Map.of(TOOL_CALL_ID, "7", TOOL_NAME, "orderStatus");

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final BodyReader reader = new BodyReader("audio/pcm;rate=16000", false);

    @AfterEach
    void stop() {
        context.stop();
    }

    private Message message(Object body, Map<String, Object> headers) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeaders(new LinkedHashMap<>(headers));
        return exchange.getMessage();
    }

    private static String wire(List<ClientMessage> messages) {
        ByteBuf out = Unpooled.buffer();
        try {
            new ClientMessageEncoder(LiveService.DEVELOPER_API).encode(messages.get(0), out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    private JsonNode read(BodyReader with, GenAiLiveOperation operation, Object body, Map<String, Object> headers) {
        try {
            Message message = message(body, headers);
            return JSON.readTree(wire(with.read(operation, message, MediaBody.declared(message))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode read(GenAiLiveOperation operation, Object body, Map<String, Object> headers) {
        return read(reader, operation, body, headers);
    }

    private static JsonNode json(String singleQuoted) {
        try {
            return JSON.readTree(singleQuoted.replace('\'', '"'));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode turns(boolean complete, String... rolesAndTexts) {
        StringBuilder turns = new StringBuilder();
        for (int i = 0; i < rolesAndTexts.length; i += 2) {
            turns.append(i == 0 ? "" : ",").append("{'parts':[{'text':'").append(rolesAndTexts[i + 1])
                    .append("'}],'role':'").append(rolesAndTexts[i]).append("'}");
        }
        return json("{'clientContent':{'turns':[" + turns + "],'turnComplete':" + complete + "}}");
    }

    private static Content content(String role, String text) {
        return Content.builder().role(role).parts(Part.fromText(text)).build();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- client content

    static Stream<Arguments> bodiesThatAskTheSame() {
        return Stream.of("text", new StringBuilder("a char sequence"), content("user", "content"), List.of("a list"),
                List.of(content("user", "contents")),
                LiveSendClientContentParameters.builder().turns(content("user", "parameters")).turnComplete(true).build(),
                Map.of("text", "a map"), Map.of("role", "user", "text", "a map with a role"),
                Map.of("role", "user", "parts", List.of(Map.of("text", "a map in wire form"))),
                Map.of("turns", List.of(Map.of("role", "user", "parts", List.of(Map.of("text", "turns"))))),
                Map.of("turns", List.of(content("user", "turns")), "turnComplete", true),
                List.of(Map.of("role", "user", "parts", List.of(Map.of("text", "maps")))),
                json("{'text':'a tree'}"), json("'a text node'"), json("[{'text':'an array'}]"),
                json("{'turns':[{'role':'user','parts':[{'text':'a tree of turns'}]}],'turn_complete':true}"))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("bodiesThatAskTheSame")
    void aQuestionIsAUserTurnWhateverItsBodyAndNeedsNoOperation(Object body) {
        // when
        JsonNode sent = read(sendClientContent, body, Map.of());

        // then
        String text = sent.at("/clientContent/turns/0/parts/0/text").asText();
        assertThat(text).isNotEmpty();
        assertThat(sent).isEqualTo(turns(true, "user", text));
        assertThat(reader.infer(message(body, Map.of()))).isEqualTo(sendClientContent);
    }

    @Test
    void severalTurnsGoTogetherInOrder() {
        assertThat(read(sendClientContent, List.of("one", "two"), Map.of()))
                .isEqualTo(turns(true, "user", "one", "user", "two"));
        assertThat(read(sendClientContent, List.of(content("user", "q"), Map.of("role", "model", "text", "a"), "again"),
                Map.of())).isEqualTo(turns(true, "user", "q", "model", "a", "user", "again"));
    }

    @Test
    void historyIsToldWithTurnCompleteFalseAndRoles() {
        assertThat(read(sendClientContent, "hi", Map.of(ROLE, "model", TURN_COMPLETE, false)))
                .isEqualTo(turns(false, "model", "hi"));
        assertThat(read(sendClientContent, List.of("a", "b"), Map.of(TURN_COMPLETE, "false")))
                .isEqualTo(turns(false, "user", "a", "user", "b"));
        assertThat(read(sendClientContent, Map.of("turns", List.of(content("model", "x"))), Map.of(TURN_COMPLETE, false)))
                .isEqualTo(turns(false, "model", "x"));
        assertThat(read(sendClientContent, Map.of("turns", List.of(), "turnComplete", false), Map.of(TURN_COMPLETE, true)))
                .as("the body knows better than the header").isEqualTo(turns(false));
    }

    @Test
    void textThatLooksLikeJsonIsTextUnlessTheRouteSaysOtherwise() {
        String typed = "{\"turns\":[{\"role\":\"model\",\"parts\":[{\"text\":\"I promise a refund\"}]}]}";

        for (Object body : List.of(typed, stream(typed), typed.getBytes(StandardCharsets.UTF_8))) {
            assertThat(read(sendClientContent, body, Map.of(Exchange.CONTENT_TYPE, "application/json"))
                    .at("/clientContent/turns")).containsExactly(userTurn(typed));
        }
        assertThat(read(sendClientContent, typed, Map.of(MIME_TYPE, "application/json"))
                .at("/clientContent/turns/0/role").asText()).isEqualTo("model");
    }

    private static JsonNode userTurn(String text) {
        ObjectNode turn = JSON.createObjectNode().put("role", "user");
        turn.putArray("parts").addObject().put("text", text);
        return turn;
    }

    @Test
    void bytesStreamsReadersAndFilesAreReadAsText(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("question.txt"), "Grüße");
        byte[] bytes = "Grüße".getBytes(StandardCharsets.UTF_8);

        for (Object body : List.of(bytes, ByteBuffer.wrap(bytes), new ByteArrayInputStream(bytes), new InputStreamCache(bytes),
                new StringReader("Grüße"), file.toFile())) {
            assertThat(read(sendClientContent, body, Map.of())).as(body.getClass().getSimpleName())
                    .isEqualTo(turns(true, "user", "Grüße"));
        }
        Message latin = message("Grüße".getBytes(StandardCharsets.ISO_8859_1), Map.of());
        latin.getExchange().setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
        assertThat(wire(reader.read(sendClientContent, latin, null))).contains("Grüße");
    }

    @Test
    void bytesThatAreNoTextAreNotSentAsText() {
        assertThatThrownBy(() -> read(sendClientContent, new byte[]{ 1, (byte) 0xff, 0, (byte) 0xfe }, Map.of()))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("UTF-8")
                .hasMessageContaining("operation=sendRealtimeInput");
    }

    @Test
    void bytesWithoutOperationAreTextOnlyWhereTheyAreSaidToBe() {
        byte[] bytes = "hi".getBytes(StandardCharsets.UTF_8);

        assertThat(reader.infer(message(bytes, Map.of()))).isEqualTo(sendRealtimeInput);
        assertThat(reader.infer(message(bytes, Map.of(MIME_TYPE, "text/plain; charset=utf-8")))).isEqualTo(sendClientContent);
        assertThat(reader.infer(message(bytes, Map.of(Exchange.CONTENT_TYPE, "text/plain"))))
                .as("left over from something else").isEqualTo(sendRealtimeInput);
        for (String type : List.of("text/plain", "application/json", "application/vnd.x+json; v=1")) {
            assertThat(reader.infer(message(stream("hi"), Map.of(Exchange.CONTENT_TYPE, type)))).isEqualTo(sendClientContent);
        }
        assertThat(ClientContentBodies.suits(message(stream("hi"), Map.of(Exchange.CONTENT_TYPE, "audio/wav")))).isFalse();
        assertThat(ClientContentBodies.suits(message(stream("hi"),
                Map.of(Exchange.CONTENT_TYPE, "text/plain", MIME_TYPE, "audio/pcm")))).isFalse();
        assertThat(ClientContentBodies.suits(message(stream("hi"), Map.of()))).isFalse();
        assertThat(reader.infer(message(new StringReader("hi"), Map.of()))).isEqualTo(sendClientContent);
    }

    @ParameterizedTest
    @ValueSource(strings = { "system", "USER", "assistant", "" })
    void otherRolesThanUserAndModelAreRefusedWithTheFix(String role) {
        List<Object> bodies = List.of(content(role, "x"), List.of(content("user", "x"), content(role, "y")),
                Map.of("role", role, "text", "x"), Map.of("role", role, "parts", List.of(Map.of("text", "x"))),
                Map.of("turns", List.of(content(role, "x"))));

        for (Object body : bodies) {
            assertThatThrownBy(() -> read(sendClientContent, body, Map.of())).as("%s", body)
                    .isInstanceOf(LiveInputException.class).hasMessageContaining("must be user or model, but is " + role);
        }
        assertThatThrownBy(() -> read(sendClientContent, "x", Map.of(ROLE, role))).isInstanceOf(LiveInputException.class)
                .hasMessageContaining(ROLE).hasMessageContaining("user or model");
    }

    @Test
    void instructionsAreNoTurnsAndTheMessageSaysWhereTheyGo() {
        assertThatThrownBy(() -> read(sendClientContent, "x", Map.of(ROLE, "system")))
                .hasMessageContaining("systemInstruction").hasMessageContaining("updateContext");
    }

    @Test
    void aMapThatIsNoContentIsRefusedAndNothingOfOneThatIsGetsLost() {
        assertThatThrownBy(() -> read(sendClientContent, Map.of("question", "x"), Map.of()))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("turns")
                .hasMessageContaining("convert it to a String");
        assertThatThrownBy(() -> read(sendClientContent, Map.of("text", "secret words", "author", "x"), Map.of()))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("has no field")
                .hasMessageNotContaining("secret words");
        assertThatThrownBy(() -> read(sendClientContent, Map.of("turns", "secret words"), Map.of()))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("turns has the wrong type")
                .hasMessageNotContaining("secret words");
        assertThatThrownBy(() -> reader.infer(message(Map.of("question", "x"), Map.of())))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("No operation suits");
    }

    @Test
    void aRefusalListsAllThatIsAcceptedForTheOperations() {
        assertThatThrownBy(() -> read(sendClientContent, 42, Map.of())).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("java.lang.Integer").hasMessageContaining("Map or JsonNode with turns")
                .hasMessageContaining("for sendToolResponse: FunctionResponse")
                .hasMessageContaining("for updateContext: String")
                .hasMessageContaining("convertBodyTo");
        assertThatThrownBy(() -> read(sendClientContent, List.of("x", 42), Map.of())).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("[String, Integer]");
        for (GenAiLiveOperation operation : List.of(sendClientContent, sendToolResponse, updateContext)) {
            assertThatThrownBy(() -> read(operation, null, Map.of())).isInstanceOf(LiveInputException.class)
                    .hasMessageContaining("empty body (null)");
        }
    }

    // ---- realtime text

    @Test
    void whereQuestionsAreRealtimeOnlyQuestionsAre() {
        BodyReader realtime = new BodyReader("audio/pcm;rate=16000", true);
        JsonNode asked = json("{'realtimeInput':{'text':'hi'}}");

        for (Object body : List.of("hi", stream("hi"), Map.of("text", "hi"), json("'hi'"))) {
            assertThat(read(realtime, sendClientContent, body, Map.of())).isEqualTo(asked);
        }
        assertThat(read(realtime, sendClientContent, "hi", Map.of(TURN_COMPLETE, false))).isEqualTo(turns(false, "user", "hi"));
        assertThat(read(realtime, sendClientContent, "hi", Map.of(ROLE, "model"))).isEqualTo(turns(true, "model", "hi"));
        assertThat(read(realtime, sendClientContent, List.of("hi"), Map.of())).isEqualTo(turns(true, "user", "hi"));
        assertThat(read(realtime, sendClientContent, content("user", "hi"), Map.of())).isEqualTo(turns(true, "user", "hi"));
    }

    @Test
    void textWithTheOperationSendRealtimeInputIsAlwaysRealtime() {
        assertThat(read(sendRealtimeInput, "hi", Map.of(TURN_COMPLETE, false)))
                .isEqualTo(json("{'realtimeInput':{'text':'hi'}}"));
    }

    // ---- tool responses

    private static JsonNode response(String fields) {
        return json("{'toolResponse':{'functionResponses':[{" + fields + "}]}}");
    }

    static Stream<Arguments> results() {
        String status = "{'state':'sent'}";
        return Stream.of(
                Arguments.of(Map.of("state", "sent"), status), Arguments.of(json(status), status),
                Arguments.of("{\"state\":\"sent\"}", status), Arguments.of(stream("{\"state\":\"sent\"}"), status),
                Arguments.of("{\"state\":\"sent\"}".getBytes(StandardCharsets.UTF_8), status),
                Arguments.of("It was sent", "{'output':'It was sent'}"), Arguments.of("", "{'output':''}"),
                Arguments.of("[1,2]", "{'output':'[1,2]'}"), Arguments.of("{no json", "{'output':'{no json'}"),
                Arguments.of(json("42"), "{'output':'42'}"),
                // of things that have ids and names themselves
                Arguments.of(Map.of("id", "c1", "name", "Anna"), "{'id':'c1','name':'Anna'}"),
                Arguments.of("{\"id\":\"1\",\"name\":\"x\",\"response\":{}}", "{'id':'1','name':'x','response':{}}"),
                Arguments.of(Map.of("response", "ok"), "{'response':'ok'}"));
    }

    @ParameterizedTest
    @MethodSource("results")
    void aResultIsAnsweredToTheCallThatTheHeadersName(Object body, String result) {
        assertThat(read(sendToolResponse, body, CALL))
                .isEqualTo(response("'id':'7','name':'orderStatus','response':" + result));
    }

    static Stream<Arguments> wholeResponses() {
        Map<String, Object> wire = Map.of("id", "1", "name", "f", "response", Map.of("a", 1));
        return Stream.of(FunctionResponse.builder().id("1").name("f").response(Map.of("a", 1)).build(), wire,
                List.of(FunctionResponse.builder().id("1").name("f").response(Map.of("a", 1)).build()), List.of(wire),
                Map.of("functionResponses", List.of(wire)), json("{'id':'1','name':'f','response':{'a':1}}"),
                json("[{'id':'1','name':'f','response':{'a':1}}]"),
                LiveSendToolResponseParameters.builder()
                        .functionResponses(FunctionResponse.builder().id("1").name("f").response(Map.of("a", 1)).build())
                        .build())
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("wholeResponses")
    void aWholeResponseKeepsItsOwnIdAndNameAndNeedsNoOperation(Object body) {
        assertThat(read(sendToolResponse, body, CALL)).isEqualTo(response("'id':'1','name':'f','response':{'a':1}"));
        assertThat(reader.infer(message(body, Map.of()))).isEqualTo(sendToolResponse);
    }

    @Test
    void schedulingAndWillContinuePassThrough() {
        Map<String, Object> wire = Map.of("id", "1", "name", "f", "response", Map.of(), "scheduling", "WHEN_IDLE",
                "willContinue",
                true);

        assertThat(read(sendToolResponse, wire, Map.of()).at("/toolResponse/functionResponses/0"))
                .isEqualTo(json("{'willContinue':true,'scheduling':'WHEN_IDLE','id':'1','name':'f','response':{}}"));
        assertThat(read(sendToolResponse, List.of(Map.of("id", "1", "will_continue", false, "scheduling", "SILENT")), Map.of())
                .at("/toolResponse/functionResponses/0"))
                .isEqualTo(json("{'willContinue':false,'scheduling':'SILENT','id':'1'}"));
    }

    @Test
    void severalCallsAreAnsweredTogether() {
        JsonNode sent = read(sendToolResponse, List.of(Map.of("id", "1", "response", Map.of()),
                FunctionResponse.builder().id("2").response(Map.of()).build()), Map.of());

        assertThat(sent.at("/toolResponse/functionResponses")).hasSize(2);
    }

    @Test
    void aResponseWithoutIdIsRefusedAndTheHeaderNamed() {
        for (Object body : List.of("done", Map.of("a", 1), Map.of("name", "f", "response", Map.of()),
                FunctionResponse.builder().name("f").response(Map.of()).build())) {
            assertThatThrownBy(() -> read(sendToolResponse, body, Map.of())).as("%s", body)
                    .isInstanceOf(LiveInputException.class).hasMessageContaining("has no id")
                    .hasMessageContaining(TOOL_CALL_ID);
        }
        assertThatThrownBy(() -> read(sendToolResponse,
                List.of(Map.of("id", "1", "response", Map.of()), Map.of("name", "g", "response", Map.of())), CALL))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("of g").hasMessageContaining("single one only");
        assertThat(read(sendToolResponse, FunctionResponse.builder().response(Map.of()).build(), CALL))
                .isEqualTo(response("'id':'7','name':'orderStatus','response':{}"));
    }

    @Test
    void aListOfResultsIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> read(sendToolResponse, List.of(Map.of("row", 1), Map.of("row", 2)), CALL))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("put it into a Map");
    }

    // ---- context updates

    static Stream<Arguments> updates() {
        String instruction = "'systemInstruction':{'parts':[{'text':'Be brief'}],'role':'user'}";
        String tools = "'tools':{'tools':[{'functionDeclarations':[{'name':'f'}]}]}";
        Tool tool = Tool.builder().functionDeclarations(FunctionDeclaration.builder().name("f").build()).build();
        Map<String, Object> wireTool = Map.of("functionDeclarations", List.of(Map.of("name", "f")));
        return Stream.of(Arguments.of("Be brief", instruction), Arguments.of(stream("Be brief"), instruction),
                Arguments.of(Content.fromParts(Part.fromText("Be brief")), instruction),
                Arguments.of(content("user", "Be brief"), instruction), Arguments.of(tool, tools),
                Arguments.of(List.of(tool), tools), Arguments.of(List.of(wireTool), tools),
                Arguments.of(List.of(), "'tools':{'tools':[]}"),
                Arguments.of(Map.of("systemInstruction", "Be brief"), instruction),
                Arguments.of(Map.of("tools", List.of(tool)), tools),
                Arguments.of(Map.of("tools", Map.of("tools", List.of(wireTool))), tools),
                Arguments.of(Map.of("systemInstruction", content("user", "Be brief"), "tools", List.of(wireTool)),
                        instruction + "," + tools),
                Arguments.of(json("{'system_instruction':'Be brief'}"), instruction));
    }

    @ParameterizedTest
    @MethodSource("updates")
    void anUpdateOfTheContextIsTextForTheInstructionToolsOrBoth(Object body, String update) {
        assertThat(read(updateContext, body, Map.of())).isEqualTo(json("{'contextUpdate':{" + update + "}}"));
    }

    @Test
    void anUpdateOfAnythingElseIsRefused() {
        for (Object body : List.of(Map.of(), Map.of("temperature", 1), Map.of("systemInstruction", "x", "voice", "Kore"),
                json("[]"), Map.of("tools", "f"))) {
            assertThatThrownBy(() -> read(updateContext, body, Map.of())).as("%s", body).isInstanceOf(LiveInputException.class)
                    .hasMessageContaining("tools");
        }
        assertThatThrownBy(() -> read(updateContext, 42, Map.of())).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("for updateContext");
        assertThatThrownBy(() -> read(updateContext, List.of(Map.of("function", "f")), Map.of()))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("has no field");
    }
}
