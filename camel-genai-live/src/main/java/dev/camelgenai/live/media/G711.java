package dev.camelgenai.live.media;

import java.io.IOException;
import java.io.UncheckedIOException;

import dev.camelgenai.live.media.MediaType.Kind;

/**
 * The two codes of telephone lines, ITU-T G.711: 8 kHz, 8 bits per sample, mono.
 * <p>
 * A route makes telephone sound of what the model said with
 * {@code .convertBodyTo(byte[].class).bean(G711.class, "muLaw")}, or {@code "aLaw"}.
 * <p>
 * The JDK's converters code the same, but look for their provider with each stream: 0.1 to 0.4 ms for the 20 ms that a line
 * delivers at a time.
 */
public final class G711 {

    /** Samples per second of a telephone line. */
    public static final int RATE = 8_000;

    /** Samples per second of all that models say. */
    private static final int MODEL_RATE = 24_000;
    private static final int BIAS = 0x84;
    private static final int MAX_MU_LAW = 32_635;
    private static final short[] FROM_MU_LAW = new short[256];
    private static final short[] FROM_A_LAW = new short[256];

    static {
        for (int code = 0; code < 256; code++) {
            FROM_MU_LAW[code] = fromMuLaw(code);
            FROM_A_LAW[code] = fromALaw(code);
        }
    }

    private G711() {
    }

    /**
     * What a model said, for a telephone line in North America or Japan: {@code audio/PCMU}.
     *
     * @param pcm 16-bit signed little-endian mono samples at 24 kHz, all of a turn's audio: pieces of it would click at their
     *            seams
     */
    public static byte[] muLaw(byte[] pcm) {
        return encode(pcm, Kind.MU_LAW);
    }

    /**
     * What a model said, for a telephone line anywhere else: {@code audio/PCMA}.
     *
     * @param pcm as for {@link #muLaw}
     */
    public static byte[] aLaw(byte[] pcm) {
        return encode(pcm, Kind.A_LAW);
    }

    /**
     * Decodes G.711.
     *
     * @param  law                      {@link Kind#MU_LAW} or {@link Kind#A_LAW}
     * @return                          16-bit signed little-endian samples at the same rate
     * @throws IllegalArgumentException when it is another kind
     */
    public static byte[] decode(byte[] code, Kind law) {
        short[] table = table(law);
        byte[] pcm = new byte[code.length * 2];
        for (int i = 0; i < code.length; i++) {
            short sample = table[code[i] & 0xFF];
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }

    static short[] table(Kind law) {
        return switch (law) {
            case MU_LAW -> FROM_MU_LAW;
            case A_LAW -> FROM_A_LAW;
            default -> throw new IllegalArgumentException("Not G.711: " + law);
        };
    }

    static byte encode(short sample, Kind law) {
        return law == Kind.MU_LAW ? toMuLaw(sample) : toALaw(sample);
    }

    private static byte[] encode(byte[] pcm, Kind law) {
        Samples samples = Resampler.of(new PcmSamples(pcm), MODEL_RATE, RATE);
        byte[] code = new byte[(int) Math.round((pcm.length / 2) * (double) RATE / MODEL_RATE)];
        float[] block = new float[1_024];
        int at = 0;
        try {
            for (int read = samples.read(block); read > 0; read = samples.read(block)) {
                for (int i = 0; i < read; i++) {
                    code[at++] = encode(PcmSamples.toShort(block[i]), law);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("An array cannot fail to be read", e);
        }
        return code;
    }

    private static short fromMuLaw(int code) {
        int inverted = ~code & 0xFF;
        int magnitude = (((inverted & 0x0F) << 3) + BIAS << ((inverted & 0x70) >> 4)) - BIAS;
        return (short) ((inverted & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static short fromALaw(int code) {
        int toggled = code ^ 0x55;
        int segment = (toggled & 0x70) >> 4;
        int magnitude = ((toggled & 0x0F) << 4) + 8;
        if (segment > 0) {
            magnitude = magnitude + 0x100 << segment - 1;
        }
        return (short) ((toggled & 0x80) != 0 ? magnitude : -magnitude);
    }

    private static byte toMuLaw(short sample) {
        int magnitude = Math.min(Math.abs((int) sample), MAX_MU_LAW) + BIAS;
        int segment = 31 - Integer.numberOfLeadingZeros(magnitude) - 7;
        int code = segment << 4 | magnitude >> segment + 3 & 0x0F;
        return (byte) ~(sample < 0 ? code | 0x80 : code);
    }

    private static byte toALaw(short sample) {
        // of a negative number one less, so that both halves have as many steps
        int magnitude = (sample < 0 ? ~sample : sample) >> 4;
        int segment = magnitude < 16 ? 0 : 31 - Integer.numberOfLeadingZeros(magnitude) - 3;
        int step = magnitude >> Math.max(0, segment - 1) & 0x0F;
        int code = segment << 4 | step;
        return (byte) ((sample < 0 ? code : code | 0x80) ^ 0x55);
    }
}
