package dev.camelgenai.live.media;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

import dev.camelgenai.live.media.MediaType.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/** Telephone sound, in and out; the JDK's converters know the codes as well. */
class G711Test {

    private static final AudioFormat PCM = new AudioFormat(8_000, 16, 1, true, false);

    private static byte[] allCodes() {
        byte[] codes = new byte[256];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) i;
        }
        return codes;
    }

    private static AudioFormat format(Kind law) {
        return new AudioFormat(law == Kind.MU_LAW ? Encoding.ULAW : Encoding.ALAW, 8_000, 8, 1, 1, 8_000, false);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = { "MU_LAW", "A_LAW" })
    void everyCodeIsDecodedAsTheJdkDoes(Kind law) throws IOException {
        byte[] expected = AudioSystem
                .getAudioInputStream(PCM, new AudioInputStream(new ByteArrayInputStream(allCodes()), format(law), 256))
                .readAllBytes();

        assertThat(G711.decode(allCodes(), law)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = { "MU_LAW", "A_LAW" })
    void everySampleIsEncodedToTheNearestCode(Kind law) {
        short[] table = G711.table(law);
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            int decoded = table[G711.encode((short) sample, law) & 0xFF];
            int step = Math.max(law == Kind.MU_LAW ? 8 : 16, Math.abs(sample) / 15);

            assertThat(Math.abs(decoded - sample)).as("%s", sample).isLessThanOrEqualTo(step);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = { "MU_LAW", "A_LAW" })
    void everyCodeIsItsOwnCodeAgain(Kind law) {
        byte[] pcm = G711.decode(allCodes(), law);
        ByteBuffer samples = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        for (int code = 0; code < 256; code++) {
            short sample = samples.getShort();
            short again = G711.table(law)[G711.encode(sample, law) & 0xFF];

            // mu-law has two zeros
            assertThat(again).isEqualTo(sample);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = { "MU_LAW", "A_LAW" })
    void whatAModelSaidSoundsTheSameOnATelephone(Kind law) {
        byte[] spoken = Sound.tone(1_000, 24_000, 1.5).pcm();

        byte[] code = law == Kind.MU_LAW ? G711.muLaw(spoken) : G711.aLaw(spoken);

        Sound heard = Sound.ofPcm(G711.decode(code, law), 8_000);
        assertThat(heard.seconds()).isEqualTo(1.5);
        assertThat(heard.frequency()).isCloseTo(1_000, within(1.0));
        assertThat(heard.besides(1_000)).isLessThan(-33);
    }

    @Test
    void whatATelephoneCannotCarryIsGone() {
        byte[] spoken = Sound.tone(6_000, 24_000, 1).pcm();

        assertThat(Sound.ofPcm(G711.decode(G711.muLaw(spoken), Kind.MU_LAW), 8_000).inner(0.05).level()).isLessThan(-60);
    }

    @Test
    void nothingIsNothing() {
        assertThat(G711.muLaw(new byte[0])).isEmpty();
        assertThat(G711.aLaw(new byte[1])).isEmpty();
    }

    @Test
    void otherKindsAreNotDecoded() {
        assertThatIllegalArgumentException().isThrownBy(() -> G711.decode(new byte[1], Kind.PCM));
    }
}
