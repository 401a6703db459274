package dev.camelgenai.live.media;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.camelgenai.live.error.LiveInputException;
import dev.camelgenai.live.media.Sound.WavForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

/** What comes out of a stream of sound. */
class SpeechReaderTest {

    private static final MediaType PCM = MediaType.pcm(16_000);
    private static final int MILLIS = 20;

    private static List<byte[]> chunks(InputStream stream, MediaType declared) throws IOException {
        try (MediaStream media = MediaStream.open(stream, declared, PCM)) {
            SpeechReader reader = media.speech(MILLIS);
            List<byte[]> chunks = new ArrayList<>();
            for (byte[] chunk = reader.next(); chunk != null; chunk = reader.next()) {
                chunks.add(chunk);
            }
            return chunks;
        }
    }

    private static List<byte[]> chunks(byte[] content, String declared) throws IOException {
        return chunks(new ByteArrayInputStream(content), declared == null ? null : MediaType.parse(declared));
    }

    private static Sound read(byte[] content, String declared) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        chunks(content, declared).forEach(all::writeBytes);
        return Sound.ofPcm(all.toByteArray(), 16_000);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The bound is what the width of the samples leaves as noise. */
    @ParameterizedTest
    @CsvSource({ "PCM_16, 44100, 2, -70", "PCM_16, 16000, 1, -70", "PCM_16, 8000, 1, -70", "PCM_16, 11025, 1, -65",
        "PCM_16, 22050, 2, -70", "PCM_16, 48000, 6, -70", "PCM_16, 96000, 2, -70", "PCM_16, 44101, 1, -65",
        "PCM_8, 44100, 1, -40",
        "PCM_8, 8000, 2, -38", "PCM_24, 48000, 2, -70", "PCM_32, 44100, 2, -70", "FLOAT_32, 44100, 2, -70",
        "FLOAT_64, 48000, 1, -70", "MU_LAW, 8000, 1, -33", "A_LAW, 8000, 1, -33", "MU_LAW, 44100, 2, -33" })
    void aToneInAWavFileIsTheSameToneAt16KHz(WavForm form, int rate, int channels, double noise) throws IOException {
        Sound heard = read(Sound.tone(1_000, rate, 1.5).wav(form, channels), null);

        assertThat(heard.frequency()).isCloseTo(1_000, within(1.0));
        assertThat(heard.seconds()).isCloseTo(1.5, within(0.001));
        assertThat(heard.level()).isCloseTo(-6, within(0.2));
        assertThat(heard.besides(1_000)).isLessThan(noise);
    }

    @Test
    void theCheckForNoiseFindsAClickOfATenthOfTheTone() throws IOException {
        Sound clicked = Sound.tone(1_000, 44_100, 1.5).withClick(30_000, 0.05);

        assertThat(read(clicked.wav(WavForm.PCM_16, 2), null).besides(1_000)).isGreaterThan(-60);
    }

    @ParameterizedTest
    @CsvSource({ "12000, 44100", "9000, 44100", "15000, 48000", "8200, 22050" })
    void whatTheLowerRateCannotHoldIsGoneInsteadOfFoldedBack(double frequency, int rate) throws IOException {
        Sound heard = read(Sound.tone(frequency, rate, 1).wav(WavForm.PCM_16, 1), null);

        // the begin and the end of a tone are a little of everything
        assertThat(heard.inner(0.05).level()).isLessThan(-65);
    }

    @Test
    void whatTheLowerRateCanHoldStays() throws IOException {
        Sound heard = read(Sound.tone(6_000, 44_100, 1).wav(WavForm.PCM_16, 1), null);

        assertThat(heard.frequency()).isCloseTo(6_000, within(6.0));
        assertThat(heard.level()).isCloseTo(-6, within(0.2));
    }

    @Test
    void theChannelsAreMixedDownToTheirMean() throws IOException {
        byte[] leftOnly = Sound.tone(1_000, 16_000, 1).bytes(WavForm.PCM_16, 2);
        for (int i = 0; i < leftOnly.length; i += 4) {
            leftOnly[i + 2] = 0;
            leftOnly[i + 3] = 0;
        }

        Sound heard = read(joined(Sound.header(WavForm.PCM_16, 2, 16_000, leftOnly.length, false), leftOnly), null);

        assertThat(heard.level()).isCloseTo(-12, within(0.2));
    }

    @ParameterizedTest
    @CsvSource({ "PCM_16, 0, false", "PCM_16, 4294967295, false", "PCM_16, 2147483647, false", "PCM_16, 2147479552, false",
        "PCM_16, 0, true", "PCM_16, 4294967295, true", "FLOAT_32, 0, false", "FLOAT_32, 4294967295, false", "MU_LAW, 0, false",
        "MU_LAW, 4294967295, false", "PCM_24, 4294967260, true" })
    void aWavFileWhoseEncoderDidNotKnowTheLengthIsReadToItsEnd(WavForm form, long size, boolean extensible)
            throws IOException {
        Sound heard = read(Sound.tone(1_000, 44_100, 1).wav(form, 2, size, extensible), null);

        assertThat(heard.seconds()).isCloseTo(1, within(0.001));
        assertThat(heard.frequency()).isCloseTo(1_000, within(1.0));
    }

