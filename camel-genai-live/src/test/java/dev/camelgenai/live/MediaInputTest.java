package dev.camelgenai.live;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

import com.google.genai.types.Blob;
import dev.camelgenai.emulator.GenAiLiveEmulator;
import dev.camelgenai.emulator.Pacing;
import dev.camelgenai.emulator.RecordedMessage;
import dev.camelgenai.emulator.RecordedSession;
import dev.camelgenai.emulator.junit5.GenAiLiveEmulatorExtension;
import dev.camelgenai.emulator.scenario.Scenarios;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.G711;
import dev.camelgenai.live.media.ImageFormat;
import dev.camelgenai.live.media.MediaType;
import dev.camelgenai.live.media.Pictures;
import dev.camelgenai.live.media.Sound;
import dev.camelgenai.live.media.Sound.WavForm;
import dev.camelgenai.live.media.Wav;
import dev.camelgenai.live.session.LiveTurn;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** Sound and pictures as the bodies of exchanges, as the service receives them. */
class MediaInputTest extends CamelTestSupport {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** In dB: what neither conversion, ours to 16 kHz and the emulator's to 24 kHz, may add. */
    private static final double NOISE = -60;

    @RegisterExtension
    static final GenAiLiveEmulatorExtension EMULATOR = new GenAiLiveEmulatorExtension(
            GenAiLiveEmulator.builder().pacing(Pacing.IMMEDIATE).scenario(Scenarios.parrot()));

