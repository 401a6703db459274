package dev.camelgenai.emulator.internal.audio;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Sounds to test with, 16-bit little-endian mono, and what there is to measure about them. */
final class Sound {

    private Sound() {
    }

    static byte[] silence(double millis, int rate) {
        return of(millis, rate, i -> 0);
    }

    static byte[] tone(double millis, int rate, double hertz, double amplitude) {
        return of(millis, rate, i -> amplitude * Math.sin(2 * Math.PI * hertz * i / rate));
    }

    /** A voice, as far as the energy tells: about -15 dBFS. */
    static byte[] voice(double millis, int rate) {
        return tone(millis, rate, 300, 8_000);
    }

    /** White noise, the same in each run. */
    static byte[] noise(double millis, int rate, double dbfs) {
        Random random = new Random(42);
        double deviation = 32_768 * Math.pow(10, dbfs / 20);
        return of(millis, rate, i -> deviation * random.nextGaussian());
    }

    static byte[] constant(double millis, int rate, int value) {
        return of(millis, rate, i -> value);
    }

    /** Of the same length. */
    static byte[] mix(byte[] one, byte[] other) {
        byte[] mixed = new byte[one.length];
        for (int i = 0; i < mixed.length; i += 2) {
            Pcm.put(mixed, i, Pcm.sample(one, i) + Pcm.sample(other, i));
        }
        return mixed;
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    /** By linear interpolation or by averages, so that the code under test is not tested with itself. */
    static byte[] resampled(byte[] pcm, int rate, int newRate) {
        int in = pcm.length / 2;
        double ratio = (double) rate / newRate;
        return of(1000.0 * in / rate, newRate, i -> {
            double sum = 0;
            int parts = (int) Math.max(1, Math.round(ratio));
            for (int part = 0; part < parts; part++) {
                double position = i * ratio + part;
                int left = (int) Math.min(in - 1, Math.floor(position));
                int right = Math.min(in - 1, left + 1);
                double share = position - Math.floor(position);
                sum += Pcm.sample(pcm, left * 2) * (1 - share) + Pcm.sample(pcm, right * 2) * share;
            }
            return sum / parts;
        });
    }

    static double rms(byte[] pcm) {
        double squares = 0;
        for (int i = 0; i < pcm.length; i += 2) {
            squares += Math.pow(Pcm.sample(pcm, i), 2);
        }
        return Math.sqrt(squares / (pcm.length / 2));
    }

    /** The amplitude of one frequency, by Goertzel's algorithm. */
    static double amplitude(byte[] pcm, int rate, double hertz) {
        double coefficient = 2 * Math.cos(2 * Math.PI * hertz / rate);
        double previous = 0;
        double beforeThat = 0;
        for (int i = 0; i < pcm.length; i += 2) {
            double next = Pcm.sample(pcm, i) + coefficient * previous - beforeThat;
            beforeThat = previous;
            previous = next;
        }
        double power = previous * previous + beforeThat * beforeThat - coefficient * previous * beforeThat;
        return 2 * Math.sqrt(power) / (pcm.length / 2);
    }

    private static byte[] of(double millis, int rate, IntToDoubleFunction samples) {
        byte[] pcm = new byte[(int) Math.round(millis * rate / 1000) * 2];
        for (int i = 0; i < pcm.length / 2; i++) {
            Pcm.put(pcm, i * 2, (int) Math.round(samples.applyAsDouble(i)));
        }
        return pcm;
    }
}
