package dev.camelgenai.live.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** WAV files of 16-bit mono sound. */
public final class Wav {

    /** The mime type. */
    public static final String MIME_TYPE = "audio/wav";

    private static final int HEADER = 44;
    private static final int FORMAT = 16;
    private static final short PCM = 1;
    private static final short BITS = 16;
    private static final short SAMPLE_BYTES = 2;
    /** Of RIFF, a size and WAVE. */
    private static final int MAGIC = 12;

    private Wav() {
    }

    /**
     * Makes a WAV file. Half a sample at the end is dropped.
     *
     * @param  pcm                      16-bit signed little-endian samples, mono
     * @param  rate                     samples per second
     * @throws IllegalArgumentException when the rate is not above 0, or there is more than a file of 2 GB takes
     */
    public static byte[] of(byte[] pcm, int rate) {
        if (rate <= 0) {
            throw new IllegalArgumentException("The rate must be above 0, but is " + rate);
        }
        int size = pcm.length - pcm.length % SAMPLE_BYTES;
        if (size > Integer.MAX_VALUE - HEADER - 8) {
            throw new IllegalArgumentException("The sound is too long for one array: " + pcm.length + " bytes");
        }
        return ByteBuffer.allocate(HEADER + size).order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF")).putInt(HEADER - 8 + size).put(ascii("WAVE"))
                .put(ascii("fmt ")).putInt(FORMAT).putShort(PCM).putShort((short) 1).putInt(rate).putInt(rate * SAMPLE_BYTES)
                .putShort(SAMPLE_BYTES).putShort(BITS)
                .put(ascii("data")).putInt(size).put(pcm, 0, size).array();
    }

    /** Whether some content begins as WAV files do. */
    public static boolean isWav(byte[] content) {
        return content.length >= MAGIC && content[0] == 'R'
                && new String(content, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
                && new String(content, 8, 4, StandardCharsets.ISO_8859_1).equals("WAVE");
    }

    private static byte[] ascii(String id) {
        return id.getBytes(StandardCharsets.US_ASCII);
    }
}