    @Test
    void whatOtherProgramsPutAroundTheSoundIsNotHeard() throws IOException {
        byte[] wav = Sound.tone(1_000, 16_000, 1).wav(WavForm.PCM_16, 1);
        byte[] list = new byte[30_008];
        Arrays.fill(list, (byte) 0x55);
        System.arraycopy(new byte[]{ 'L', 'I', 'S', 'T', 0x30, 0x75, 0, 0 }, 0, list, 0, 8);

        Sound heard = read(joined(Arrays.copyOf(wav, 12), list, Arrays.copyOfRange(wav, 12, wav.length), list), null);

        assertThat(heard.seconds()).isEqualTo(1);
        assertThat(heard.besides(1_000)).isLessThan(-70);
    }

    @ParameterizedTest
    @ValueSource(strings = { "audio/PCMU", "audio/basic", "audio/PCMA", "audio/PCMU;rate=8000" })
    void aStreamFromATelephoneLineIsConvertedTo16KHz(String type) throws IOException {
        WavForm form = type.endsWith("A") ? WavForm.A_LAW : WavForm.MU_LAW;

        Sound heard = read(Sound.tone(1_000, 8_000, 2).bytes(form, 1), type);

        assertThat(heard.seconds()).isEqualTo(2);
        assertThat(heard.frequency()).isCloseTo(1_000, within(1.0));
        assertThat(heard.besides(1_000)).isLessThan(-33);
    }

    @Test
    void pcmStaysAsItIsInChunksOfWholeSamplesOfWhichTheLastMayBeShorter() throws IOException {
        byte[] pcm = Sound.tone(440, 11_025, 0.0901).pcm();

        List<byte[]> chunks = chunks(pcm, "audio/pcm;rate=11025");

        assertThat(chunks).extracting(chunk -> chunk.length).containsExactly(440, 440, 440, 440, pcm.length - 4 * 440);
        assertThat(joined(chunks.toArray(byte[][]::new))).isEqualTo(pcm);
    }

    @Test
    void aWavFileIsCutIntoChunksOfWhichTheLastMayBeShorter() throws IOException {
        assertThat(chunks(Sound.tone(440, 44_100, 0.05).wav(WavForm.PCM_16, 2), null)).extracting(chunk -> chunk.length)
                .containsExactly(640, 640, 320);
    }

    @Test
    void theRateOfPcmIsTold() throws IOException {
        try (MediaStream media = MediaStream.open(new ByteArrayInputStream(new byte[2]), MediaType.parse("audio/pcm;rate=8000"),
                PCM)) {
            assertThat(media.speech(MILLIS).mimeType()).isEqualTo("audio/pcm;rate=8000");
        }
    }

    @Test
    void aWavFileThatIsCutOffIsRefusedAfterWhatThereIs() {
        byte[] wav = Sound.tone(1_000, 16_000, 1).wav(WavForm.PCM_16, 1);

        assertThatThrownBy(() -> chunks(Arrays.copyOf(wav, wav.length / 2), null)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("cut off").hasMessageContaining("promises 16000 samples")
                .hasMessageContaining("readLock");
    }

    @ParameterizedTest
    @ValueSource(ints = { 12, 20, 30, 43 })
    void aWavFileThatEndsInItsHeaderIsRefused(int length) {
        byte[] wav = Sound.tone(1_000, 16_000, 1).wav(WavForm.PCM_16, 1);

        assertThatThrownBy(() -> chunks(Arrays.copyOf(wav, length), null)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("WAV");
    }

    @Test
    void aWavFileWithoutSoundIsRefused() {
        assertThatThrownBy(() -> chunks(Sound.tone(1, 16_000, 0).wav(WavForm.PCM_16, 1), null))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("no sound");
    }

    @Test
    void aWavFileOfAnotherCodeIsRefusedWithACommandThatConvertsIt() {
        byte[] wav = Sound.tone(1, 16_000, 1).wav(WavForm.PCM_8, 1);
        wav[20] = 0x11;

        assertThatThrownBy(() -> chunks(wav, null)).isInstanceOf(LiveInputException.class).hasMessageContaining("ffmpeg");
    }

    @Test
    void whatIsDeclaredAsWavMustBeWav() {
        assertThatThrownBy(() -> chunks(new byte[100], "audio/wav")).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("audio/wav").hasMessageContaining("RIFF");
    }

    @Test
    void anEmptyStreamIsRefused() {
        assertThatThrownBy(() -> chunks(new byte[0], null)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void halfASampleIsRefused() {
        assertThatThrownBy(() -> chunks(new byte[641], null)).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("odd number of bytes").hasMessageContaining("CamelGenAiLiveMimeType");
    }

    @Test
    void aStreamOfAnotherTypeIsRefusedWithTheTypesThatAreRead() {
        assertThatThrownBy(() -> chunks(new byte[640], "audio/opus")).isInstanceOf(LiveInputException.class)
                .hasMessageContaining("audio/opus").hasMessageContaining("audio/PCMU");
    }

    @ParameterizedTest
    @ValueSource(strings = { "audio/pcm;rate=0", "audio/pcm; rate=fast", "audio/PCMU;rate=-1", "audio/pcm;rate=99999999" })
    void aRateThatIsNoneIsRefused(String type) {
        assertThatThrownBy(() -> MediaType.parse(type)).isInstanceOf(LiveInputException.class).hasMessageContaining(type);
    }

    @Test
    void aStreamThatFailsInTheMiddleIsNotTakenForItsEnd() {
        byte[] wav = Sound.tone(1_000, 16_000, 1).wav(WavForm.PCM_16, 1);
        InputStream failing = new SequenceInputStream(new ByteArrayInputStream(wav, 0, 10_000), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk gone");
            }
        });

        assertThatThrownBy(() -> chunks(failing, null)).isInstanceOf(IOException.class).hasMessageContaining("disk gone");
    }
}
