package dev.camelgenai.emulator.internal.cassette;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import dev.camelgenai.emulator.EmulatedService;
import dev.camelgenai.emulator.ManualClock;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RecorderTest {

    private final ManualClock clock = new ManualClock();

    @TempDir
    private Path directory;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("cassette.jsonl");
    }

    private TrafficObserver session(Recorder recorder) {
        return recorder.session(clock, "/x", EmulatedService.DEVELOPER_API);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void givenMoreThanMayWait_whenRecorded_thenTheRecordingEndsThereAndCloseFails() throws IOException, CassetteException {
        Recorder recorder = new Recorder(file, 4_096);
        // before there is anybody who writes
        TrafficObserver session = session(recorder);
        session.clientMessage(utf8("{\"setup\":{}}"));
        session.serverMessage(Buffer.buffer(new byte[4_000]));
        session.clientMessage(utf8("{\"tooLate\":{}}"));
        recorder.start();

        assertThatThrownBy(recorder::close).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("an event of session 1 was lost");
        assertThat(CassetteReader.read(file).sessions().get(0).events()).hasSize(1);
    }

    @Test
    void givenAMessageLargerThanAllRoom_whenNothingElseWaits_thenItIsRecorded() throws IOException, CassetteException {
        byte[] large = utf8("{\"a\":\"" + "x".repeat(10_000) + "\"}");
        Recorder recorder = new Recorder(file, 4_096);
        recorder.start();
        TrafficObserver session = session(recorder);
        awaitSize(100);
        session.clientMessage(large);
        recorder.close();

        assertThat(CassetteReader.read(file).sessions().get(0).clientMessages()).containsExactly(Buffer.buffer(large));
    }

    private void awaitSize(long bytes) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (Files.size(file) < bytes) {
            assertThat(System.nanoTime()).as("time for %d bytes in the file", bytes).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void givenADiskThatIsFull_whenRecorded_thenCloseFails() throws IOException {
        Recorder recorder = new Recorder(Path.of("/dev/full"));

        assertThatThrownBy(recorder::start).isInstanceOf(IOException.class);

        recorder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"a\":1.10,\"a\":2}", "no JSON", "[1]", "{} {}", "\"\\ud800", "", "{\"ü\":\"\\n\"}",
        "\uFEFF{}" })
    void givenAnyMessage_whenRecordedAndRead_thenItIsTheSame(String message) throws IOException, CassetteException {
        assertThat(recorded(utf8(message))).isEqualTo(Buffer.buffer(utf8(message)));
    }

    @Test
    void givenBytesThatAreNoTextOrVeryDeepJson_whenRecordedAndRead_thenTheyAreTheSame() throws IOException, CassetteException {
        byte[] noText = { (byte) 0xC3, 0x28, 0, (byte) 0xFF };
        byte[] deep = utf8("{\"a\":" + "[".repeat(999) + "]".repeat(999) + '}');
        byte[] tooDeep = utf8("{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + '}');

        assertThat(recorded(noText)).isEqualTo(Buffer.buffer(noText));
        assertThat(recorded(deep)).isEqualTo(Buffer.buffer(deep));
        assertThat(recorded(tooDeep)).isEqualTo(Buffer.buffer(tooDeep));
    }

    @Test
    void givenLineBreaksInAMessage_whenRecorded_thenItIsOneLine() throws IOException, CassetteException {
        assertThat(recorded(utf8("{\r\n\"a\": 1\n}"))).isEqualTo(Buffer.buffer("{  \"a\": 1 }"));
        assertThat(Files.readAllLines(file)).hasSize(3);
    }

    @Test
    void givenWhatComesAfterTheEnd_whenRecorded_thenItIsLeftOut() throws IOException {
        try (Recorder recorder = new Recorder(file)) {
            recorder.start();
            TrafficObserver session = session(recorder);
            clock.advance(Duration.ofMillis(1_234));
            session.serverClosed(1011, "x");
            session.clientClosed(1011, "x");
            session.ended();
        }

        assertThat(Files.readAllLines(file)).hasSize(3).last()
                .isEqualTo("{\"event\":\"serverClose\",\"session\":1,\"millis\":1234,\"code\":1011,\"reason\":\"x\"}");
    }

    private Buffer recorded(byte[] message) throws IOException, CassetteException {
        try (Recorder recorder = new Recorder(file)) {
            recorder.start();
            session(recorder).clientMessage(message);
        }
        return CassetteReader.read(file).sessions().get(0).clientMessages().get(0);
    }
}
