package dev.camelgenai.examples.voiceassistant;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AudioFrameTest {

    @Test
    void hasAKindAGenerationAndTheSound() {
        Buffer frame = AudioFrame.of(0xFEDCBA98L, new byte[]{ 1, 2, 3, 4 });

        assertThat(frame.getBytes()).containsExactly(1, 0, 0, 0, 0x98, 0xBA, 0xDC, 0xFE, 1, 2, 3, 4);
    }

    @Test
    void mayBeWithoutSound() {
        assertThat(AudioFrame.of(1, new byte[0]).length()).isEqualTo(AudioFrame.HEADER_BYTES);
    }
}