    @TempDir
    static Path directory;

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext camel = super.createCamelContext();
        GenAiLiveComponent component = camel.getComponent("genai-live", GenAiLiveComponent.class);
        component.getConfiguration().setBaseUrl(EMULATOR.get().wsUrl());
        component.getConfiguration().setApiKey("key");
        return camel;
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("genai-live:gemini-3.8-live?sessionGroup=ask&response=turn&turnTimeout=20s");
                from("direct:long").to("genai-live:gemini-3.8-live?sessionGroup=long&response=turn&turnTimeout=20s"
                        + "&outboxMaxBytes=60KB");
                from("direct:paced").to("genai-live:gemini-3.8-live?sessionGroup=paced&response=turn&turnTimeout=20s"
                        + "&pace=realtime&chunkMillis=50");
                from("direct:tell").to("genai-live:gemini-3.8-live?sessionGroup=tell&response=none");
                from("direct:phone").to("genai-live:gemini-3.8-live?sessionGroup=phone&response=turn&audioMimeType=audio/PCMU")
                        .convertBodyTo(byte[].class).bean(G711.class, "muLaw");
                from("file:" + directory.resolve("inbox").toUri().getPath() + "?initialDelay=0&delay=50&exclude=.*partial")
                        .routeId("inbox").autoStartup(false)
                        .to("genai-live:gemini-3.8-live?sessionGroup=inbox&response=turn").to("mock:answers");
            }
        };
    }

    private static byte[] recording() {
        return Sound.tone(1_000, 44_100, 2).wav(WavForm.PCM_16, 2);
    }

    private static Path file(byte[] content) {
        try {
            return Files.write(Files.createTempFile(directory, "recording", ".bin"), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the parrot said, through a WAV file. */
    private static Sound heard(LiveTurn turn) {
        byte[] wav = Wav.of(turn.audio(), 24_000);
        return Sound.ofPcm(Arrays.copyOfRange(wav, 44, wav.length), 24_000);
    }

    private RecordedSession session() {
        return EMULATOR.get().awaitSessions(1, PATIENCE).get(0);
    }

    private static byte[] data(RecordedMessage message, String kind) {
        return Base64.getDecoder().decode(message.json().at("/realtimeInput/" + kind + "/data").asText());
    }

    private static String mimeType(RecordedMessage message, String kind) {
        return message.json().at("/realtimeInput/" + kind + "/mimeType").asText();
    }

    static Stream<Named<Function<byte[], Object>>> bodies() {
        return Stream.of(Named.of("byte[]", content -> content), Named.of("ByteBuffer", ByteBuffer::wrap),
                Named.of("InputStream", ByteArrayInputStream::new), Named.of("Path", MediaInputTest::file),
                Named.of("File", content -> file(content).toFile()),
                Named.of("Blob", content -> Blob.builder().data(content).mimeType("audio/wav").build()));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aToneInAWavFileComesBackFromTheModelAsTheSameTone(Function<byte[], Object> body) {
        LiveTurn turn = template.requestBody("direct:ask", body.apply(recording()), LiveTurn.class);

        Sound heard = heard(turn);
        assertThat(heard.frequency()).isCloseTo(1_000, within(10.0));
        assertThat(heard.seconds()).isCloseTo(2, within(0.05));
        assertThat(heard.besides(1_000)).isLessThan(NOISE);
        assertThat(heard.withClick(24_000, 0.05).besides(1_000)).as("a click would be found").isGreaterThan(NOISE);
    }

    @ParameterizedTest
    @CsvSource({ "PCM_8, 44100, 1, -38", "PCM_24, 48000, 2, -60", "FLOAT_32, 48000, 2, -60", "PCM_16, 8000, 1, -60",
        "PCM_16, 48000, 6, -60", "MU_LAW, 8000, 1, -32" })
    void soDoesOneInAnyOtherWavFile(WavForm form, int rate, int channels, double noise) {
        byte[] wav = Sound.tone(1_000, rate, 1).wav(form, channels);

        Sound heard = heard(template.requestBody("direct:ask", wav, LiveTurn.class));

        assertThat(heard.frequency()).isCloseTo(1_000, within(10.0));
        assertThat(heard.seconds()).isCloseTo(1, within(0.05));
        assertThat(heard.besides(1_000)).isLessThan(noise);
    }

    @Test
    void soDoesOneThatIsLongerThanTheOutbox() {
        Sound heard = heard(template.requestBody("direct:long", recording(), LiveTurn.class));

        assertThat(heard.frequency()).isCloseTo(1_000, within(10.0));
        assertThat(heard.seconds()).isCloseTo(2, within(0.05));
        assertThat(heard.besides(1_000)).isLessThan(NOISE);
    }

    @Test
    void soDoesOneThatIsSentAsFastAsItIsSpoken() {
        byte[] wav = Sound.tone(1_000, 44_100, 0.5).wav(WavForm.PCM_16, 2);

        Sound heard = heard(template.requestBody("direct:paced", wav, LiveTurn.class));

        assertThat(heard.seconds()).isCloseTo(0.5, within(0.05));
        assertThat(heard.besides(1_000)).isLessThan(NOISE);
        List<RecordedMessage> messages = session().awaitMessages(11, PATIENCE);
        assertThat(messages.subList(0, 10)).allSatisfy(message -> assertThat(data(message, "audio")).hasSize(1_600));
    }

    @Test
    void filesOfAFileComponentAreRead() throws Exception {
        MockEndpoint answers = getMockEndpoint("mock:answers");
        answers.expectedMessageCount(1);
        Path inbox = Files.createDirectories(directory.resolve("inbox"));
        Files.move(file(recording()), inbox.resolve("recording.wav"));

        context.getRouteController().startRoute("inbox");

        MockEndpoint.assertIsSatisfied(context, PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
        Sound heard = heard(answers.getExchanges().get(0).getMessage().getBody(LiveTurn.class));
        assertThat(heard.frequency()).isCloseTo(1_000, within(10.0));
        assertThat(heard.seconds()).isCloseTo(2, within(0.05));
    }

    @Test
    void theServiceReceivesChunksAtItsOwnRate() {
        template.sendBody("direct:tell", recording());

        List<RecordedMessage> messages = session().awaitMessages(100, PATIENCE);
        assertThat(messages).hasSize(100).allSatisfy(message -> {
            assertThat(mimeType(message, "audio")).isEqualTo("audio/pcm;rate=16000");
            assertThat(data(message, "audio")).hasSize(640);
        });
    }

    @Test
    void rawPcmInAStreamIsCutAndKeepsItsRate() {
        byte[] pcm = Sound.tone(440, 8_000, 0.1).pcm();

        template.sendBodyAndHeader("direct:tell", new ByteArrayInputStream(pcm), GenAiLiveConstants.MIME_TYPE,
                "audio/pcm;rate=8000");

        List<RecordedMessage> messages = session().awaitMessages(5, PATIENCE);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        messages.forEach(message -> all.writeBytes(data(message, "audio")));
        assertThat(messages).hasSize(5)
                .allSatisfy(message -> assertThat(mimeType(message, "audio")).isEqualTo("audio/pcm;rate=8000"));
        assertThat(all.toByteArray()).isEqualTo(pcm);
    }

    @Test
    void rawPcmInBytesIsOneMessageHoweverLongItIs() {
        template.sendBody("direct:tell", new byte[100_001]);

        assertThat(session().awaitMessages(1, PATIENCE)).singleElement()
                .satisfies(message -> assertThat(data(message, "audio")).hasSize(100_001));
    }

    /** Piece by piece as from a telephone line: what is decoded and no more has no seams. */
    @Test
    void aPieceOfATelephoneCallIsDecodedAndKeepsItsRate() {
        byte[] code = Sound.tone(440, 8_000, 0.02).bytes(WavForm.A_LAW, 1);

        template.sendBodyAndHeader("direct:tell", code, GenAiLiveConstants.MIME_TYPE, "audio/PCMA");

        RecordedMessage message = session().awaitMessages(1, PATIENCE).get(0);
        assertThat(mimeType(message, "audio")).isEqualTo("audio/pcm;rate=8000");
        assertThat(data(message, "audio")).isEqualTo(G711.decode(code, MediaType.Kind.A_LAW));
    }

    @Test
    void aTelephoneCallGoesInAndOut() {
        byte[] question = Sound.tone(1_000, 8_000, 1).bytes(WavForm.MU_LAW, 1);

        byte[] answer = template.requestBody("direct:phone", new ByteArrayInputStream(question), byte[].class);

        Sound heard = Sound.ofPcm(G711.decode(answer, MediaType.Kind.MU_LAW), G711.RATE);
        assertThat(heard.frequency()).isCloseTo(1_000, within(10.0));
        assertThat(heard.seconds()).isCloseTo(1, within(0.05));
        assertThat(heard.besides(1_000)).isLessThan(-30);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = { "JPEG, none", "PNG, none", "WEBP, none", "JPEG, image/jpeg", "PNG, image/*" })
    void aPictureIsAVideoFrame(ImageFormat format, String declared) {
        byte[] picture = Pictures.of(format);

        for (Object body : List.of(picture, ByteBuffer.wrap(picture), new ByteArrayInputStream(picture), file(picture),
                List.of(picture))) {
            template.sendBodyAndHeader("direct:tell", body, GenAiLiveConstants.MIME_TYPE, declared);
        }

        assertThat(session().awaitMessages(5, PATIENCE)).hasSize(5).allSatisfy(message -> {
            assertThat(mimeType(message, "video")).isEqualTo(format.mimeType());
            assertThat(data(message, "video")).isEqualTo(picture);
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void aPictureThatIsNotWhatItIsDeclaredAsIsRefused(boolean stream) {
        byte[] picture = Pictures.of(ImageFormat.PNG);

        assertThat(failure(stream ? new ByteArrayInputStream(picture) : picture, "image/jpeg"))
                .hasMessageContaining("image/jpeg").hasMessageContaining("image/png");
        assertThat(failure(stream ? new ByteArrayInputStream(new byte[9]) : new byte[9], "image/jpeg"))
                .hasMessageContaining("JPEG, PNG or WebP");
    }

    @Test
    void whatCannotBeReadFailsItsExchange() {
        byte[] wav = recording();

        assertThat(failure(Arrays.copyOf(wav, wav.length - 1_000), null)).hasMessageContaining("cut off");
        assertThat(failure(new byte[640], "audio/wav")).hasMessageContaining("no WAV file");
        assertThat(failure(new ByteArrayInputStream(new byte[641]), null)).hasMessageContaining("odd number of bytes");
        assertThat(failure(new ByteArrayInputStream(new byte[0]), null)).hasMessageContaining("empty");
        assertThat(failure(directory.resolve("missing.wav"), null)).hasMessageContaining("missing.wav");
        assertThat(failure(List.of(wav), null)).hasMessageContaining("split(body())");
        assertThat(failure(new byte[2], "audio/pcm;rate=none")).hasMessageContaining("rate");
    }

    private LiveInputException failure(Object body, String mimeType) {
        Exchange exchange = template.send("direct:tell", message -> {
            message.getMessage().setBody(body);
            message.getMessage().setHeader(GenAiLiveConstants.MIME_TYPE, mimeType);
        });
        assertThat(exchange.getException()).isInstanceOf(LiveInputException.class);
        return (LiveInputException) exchange.getException();
    }

    @Test
    void aStreamIsClosedWhateverBecomesOfIt() {
        CompletableFuture<Void> whenSent = new CompletableFuture<>();
        CompletableFuture<Void> whenTorn = new CompletableFuture<>();

        template.sendBody("genai-live:gemini-3.8-live?sessionGroup=tell&response=none",
                closing(new ByteArrayInputStream(new byte[6_400]), whenSent));
        assertThatThrownBy(() -> template.sendBody("genai-live:gemini-3.8-live?sessionGroup=tell&response=none",
                closing(new InputStream() {
                    private int left = 100_000;

                    @Override
                    public int read() throws IOException {
                        if (left-- <= 0) {
                            throw new IOException("line cut");
                        }
                        return 0;
                    }
                }, whenTorn))).isInstanceOf(CamelExecutionException.class).hasStackTraceContaining("line cut")
                .hasCauseInstanceOf(LiveInputException.class);

        assertThat(whenSent).isDone();
        assertThat(whenTorn).isDone();
    }

    private static InputStream closing(InputStream stream, CompletableFuture<Void> closed) {
        return new java.io.FilterInputStream(stream) {
            @Override
            public void close() throws IOException {
                super.close();
                closed.complete(null);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 9, 1_001 })
    void chunksThatNoServiceWantsAreRefusedAtTheStart(int millis) {
        assertThatThrownBy(() -> context.createProducerTemplate()
                .sendBody("genai-live:gemini-3.8-live?sessionGroup=tell&chunkMillis=" + millis, new byte[2]))
                .hasStackTraceContaining("The option chunkMillis must be 10 to 1000, but is " + millis);
    }

    @Test
    void twoRecordingsForOneSessionArriveOneAfterTheOther() {
        byte[] first = new byte[64_000];
        byte[] second = new byte[64_000];
        Arrays.fill(first, (byte) 1);
        Arrays.fill(second, (byte) 2);

        CompletableFuture<Object> one = template.asyncSendBody("direct:tell", new ByteArrayInputStream(first));
        CompletableFuture<Object> two = template.asyncSendBody("direct:tell", new ByteArrayInputStream(second));
        CompletableFuture.allOf(one, two).join();

        List<Byte> numbers = session().awaitMessages(200, PATIENCE).stream()
                .map(message -> data(message, "audio")[0]).toList();
        byte begin = numbers.get(0);
        assertThat(numbers.subList(0, 100)).containsOnly(begin);
        assertThat(numbers.subList(100, 200)).containsOnly((byte) (3 - begin));
    }
}
