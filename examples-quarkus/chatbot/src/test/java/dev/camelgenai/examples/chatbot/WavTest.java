package dev.camelgenai.examples.chatbot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The files come from strangers: whatever they claim, reading them ends. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class WavTest {

    private static final Duration MAX = Duration.ofSeconds(2);
    private static final int HEADER_BYTES = 44;

    @Test
    void cutsIntoChunksOf20Milliseconds() {
        List<byte[]> chunks = Wav.toChunks(Wav.of(new byte[640 * 2 + 100], "audio/pcm;rate=16000"), MAX);

        assertThat(chunks).extracting(chunk -> chunk.length).containsExactly(640, 640, 100);
    }

    @ParameterizedTest
    @ValueSource(ints = { 8000, 11_025, 22_050, 44_100, 96_000 })
    void convertsRates(int rate) {
        List<byte[]> chunks = Wav.toChunks(Wav.of(new byte[rate * 2], "audio/pcm;rate=" + rate), MAX);

        assertThat(chunks.stream().mapToInt(chunk -> chunk.length).sum()).isBetween(31_000, 33_000);
    }

    @Test
    void acceptsExactlyTheBound() {
        assertThat(Wav.toChunks(Wav.of(new byte[64_000], "audio/pcm;rate=16000"), MAX)).hasSize(100);
        assertThatThrownBy(() -> Wav.toChunks(Wav.of(new byte[64_002], "audio/pcm;rate=16000"), MAX))
                .isInstanceOf(BadRequestException.class).hasMessageContaining("too long");
    }

    @Test
    void takesWhatIsThereOfATruncatedFile() {
        byte[] whole = Wav.of(new byte[32_000], "audio/pcm;rate=16000");

        List<byte[]> chunks = Wav.toChunks(Arrays.copyOf(whole, HEADER_BYTES + 1281), MAX);

        assertThat(chunks.stream().mapToInt(chunk -> chunk.length).sum()).isBetween(1280, 1282);
    }

    @ParameterizedTest
    @CsvSource({ "0,1,16", "1,1,16", "2000000000,1,16", "-1,1,16", "16000,0,16", "16000,65535,16", "16000,1,0",
        "16000,1,65535" })
    void survivesAbsurdHeaders(int rate, int channels, int bits) {
        ByteBuffer wav = ByteBuffer.wrap(Wav.of(new byte[3200], "audio/pcm;rate=16000")).order(ByteOrder.LITTLE_ENDIAN);
        wav.putShort(22, (short) channels).putInt(24, rate).putShort(34, (short) bits);
        wav.putShort(32, (short) (channels * bits / 8));

        assertThatThrownBy(() -> Wav.toChunks(wav.array(), MAX)).isInstanceOf(BadRequestException.class);
    }
}
