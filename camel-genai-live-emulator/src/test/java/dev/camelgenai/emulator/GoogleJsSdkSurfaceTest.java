package dev.camelgenai.emulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.camelgenai.emulator.SurfaceTable.Leaf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static dev.camelgenai.emulator.SurfaceTable.SAME;
import static dev.camelgenai.emulator.SurfaceTable.difference;
import static dev.camelgenai.emulator.TestClient.JSON;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that the types of Google's JavaScript SDK can express, one field at a time and on both services: what the SDK makes
 * of it, and what the emulator says to that. The fields are read from the SDK's own declarations; what is expected is in
 * {@code src/test/js/surface}, so that a new SDK shows there what is new.
 */
@ExtendWith(RequiresNode.class)
class GoogleJsSdkSurfaceTest {

    private static final Path EXPECTED = NodeProject.SOURCES.resolve("surface");
    private static final Path ACTUAL = Path.of("target/js/surface").toAbsolutePath();
    private static final String MODEL = "gemini-live-test";

    private static GenAiLiveEmulator emulator;
    private static GoogleJsSdk sdk;

    /** Sessions that have taken all that was sent so far. */
    private final Map<String, GoogleJsSdk.Session> open = new HashMap<>();

    @BeforeAll
    static void startNode(@TempDir Path dir) {
        emulator = GenAiLiveEmulator.builder().start();
        sdk = GoogleJsSdk.start(emulator.exportCa(dir.resolve("ca.pem")));
    }

    @AfterAll
    static void endNode() {
        if (sdk != null) {
            sdk.close();
        }
        emulator.close();
    }

    @TestFactory
    Stream<DynamicTest> givenTheConfig_whenConnectingWithEachOfItsFields_thenTheSetupHasIt() throws Exception {
        return table("LiveConnectConfig", json("{'skip': ['httpOptions', 'abortSignal'], 'choose': {'voiceName': 'Kore',"
                + " 'triggerTokens': '1000', 'targetTokens': '500', 'role': 'user', 'data': 'AQID',"
                // not for live sessions: refused as a whole
                + " 'generationConfig.responseFormat': [{'text': {'mimeType': 'text/plain'}}],"
                + " 'generationConfig.responseSchema': {'type': 'STRING'},"
                + " 'generationConfig.audioTranscriptionConfig': {'diarization': true},"
                + " 'multiSpeakerVoiceConfig': {'speakerVoiceConfigs': [{'speaker': 'x'}]}},"
                + " 'beside': {'systemInstruction': {'parts': [{'text': 't'}]}}}"), this::connecting);
    }

    @TestFactory
    Stream<DynamicTest> givenClientContent_whenSendingEachOfItsFields_thenTheMessageHasIt() throws Exception {
        return table("LiveSendClientContentParameters", json("{'choose': {'role': 'user', 'data': 'AQID'},"
                + " 'beside': {'turns[]': {'parts': [{'text': 't'}]}}}"),
                (service, leaf) -> () -> sending(service, leaf, "sendClientContent", "{}"));
    }

    @TestFactory
    Stream<DynamicTest> givenRealtimeInput_whenSendingEachOfItsFields_thenTheMessageHasIt() throws Exception {
        ObjectNode query = json("{'beside': {'audio': {'data': 'AAAA', 'mimeType': 'audio/pcm'},"
                + " 'video': {'data': 'AAAA', 'mimeType': 'image/png'}, 'media': {'data': 'AAAA', 'mimeType': 'image/png'}},"
                + " 'choose': {'audio.data': 'AQID', 'audio.mimeType': 'audio/pcm;rate=16000', 'video.mimeType': 'image/jpeg',"
                + " 'media.mimeType': 'image/jpeg', 'data': 'AQID'}}");
        return table("LiveSendRealtimeInputParameters", query, (service, leaf) -> () -> {
            boolean manual = leaf.path().startsWith("activity");
            return sending(service, leaf, "sendRealtimeInput", manual
                    ? "{'realtimeInputConfig': {'automaticActivityDetection': {'disabled': true}}}"
                    : "{}");
        });
    }

    @TestFactory
    Stream<DynamicTest> givenToolResponses_whenSendingEachOfTheirFields_thenTheMessageHasIt() throws Exception {
        ObjectNode query = json("{'beside': {'functionResponses[]': {'id': 'c1', 'name': 'f', 'response': {}}},"
                + " 'choose': {'functionResponses[].id': 'c1', 'functionResponses[].name': 'f', 'data': 'AQID'}}");
        return table("LiveSendToolResponseParameters", query,
                (service, leaf) -> () -> sending(service, leaf, "sendToolResponse", "{}"));
    }

    @TestFactory
    Stream<DynamicTest> givenAContextUpdate_whenSendingEachOfItsFields_thenTheMessageHasIt() throws Exception {
        return table("LiveClientContextUpdate", json("{'choose': {'role': 'user', 'data': 'AQID'},"
                + " 'beside': {'systemInstruction': {'parts': [{'text': 't'}]}}}"),
                (service, leaf) -> () -> sending(service, leaf, "sendContextUpdate", "{}"));
    }

