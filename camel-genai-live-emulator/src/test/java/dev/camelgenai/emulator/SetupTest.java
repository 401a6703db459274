package dev.camelgenai.emulator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.camelgenai.emulator.TestClient.DEVELOPER;
import static dev.camelgenai.emulator.TestClient.TIMEOUT;
import static dev.camelgenai.emulator.TestClient.VERTEX;
import static dev.camelgenai.emulator.TestClient.json;
import static dev.camelgenai.emulator.TestClient.setup;
import static org.assertj.core.api.Assertions.assertThat;

class SetupTest {

    private static final String INVALID = "Request contains an invalid argument.";

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE));

    private static RecordedClose closeAfter(String path, String firstMessage) {
        return TestClient.connect(EMULATOR.get().wsUrl() + path).send(firstMessage).awaitClose();
    }

    @Test
    void givenDeveloperApi_whenSetup_thenEmptySetupCompleteInABinaryFrame() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER);

        client.send(setup(""));

        TestClient.Received first = client.next();
        assertThat(first.json().toString()).isEqualTo("{\"setupComplete\":{}}");
        assertThat(first.type()).isEqualTo(FrameType.BINARY);
        RecordedSession session = EMULATOR.get().sessions().get(0);
        assertThat(session.service()).isEqualTo(EmulatedService.DEVELOPER_API);
        assertThat(session.model()).contains("models/gemini-live-test");
        assertThat(session.path()).isEqualTo(DEVELOPER);
        assertThat(session.isOpen()).isTrue();
    }

    @Test
    void givenVertex_whenSetup_thenSetupCompleteCarriesTheSessionId() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + VERTEX);

        client.send(json("{'setup':{'model':'projects/p/locations/l/publishers/google/models/gemini-live-2.5-flash'}}"));

        assertThat(client.next().json().at("/setupComplete/sessionId").asText())
                .isEqualTo(EMULATOR.get().sessions().get(0).id());
    }

    @Test
    void givenTextFrames_whenSetup_thenTheAnswerIsText() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1)
                .frames(FrameType.TEXT).start()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER);

            assertThat(client.send(setup("")).next().type()).isEqualTo(FrameType.TEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/" + DEVELOPER, "/proxy/of/mine" + DEVELOPER,
        "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContentConstrained",
        "/ws/google.ai.generativelanguage.v1.GenerativeService.BidiGenerateContent" })
    void givenAnyPathOfTheService_whenSetup_thenAccepted(String path) {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + path);

        assertThat(client.send(setup("")).next().json().has("setupComplete")).isTrue();
    }

    @Test
    void givenTheSetupOfGooglesJavaSdk_whenSent_thenAccepted() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER);

        client.send(json("{'setup':{'model':'models/gemini-2.5-flash-native-audio','generationConfig':{'responseModalities':"
                + "['AUDIO'],'temperature':0.5,'topK':3.0,'speechConfig':{'voiceConfig':{'prebuiltVoiceConfig':{'voiceName':"
                + "'Kore'}},'languageCode':'en-US'},'thinkingConfig':{'thinkingBudget':0},'enableAffectiveDialog':true},"
                + "'systemInstruction':{'parts':[{'text':'sys'}],'role':'user'},'tools':[{'functionDeclarations':[{'name':'f',"
                + "'behavior':'NON_BLOCKING'}]},{'googleSearch':{}}],'sessionResumption':{},'inputAudioTranscription':{},"
                + "'realtimeInputConfig':{'automaticActivityDetection':{'disabled':true,'silenceDurationMs':100},"
                + "'activityHandling':'NO_INTERRUPTION'},'contextWindowCompression':{'triggerTokens':1000,'slidingWindow':"
                + "{'targetTokens':500}},'proactivity':{'proactiveAudio':true}}}"));

        assertThat(client.next().json().has("setupComplete")).isTrue();
    }

    @Test
    void givenSnakeCaseAtEveryLevel_whenSetup_thenUnderstood() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER);

        client.send(setup("'generation_config':{'response_modalities':['TEXT'],'speech_config':{'voice_config':"
                + "{'prebuilt_voice_config':{'voice_name':'Puck'}}}},'session_resumption':{}"));

        assertThat(client.next().json().has("setupComplete")).isTrue();
        assertThat(client.next().json().at("/sessionResumptionUpdate/resumable").asBoolean()).isTrue();
        client.send(json("{'client_content':{'turns':[{'parts':[{'text':'hi'}]}],'turn_complete':true}}"));
        assertThat(TestClient.textOf(client.turn())).isEqualTo("hi");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "{'setup':{'model':'models/gemini-x','foo':1}} | Invalid JSON payload received. Unknown name \"foo\" at 'setup': Cannot find field.",
        "{'foo':1} | Invalid JSON payload received. Unknown name \"foo\": Cannot find field.",
        "{'setup':{'model':'models/gemini-x','generationConfig':{'foo':1}}} | Invalid JSON payload received. Unknown name \"foo\" at 'setup.generation_config': Cannot find field.",
        "{'setup':{'model':'models/gemini-x'},'clientContent':{}} | " + INVALID,
        "{'clientContent':{'turnComplete':true}} | " + INVALID, "{'setup':{}} | " + INVALID,
        "{'setup':{'model':'gemini-x'}} | " + INVALID, "{'setup':{'model':7}} | " + INVALID, "{'setup':'model'} | " + INVALID,
        "{'setup':{'model':'models/gemini-x','generationConfig':{'responseModalities':['TEXT','AUDIO']}}} | " + INVALID,
        "{'setup':{'model':'models/gemini-x','generationConfig':{'stopSequences':['x']}}} | " + INVALID,
        "{'setup':{'model':'models/gemini-x','generationConfig':{'speechConfig':{'voiceConfig':{'prebuiltVoiceConfig':{'voiceName':'kore'}}}}}} | "
                + INVALID,
        "{'setup':{'model':'models/gemini-x','sessionResumption':{'transparent':'yes'}}} | " + INVALID,
        "{} trailing | Invalid JSON payload received. Unexpected token.",
        "[] | Invalid JSON payload received. Unexpected token.",
        "{'setup': | Invalid JSON payload received. Unexpected token." })
    void givenABadFirstMessage_whenSent_thenClosedWith1007AndTheTextOfTheService(String message, String reason) {
        assertThat(closeAfter(DEVELOPER, json(message))).isEqualTo(new RecordedClose(1007, reason));
    }

    @Test
    void givenAnUnknownModel_whenSetup_thenClosedWith1008AndATextCutTo123Bytes() {
        RecordedClose close = closeAfter(DEVELOPER, json("{'setup':{'model':'models/lämpchen'}}"));

        assertThat(close.code()).isEqualTo(1008);
        assertThat(close.reason()).startsWith(
                "models/lämpchen is not found for API version v1beta, or is not supported for bidiGenerateContent. Call ");
        assertThat(close.reason().getBytes(StandardCharsets.UTF_8)).hasSize(123);
    }

    @Test
    void givenADeveloperModelName_whenSentToVertex_thenClosedWith1007() {
        assertThat(closeAfter(VERTEX, setup(""))).isEqualTo(new RecordedClose(1007, INVALID));
    }

    @Test
    void givenAVeryLongUnknownName_whenSetup_thenTheReasonIsCutBetweenCharacters() {
        RecordedClose close = closeAfter(DEVELOPER, setup("'" + "ü".repeat(100) + "':1"));

        assertThat(close.code()).isEqualTo(1007);
        assertThat(close.reason().getBytes(StandardCharsets.UTF_8).length).isBetween(122, 123);
        assertThat(close.reason()).endsWith("ü");
    }

    @Test
    void givenASession_whenASecondSetupIsSent_thenClosedWith1007AndRecorded() {
        TestClient client = TestClient.open(EMULATOR.get(), "");

        assertThat(client.send(setup("")).awaitClose()).isEqualTo(new RecordedClose(1007, INVALID));

        RecordedSession session = EMULATOR.get().sessions().get(0).awaitClosed(TIMEOUT);
        assertThat(session.serverClose()).contains(new RecordedClose(1007, INVALID));
        assertThat(session.serverCloseDetail()).contains("a second setup");
        assertThat(session.clientClose()).map(RecordedClose::code).contains(1007);
    }

    @Test
    void givenNoSetup_whenTheTimeIsOver_thenClosed() {
        try (GenAiLiveEmulator emulator = GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).tlsPort(-1)
                .setupTimeout(Duration.ofMillis(100))
                .start()) {
            TestClient client = TestClient.connect(emulator.wsUrl() + DEVELOPER);

            assertThat(client.awaitClose().code()).isEqualTo(1011);
        }
    }

    @Test
    void givenAHandle_whenResumed_thenAcceptedAndForAnotherModelOrAnUnknownHandleRefused() {
        TestClient client = TestClient.open(EMULATOR.get(), "'sessionResumption':{}");
        String handle = client.next().json().at("/sessionResumptionUpdate/newHandle").asText();
        client.socket().abort();

        TestClient resumed = TestClient.open(EMULATOR.get(), "'sessionResumption':{'handle':'" + handle + "'}");
        assertThat(resumed.next().json().at("/sessionResumptionUpdate/newHandle").asText()).isNotEmpty().isNotEqualTo(handle);

        assertThat(closeAfter(DEVELOPER, setup("'sessionResumption':{'handle':'mine'}")))
                .isEqualTo(new RecordedClose(1008, "Requested entity was not found."));
        assertThat(closeAfter(DEVELOPER,
                json("{'setup':{'model':'models/gemini-other','sessionResumption':{'handle':'" + handle + "'}}}")).code())
                .isEqualTo(1007);
    }

    @ParameterizedTest
    @ValueSource(strings = { "'systemInstruction':{'foo':1}", "'systemInstruction':{'parts':[{'foo':1}]}",
        "'tools':[{'foo':{}}]", "'tools':[{'functionDeclarations':[{'name':'f','foo':1}]}]",
        "'realtimeInputConfig':{'automaticActivityDetection':{'foo':1}}", "'sessionResumption':{'foo':1}",
        "'contextWindowCompression':{'slidingWindow':{'foo':1}}", "'proactivity':{'foo':1}", "'historyConfig':{'foo':1}",
        "'safetySettings':[{'foo':1}]", "'outputAudioTranscription':{'foo':1}",
        "'generationConfig':{'speechConfig':{'voiceConfig':{'foo':1}}}", "'generationConfig':{'thinkingConfig':{'foo':1}}",
        "'generation__config':{}", "'generation_Config':{}", "'GenerationConfig':{}" })
    void givenAnUnknownField_whenSetup_thenClosedWithItsName(String fields) {
        RecordedClose close = closeAfter(DEVELOPER, setup(fields));

        assertThat(close.code()).isEqualTo(1007);
        assertThat(close.reason()).startsWith("Invalid JSON payload received. Unknown name \"");
    }

    @ParameterizedTest
    @ValueSource(strings = { "'systemInstruction':'sys'", "'systemInstruction':{'parts':{}}", "'tools':{}", "'tools':['f']",
        "'realtimeInputConfig':{'activityHandling':'NEVER'}", "'realtimeInputConfig':{'turnCoverage':1}",
        "'realtimeInputConfig':{'automaticActivityDetection':{'silenceDurationMs':-1}}",
        "'realtimeInputConfig':{'automaticActivityDetection':{'prefixPaddingMs':'soon'}}",
        "'realtimeInputConfig':{'automaticActivityDetection':{'disabled':'yes'}}", "'sessionResumption':[]",
        "'contextWindowCompression':{'triggerTokens':-5}", "'contextWindowCompression':{'triggerTokens':1.5}",
        "'contextWindowCompression':{'triggerTokens':10,'slidingWindow':{'targetTokens':20}}",
        "'generationConfig':{'responseModalities':'TEXT'}", "'generationConfig':{'responseModalities':['SMELL']}",
        "'generationConfig':{'temperature':'hot'}", "'generationConfig':{'speechConfig':'Kore'}",
        "'generationConfig':{'speechConfig':{'multiSpeakerVoiceConfig':{}}}", "'generationConfig':{'responseLogprobs':true}",
        "'generationConfig':{'responseMimeType':'text/plain'}", "'generationConfig':{'logprobs':1}",
        "'generationConfig':{'responseSchema':{}}", "'generationConfig':{'routingConfig':{}}",
        "'generationConfig':{'audioTimestamp':true}", "'explicitVadSignal':1",
        "'generationConfig':{},'generation_config':{}" })
    void givenAWrongTypeOrValue_whenSetup_thenClosedWith1007(String fields) {
        assertThat(closeAfter(DEVELOPER, setup(fields))).isEqualTo(new RecordedClose(1007, INVALID));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "gemini-3.8-live | 'generationConfig':{'responseModalities':['TEXT']}",
        "gemini-3.8-live | 'generationConfig':{'thinkingConfig':{'thinkingBudget':0}}",
        "gemini-3.8-live | 'generationConfig':{'enableAffectiveDialog':true}",
        "gemini-3.8-live | 'proactivity':{'proactiveAudio':false}",
        "gemini-3.8-live-extended-thinking | 'generationConfig':{'responseModalities':['TEXT']}" })
    void givenWhatAModelCannotDo_whenSetup_thenClosedWith1007(String model, String fields) {
        assertThat(closeAfter(DEVELOPER, json("{'setup':{'model':'models/" + model + "'," + fields + "}}")))
                .isEqualTo(new RecordedClose(1007, INVALID));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "gemini-3.8-live | 'proactivity':{'proactiveAudio':true}",
        "gemini-3.8-live-extended-thinking | 'generationConfig':{'thinkingConfig':{'thinkingLevel':'LOW'}}",
        "gemini-3.1-flash-live-preview | 'generationConfig':{'enableAffectiveDialog':false}",
        "gemini-2.5-flash-native-audio | 'proactivity':{'proactiveAudio':true}" })
    void givenWhatAModelCan_whenSetup_thenAccepted(String model, String fields) {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER);

        client.send(json("{'setup':{'model':'models/" + model + "'," + fields + "}}"));

        assertThat(client.answeredWith("setupComplete")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "'generationConfig':{'enableAffectiveDialog':true}", "'proactivity':{'proactiveAudio':true}" })
    void givenGemini31_whenProactivityOrAffectIsAskedFor_thenNeverAnswered(String fields) {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER);

        client.send(json("{'setup':{'model':'models/gemini-3.1-flash-live-preview'," + fields + "}}"));
        RecordedSession session = EMULATOR.get().awaitSessions(1, TIMEOUT).get(0);
        session.awaitSetup(TIMEOUT);
        session.ping().join();

        assertThat(client.hasReceived()).isFalse();
        assertThat(session.isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({ DEVELOPER + ",tunedModels/gemini-mine,true", DEVELOPER + ",publishers/google/models/gemini-x,false",
        VERTEX + ",publishers/google/models/gemini-x,true", VERTEX + ",gemini-x,false",
        "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent,projects/p/locations/l/publishers/google/models/gemini-x,true" })
    void givenAModelWithAPrefix_whenSetup_thenItDependsOnTheService(String path, String model, boolean accepted) {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + path);

        client.send(json("{'setup':{'model':'" + model + "'}}"));

        assertThat(client.answeredWith("setupComplete")).isEqualTo(accepted);
    }

    @Test
    void givenASetupInBinaryFragments_whenSent_thenAccepted() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER);
        byte[] message = setup("").getBytes(StandardCharsets.UTF_8);

        client.socket().sendBinary(ByteBuffer.wrap(message, 0, 10), false).join();
        client.socket().sendBinary(ByteBuffer.wrap(message, 10, message.length - 10), true).join();

        assertThat(client.answeredWith("setupComplete")).isTrue();
    }

    @Test
    void givenANullField_whenSetup_thenAsIfItWereAbsent() {
        TestClient client = TestClient.connect(EMULATOR.get().wsUrl() + DEVELOPER);

        client.send(json("{'setup':{'model':'models/gemini-x','tools':null},'clientContent':null}"));

        assertThat(client.answeredWith("setupComplete")).isTrue();
        client.send(json("{'realtimeInput':{'text':'x'},'toolResponse':null}")).turn();
    }
}
