package dev.camelgenai.emulator.internal.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WavFileTest {

    private static final byte[] SAMPLES = { 1, 2, 3, 4, 5, 6, 7, 8 };

    private static byte[] chunk(String id, long size, byte[] body) {
        return ByteBuffer.allocate(8 + body.length).order(ByteOrder.LITTLE_ENDIAN)
                .put(id.getBytes(StandardCharsets.ISO_8859_1)).putInt((int) size).put(body).array();
    }

    private static byte[] chunk(String id, byte[] body) {
        return chunk(id, body.length, body);
    }

    private static byte[] format(int tag, int channels, int rate, int bits) {
        return chunk("fmt ", formatBody(16, tag, channels, rate, bits).array());
    }

    private static ByteBuffer formatBody(int size, int tag, int channels, int rate, int bits) {
        int frame = channels * bits / 8;
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putShort((short) tag).putShort((short) channels)
                .putInt(rate).putInt(rate * frame).putShort((short) frame).putShort((short) bits);
    }

    private static byte[] extensible(int tag) {
        return chunk("fmt ", formatBody(40, 0xFFFE, 1, 48_000, 16).putShort((short) 22).putShort((short) 16).putInt(4)
                .putShort((short) tag)
                .put(new byte[]{ 0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71 }).array());
    }

    private static byte[] wav(byte[]... chunks) {
        byte[] body = Sound.concat("WAVE".getBytes(StandardCharsets.ISO_8859_1), Sound.concat(chunks));
        return chunk("RIFF", body);
    }

    @ParameterizedTest
    @ValueSource(ints = { 4_000, 16_000, 44_100, 192_000 })
    void givenMono16Bits_whenParsed_thenTheSamplesComeAsTheyAre(int rate) throws IOException {
        WavFile wav = WavFile.parse(wav(format(1, 1, rate, 16), chunk("data", SAMPLES)));

        assertThat(wav.rate()).isEqualTo(rate);
        assertThat(wav.pcm()).isEqualTo(SAMPLES);
    }

    @Test
    void givenStereo_whenParsed_thenItIsMixedDown() throws IOException {
        byte[] frames = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putShort((short) 100).putShort((short) 300)
                .putShort((short) 32_767).putShort((short) 32_767).putShort((short) -32_768).putShort((short) 0).array();

        byte[] pcm = WavFile.parse(wav(format(1, 2, 16_000, 16), chunk("data", frames))).pcm();

        assertThat(pcm).hasSize(6);
        assertThat(new int[]{ Pcm.sample(pcm, 0), Pcm.sample(pcm, 2), Pcm.sample(pcm, 4) }).containsExactly(200, 32_767,
                -16_384);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void given8Bits_whenParsed_thenTheyAreUnsigned(int channels) throws IOException {
        byte[] frames = channels == 1
                ? new byte[]{ 0, (byte) 128, (byte) 255 }
                : new byte[]{ 0, 0, (byte) 128, (byte) 128, (byte) 255, (byte) 255 };

        byte[] pcm = WavFile.parse(wav(format(1, channels, 8_000, 8), chunk("data", frames))).pcm();

        assertThat(new int[]{ Pcm.sample(pcm, 0), Pcm.sample(pcm, 2), Pcm.sample(pcm, 4) }).containsExactly(-32_768, 0, 32_512);
    }

    @Test
    void givenTheExtensibleFormat_whenItIsPcm_thenItIsRead() throws IOException {
        WavFile wav = WavFile.parse(wav(extensible(1), chunk("data", SAMPLES)));

        assertThat(wav.rate()).isEqualTo(48_000);
        assertThat(wav.pcm()).isEqualTo(SAMPLES);
    }

    @Test
    void givenOtherChunks_whenParsed_thenTheyAreSkippedWithTheirPadding() throws IOException {
        WavFile wav = WavFile.parse(wav(chunk("JUNK", new byte[28]), format(1, 1, 16_000, 16),
                // three bytes and one that pads
                chunk("LIST", 3, new byte[]{ 'a', 'b', 'c', 0 }), chunk("data", SAMPLES), chunk("id3 ", new byte[10])));

        assertThat(wav.pcm()).isEqualTo(SAMPLES);
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 0xFFFF_FFFFL, 0x7FFF_FFFFL, 1_000 })
    void givenAStreamedFile_whenTheSizeOfItsDataIsWrong_thenItIsReadToTheEnd(long size) throws IOException {
        WavFile wav = WavFile.parse(wav(format(1, 1, 16_000, 16), chunk("data", size, SAMPLES)));

        assertThat(wav.pcm()).isEqualTo(SAMPLES);
    }

    @Test
    void givenAFileThatIsCutOff_whenItEndsWithinASample_thenTheWholeSamplesAreRead() throws IOException {
        byte[] whole = wav(format(1, 1, 16_000, 16), chunk("data", SAMPLES));

        assertThat(WavFile.parse(Arrays.copyOf(whole, whole.length - 3)).pcm()).isEqualTo(Arrays.copyOf(SAMPLES, 4));
        assertThat(WavFile.parse(Arrays.copyOf(whole, whole.length - SAMPLES.length)).pcm()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "3,1,16000,32,floating point", "6,1,8000,8,A-law", "7,1,8000,8,mu-law", "2,1,8000,4,Microsoft ADPCM",
        "17,1,8000,4,IMA ADPCM", "85,2,44100,0,MP3", "4660,1,8000,16,0x1234",
        "1,2,48000,24,'PCM, 24 bits, 2 channels, 48000 Hz'",
        "1,6,48000,16,6 channels", "1,0,16000,16,0 channels", "1,1,3999,16,3999 Hz", "1,1,192001,16,192001 Hz" })
    void givenAnotherFormat_whenParsed_thenTheMessageNamesItAndTheFix(int tag, int channels, int rate, int bits, String name) {
        byte[] wav = wav(format(tag, channels, rate, bits), chunk("data", SAMPLES));

        assertThatThrownBy(() -> WavFile.parse(wav)).isInstanceOf(IOException.class).hasMessageContaining(name)
                .hasMessageContaining("ffmpeg");
    }

    @Test
    void givenTheExtensibleFormat_whenItIsNoPcm_thenTheMessageNamesTheSubformat() {
        assertThatThrownBy(() -> WavFile.parse(wav(extensible(3), chunk("data", SAMPLES)))).isInstanceOf(IOException.class)
                .hasMessageContaining("floating point");
    }

    @ParameterizedTest
    @CsvSource({ "OggS00000000,Ogg", "fLaC00000000,FLAC", "ID3000000000,MP3", "FORM0000AIFF,AIFF", "'RIFF0000AVI ',AVI",
        "'0000ftypM4A ',MP4", "'',empty", "RIFF,4 bytes", "'{\"a\":1, \"b\":2}',unknown" })
    void givenNoWavFile_whenParsed_thenTheMessageSaysWhatItIs(String content, String kind) {
        assertThatThrownBy(() -> WavFile.parse(content.getBytes(StandardCharsets.ISO_8859_1))).isInstanceOf(IOException.class)
                .hasMessageContaining(kind).hasMessageContaining("ffmpeg");
    }

    @Test
    void givenADamagedFile_whenParsed_thenTheMessageSaysWhatIsMissing() {
        assertThatThrownBy(() -> WavFile.parse(wav(chunk("data", SAMPLES)))).hasMessageContaining("no format");
        assertThatThrownBy(() -> WavFile.parse(wav(format(1, 1, 16_000, 16)))).hasMessageContaining("no data");
        assertThatThrownBy(() -> WavFile.parse(wav())).hasMessageContaining("no format");
        assertThatThrownBy(() -> WavFile.parse(wav(chunk("fmt ", new byte[8])))).hasMessageContaining("8 bytes");
    }

    @Test
    void givenAFile_whenRead_thenItsNameIsInTheMessage(@TempDir Path directory) throws IOException {
        Path good = Files.write(directory.resolve("good.wav"), wav(format(1, 1, 16_000, 16), chunk("data", SAMPLES)));
        Path bad = Files.write(directory.resolve("bad.wav"), new byte[20]);

        assertThat(WavFile.read(good).pcm()).isEqualTo(SAMPLES);
        assertThatThrownBy(() -> WavFile.read(bad)).isInstanceOf(IOException.class).hasMessageContaining("bad.wav: ");
        assertThatThrownBy(() -> WavFile.read(directory.resolve("none.wav"))).isInstanceOf(NoSuchFileException.class);
    }
}
