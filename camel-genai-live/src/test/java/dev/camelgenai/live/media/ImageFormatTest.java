package dev.camelgenai.live.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

import dev.camelgenai.live.error.LiveInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Pictures are what their content says. */
class ImageFormatTest {

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void aPictureIsRecognised(ImageFormat format) {
        assertThat(ImageFormat.of(Pictures.of(format))).contains(format);
    }

    @ParameterizedTest
    @CsvSource({ "JPEG, image/jpeg", "JPEG, IMAGE/JPG", "PNG, image/png", "WEBP, image/webp", "WEBP, image/*",
        "PNG, image/png; charset=binary" })
    void aPictureThatIsWhatItIsDeclaredAsIsTaken(ImageFormat format, String declared) {
        assertThat(ImageFormat.of(Pictures.of(format), MediaType.parse(declared))).isEqualTo(format);
    }

    @ParameterizedTest
    @CsvSource({ "JPEG, image/png", "PNG, image/jpeg", "WEBP, image/gif" })
    void aPictureThatIsAnotherThanDeclaredIsRefusedWithBothTypes(ImageFormat format, String declared) {
        assertThatThrownBy(() -> ImageFormat.of(Pictures.of(format), MediaType.parse(declared)))
                .isInstanceOf(LiveInputException.class).hasMessageContaining(declared).hasMessageContaining(format.mimeType())
                .hasMessageContaining("image/*");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "GIF89a..........", "BM..............", "....ftypheic....", "RIFF....AVI LIST", "some text" })
    void whatIsNoPictureIsRefused(String content) {
        assertThatThrownBy(() -> ImageFormat.of(content.getBytes(StandardCharsets.ISO_8859_1), MediaType.parse("image/png")))
                .isInstanceOf(LiveInputException.class).hasMessageContaining("JPEG, PNG or WebP");
    }

    @Test
    void loudSoundThatHappensToBeginAsAJpegIsNoPicture() {
        Random noise = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            byte[] chunk = new byte[640];
            noise.nextBytes(chunk);
            chunk[0] = (byte) 0xFF;
            chunk[1] = (byte) 0xD8;
            // every second one even with the third byte
            chunk[2] = i % 2 == 0 ? (byte) 0xFF : chunk[2];
            chunk[4] = 0x7F;

            assertThat(ImageFormat.of(chunk)).isEmpty();
        }
    }

    @Test
    void aWavFileIsRecognisedAndNoPicture() {
        byte[] wav = Wav.of(new byte[2], 16_000);

        assertThat(ImageFormat.of(wav)).isEmpty();
        assertThat(Wav.isWav(wav)).isTrue();
        assertThat(Wav.isWav(Pictures.of(ImageFormat.WEBP))).isFalse();
        assertThat(Wav.isWav(Arrays.copyOf(wav, 11))).isFalse();
    }

    @Test
    void theSmallestPicturesAreRecognised() {
        assertThat(ImageFormat.of(Base64.getDecoder().decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")))
                .contains(ImageFormat.PNG);
        assertThat(ImageFormat.of(Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")))
                .contains(ImageFormat.WEBP);
    }
}