    @TestFactory
    Stream<DynamicTest> givenAServerMessage_whenEachOfItsFieldsArrives_thenTheSdkHandsItOver() throws Exception {
        Map<EmulatedService, GoogleJsSdk.Session> sessions = new LinkedHashMap<>();
        for (EmulatedService service : EmulatedService.values()) {
            GoogleJsSdk.Session session = sdk.connect(options(service), MODEL, GoogleJsSdk.noConfig());
            session.connected();
            sessions.put(service, session);
        }
        return table("LiveServerMessage", json("{'choose': {'data': 'AQID'}}"), (service, leaf) -> () -> {
            String binary = receiving(sessions.get(service), leaf.value(), FrameType.BINARY);
            String text = receiving(sessions.get(service), leaf.value(), FrameType.TEXT);
            assertThat(text).as("%s in a text frame", leaf).isEqualTo(binary);
            return binary;
        });
    }

    /** Begins to connect; tells later what came of it, so that many can be under way. */
    private Supplier<String> connecting(EmulatedService service, Leaf<JsonNode> leaf) {
        ObjectNode config = leaf.value().deepCopy();
        if (leaf.path().equals("sessionResumption.handle")) {
            config.withObject("sessionResumption").put("handle", handle(service));
        }
        GoogleJsSdk.Session session = sdk.connect(options(service), MODEL, config);
        return () -> connected(service, config, session);
    }

    private static String connected(EmulatedService service, ObjectNode config, GoogleJsSdk.Session session) {
        session.next("open");
        JsonNode event = session.next();
        String on = event.path("on").asText();
        if (on.equals("failed")) {
            return "the SDK refuses: " + event.path("message").asText();
        }
        if (on.equals("close")) {
            return "closed with " + event.path("code").asText() + ' ' + event.path("reason").asText();
        }
        assertThat(event.at("/message/setupComplete").isObject()).as("%s", event).isTrue();
        ObjectNode setup = session.recorded(emulator).setup().orElseThrow().deepCopy();
        session.close();
        setup.remove("model");
        if (service == EmulatedService.VERTEX_AI && !config.has("responseModalities")
                && !config.path("generationConfig").has("responseModalities")) {
            // the SDK's default
            ObjectNode generation = setup.withObject("generationConfig");
            assertThat(generation.remove("responseModalities")).isEqualTo(JSON.createArrayNode().add("AUDIO"));
            if (generation.isEmpty()) {
                setup.remove("generationConfig");
            }
        }
        return difference(config, JSON.createObjectNode().set("setup", setup));
    }

    private String sending(EmulatedService service, Leaf<JsonNode> leaf, String method, String config) {
        GoogleJsSdk.Session session = open.computeIfAbsent(service + config, name -> {
            GoogleJsSdk.Session opened = sdk.connect(options(service), MODEL, parsed(config));
            opened.connected();
            return opened;
        });
        RecordedSession recorded = session.recorded(emulator);
        String path = leaf.path();
        if (path.startsWith("functionResponses")) {
            recorded.send(parsed("{'toolCall': {'functionCalls': [{'id': 'c1', 'name': 'f'}]}}")).join();
        }
        int number = recorded.messages().size();
        try {
            session.send(method, leaf.value());
        } catch (GoogleJsSdk.SdkException e) {
            return "the SDK refuses: " + e.getMessage();
        }
        JsonNode sent = recorded.awaitMessages(number + 1, TIMEOUT).get(number).json();
        boolean accepted = recorded.ping().handle((time, e) -> e == null).join();
        if (!accepted) {
            open.remove(service + config);
            RecordedClose close = recorded.awaitClosed(TIMEOUT).serverClose().orElseThrow();
            return "closed with " + close.code() + ' ' + close.reason();
        }
        return difference(leaf.value(), sent);
    }

    private String receiving(GoogleJsSdk.Session session, JsonNode message, FrameType type) {
        RecordedSession recorded = session.recorded(emulator);
        recorded.send(message.toString(), type);
        recorded.send("{\"goAway\": {\"timeLeft\": \"1.5s\"}}", type);
        List<JsonNode> received = new ArrayList<>();
        for (JsonNode next = session.message(); !next.at("/goAway/timeLeft").asText().equals("1.5s"); next = session
                .message()) {
            received.add(next);
        }
        if (received.isEmpty()) {
            return "the SDK loses it: " + sdk.takeUnhandled();
        }
        assertThat(received).hasSize(1);
        return received.get(0).equals(message) ? SAME : difference(message, received.get(0));
    }

    private static Stream<DynamicTest> table(String type, ObjectNode query,
            BiFunction<EmulatedService, Leaf<JsonNode>, Supplier<String>> outcome) throws IOException {
        List<Leaf<JsonNode>> leaves = new ArrayList<>();
        sdk.call("leaves", query.put("type", type))
                .forEach(leaf -> leaves.add(new Leaf<>(leaf.path("path").asText(), leaf.get("value"))));
        return new SurfaceTable(EXPECTED.resolve(type + ".txt"), ACTUAL.resolve(type + ".txt")).tests(leaves, outcome);
    }

    /** A handle that the emulator knows. */
    private static String handle(EmulatedService service) {
        GoogleJsSdk.Session session = sdk.connect(options(service), MODEL, parsed("{'sessionResumption': {}}"));
        session.connected();
        String handle = session.message().at("/sessionResumptionUpdate/newHandle").asText();
        session.close();
        session.recorded(emulator).awaitClosed(TIMEOUT);
        return handle;
    }

    private static ObjectNode options(EmulatedService service) {
        ObjectNode options = parsed(service == EmulatedService.VERTEX_AI
                ? "{'vertexai': true, 'apiKey': 'any'}"
                : "{'apiKey': 'any'}");
        options.withObject("httpOptions").put("baseUrl", "http://127.0.0.1:" + emulator.port());
        return options;
    }

    private static ObjectNode parsed(String text) {
        try {
            return json(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }
}
