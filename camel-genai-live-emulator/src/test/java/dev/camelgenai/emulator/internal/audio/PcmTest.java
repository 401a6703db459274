package dev.camelgenai.emulator.internal.audio;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class PcmTest {

    @ParameterizedTest
    @ValueSource(ints = { 4_000, 8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 44_101, 48_000, 96_000, 191_999, 192_000 })
    void givenATone_whenResampled_thenItKeepsItsPitchItsStrengthAndItsLength(int rate) {
        byte[] tone = Sound.tone(1_000, rate, 1_000, 10_000);

        byte[] resampled = Pcm.toOutputRate(tone, rate);

        assertThat(resampled.length / 2).isCloseTo(24_000, within(1));
        assertThat(Sound.amplitude(resampled, 24_000, 1_000)).isCloseTo(10_000, within(200.0));
        // nothing else is in it
        assertThat(Sound.rms(resampled)).isCloseTo(10_000 / Math.sqrt(2), within(150.0));
        byte[] rest = Sound.mix(resampled, Sound.tone(1_000, 24_000, 1_000, -10_000));
        assertThat(Sound.rms(rest)).isLessThan(200);
    }

    @ParameterizedTest
    @CsvSource({ "48000,18000", "48000,14000", "44100,16000", "96000,18000", "96000,40000", "192000,18000", "192000,90000" })
    void givenAToneThatTheOutputCannotCarry_whenResampled_thenItIsGone(int rate, int hertz) {
        byte[] tone = Sound.tone(1_000, rate, hertz, 10_000);

        byte[] resampled = Pcm.toOutputRate(tone, rate);

        byte[] inner = Arrays.copyOfRange(resampled, 4_800, resampled.length - 4_800);
        assertThat(20 * Math.log10(Sound.rms(inner) / Sound.rms(tone))).isLessThan(-20);
    }

    @ParameterizedTest
    @CsvSource({ "8000,3000,5000", "16000,6000,10000", "16000,5000,11000" })
    void givenAToneHighInTheBand_whenUpsampled_thenItHasNoMirrorImage(int rate, int hertz, int image) {
        byte[] resampled = Pcm.toOutputRate(Sound.tone(1_000, rate, hertz, 10_000), rate);

        assertThat(Sound.amplitude(resampled, 24_000, hertz)).isGreaterThan(8_000);
        assertThat(Sound.amplitude(resampled, 24_000, image)).isLessThan(200);
    }

    @Test
    void givenTheOutputRate_whenResampled_thenTheSameComesBackWithoutHalfASample() {
        byte[] pcm = { 1, 2, 3, 4 };

        assertThat(Pcm.toOutputRate(pcm, 24_000)).isSameAs(pcm);
        assertThat(Pcm.toOutputRate(new byte[]{ 1, 2, 3, 4, 5 }, 24_000)).isEqualTo(pcm);
    }

    @ParameterizedTest
    @ValueSource(ints = { 4_000, 16_000, 44_100, 192_000 })
    void givenHardlyAnySamples_whenResampled_thenTheLengthIsRightAndTheLevelToo(int rate) {
        for (int samples = 0; samples < 50; samples++) {
            byte[] pcm = Sound.constant(1000.0 * samples / rate, rate, -12_345);

            byte[] resampled = Pcm.toOutputRate(pcm, rate);

            assertThat(resampled.length / 2).isEqualTo(Math.round(samples * 24_000.0 / rate));
            for (int i = 0; i < resampled.length; i += 2) {
                assertThat(Pcm.sample(resampled, i)).isEqualTo((short) -12_345);
            }
        }
    }

    @Test
    void givenFullScale_whenResampled_thenItIsClippedAndDoesNotOverflow() {
        byte[] square = new byte[16_000 * 2];
        for (int i = 0; i < square.length; i += 2) {
            Pcm.put(square, i, i / 100 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE);
        }

        byte[] resampled = Pcm.toOutputRate(square, 16_000);

        // 50 samples up and 50 down are 75 and 75; an overflow would turn the sign
        for (int i = 0; i < resampled.length / 2; i++) {
            if (i % 75 > 2 && i % 75 < 72) {
                assertThat(Pcm.sample(resampled, i * 2) > 0).as("sample %s", i).isEqualTo(i / 75 % 2 == 0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { -1, 0, 3_999, 192_001 })
    void givenARateOutOfRange_whenResampled_thenItIsRefused(int rate) {
        assertThatThrownBy(() -> Pcm.toOutputRate(new byte[2], rate)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4000 to 192000").hasMessageContaining("not " + rate);
    }
}
