package dev.camelgenai.live.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Sound to test with: samples from -1 to 1, tones, and what is in a sound. */
public record Sound(double[] samples, int rate) {

    private static final int WINDOW = 2_048;
    /** To either side of a tone, what the window makes of it. */
    private static final int LEAKAGE = 6;

    public static Sound tone(double frequency, int rate, double seconds) {
        double[] samples = new double[(int) Math.round(rate * seconds)];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = 0.5 * Math.sin(2 * Math.PI * frequency * i / rate);
        }
        return new Sound(samples, rate);
    }

    /** Of 16-bit little-endian mono. */
    public static Sound ofPcm(byte[] pcm, int rate) {
        ByteBuffer buffer = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        double[] samples = new double[pcm.length / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = buffer.getShort() / 32_768.0;
        }
        return new Sound(samples, rate);
    }

    public byte[] pcm() {
        return bytes(WavForm.PCM_16, 1);
    }

    /** With a sample somewhere in it that is off by so much. */
    public Sound withClick(int at, double by) {
        double[] clicked = samples.clone();
        clicked[at] += by;
        return new Sound(clicked, rate);
    }

    /** Without so much at its begin and end. */
    public Sound inner(double seconds) {
        int cut = (int) (seconds * rate);
        return new Sound(Arrays.copyOfRange(samples, cut, samples.length - cut), rate);
    }

    public double seconds() {
        return (double) samples.length / rate;
    }

    /** In dB below a full sine. */
    public double level() {
        return decibel(Arrays.stream(samples).map(sample -> sample * sample).average().orElse(0) / 0.5);
    }

    /** The frequency with the most energy. */
    public double frequency() {
        double[] power = spectrum(samples.length / 2 - WINDOW / 2);
        int peak = peak(power);
        double left = Math.log(power[peak - 1]);
        double middle = Math.log(power[peak]);
        double right = Math.log(power[peak + 1]);
        return (peak + 0.5 * (left - right) / (left - 2 * middle + right)) * rate / WINDOW;
    }

    /**
     * What is in the sound besides a tone, in dB of all, in that short part of the sound where it is worst: noise, other
     * frequencies, clicks.
     */
    public double besides(double tone) {
        double worst = Double.NEGATIVE_INFINITY;
        for (int at = 0; at + WINDOW <= samples.length; at += WINDOW / 8) {
            double[] power = spectrum(at);
            double all = Arrays.stream(power).sum();
            int bin = (int) Math.round(tone * WINDOW / rate);
            double within = 0;
            for (int i = bin - LEAKAGE; i <= bin + LEAKAGE; i++) {
                within += power[i];
            }
            worst = Math.max(worst, decibel((all - within) / all));
        }
        return worst;
    }

    private static double decibel(double ratio) {
        return 10 * Math.log10(Math.max(ratio, 1e-20));
    }

    private static int peak(double[] power) {
        int peak = 1;
        for (int i = 1; i < power.length - 1; i++) {
            peak = power[i] > power[peak] ? i : peak;
        }
        return peak;
    }

    /** The power of each frequency, through a Blackman-Harris window. */
    private double[] spectrum(int at) {
        double[] real = new double[WINDOW];
        double[] imaginary = new double[WINDOW];
        for (int i = 0; i < WINDOW; i++) {
            double x = 2 * Math.PI * i / WINDOW;
            double window = 0.35875 - 0.48829 * Math.cos(x) + 0.14128 * Math.cos(2 * x) - 0.01168 * Math.cos(3 * x);
            real[Integer.reverse(i) >>> 32 - 11] = samples[at + i] * window;
        }
        for (int size = 2; size <= WINDOW; size *= 2) {
            for (int start = 0; start < WINDOW; start += size) {
                for (int i = start; i < start + size / 2; i++) {
                    double angle = -2 * Math.PI * (i - start) / size;
                    int j = i + size / 2;
                    double re = real[j] * Math.cos(angle) - imaginary[j] * Math.sin(angle);
                    double im = real[j] * Math.sin(angle) + imaginary[j] * Math.cos(angle);
                    real[j] = real[i] - re;
                    imaginary[j] = imaginary[i] - im;
                    real[i] += re;
                    imaginary[i] += im;
                }
            }
        }
        double[] power = new double[WINDOW / 2];
        for (int i = 0; i < power.length; i++) {
            power[i] = real[i] * real[i] + imaginary[i] * imaginary[i];
        }
        return power;
    }

    // ---- as WAV

    /** How samples are written. */
    public enum WavForm {

        PCM_8(1, 8),
        PCM_16(1, 16),
        PCM_24(1, 24),
        PCM_32(1, 32),
        FLOAT_32(3, 32),
        FLOAT_64(3, 64),
        MU_LAW(7, 8),
        A_LAW(6, 8);

        private final int tag;
        private final int bits;

        WavForm(int tag, int bits) {
            this.tag = tag;
            this.bits = bits;
        }
    }

    public byte[] wav(WavForm form, int channels) {
        return wav(form, channels, -1, channels > 2);
    }

    /**
     * @param size of the data as the header tells it; -1 for the truth
     */
    public byte[] wav(WavForm form, int channels, long size, boolean extensible) {
        byte[] data = bytes(form, channels);
        byte[] header = header(form, channels, rate, size < 0 ? data.length : size, extensible);
        ByteArrayOutputStream wav = new ByteArrayOutputStream();
        wav.writeBytes(header);
        wav.writeBytes(data);
        return wav.toByteArray();
    }

    /** The header of a WAV file. */
    public static byte[] header(WavForm form, int channels, int rate, long size, boolean extensible) {
        int formatBytes = extensible ? 40 : form.tag == 1 ? 16 : 18;
        ByteBuffer header = ByteBuffer.allocate(28 + formatBytes).order(ByteOrder.LITTLE_ENDIAN);
        header.put(ascii("RIFF")).putInt((int) Math.min(0xFFFF_FFFFL, size + 20 + formatBytes)).put(ascii("WAVE"));
        header.put(ascii("fmt ")).putInt(formatBytes).putShort((short) (extensible ? 0xFFFE : form.tag))
                .putShort((short) channels).putInt(rate).putInt(rate * channels * form.bits / 8)
                .putShort((short) (channels * form.bits / 8)).putShort((short) form.bits);
        if (extensible) {
            header.putShort((short) 22).putShort((short) form.bits).putInt((1 << channels) - 1).putInt(form.tag)
                    .putInt(0x00100000).putInt(0xAA000080).putInt(0x719B3800);
        } else if (form.tag != 1) {
            header.putShort((short) 0);
        }
        return header.put(ascii("data")).putInt((int) size).array();
    }

    private static byte[] ascii(String id) {
        return id.getBytes(StandardCharsets.US_ASCII);
    }

    /** The samples, the same in all channels. */
    public byte[] bytes(WavForm form, int channels) {
        ByteBuffer data = ByteBuffer.allocate(samples.length * channels * form.bits / 8).order(ByteOrder.LITTLE_ENDIAN);
        for (double sample : samples) {
            for (int channel = 0; channel < channels; channel++) {
                put(data, form, sample);
            }
        }
        return data.array();
    }

    private static void put(ByteBuffer data, WavForm form, double sample) {
        switch (form) {
            case PCM_8 -> data.put((byte) (Math.round(sample * 127) + 128));
            case PCM_16 -> data.putShort((short) Math.round(sample * 32_767));
            case PCM_24 -> {
                int value = (int) Math.round(sample * 8_388_607);
                data.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
            }
            case PCM_32 -> data.putInt((int) Math.round(sample * Integer.MAX_VALUE));
            case FLOAT_32 -> data.putFloat((float) sample);
            case FLOAT_64 -> data.putDouble(sample);
            case MU_LAW -> data.put(G711.encode((short) Math.round(sample * 32_767), MediaType.Kind.MU_LAW));
            case A_LAW -> data.put(G711.encode((short) Math.round(sample * 32_767), MediaType.Kind.A_LAW));
        }
    }
}
