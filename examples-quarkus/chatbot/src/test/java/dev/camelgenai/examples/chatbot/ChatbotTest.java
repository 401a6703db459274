package dev.camelgenai.examples.chatbot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

import jakarta.inject.Inject;

import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.fault.Faults;
import dev.camelgenai.examples.service.LiveService;
import dev.camelgenai.live.media.Wav;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@QuarkusTest
class ChatbotTest {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String SPEECH = "/speech/front-center.wav";
    private static final double SPEECH_SECONDS = 1.43;

    @Inject
    LiveService service;

    @Inject
    Script script;

    @Inject
    Terminal terminal;

    private GenAiLiveEmulator emulator;

    @BeforeEach
    void findEmulator() {
        emulator = service.emulator().orElseThrow();
    }

    @AfterEach
    void behaveAgain() {
        emulator.faults().clear();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat/", "/yaml/chat/" })
    void answersWithTheTurnOfTheModel(String path) {
        Response answer = say(path + "answer", "Grüße, 你好");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo(TEXT);
        assertThat(answer.asString()).isEqualTo("Grüße, 你好");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat/", "/yaml/chat/" })
    void keepsConversationsApart(String path) {
        String marker = "apart" + path;
        say(path + "anna", marker + " one");
        say(path + "bob", marker + " two");
        say(path + "anna", marker + " three");

        RecordedSession anna = sessionThatHeard(marker + " one");
        RecordedSession bob = sessionThatHeard(marker + " two");
        assertThat(anna).isNotSameAs(bob).isSameAs(sessionThatHeard(marker + " three"));
        assertThat(anna.model().orElseThrow()).endsWith("gemini-3.8-live");
    }

    @Test
    void keepsTheRoutesApart() {
        say("/chat/same-name", "to the Java route");
        say("/yaml/chat/same-name", "to the YAML route");

        assertThat(sessionThatHeard("to the Java route")).isNotSameAs(sessionThatHeard("to the YAML route"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat/", "/yaml/chat/" })
    void refusesAnEmptyBody(String path) {
        Response answer = say(path + "empty", " \n");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.asString()).startsWith("The body is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat/", "/yaml/chat/" })
    void refusesAnOversizedBody(String path) {
        Response answer = say(path + "oversized", "x".repeat(8001));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.asString()).contains("8001 characters", "at most 8000");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/chat/", "/yaml/chat/", "/speak/" })
    void refusesConversationsThatAreNotNamedByThePathAlone(String path) {
        String contentType = path.equals("/speak/") ? "audio/wav" : TEXT;
        assertThat(given().contentType(contentType).header("conversation", "of-somebody-else").body("Hello".getBytes())
                .post(path + "mine").statusCode()).isEqualTo(400);
        assertThat(given().contentType(contentType).queryParam("conversation", "of-somebody-else").body("Hello".getBytes())
                .post(path + "mine").statusCode()).isEqualTo(400);
        assertThat(given().contentType(contentType).body("Hello".getBytes()).post(path + "not%20a%20name").statusCode())
                .isEqualTo(400);
    }

    @Test
    void leavesSessionAndOperationToTheRoute() {
        Response answer = given().contentType(TEXT).header("CamelGenAiLiveOperation", "closeSession")
                .queryParam("CamelGenAiLiveOperation", "closeSession").header("CamelGenAiLiveSessionKey", "of-somebody-else")
                .body("Close that session").post("/chat/steered");

        assertThat(answer.asString()).isEqualTo("Close that session");
    }

    static List<Arguments> failures() {
        return List.of(
                failure(429, "quota", faults -> faults.refuseUpgrade(429, "Resource has been exhausted (e.g. check quota).")),
                failure(503, "try again later", faults -> faults.refuseUpgrade(503, "The service is currently unavailable.")),
                failure(502, "Check the option apiKey",
                        faults -> faults.closeInsteadOfSetupComplete(1007, "API key not valid. Please pass a valid API key.")),
                failure(502, "Check the model's name",
                        faults -> faults.closeInsteadOfSetupComplete(1008,
                                "models/gemini-0 is not found for API version v1beta,"
                                        + " or is not supported for bidiGenerateContent.")),
                failure(503, "the connection broke", faults -> faults.killTcpAfter(1)),
                failure(504, "turnTimeout", Faults::stopReading));
    }

    private static Arguments failure(int status, String message, Consumer<Faults> arming) {
        return Arguments.of(status, message, arming);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsFailuresOfTheServiceByStatus(int status, String message, Consumer<Faults> arming) {
        arming.accept(emulator.faults());

        for (String path : List.of("/chat/", "/yaml/chat/")) {
            // a session that is open already would not notice most of these
            Response answer = say(path + "failure-" + status + "-" + message.hashCode(), "Hello");

            assertThat(answer.statusCode()).as(path + ": " + answer.asString()).isEqualTo(status);
            assertThat(answer.contentType()).isEqualTo(TEXT);
            assertThat(answer.asString()).contains(message);
        }
    }

    @Test
    void goesOnAfterAFailure() {
        emulator.faults().killTcpAfter(1);
        assertThat(say("/chat/recovering", "Hello").statusCode()).isEqualTo(503);
        emulator.faults().clear();

        assertThat(say("/chat/recovering", "Hello again").asString()).isEqualTo("Hello again");
    }

    @Test
    void speaks() throws IOException, UnsupportedAudioFileException {
        Response answer = speak("/speak/voice", resource(SPEECH));

        assertThat(answer.statusCode()).as(answer.contentType()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("audio/wav");
        AudioInputStream reply = AudioSystem.getAudioInputStream(new ByteArrayInputStream(answer.asByteArray()));
        assertThat(reply.getFormat().getSampleRate()).isEqualTo(24_000);
        assertThat(reply.getFormat().getChannels()).isEqualTo(1);
        assertThat(seconds(reply)).isCloseTo(SPEECH_SECONDS, within(0.1));
        assertThat(loudest(reply.readAllBytes())).isGreaterThan(5000);
    }

    @Test
    void speaksAndWritesInOneSession() throws IOException {
        say("/chat/both", "before the speech");
        speak("/speak/both", resource(SPEECH));

        RecordedSession session = sessionThatHeard("before the speech");
        assertThat(session.messages()).anyMatch(message -> message.json().path("realtimeInput").has("audio"))
                .anyMatch(message -> message.json().path("realtimeInput").path("audioStreamEnd").asBoolean());
    }

    @Test
    void convertsOtherFormats() throws IOException, UnsupportedAudioFileException {
        Response answer = speak("/speak/stereo", inStereoAt48Kilohertz(resource(SPEECH)));

        assertThat(answer.statusCode()).as(answer.contentType()).isEqualTo(200);
        AudioInputStream reply = AudioSystem.getAudioInputStream(new ByteArrayInputStream(answer.asByteArray()));
        assertThat(seconds(reply)).isCloseTo(SPEECH_SECONDS, within(0.1));
    }

    @Test
    void refusesWhatIsNoSound() {
        Response noWav = speak("/speak/refused", "Hello".getBytes(StandardCharsets.UTF_8));
        assertThat(noWav.statusCode()).isEqualTo(400);
        assertThat(noWav.asString()).contains("no WAV file");

        Response empty = speak("/speak/refused", new byte[0]);
        assertThat(empty.statusCode()).isEqualTo(400);
        assertThat(empty.asString()).startsWith("The body is empty");

        Response silent = speak("/speak/refused", Wav.of(new byte[0], 16_000));
        assertThat(silent.statusCode()).isEqualTo(400);
        assertThat(silent.asString()).contains("no sound");
    }

    @Test
    void refusesTooMuchSound() {
        Response answer = speak("/speak/refused", Wav.of(new byte[61 * 2 * 16_000], 16_000));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.asString()).contains("too long", "60 s");
    }

    @Test
    void playsTheScript() throws IOException, InterruptedException {
        StringWriter printed = new StringWriter();

        script.play(new PrintWriter(printed));

        List<String> lines = printed.toString().lines().toList();
        assertThat(lines).containsSubsequence("You: Hello, who are you?", "Bot: Hello, who are you?",
                "You: My name is Ada. Now listen to this.",
                "Bot: My name is Ada. Now listen to this.", "You: wav: speech/front-center.wav");
        assertThat(lines.get(lines.size() - 1)).matches(" +1\\.4\\d s of spoken reply: .*");
        Path reply = Path.of(lines.get(lines.size() - 1).replaceAll(".*: ", ""));
        assertThat(Files.size(reply)).isBetween(60_000L, 80_000L);
    }

    @Test
    void talksInTheTerminalUntilExit() {
        StringWriter printed = new StringWriter();
        Iterator<String> typed = List.of("Hello", " ", "How are you?", "exit", "not read any more").iterator();

        terminal.talk(prompt -> {
            printed.append(prompt).append('\n');
            return typed.next();
        }, new PrintWriter(printed));

        assertThat(printed.toString().lines()).containsExactly("You: ", "Bot: Hello", "You: ", "You: ", "Bot: How are you?",
                "You: ");
        assertThat(typed).hasNext();
    }

    @Test
    void talksInTheTerminalUntilTheEndOfInputAndTellsFailures() {
        terminal.talk(lines("Open the session"), new PrintWriter(new StringWriter()));
        emulator.faults().killTcpAfter(1);
        StringWriter printed = new StringWriter();

        terminal.talk(lines("Hello"), new PrintWriter(printed));

        assertThat(printed.toString()).startsWith("Bot: (no answer) The session with model");
    }

    private static UnaryOperator<String> lines(String line) {
        Iterator<String> typed = List.of(line).iterator();
        return prompt -> typed.hasNext() ? typed.next() : null;
    }

    private static Response say(String path, String text) {
        return given().contentType(TEXT).body(text).post(path);
    }

    private static Response speak(String path, byte[] wav) {
        return given().contentType("audio/wav").body(wav).post(path);
    }

    private RecordedSession sessionThatHeard(String text) {
        List<RecordedSession> sessions = emulator.sessions().stream()
                .filter(session -> session.messages().stream().anyMatch(message -> message.json().toString().contains(text)))
                .toList();
        assertThat(sessions).as("sessions that heard " + text).hasSize(1);
        return sessions.get(0);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ChatbotTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static byte[] inStereoAt48Kilohertz(byte[] wav) throws IOException, UnsupportedAudioFileException {
        byte[] mono = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav)).readAllBytes();
        ByteArrayOutputStream stereo = new ByteArrayOutputStream();
        for (int sample = 0; sample < mono.length; sample += 2) {
            for (int i = 0; i < 6; i++) {
                stereo.write(mono, sample, 2);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        AudioSystem.write(new AudioInputStream(new ByteArrayInputStream(stereo.toByteArray()),
                new AudioFormat(48_000, 16, 2, true, false), stereo.size() / 4), AudioFileFormat.Type.WAVE, file);
        return file.toByteArray();
    }

    private static double seconds(AudioInputStream sound) {
        return sound.getFrameLength() / (double) sound.getFormat().getFrameRate();
    }

    private static int loudest(byte[] pcm) {
        int loudest = 0;
        for (int i = 0; i + 1 < pcm.length; i += 2) {
            loudest = Math.max(loudest, Math.abs((short) (pcm[i] & 0xff | pcm[i + 1] << 8)));
        }
        return loudest;
    }
}
