package dev.camelgenai.examples.chatbot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.camelgenai.live.GenAiLiveConstants;
import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.Wav;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class SpeechRequestTest {

    private static final Duration MAX = Duration.ofSeconds(2);
    private static final int RATE = 16_000;

    private static List<byte[]> chunks(byte[] wav) throws IOException {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(wav);
        new SpeechRequest(MAX).process(exchange);
        assertThat(exchange.getMessage().getHeader(GenAiLiveConstants.MIME_TYPE)).isEqualTo("audio/pcm;rate=16000");
        return exchange.getMessage().getBody(List.class);
    }

    @Test
    void cutsIntoChunksOf20Milliseconds() throws IOException {
        assertThat(chunks(Wav.of(new byte[640 * 2 + 100], RATE))).extracting(chunk -> chunk.length)
                .containsExactly(640, 640, 100);
    }

    @ParameterizedTest
    @ValueSource(ints = { 8_000, 11_025, 22_050, 44_100, 96_000 })
    void convertsRates(int rate) throws IOException {
        List<byte[]> chunks = chunks(Wav.of(new byte[rate * 2], rate));

        assertThat(chunks.stream().mapToInt(chunk -> chunk.length).sum()).isBetween(31_000, 33_000);
    }

    @Test
    void acceptsExactlyTheBound() throws IOException {
        assertThat(chunks(Wav.of(new byte[64_000], RATE))).hasSize(100);
        assertThatThrownBy(() -> chunks(Wav.of(new byte[64_640], RATE))).isInstanceOf(BadRequestException.class)
                .hasMessageContaining("too long");
    }

    @ParameterizedTest
    @CsvSource({ "0,1,16", "1,1,16", "2000000000,1,16", "-1,1,16", "16000,0,16", "16000,65535,16", "16000,1,0",
        "16000,1,65535" })
    void refusesAbsurdHeaders(int rate, int channels, int bits) {
        ByteBuffer wav = ByteBuffer.wrap(Wav.of(new byte[3200], RATE)).order(ByteOrder.LITTLE_ENDIAN);
        wav.putShort(22, (short) channels).putInt(24, rate).putShort(34, (short) bits);
        wav.putShort(32, (short) (channels * bits / 8));

        assertThatThrownBy(() -> chunks(wav.array())).isInstanceOf(LiveInputException.class);
    }
}
