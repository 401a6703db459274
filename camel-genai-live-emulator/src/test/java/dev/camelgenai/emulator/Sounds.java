package dev.camelgenai.emulator;

/** 16-bit little-endian mono PCM for tests. */
final class Sounds {

    private Sounds() {
    }

    /** A voice, as far as the energy tells. */
    static byte[] tone(int millis, int rate) {
        byte[] pcm = new byte[(int) ((long) rate * millis / 1000) * 2];
        for (int i = 0; i < pcm.length / 2; i++) {
            int sample = (int) (8000 * Math.sin(2 * Math.PI * 300 * i / rate));
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        return pcm;
    }

    static byte[] silence(int millis, int rate) {
        return new byte[(int) ((long) rate * millis / 1000) * 2];
    }
}
