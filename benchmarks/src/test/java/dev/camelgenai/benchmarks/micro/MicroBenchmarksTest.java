package dev.camelgenai.benchmarks.micro;

import com.google.genai.types.LiveServerMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is compared does the same work. */
class MicroBenchmarksTest {

    @Test
    void allDecodersFindTheSameAudio() {
        DecodeAudio decode = new DecodeAudio();
        decode.prepare();

        byte[] audio = decode.componentToEvents();

        assertThat(audio).hasSize(1_920).hasSameSizeAs(decode.base64());
        for (LiveServerMessage message : new LiveServerMessage[]{ decode.componentToMessage(), decode.sdk() }) {
            assertThat(message.serverContent().get().modelTurn().get().parts().get().get(0).inlineData().get().data())
                    .hasValueSatisfying(data -> assertThat(data).isEqualTo(audio));
        }
    }

    @Test
    void allEncodersWriteAllOfTheAudio() {
        EncodeChunk encode = new EncodeChunk();
        encode.prepare();

        int base64 = encode.base64();

        assertThat(base64).isEqualTo(856);
        assertThat(encode.component()).isBetween(base64, base64 + 100);
        assertThat(encode.sdk()).hasSizeBetween(base64, base64 + 100);
        encode.release();
    }
}
