package dev.camelgenai.live.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Bytes as they came, in base64, inside a message. They are decoded where they are needed, straight from the message and by
 * the thread that needs them. Immutable.
 */
final class Base64Data implements MediaData {

    private static final Base64.Decoder DECODER = Base64.getDecoder();
    private static final boolean[] ALPHABET = alphabet();

    private final byte[] source;
    private final int from;
    private final int to;

    /**
     * @param source not copied
     * @param from   where the text begins
     * @param to     after its last character
     */
    Base64Data(byte[] source, int from, int to) {
        this.source = source;
        this.from = from;
        this.to = to;
    }

    private static boolean[] alphabet() {
        boolean[] known = new boolean[256];
        for (char c = 'A'; c <= 'Z'; c++) {
            known[c] = true;
            known[c + ('a' - 'A')] = true;
        }
        for (char c = '0'; c <= '9'; c++) {
            known[c] = true;
        }
        known['+'] = true;
        known['/'] = true;
        return known;
    }

    /** Whether {@link #decode} will succeed. */
    boolean isValid() {
        int end = to;
        while (end > from && to - end < 2 && source[end - 1] == '=') {
            end--;
        }
        if ((end - from) % 4 == 1 || (end < to && (to - from) % 4 != 0)) {
            return false;
        }
        for (int i = from; i < end; i++) {
            if (!ALPHABET[source[i] & 0xff]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int length() {
        return (int) ((to - from) * 3L / 4);
    }

    @Override
    public byte[] decode() {
        ByteBuffer decoded = DECODER.decode(ByteBuffer.wrap(source, from, to - from));
        // the decoder sizes its array for the text given, so that there is nothing to cut off
        if (decoded.arrayOffset() == 0 && decoded.remaining() == decoded.array().length) {
            return decoded.array();
        }
        byte[] bytes = new byte[decoded.remaining()];
        decoded.get(bytes);
        return bytes;
    }

    @Override
    public byte[] take() {
        return decode();
    }

    @Override
    public void writeTo(ByteArrayOutputStream out) {
        ByteBuffer decoded = DECODER.decode(ByteBuffer.wrap(source, from, to - from));
        out.write(decoded.array(), decoded.arrayOffset() + decoded.position(), decoded.remaining());
    }

    @Override
    public String toString() {
        return "MediaData[" + length() + " bytes]";
    }
}
