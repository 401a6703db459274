package dev.camelgenai.live.media;

import java.io.ByteArrayInputStream;
import java.util.Arrays;

import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What is written is read by others. */
class WavTest {

    @Test
    void theJdkReadsWhatIsWritten() throws Exception {
        byte[] pcm = Sound.tone(1_000, 24_000, 0.1).pcm();

        AudioInputStream read = AudioSystem.getAudioInputStream(new ByteArrayInputStream(Wav.of(pcm, 24_000)));

        assertThat(read.getFormat().matches(new AudioFormat(24_000, 16, 1, true, false))).isTrue();
        assertThat(read.getFrameLength()).isEqualTo(2_400);
        assertThat(read.readAllBytes()).isEqualTo(pcm);
    }

    @Test
    void halfASampleIsDropped() {
        byte[] wav = Wav.of(new byte[]{ 1, 2, 3 }, 24_000);

        assertThat(Arrays.copyOfRange(wav, 40, wav.length)).containsExactly(2, 0, 0, 0, 1, 2);
    }

    @Test
    void aRateThatIsNoneIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Wav.of(new byte[2], 0)).withMessageContaining("rate");
    }
}
