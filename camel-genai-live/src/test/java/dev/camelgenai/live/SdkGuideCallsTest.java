package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.Client;
import com.google.genai.types.ClientOptions;
import com.google.genai.types.HttpOptions;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.Fault;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The calls of Google's SDK in docs/coming-from-the-sdk.adoc do what the document says, so that it compares with the truth. */
@Timeout(60)
class SdkGuideCallsTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "coming-from-the-sdk.adoc");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    // kept, because a logger that nobody holds forgets its level
    private static final Logger SDK_LOG = Logger.getLogger("com.google.genai");

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(SdkGuideScenario.scenario()));

    @TempDir
    static Path directory;
    private static SdkBlocks blocks;

    private OkHttpClient http;

    @BeforeAll
    static void compile() throws Exception {
        SDK_LOG.setLevel(Level.OFF);
        blocks = new SdkBlocks(Files.readString(DOCUMENT), directory);
    }

    @AfterAll
    static void forget() throws Exception {
        blocks.close();
        SDK_LOG.setLevel(null);
    }

    @BeforeEach
    void trustTheEmulator() {
        GenAiLiveEmulator service = EMULATOR.get();
        http = new OkHttpClient.Builder()
                .sslSocketFactory(service.clientSslContext().getSocketFactory(), service.clientTrustManager()).build();
    }

    @AfterEach
    void endConnections() {
        http.dispatcher().cancelAll();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private Client client(boolean vertexAi) {
        return Client.builder().apiKey("key").vertexAI(vertexAi)
                .httpOptions(HttpOptions.builder().baseUrl("https://127.0.0.1:" + EMULATOR.get().tlsPort()).build())
                .clientOptions(ClientOptions.builder().customHttpClient(http).build()).build();
    }

    private SdkBlock block(int number) throws Exception {
        SdkBlock block = blocks.block(number);
        block.client = client(false);
        return block;
    }

    /** With a session that is open. */
    private SdkBlock blockInSession(int number) throws Exception {
        SdkBlock block = block(number);
        block.session = block.client.async.live.connect("gemini-3.8-live", block.config).get(PATIENCE.toSeconds(),
                TimeUnit.SECONDS);
        return block;
    }

    private static RecordedSession session(int number) {
        return EMULATOR.get().awaitSessions(number, PATIENCE).get(number - 1);
    }

    private static void awaitShown(SdkBlock block, String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(String.join("", block.shown())).contains(text));
    }

    private static JsonNode json(RecordedMessage message, String path) {
        return message.json().at(path);
    }

    @Test
    void theMethodsOfTheOverviewAreThere() throws Exception {
        SdkBlock opening = block(2);
        opening.run();
        session(1).awaitSetup(PATIENCE);
        SdkBlock methods = blockInSession(3);
        methods.run();
        SdkBlock config = block(4);
        config.run();
        SdkBlock message = block(5);
        message.run();

        assertThat(message.shown()).containsExactly("setup");
        session(2).awaitClosed(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void connectTellsTheIdWhereThereIsOne(boolean vertexAi) throws Exception {
        SdkBlock block = block(6);
        block.client = client(vertexAi);

        block.run();

        awaitShown(block, "You said: Hello from live session!");
        assertThat(block.shown()).first()
                .isEqualTo("Connected! Session ID: " + (vertexAi ? session(1).id() : null));
    }

    @Test
    void configuresTheSession() throws Exception {
        block(7).run();

        assertThat(session(1).awaitSetup(PATIENCE).at("/generationConfig/temperature").floatValue()).isEqualTo(0.7f);
        assertThat(session(1).awaitSetup(PATIENCE).at("/generationConfig/maxOutputTokens").intValue()).isEqualTo(1024);
    }

    @Test
    void sendsText() throws Exception {
        SdkBlock block = blockInSession(8);

        block.run();

        awaitShown(block, "Content sent");
        RecordedMessage message = session(1).awaitMessages(1, PATIENCE).get(0);
        assertThat(message.text()).isEqualTo("What is the weather like today?");
        assertThat(json(message, "/clientContent/turnComplete").booleanValue()).isTrue();
    }

    @Test
    void sendsTurns() throws Exception {
        blockInSession(9).run();

        assertThat(json(session(1).awaitMessages(1, PATIENCE).get(0), "/clientContent/turns")).hasSize(2);
    }

    @Test
    void sendsAudio() throws Exception {
        SdkBlock block = blockInSession(10);
        block.chunks = List.of("one ".getBytes(StandardCharsets.US_ASCII), "two ".getBytes(StandardCharsets.US_ASCII));

        block.run();

        session(1).awaitMessages(2, PATIENCE);
        assertThat(new String(session(1).audio(), StandardCharsets.US_ASCII)).isEqualTo("one two ");
    }

    @Test
    void answersACall() throws Exception {
        SdkBlock block = blockInSession(11);
        session(1).send(SdkGuideScenario.CALL.formatted("c1")).join();

        block.run();

        assertThat(json(session(1).awaitMessages(1, PATIENCE).get(0), "/toolResponse/functionResponses/0/id").textValue())
                .isEqualTo("c1");
    }

    @Test
    void receivesEverything() throws Exception {
        SdkBlock block = blockInSession(12);

        block.run();
        session(1).send(SdkGuideScenario.CALL.formatted("c1")).join();
        session(1).send(SdkGuideScenario.CANCELLATION.formatted("c1")).join();
        awaitShown(block, "Cancelled: c1");
        block.session.sendClientContent(block.question).get();

        awaitShown(block, "You said: Anybody there?");
        assertThat(block.shown()).startsWith("Tool call: get_weather", "Cancelled: c1");
    }

    @Test
    void showsTheEndOfATurn() throws Exception {
        SdkBlock block = blockInSession(13);

        block.run();
        block.session.sendClientContent(block.question).get();

        awaitShown(block, "You said: Anybody there?[Turn complete]");
    }

    @Test
    void chats() throws Exception {
        SdkBlock block = block(14);
        block.lines = List.of("one", "two", "exit", "three");

        block.run();

        assertThat(String.join("", block.shown())).isEqualTo("You said: oneYou said: two");
        assertThat(session(1).awaitClosed(PATIENCE).clientClose()).isPresent();
    }

    @Test
    void hearsAndSpeaks() throws Exception {
        SdkBlock block = blockInSession(15);
        block.microphone = new ByteArrayInputStream(SdkGuideScenario.speech());

        block.run();

        await().atMost(PATIENCE).until(() -> block.playedBytes() >= SdkGuideScenario.enoughPlayed());
    }

    @Test
    void callsFunctions() throws Exception {
        SdkBlock block = block(16);

        block.run();

        awaitShown(block, "It is 22 degrees in Rome.");
    }

    @Test
    void closes() throws Exception {
        SdkBlock block = blockInSession(17);

        block.run();

        awaitShown(block, "Session closed successfully");
        assertThat(session(1).awaitClosed(PATIENCE).clientClose()).isPresent();
    }

    @Test
    void closesInTheEnd() throws Exception {
        block(18).run();

        assertThat(session(1).awaitClosed(PATIENCE).clientClose()).isPresent();
    }

    @Test
    void tellsThatItCannotConnect() throws Exception {
        EMULATOR.get().faults().arm(Fault.parse("refuse=403@connect"));
        SdkBlock block = block(19);

        block.run();

        awaitShown(block, "Connection failed: ");
        assertThat(block.shown()).noneMatch("Connected successfully"::equals);
    }

    @Test
    void tellsThatAMessageWasSentWhichWasNot() throws Exception {
        SdkBlock block = blockInSession(20);
        block.session.close().get();
        session(1).awaitClosed(PATIENCE);

        block.run();

        awaitShown(block, "Message sent");
        assertThat(session(1).messages()).isEmpty();
    }

    @Test
    void asksSeveralQuestions() throws Exception {
        SdkBlock block = block(21);
        block.lines = List.of("one", "two");

        block.run();

        assertThat(session(1).awaitClosed(PATIENCE).texts()).containsExactly("one", "two");
    }

    @Test
    void triesAgain() throws Exception {
        EMULATOR.get().faults().arm(Fault.parse("refuse=403@connect*1"));
        SdkBlock block = block(22);

        block.run();

        assertThat(block.shown()).containsExactly("Connection attempt 1 failed");
        assertThat(session(1).awaitSetup(PATIENCE)).isNotNull();
    }

    @Test
    void waitsForTheAnswer() throws Exception {
        SdkBlock block = blockInSession(23);

        block.run();

        assertThat(block.shown()).containsExactly("You said: Anybody there?");
    }
}
