package dev.camelgenai.live.media;

/** The samples of 16-bit little-endian mono PCM, and the way back. */
final class PcmSamples implements Samples {

    private static final float FULL_SCALE = 32_768;

    private final byte[] pcm;
    private int at;

    /** @param pcm half a sample at its end is not read */
    PcmSamples(byte[] pcm) {
        this.pcm = pcm;
    }

    @Override
    public int read(float[] into) {
        int count = Math.min(into.length, (pcm.length - at) / 2);
        for (int i = 0; i < count; i++, at += 2) {
            into[i] = (short) (pcm[at] & 0xFF | pcm[at + 1] << 8) / FULL_SCALE;
        }
        return count == 0 ? -1 : count;
    }

    static short toShort(float sample) {
        // a cast takes care of NaN
        return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(sample * FULL_SCALE)));
    }
}
