package dev.camelgenai.benchmarks.micro;

/** Audio to work on. */
final class Sound {

    private Sound() {
    }

    static byte[] of(int bytes) {
        byte[] pcm = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pcm[i] = (byte) (i * 31);
        }
        return pcm;
    }
}
