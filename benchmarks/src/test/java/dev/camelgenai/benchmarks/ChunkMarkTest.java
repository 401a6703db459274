package dev.camelgenai.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChunkMarkTest {

    private static final ChunkMark MARK = new ChunkMark(9_999, 1L << 40, -5);

    @Test
    void aMarkIsReadFromAudioAsItWasWritten() {
        byte[] pcm = new byte[640];
        MARK.writeTo(pcm);

        assertThat(ChunkMark.of(pcm)).isEqualTo(MARK);
    }

    @Test
    void aMarkIsReadFromBothAlphabetsOfBase64() {
        byte[] pcm = new byte[640];
        MARK.writeTo(pcm);

        for (Base64.Encoder encoder : new Base64.Encoder[]{ Base64.getEncoder(), Base64.getUrlEncoder() }) {
            String text = "\"data\":\"" + encoder.encodeToString(pcm);
            assertThat(ChunkMark.of(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII), 8)).isEqualTo(MARK);
        }
    }

    @Test
    void damagedAudioHasNoMark() {
        byte[] pcm = new byte[640];
        MARK.writeTo(pcm);
        pcm[ChunkMark.BYTES - 1]++;

        assertThatThrownBy(() -> ChunkMark.of(pcm)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkMark.of(new byte[8])).isInstanceOf(IllegalArgumentException.class);
    }
}
